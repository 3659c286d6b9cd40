"""What is known of the cost of an outcome: whether it suits a panel, and how much it counts.

A known cost is the inverse of a return, so it sharpens what is expected of the group, see
`mmm_core.modeling.expected_shares`. One of some days stands for the whole window, which is all that
`MMM.add_cost_per_target_calibration` knows as well; the days say when it became known.
"""

import math

import numpy as np
from numpy.typing import NDArray

from mmm_core.errors import BadInput
from mmm_core.modeling.calibrating.measuring import standard_error
from mmm_core.modeling.calibrating.placing import covered, find_group
from mmm_core.modeling.lift_tests import CostTarget
from mmm_core.panel.panel import Panel


def refuse_unsuited_cost(panel: Panel, target: CostTarget) -> None:
    """Refuse a cost that says nothing about a panel.

    Raises
    ------
    BadInput
        If the group is unknown or never spends, the days lie outside the window or hold no whole period, or there is
        neither an interval nor a standard error.
    """
    group = find_group(panel, target.group, target.label)
    if panel.data["spend"].values[_whole_periods(panel, target)][:, :, group].sum() <= 0:
        raise BadInput(
            f"The group '{target.group}' spends nothing in these periods",
            where=target.label,
            expected="a cost per outcome unit needs spend",
            remedy="Choose other days",
        )
    relative_error(target)


def relative_error(target: CostTarget) -> float:
    """Return the standard error of the logarithm of a cost: costs vary by factors, and so do their intervals.

    Raises
    ------
    BadInput
        If there is neither an interval nor a standard error.
    """
    if target.sigma is not None:
        return target.sigma / target.cost
    if target.low is not None and target.high is not None:
        return standard_error(math.log(target.low), math.log(target.high), target.level)
    raise BadInput(
        "The cost has neither an interval nor a standard error",
        where=target.label,
        expected="without an error nobody knows how much it may count",
        remedy="Enter one of them",
    )


def _whole_periods(panel: Panel, target: CostTarget) -> NDArray[np.intp]:
    if target.first is None or target.last is None:
        return np.arange(panel.data.sizes["period"])
    inside = np.flatnonzero(covered(panel, target.first, target.last, target.label) == 1)
    if not len(inside):
        raise BadInput(
            f"The days {target.first} to {target.last} hold no whole {panel.period}",
            where=target.label,
            expected=f"one {panel.period} or more was expected",
            remedy="Widen the days",
        )
    return inside
