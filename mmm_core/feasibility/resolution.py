"""What draws of a posterior say about groups and pairs: intervals, contraction, who cannot be told from whom."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from mmm_core.feasibility.drawing import Draws
from mmm_core.modeling.scaled_model import Floats, ScaledModel

LEVELS = (0.05, 0.5, 0.95)
"""Quantiles of an interval: 90 % lie between the outer two."""
TOLD_APART = 1.0
"""Two groups cannot be told apart when their sum has an interval below this share of the narrower of the two: both
together are known better than either alone.

For two equally wide groups it is a correlation below -0.5: more than half of what one has less the other has more.
Pairs in step lie below it, the widest at 0.89, and all others above 1.15 (docs/decisions, 0007).
"""
_NINETY = 2 * NormalDist().inv_cdf(0.95)
"""Standard deviations that 90 % of a normal distribution span: the prior of the logarithm of a contribution is one."""
_ROUGH_RATIO = 1.35
_ROUGH_ACCEPTANCE = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A 90 % interval and its middle."""

    low: float
    median: float
    high: float

    @property
    def width(self) -> float:
        """High minus low."""
        return self.high - self.low


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupResolution:
    """What the data can say about one group.

    Attributes
    ----------
    spend : float
        Currency units over the window.
    contribution : Interval
        KPI units over the window.
    share : Interval
        Contribution as a share of the outcome.
    roi : Interval
        KPI units per currency unit.
    contraction : float
        0 told by the prior, 1 told by the data: 1 minus the width of the interval of the logarithm of the contribution,
        to its width before the data.
    rough : bool
        Whether the prediction is a hint only: its draws have not settled.
    prior_doubled_width_ratio : float or None
        Width with priors twice as wide, to the width as it is; None until asked for
        (`mmm_core.feasibility.what_if.with_prior_doubled`).
    """

    group: str
    spend: float
    contribution: Interval
    share: Interval
    roi: Interval
    contraction: float
    rough: bool
    prior_doubled_width_ratio: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PairResolution:
    """What the data can say about two groups: correlation of their contributions, and their sum, KPI units."""

    first: str
    second: str
    correlation: float
    together: Interval
    told_apart: bool


def interval(values: Floats, weight: Floats | None = None) -> Interval:
    """Return the 90 % interval of draws, weighted or not."""
    found = np.quantile(values, LEVELS) if weight is None else weighted_quantiles(values[:, None], weight)[0]
    return _interval(found)


def weighted_quantiles(values: Floats, weight: Floats) -> Floats:
    """Return the `LEVELS` of each column of (draws, n), as (n, 3); each draw stands for its weight."""
    order = np.argsort(values, axis=0)
    weights = weight[order]
    # The middle of a draw's own weight, so equal weights give the quantiles of the middle ranks.
    reached = (np.cumsum(weights, axis=0) - 0.5 * weights) / weight.sum()
    ranked = np.take_along_axis(values, order, axis=0)
    return np.array([np.interp(LEVELS, reached[:, at], ranked[:, at]) for at in range(values.shape[1])])


def describe_groups(model: ScaledModel, draws: Draws, weight: Floats | None = None) -> tuple[GroupResolution, ...]:
    """Describe every group by the draws, weighted or not."""
    total = draws.contribution
    found = np.quantile(total, LEVELS, axis=0).T if weight is None else weighted_quantiles(total, weight)
    told = 1 - np.log(found[:, 2] / found[:, 0]) / (_NINETY * model.share_spread)
    rough = _rough(draws)
    return tuple(
        GroupResolution(
            group=name,
            spend=float(model.spend[at]),
            contribution=_interval(found[at]),
            share=_interval(found[at] / model.total_outcome),
            roi=_interval(found[at] / model.spend[at]),
            contraction=float(np.clip(told[at], 0, 1)),
            rough=bool(rough[at]),
        )
        for at, name in enumerate(model.groups)
    )


def describe_pairs(groups: tuple[str, ...], total: Floats, correlation: Floats) -> tuple[PairResolution, ...]:
    """Describe every pair by draws of contributions, (draws, K)."""
    first, second = np.triu_indices(len(groups), 1)
    if not len(first):
        return ()
    together = np.quantile(total[:, first] + total[:, second], LEVELS, axis=0).T
    width = np.subtract(*np.quantile(total, LEVELS[::-2], axis=0))
    return tuple(
        PairResolution(
            first=groups[i],
            second=groups[j],
            correlation=float(correlation[i, j]),
            together=_interval(both),
            told_apart=bool(both[2] - both[0] >= TOLD_APART * min(width[i], width[j])),
        )
        for i, j, both in zip(first, second, together, strict=True)
    )


def _rough(draws: Draws) -> NDArray[np.bool_]:
    """Compare the first and second half of the kept draws: they differ much while the chains still travel."""
    half = len(draws.contribution) // 2
    width = [np.subtract(*np.quantile(part, LEVELS[::-2], axis=0)) for part in np.split(draws.contribution, [half])]
    travelled: NDArray[np.bool_] = np.abs(np.log(width[0] / width[1])) > np.log(_ROUGH_RATIO)
    return travelled | (draws.acceptance < _ROUGH_ACCEPTANCE)


def _interval(values: Floats) -> Interval:
    return Interval(low=float(values[0]), median=float(values[1]), high=float(values[2]))
