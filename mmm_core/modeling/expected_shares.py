"""What each group is expected to bring before the data speak, as a share of the outcome."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from mmm_core.modeling.lift_tests import CostTarget
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

Floats = NDArray[np.float64]
_NINETY = float(stats.norm.ppf(0.95))
"""Standard deviations from the middle to either end of a range that holds 90 %."""


def expected_shares(panel: Panel, specification: ModelSpecification) -> tuple[Floats, Floats]:
    """Return middle and spread of the logarithm of the share of the outcome that each group is expected to bring."""
    spend, outcome = panel.data["spend"].values.sum(axis=(0, 1)), float(panel.data["kpi"].values.sum())
    spread = np.array([specification.spread_of(group) for group in panel.groups])
    # The mean of a lognormal is above its median; a tighter expectation of one group leaves its median where it is.
    middle = np.log(specification.media_share * spend / spend.sum()) - 0.5 * specification.effect_spread**2
    for at, group in enumerate(panel.groups):
        roi = specification.expectation_of(group).roi
        if roi:
            low, high = (math.log(end * spend[at] / outcome) for end in roi)
            middle[at], spread[at] = (low + high) / 2, (high - low) / (2 * _NINETY)
        for target in (one for one in specification.cost_targets if one.group == group):
            middle[at], spread[at] = _with_cost(middle[at], spread[at], target, spend[at] / outcome)
    return middle, spread


def likeness(groups: tuple[str, ...], specification: ModelSpecification) -> Floats:
    """Return the correlations of what groups are expected to bring, (K, K)."""
    found = np.eye(len(groups))
    for one in specification.alike:
        at = [groups.index(group) for group in one.groups if group in groups]
        found[np.ix_(at, at)] = np.maximum(found[np.ix_(at, at)], one.likeness)
    return found


def _with_cost(middle: float, spread: float, target: CostTarget, share_per_return: float) -> tuple[float, float]:
    """Bring an expectation and a known cost per outcome together: both are normal in the logarithm of the return.

    A cost of some days stands for the cost over the window.
    """
    error = _log_error(target)
    told = math.log(share_per_return / target.cost)
    weight = np.array([spread**-2, error**-2])
    return float(weight @ [middle, told] / weight.sum()), float(weight.sum() ** -0.5)


def _log_error(target: CostTarget) -> float:
    if target.low is not None and target.high is not None:
        return math.log(target.high / target.low) / (2 * float(stats.norm.ppf(0.5 + target.level / 2)))
    return (target.sigma or 0.0) / target.cost
