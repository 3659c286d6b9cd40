"""How many groups a history can carry: a range from two rules of thumb, never a point."""

from dataclasses import dataclass

import numpy as np

from mmm_core.feasibility.facts import History, MediaFacts
from mmm_core.feasibility.limits import LIMITS, Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """Number of groups, cautious (`low`) to hopeful (`high`), and what bounds each side.

    `low_bound` and `high_bound` are "history", "spend" (too many groups would be tiny) or "line items" (too few of
    them move).
    """

    low: int
    high: int
    low_bound: str
    high_bound: str


def carried_groups(history: History, controls: int, media: MediaFacts | None, limits: Limits = LIMITS) -> Carried:
    """Count the groups that the history carries.

    Cautious: every group costs all its parameters, and regions add nothing. Hopeful: priors carry the shapes, so a
    group costs one effect, and regions add as independent ones would by the root of their number.
    """
    low, low_bound = _bounded(by_history(history.weeks, controls, limits), media, limits.least_share_cautious)
    widened = history.weeks * np.sqrt(max(1, history.geos))
    effects = widened / limits.observations_per_effect - _others(controls, limits)
    high, high_bound = _bounded(max(0, int(effects)), media, limits.least_share_hopeful)
    return Carried(low=low, high=max(low, high), low_bound=low_bound, high_bound=high_bound)


def by_history(weeks: float, controls: int, limits: Limits = LIMITS) -> int:
    """Return how many groups so many weeks carry on the cautious side."""
    parameters = weeks / limits.observations_per_parameter - _others(controls, limits)
    return max(0, int(parameters // limits.parameters_per_group))


def weeks_needed(groups: int, controls: int, limits: Limits = LIMITS) -> int:
    """Return how many weeks so many groups need on the cautious side; the inverse of `by_history`."""
    parameters = groups * limits.parameters_per_group + _others(controls, limits)
    return int(np.ceil(parameters * limits.observations_per_parameter))


def by_spend(shares: np.ndarray, least: float) -> int:
    """Return the largest number of groups that could each hold `least` of all spend, however line items are merged.

    A line item is never divided: one that is large enough makes a group, the others are added up.

    >>> by_spend(np.array([0.5, 0.3, 0.1, 0.06, 0.04]), 0.1)
    4
    """
    large = shares >= least
    return int(large.sum()) + int(np.floor(shares[~large].sum() / least + 1e-9))


def _others(controls: int, limits: Limits) -> int:
    return limits.fixed_parameters + limits.seasonal_parameters + controls


def _bounded(carried: int, media: MediaFacts | None, least: float) -> tuple[int, str]:
    bounds = [(carried, "history")]
    if media is not None:
        bounds += [(by_spend(media.shares, least), "spend"), (media.moving, "line items")]
    return min(bounds, key=lambda bound: bound[0])
