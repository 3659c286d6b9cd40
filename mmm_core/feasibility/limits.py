"""Every figure that the structure brief and the push-back judge by, with its source."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionLimits:
    """What the push-back judges a grouping by. Where the source is judgement it says so."""

    in_step: float = 0.9
    """|r| of two groups' spend above which separate effects are doubtful (Kutner et al. 2005, section 10.5)."""
    one_variable: float = 0.999
    """|r| above which two groups are one variable for any model of this size."""
    inflation_caution: float = 5.0
    inflation_serious: float = 10.0
    """Variance inflation factors that call for a look and for a change (Kutner et al. 2005, section 10.5; Marquardt
    1970)."""
    inflation_blocks: float = 1000.0
    """The others explain all but a thousandth of the group's variance: what is left is rounding. Judgement."""
    active_weeks_caution: float = 13.0
    active_weeks_serious: float = 8.0
    """Weeks on air: fewer than a quarter of a year meet one season only; fewer than the 8 weeks over which spend works
    by default show carry-over and response at once or not at all. Judgement."""
    share_caution: float = LIMITS.least_share_cautious
    share_serious: float = LIMITS.least_share_hopeful
    """Share of spend, as in the structure brief."""
    moving_cv: float = LIMITS.moving_cv
    """Coefficient of variation, as in the structure brief."""
    started_weeks: float = 6.0
    """A group that started less than six weeks ago has not had time to show its carry-over. Requirement of the
    product."""
    season: float = 0.8
    """Share of the variance explained by yearly waves from which effect and season are told apart by the prior: a
    variance inflation factor of 5 (see `inflation_caution`)."""
    control: float = 0.9
    """|r| with a control, as for two groups."""
    regions_alike: float = 0.05
    """Share of the variation that regions do not have in common, below which they teach nothing. Judgement."""
    told_by_prior: float = 0.25
    """Contraction below which three quarters of the interval's width are the prior's own. Judgement."""
    told_by_prior_caution: float = 0.4
    """Contraction below which the prior still tells more than half. Judgement."""
    rows_per_effect_caution: float = LIMITS.observations_per_effect
    rows_per_effect_serious: float = 4.0
    """Observations per effect: Google's Meridian guide ("Amount of data needed") calls 4 too few."""


OBJECTION_LIMITS = ObjectionLimits()
