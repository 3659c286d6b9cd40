"""What if a group were tested: how exact a lift test must be, how long it takes and what it leaves unknown.

A test raises or stops the spend of a group for some weeks, in the whole country or in one region, and measures the
increment against as many weeks, or a like region, without the change. Its expected result is laid on the draws of the
posterior: draws weigh as much as they agree with it.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mmm_core.errors import BadInput
from mmm_core.feasibility.curves import saturated, split, weights
from mmm_core.feasibility.drawing import Draws
from mmm_core.feasibility.prior_trials import effective, weights_of
from mmm_core.feasibility.resolution import GroupResolution, Interval, describe_groups, interval
from mmm_core.feasibility.resolvability import Resolvability
from mmm_core.modeling.scaled_model import Floats, ScaledModel

WEEKS = (2, 3, 4, 6, 8, 10, 12)
"""Lengths that are tried; a test of more than a quarter is a change of plan."""
CHANGES = (-1.0, 0.5, 1.0, 2.0)
"""Changes of spend that are tried, as shares of the usual spend: stop, half more, double, treble."""
_USUAL_DAYS = 364
_COMPARED = math.sqrt(2)
"""What is measured is a difference of two like stretches, each with the outcome's noise."""
_LEAST_EFFECTIVE = 40.0
"""Fewer draws cannot carry an interval: smaller errors of a test than leave these are not tried."""
_HALVINGS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftTestPlan:
    """A test of one group.

    Attributes
    ----------
    region : str or None
        Where spend changes; None for the whole country.
    weeks : int
        How long it changes.
    spend_before, spend_change, total_spend_change : float
        Currency units: usual spend of an active period, its change per period, its change over the test.
    lift : Interval
        Increment over the test as the draws expect it, KPI units; negative where spend is stopped.
    error_needed : float or None
        Standard error of the measured increment that brings the wanted width, KPI units; None if no error is small
        enough.
    error_expected : float
        Standard error that this test has, from the noise of the outcome, KPI units.
    after : GroupResolution
        What would be known of the group if the test finds the median of `lift`.
    width_ratio : float
        Width afterwards to the width now.
    feasible : bool
        Whether the wanted width is reached.
    why_not : str
        A sentence if it is not, else empty.
    """

    group: str
    region: str | None
    weeks: int
    spend_before: float
    spend_change: float
    total_spend_change: float
    lift: Interval
    error_needed: float | None
    error_expected: float
    after: GroupResolution
    width_ratio: float
    feasible: bool
    why_not: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Test:
    region: int
    weeks: int
    periods: int
    before: float
    change: float
    lift: Floats
    error: float

    @property
    def spend_change(self) -> float:
        """Change of spend over the test."""
        return self.periods * self.change


def try_lift_test(found: Resolvability, group: str, *, wanted_width_ratio: float) -> LiftTestPlan:
    """Find the shortest, then cheapest test that brings a group's interval to a share of its width.

    If none does, the plan is the test that comes nearest, and says why it falls short.

    Parameters
    ----------
    wanted_width_ratio : float
        Width afterwards to the width now, above 0 and below 1.

    Raises
    ------
    BadInput
        If there is no such group, or the ratio is out of bounds.

    References
    ----------
    Chaloner & Verdinelli 1995, Bayesian experimental design: a review, Statistical Science 10(3).
    """
    at = found.place(group)
    if not 0 < wanted_width_ratio < 1:
        raise BadInput(
            f"A lift test of '{group}' is to bring its width to {wanted_width_ratio:g} of what it is",
            expected="a number above 0 and below 1",
        )
    total = found.state.draws.contribution[:, at]
    tests = sorted(_tests(found, at), key=lambda test: (test.weeks, abs(test.spend_change)))
    reached = [_width_ratio(total, test.lift, test.error) for test in tests]
    good = [place for place, ratio in enumerate(reached) if ratio <= wanted_width_ratio]
    chosen = good[0] if good else int(np.argmin(reached))
    return _plan(found, at, tests[chosen], wanted_width_ratio, reached[chosen])


def lift_of(
    model: ScaledModel, draws: Draws, group: int, region: int, *, before: float, change: float, periods: int
) -> Floats:
    """Return the increment up to each period of a test, (draws, periods), KPI units.

    Spend has been steady at `before` and is `before + change` from the first period on, both currency units per period.
    """
    carry_over, steepness = (part[:, group, None] for part in split(draws.theta, len(model.groups))[:2])
    weight = weights(carry_over[:, 0], model.lagged.shape[2])[0]
    felt = np.minimum(np.cumsum(weight, axis=1), 1.0)[:, np.minimum(np.arange(periods), weight.shape[1] - 1)]
    scale = model.spend_scale[region, group]
    with_change = saturated(steepness, (before + change * felt) / scale)
    without = saturated(steepness, np.asarray(before / scale))
    effect = draws.effect[:, group, None]
    result: Floats = model.outcome_scale[region] * effect * np.cumsum(with_change - without, axis=1)
    return result


def _tests(found: Resolvability, at: int) -> Iterator[_Test]:
    """Lay out every length and change, in every region that has spent."""
    model = found.state.model
    in_week = 7 // model.period_days
    for region in np.flatnonzero(model.spend_scale[:, at] > 0):
        before = _usual_spend(model, at, int(region))
        noise = found.state.estimate.noise[region] * model.outcome_scale[region]
        for change in CHANGES:
            changed, longest = change * before, WEEKS[-1] * in_week
            lifts = lift_of(model, found.state.draws, at, int(region), before=before, change=changed, periods=longest)
            for weeks in WEEKS:
                periods = weeks * in_week
                yield _Test(
                    region=int(region),
                    weeks=weeks,
                    periods=periods,
                    before=before,
                    change=changed,
                    lift=lifts[:, periods - 1],
                    error=float(noise * _COMPARED * math.sqrt(periods)),
                )


def _usual_spend(model: ScaledModel, group: int, region: int) -> float:
    """Return the mean spend of the active periods of the last year, of all periods if there were none, currency."""
    spent = model.lagged[group, model.region == region, 0]
    recent = spent[-_USUAL_DAYS // model.period_days :]
    active = recent[recent > 0] if (recent > 0).any() else spent[spent > 0]
    return float(active.mean() * model.spend_scale[region, group])


def _weight(lift: Floats, error: float) -> Floats:
    return weights_of(-0.5 * ((lift - np.median(lift)) / error) ** 2)


def _width_ratio(total: Floats, lift: Floats, error: float) -> float:
    return interval(total, _weight(lift, error)).width / interval(total).width


def _error_needed(total: Floats, lift: Floats, wanted: float) -> float | None:
    """Halve between an error that says nothing and the smallest that the draws can carry, or look beyond it."""
    high = 10 * max(interval(lift).width, 1e-12)
    low = high * 1e-4
    while effective(_weight(lift, low)) < _LEAST_EFFECTIVE:
        low *= 1.25
    reached = _width_ratio(total, lift, low)
    if reached > wanted:
        return _beyond(total, lift, wanted, low=low, reached=reached)
    for _ in range(_HALVINGS):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if _width_ratio(total, lift, middle) <= wanted else (low, middle)
    return low


def _beyond(total: Floats, lift: Floats, wanted: float, *, low: float, reached: float) -> float | None:
    """Return an error below `low`, at which the width is `reached`; None if an exact result would not do.

    What an exact result leaves is what a regression of the logarithms leaves; between the two, squares of widths grow
    with squares of errors, as they do for Gaussians.
    """
    log_total, log_lift = np.log(total), np.log(np.abs(lift))
    slope = np.cov(log_total, log_lift)[0, 1] / log_lift.var(ddof=1)
    exact = np.exp(log_total - slope * (log_lift - np.median(log_lift)))
    least = interval(exact).width / interval(total).width
    if least >= wanted or least >= reached:
        return None
    return low * math.sqrt((wanted**2 - least**2) / (reached**2 - least**2))


def _plan(found: Resolvability, at: int, test: _Test, wanted: float, reached: float) -> LiftTestPlan:
    model, draws = found.state.model, found.state.draws
    needed = _error_needed(draws.contribution[:, at], test.lift, wanted)
    return LiftTestPlan(
        group=model.groups[at],
        region=model.geos[test.region] if model.regions > 1 else None,
        weeks=test.weeks,
        spend_before=test.before,
        spend_change=test.change,
        total_spend_change=test.spend_change,
        lift=interval(test.lift),
        error_needed=needed,
        error_expected=test.error,
        after=describe_groups(model, draws, _weight(test.lift, test.error))[at],
        width_ratio=reached,
        feasible=reached <= wanted,
        why_not="" if reached <= wanted else _why_not(test, wanted, reached, needed),
    )


def _why_not(test: _Test, wanted: float, reached: float, needed: float | None) -> str:
    best = f"{test.weeks} weeks with {_change_in_words(test)} bring the width to {reached:.0%}, not {wanted:.0%}"
    if needed is None:
        return (
            f"{best}: even an exact result would say too little, because it shows the response near the usual spend "
            f"and most of what is unknown lies elsewhere on the curve."
        )
    return (
        f"{best}: the outcome's own noise leaves a standard error of {test.error:,.0f} in the measured increment, and "
        f"{needed:,.0f} would be needed."
    )


def _change_in_words(test: _Test) -> str:
    share = test.change / test.before
    return "spend stopped" if share == -1 else f"{share:.0%} more spend"
