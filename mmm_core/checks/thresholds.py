"""Every threshold of the checks, with its source."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """One frozen config; a finding names the threshold that it crossed."""

    collinear: float = 0.9
    """|r| of two groups' spend above which separate effects are doubtful (Kutner et al. 2005, section 10.5); the
    push-back judges it."""
    constant_cv: float = 0.01
    """Coefficient of variation below which a group cannot be told from the baseline (requirement of the product: equal
    within 0.01)."""
    fewest_periods: int = 16
    """Twice the default carry-over of eight periods: below, history and carry-over are one and the same."""
    short_history_years: float = 2.0
    """Yearly seasonality needs two full years to be told from a single event (Chan & Perry 2017, section 3)."""
    short_history_error_weeks: int = 52
    """Below one year no season was seen even once (requirement of the product: fewer than 52 weeks block; follows from
    the source above)."""
    other_money_share: float = 0.05
    """Up to this share of line items and dates may stand in a file twice with other money before that is how the file
    is made, by a breakdown that is no part of the line item (own choice: breakdowns repeat most dates, slips few)."""
    overlap_regular_share: float = 0.8
    """Share of a file's dates that must be whole weeks apart before one between them counts as an overlap (own
    choice)."""
    gap_always_on: float = 0.95
    """Share of its periods with spend from which a platform counts as always running, so that an empty one is a gap and
    no pause (own choice)."""
    gap_fewest_periods: int = 26
    """Periods with spend that this is told from: half a year of weeks (own choice)."""
    gap_most: int = 2
    """Separate gaps up to which they are told: what stands still more often does so as a habit (own choice)."""
    partial_regular_share: float = 0.8
    """Share of a daily file's weeks with the usual number of days from which fewer days are an exception (own choice:
    files that leave out days without spend are irregular)."""
    partial_fewest_periods: int = 8
    """Weeks between the edges that this is told from (own choice)."""
    exposure_gap_share: float = 0.01
    """Share of a file's money (or active periods) without the other figure below which it is rounding of the platform
    (own choice: invalid traffic and late attribution stay below 1 %)."""
    fewest_for_correlation: int = 12
    """Periods that a correlation of spend and exposure is told from: with fewer, |r| reaches 0.6 by chance (own
    choice)."""
    tukey_fence: float = 1.5
    """Quartile ranges beyond the quartiles from which a value is an outlier (Tukey 1977, Exploratory Data Analysis,
    section 2D)."""
    tukey_far_out: float = 3.0
    """Quartile ranges from which a value is far out (Tukey 1977, section 2D)."""
    price_outlier_factor: float = 2.0
    """An outlying price is worth a look only when it is off by this factor (own choice: auctions move by less)."""
    price_outlier_share: float = 0.001
    """Share of a file's money that must be at an outlying price before anybody is asked (own choice)."""
    fewest_prices: int = 8
    """Prices of one line item that are needed to know its usual one: quartiles of fewer say little (own choice)."""
    slip_least_factor: float = 3.0
    """A slip of unit or currency is off by this factor or more: below it, auctions explain the price (own choice)."""
    slip_noise: float = 4.0
    """Robust standard deviations of a line item's own prices that a slip must exceed (own choice)."""
    slip_tolerance: float = 0.15
    """Decades around 100, 1000 and a million within which a factor is that unit: a factor of 1.4 (own choice)."""
    slip_steadiness: float = 0.15
    """Decades within which half of a run's factors must lie: a unit or a currency is off by one factor (own choice)."""
    slip_fewest_rows: int = 3
    """Rows in a run; fewer are outliers (own choice)."""
    slip_alike: float = 0.1
    """Decades apart up to which the factors of two line items are one: 1.26 (own choice)."""
    slip_names_all: float = 0.8
    """Share of a value's line items that must be off before the finding names the value and not the line items (own
    choice)."""
    slip_sibling: float = 0.4
    """Decades by which the price of a sibling that ran only in these days may miss the factor: 2.5 (own choice:
    siblings do not cost the same)."""
    slip_sibling_share: float = 0.2
    """The same as a share of the factor's decades, where that is more (own choice)."""
    level_shift: float = 0.5
    """Lasting change of a level, as a share of the former one (requirement of the product: more than 50 %)."""
    level_shift_periods: int = 13
    """Weeks on either side that a lasting change must be seen in: a quarter (own choice)."""
    level_shift_noise: float = 4.0
    """Robust standard deviations of the weeks around their level that a shift must exceed (own choice)."""
    level_shift_near: int = 4
    """Weeks right before and after a jump, whose medians must show it too: a ramp does not jump (own choice)."""
    least_share_of_source: float = 0.02
    """Share of a file's spend from which one platform or line item of it is looked at by itself (own choice)."""
    plan_cv: float = 0.01
    """Coefficient of variation below which weeks are equal: a plan spread evenly (requirement of the product)."""
    plan_periods: int = 4
    """Weeks in a row that must be equal (requirement of the product)."""
    plan_equal_cv: float = 0.0005
    """Coefficient of variation up to which weeks are equal but for rounding (own choice)."""
    plan_chance_share: float = 0.001
    """Share of a file's runs of weeks that may be equal within `plan_cv`, and not equal, by chance: of tens of
    thousands of them some always are (own choice)."""
    plan_lively: float = 0.1
    """Share of a line item's usual variation over so many weeks below which weeks that are equal within `plan_cv` stand
    out: spend that moves by 5 % is within 1 % now and then (own choice)."""
    plan_habit: float = 0.5
    """Share of a line item's runs that are equal within `plan_cv` from which that is its habit (own choice)."""
    plan_beside_actual: float = 2.0
    """Factor within which plan and actual spend of their common periods must agree: other things share words by chance
    (own choice)."""
    near_constant_cv: float = 0.1
    """Coefficient of variation from which spend moves enough to leave a trace (as in the structure brief)."""
    mostly_zero: float = 0.7
    """Share of periods without spend above which few are left to learn from (requirement of the product)."""
    totals_tolerance: float = 0.001
    """Share by which a line item may miss the sum of the others and still be their total: rounding (own choice)."""
    totals_fewest_periods: int = 8
    """Periods in which a total must be met before it is no coincidence (own choice)."""
    totals_met_share: float = 0.95
    """Share of a total's periods that must add up (own choice)."""
    totals_second_share: float = 0.05
    """Share of the others' money that must not come from the largest of them: else it is one line item twice (own
    choice)."""
    same_money: float = 0.01
    """Share by which two amounts may differ and still be the same: rounding and rates (own choice)."""
    border_overlap: float = 0.5
    """Up to this share of the shorter file's time two files overlap at a border; beyond it, one repeats the other (own
    choice)."""
    shift_correlation: float = 0.5
    """Least correlation of week-to-week changes after a shift by one (own choice)."""
    shift_gain: float = 0.3
    """How much better the shifted series must fit than the one as it is (own choice)."""
    shift_fewest: int = 20
    """Changes from one date to the next that a shift is told from (own choice)."""
    spend_exposure_correlation: float = 0.3
    """Correlation of spend and exposure below which one of them is not about the other (requirement of the product)."""
    outlier_neighbours: int = 4
    """Weeks on either side that a value of the outcome is compared with (own choice)."""
    outlier_least: float = 0.1
    """Share of the usual value by which an outlier of the outcome must be off: a very smooth one has outliers that
    explain nothing (own choice)."""
    fewest_outcome_periods: int = 16
    """Periods that quartiles of the outcome are told from, and a correlation with it (own choice)."""
    leakage: float = 0.95
    """|r| of an input and the outcome in the same period above which the input is made from the outcome (requirement of
    the product)."""
    trend_correlation: float = 0.999
    """|r| with a straight line from which a control says no more than the trend (requirement of the product: r = 1)."""
    stale_periods: int = 8
    """Equal values at the end of a control that moved before: two months of weeks (own choice)."""
    stale_times: float = 3.0
    """How many times longer than any earlier run that must be (own choice)."""
    tracking_fewest: int = 8
    """Periods in common that coverage is told from (own choice)."""
    tracking_gap: float = 0.1
    """Share of the outcome by which tracking may be off: consent, ad blockers and returns explain about a tenth (own
    choice)."""
    tracking_comparable: float = 5.0
    """Factor between tracked and real totals beyond which they count different things, and only drift is judged (own
    choice)."""
    tracking_drift: float = 0.1
    """Change of coverage from the first to the last quarter of the time, relative to its level (own choice)."""

    control_totals_met_at_least: int = 3
    """So many of a node's control totals have to be met with weeks counted by their first day before the ledger is
    taken to book weeks so (own choice: one or two may meet by chance)."""
    control_totals_met_share: float = 0.5
    """And such a share of them (own choice: half of all do not meet by chance)."""


THRESHOLDS = Thresholds()
