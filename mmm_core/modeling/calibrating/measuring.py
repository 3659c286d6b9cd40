"""From totals in people's terms to averages per period, the rows that PyMC-Marketing's calibration takes.

Definition, as in `MMM.add_lift_test_measurements`: the measured lift per period is compared with
`saturation(x + delta_x) - saturation(x)`, with a Normal error. There is no carry-over in it: it is the lift per period
that a change kept up for ever would bring. What a test measures comes near that when it is long, or when the lift
that follows the test's last day is counted too.

What that costs, as the ratio of the measured lift to the compared one, for a steady usual spend of half the largest,
logistic saturation with steepness 3 and 8 periods of geometric carry-over (all spend stopped / 50 % more spend):

| share kept per period | periods | lift of the test's own days | lift with what follows |
|---|---|---|---|
| 0.3 | 4 | 0.88 / 0.92 | 0.96 / 1.04 |
| 0.3 | 8 | 0.94 / 0.96 | 0.98 / 1.02 |
| 0.6 | 4 | 0.64 / 0.73 | 0.90 / 1.11 |
| 0.6 | 8 | 0.81 / 0.86 | 0.95 / 1.06 |

The group's effect comes out too small or too large by about that factor. `judging` warns of short tests.

A test of several regions is one figure, and the model has a curve per region. The change is shared out like the
region's spend during the test: the same relative change everywhere. The lift is shared out as the model itself expects
of small changes: by the region's largest outcome times its change relative to its largest spend. The variance is shared
out like the lift, so that changes, lifts and variances of the rows add up to those of the test, and the rows together
say as much about a common effect as the one figure did. Where returns diminish, regions that are nearer to their
ceiling bring less than that, and rows that contradict each other pull the effect down: over 20 regions of very unlike
sizes by 0.2 % (all spend stopped) to 2.6 % (50 % more) at steepness 3, by 17 % at worst at steepness 6; with the lift
shared out by spend alone it would be 16 % throughout. A likelihood of the rows' sum, by `Measurement.test`, is exact.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from mmm_core.errors import BadInput, counted, listed
from mmm_core.modeling.calibrating.placing import Floats, place
from mmm_core.modeling.lift_tests import LiftTest
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One row for the model: a lift test, or its part in one region.

    Attributes
    ----------
    group, geo : str
        As in the panel.
    x : float
        Usual spend per period, currency.
    delta_x : float
        Change of spend per period, currency; x + delta_x is never below 0.
    delta_y : float
        Lift per period, outcome units.
    sigma : float
        Standard error of `delta_y`.
    periods : float
        Length of the test in periods.
    test : int
        Position of the test among those given.
    """

    group: str
    geo: str
    x: float
    delta_x: float
    delta_y: float
    sigma: float
    periods: float
    test: int


def measurements(panel: Panel, tests: Sequence[LiftTest]) -> tuple[Measurement, ...]:
    """Return the rows of lift tests, in their order, regions in the order named.

    Parameters
    ----------
    panel : Panel
        What the model is fitted to: usual spend that nobody named is read from it.

    Raises
    ------
    BadInput
        If a test does not suit the panel, see `placing.refuse_unsuited`.
    """
    return tuple(row for at, test in enumerate(tests) for row in _rows(panel, test, at))


def measured_lifts(panel: Panel, specification: ModelSpecification) -> tuple[Measurement, ...]:
    """Return the rows of the lift tests that a model is held to.

    Raises
    ------
    BadInput
        If a test does not suit the panel, or was measured over regions together of which each has effects of its own:
        the rows would claim to know each of them.
    """
    rows = measurements(panel, specification.lift_tests)
    if specification.geo_effects == "hierarchical":
        for at, test in enumerate(specification.lift_tests):
            together = [row.geo for row in rows if row.test == at]
            if len(together) > 1:
                raise BadInput(
                    f"The lift test of {test.group} from {test.first} to {test.last} was measured over "
                    f"{counted(len(together), 'region')} together",
                    where=listed(together),
                    expected="where every region has effects of its own, a sum does not say what each returned",
                    remedy="Enter the lift of each region as a test of its own, or let groups have the same effects in "
                    "all regions",
                )
    return rows


def standard_error(low: float, high: float, level: float) -> float:
    """Return the standard error of a Normal with this interval.

    >>> round(standard_error(-1.645, 1.645, 0.9), 3)
    1.0
    """
    return (high - low) / (2 * NormalDist().inv_cdf((1 + level) / 2))


def _rows(panel: Panel, test: LiftTest, at: int) -> Iterator[Measurement]:
    placed = place(panel, test)
    names, lengths = panel.data["geo"].values, placed.periods
    if test.low is None or test.high is None:  # refused by `place`
        return
    error = standard_error(test.low, test.high, test.level)
    lifts = _expected(panel, placed.group, placed.geos, placed.shares)
    for geo, share, part in zip(placed.geos, placed.shares, lifts, strict=True):
        x = placed.usual * share / lengths
        yield Measurement(
            group=test.group,
            geo=str(names[geo]),
            x=float(x),
            delta_x=float(max(test.spend_change * share / lengths, -x)),
            delta_y=float(test.lift * part / lengths),
            sigma=float(error * math.sqrt(part) / lengths),
            periods=lengths,
            test=at,
        )


def _expected(panel: Panel, group: int, geos: NDArray[np.intp], shares: Floats) -> Floats:
    """Return the shares of the regions in a lift, as the model expects them of small changes; they add up to 1."""
    largest_outcome = panel.data["kpi"].values[:, geos].max(axis=0)
    largest_spend = panel.data["spend"].values[:, geos, group].max(axis=0)
    parts = np.maximum(largest_outcome, 0.0) * shares / largest_spend
    result: Floats = parts / parts.sum() if parts.sum() > 0 else shares
    return result
