"""From when on a change of the specification is suggested, with the sources."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionLimits:
    """One frozen config. Where the source is judgement it says so."""

    rows_per_effect: float = 3.0
    """Periods per effect below which nothing is suggested: fewer than the 4 that Google's Meridian guide calls too few;
    nearly anything seems to fit."""
    clear: float = 10.0
    """Fall of the Bayesian information criterion that is very strong evidence (Kass & Raftery 1995, Journal of the
    American Statistical Association 90:773, section 3.2, doi:10.1080/01621459.1995.10476572)."""
    simpler: float = 6.0
    """Difference below which the simpler of two changes is suggested: less than strong evidence (as above)."""
    least_trend: float = 0.03
    """Share of the mean outcome that a trend moves over the window; less changes no decision. Judgement."""
    step_share: float = 0.9
    """Share of what a bending or drifting baseline explains that one step has to explain to be called a step.
    Judgement."""
    step_margin_weeks: int = 8
    """A step lies so far from the ends of the window: nearer, it cannot be told from a run of odd weeks. Judgement."""
    most_waves: int = 6
    """Yearly waves that are tried; six of them follow two months. Judgement."""
    holiday_stands_out: float = 4.0
    """|t| from which one holiday alone is reason enough: 1 in 10,000 by chance, for a dozen holidays 1 in 1,000."""
    holiday_named: float = 3.0
    """|t| from which a holiday is named in a reason. Judgement."""
    outlier: float = 4.0
    """Robust standard deviations (median absolute deviation) that a period is off by: beyond the 3.5 of Iglewicz &
    Hoaglin (1993), How to Detect and Handle Outliers, since every period of the window is tried."""
    most_outliers: int = 5
    """Periods that are suggested at once; with more, something else is missing. Judgement."""
    longest_lag_weeks: int = 8
    """Weeks by which a control may work later; as long as spend works by default. Judgement."""
    explains_nothing: float = 1.0
    """t squared below which a control adds less than noise would."""
    moves_alone: float = 0.3
    """|r| with every group and every other control up to which leaving a control out cannot shift what they are taken
    to bring by much (a tenth of the variance in common). Judgement."""
    copy: float = 0.95
    """|r| above which two series are taken for one: a variance inflation factor of 10 (Kutner et al. 2005, section
    10.5)."""


SUGGESTION_LIMITS = SuggestionLimits()
