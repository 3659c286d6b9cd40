"""Every figure that the structure brief judges by, with its source."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """One frozen config. The rules of thumb give ranges, not verdicts; where the source is judgement it says so."""

    parameters_per_group: int = 3
    """Carry-over, saturation and effect (Jin et al. 2017, sections 3.1 to 3.3)."""
    observations_per_parameter: float = 5.0
    """Cautious side, all three parameters counted: below about 5 to 9 observations per parameter estimates become
    unreliable (Vittinghoff & McCulloch 2007, American Journal of Epidemiology 165:710)."""
    observations_per_effect: float = 6.0
    """Hopeful side, where priors carry the shapes and only effects are counted: Google's Meridian guide ("Amount of
    data needed") calls 4 too few and sees directional answers at 15."""
    fixed_parameters: int = 3
    """Level, trend and noise of the outcome."""
    seasonal_parameters: int = 4
    """Two yearly waves, a sine and a cosine each, as the specification has by default."""
    least_share_cautious: float = 0.02
    least_share_hopeful: float = 0.01
    """Share of spend below which a group's effect drowns in the outcome's noise: at a return of 1 and media of a tenth
    of the outcome, 1 % of spend is 0.1 % of the outcome. Judgement, until a grouping's resolvability is computed."""
    active_year_share: float = 0.5
    """A line item carries history when it is active in half a year of periods (26 weeks): it is then seen in more than
    one season. Judgement."""
    moving_cv: float = 0.1
    """Coefficient of variation from which spend moves enough to leave a trace: a steadier one is told from the level
    only by its prior (Chan & Perry 2017, section 3.1, on limited range of data). The figure is judgement."""
    wanted_years: float = 2.0
    """Yearly seasonality needs two full years to be told from a single event (Chan & Perry 2017, section 3)."""
    good_years: float = 3.0
    """With a third year, seasons can be checked and not only estimated. Judgement."""
    least_periods: int = 16
    """Fewer complete periods cannot be modelled, as in the check `too_few_periods`."""
    strong_season: float = 0.6
    """Strength of seasonality (Wang, Smith & Hyndman 2006, Data Mining and Knowledge Discovery 13:335) that is worth a
    sentence. Judgement."""


LIMITS = Limits()
