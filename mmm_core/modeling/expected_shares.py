"""What each group is expected to bring before the data speak, as a share of the outcome."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy import special

from mmm_core.modeling.calibrating import refuse_unsuited_cost, relative_error
from mmm_core.modeling.lift_tests import CostTarget
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

Floats = NDArray[np.float64]
_NINETY = float(special.ndtri(0.95))
"""Standard deviations from the middle to either end of a range that holds 90 %."""


def expected_shares(panel: Panel, specification: ModelSpecification) -> tuple[Floats, Floats, Floats]:
    """Return what is expected of the logarithms of the shares of the outcome that groups bring: a joint normal.

    Returns
    -------
    tuple of float64 arrays (K,), (K,) and (K, K)
        Means, spreads and correlations, after what is known of costs.

    Raises
    ------
    BadInput
        If a known cost does not suit the panel, see `calibrating.refuse_unsuited_cost`.
    """
    for target in specification.cost_targets:
        refuse_unsuited_cost(panel, target)
    spend, outcome = panel.data["spend"].values.sum(axis=(0, 1)), float(panel.data["kpi"].values.sum())
    spread = np.array([specification.spread_of(group) for group in panel.groups])
    # The mean of a lognormal is above its median; a tighter expectation of one group leaves its median where it is.
    middle = np.log(specification.media_share * spend / spend.sum()) - 0.5 * specification.effect_spread**2
    for at, group in enumerate(panel.groups):
        roi = specification.expectation_of(group).roi
        if roi:
            low, high = (math.log(end * spend[at] / outcome) for end in roi)
            middle[at], spread[at] = (low + high) / 2, (high - low) / (2 * _NINETY)
    alike = likeness(panel.groups, specification)
    if not specification.cost_targets:
        return middle, spread, alike
    return _with_costs(middle, alike * np.outer(spread, spread), panel, specification.cost_targets)


def likeness(groups: tuple[str, ...], specification: ModelSpecification) -> Floats:
    """Return the correlations of what groups are expected to bring, (K, K)."""
    found = np.eye(len(groups))
    for one in specification.alike:
        at = [groups.index(group) for group in one.groups if group in groups]
        found[np.ix_(at, at)] = np.maximum(found[np.ix_(at, at)], one.likeness)
    return found


def _with_costs(
    middle: Floats, covariance: Floats, panel: Panel, targets: tuple[CostTarget, ...]
) -> tuple[Floats, Floats, Floats]:
    """Condition a joint normal of the log shares on known costs, each normal in the logarithm of the return.

    Groups that are alike learn from each other's costs. A cost of some days stands for the cost over the window.
    """
    share_per_return = panel.data["spend"].values.sum(axis=(0, 1)) / float(panel.data["kpi"].values.sum())
    precision = np.linalg.inv(covariance)
    told = precision @ middle
    for target in targets:
        at, weight = panel.groups.index(target.group), relative_error(target) ** -2
        precision[at, at] += weight
        told[at] += weight * math.log(share_per_return[at] / target.cost)
    learned = np.linalg.inv(precision)
    spread = np.sqrt(np.diag(learned))
    correlation = learned / np.outer(spread, spread)
    # Rounding must not make a correlation matrix that is not one.
    correlation = (correlation + correlation.T) / 2
    np.fill_diagonal(correlation, 1.0)
    return learned @ told, spread, correlation
