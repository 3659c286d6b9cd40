"""Several fits side by side: what each says of its groups, and of what all of them have in common."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from mmm_core.feasibility.resolution import GroupResolution, Interval, PairResolution, describe_pairs
from mmm_core.taxonomy.shared_parts import Part
from mmm_core.validation.foresight import Foresight, sum_up
from mmm_core.validation.holdout_record import Holdout
from mmm_core.validation.scores import Floats

_LEVELS = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Draws in brief: the mean, which is the figure to show, the median, and the ranges that hold 50 and 90 of 100."""

    mean: float
    q05: float
    q25: float
    q50: float
    q75: float
    q95: float

    @property
    def width(self) -> float:
        """Of the 90 % range."""
        return self.q95 - self.q05

    @property
    def relative(self) -> float:
        """Half of the 90 % range by the median: 0.3 reads "give or take 30 %"."""
        return self.width / 2 / abs(self.q50) if self.q50 else np.inf

    @property
    def interval(self) -> Interval:
        """The 90 % range and the median."""
        return Interval(low=self.q05, median=self.q50, high=self.q95)


def spread_of(draws: Floats) -> Spread:
    """Describe draws (D,)."""
    quantiles = map(float, np.quantile(draws, list(_LEVELS.values())))
    return Spread(mean=float(draws.mean()), **dict(zip(_LEVELS, quantiles, strict=True)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ComparedFit:
    """One fit, as much of it as a comparison needs.

    Attributes
    ----------
    name : str
        What people call the candidate.
    groups : tuple of str
    spend : float64 array (K,)
        Currency units over the fit's own window.
    totals : float64 array (D, K)
        Draws of the contributions over that window, KPI units.
    shared_spend, shared_totals : float64 arrays
        The same over the periods that all compared fits have in common.
    effective : float
        Effective sample size of the draws.
    r2, mape : float
        In sample.
    doubts : tuple of str
        What speaks against trusting the draws.
    provisional : bool
    predicted : tuple of GroupResolution
        As foretold before the fit, () where it could not be.
    predicted_pairs : tuple of PairResolution
    holdout : Holdout or None
    """

    name: str
    groups: tuple[str, ...]
    spend: Floats
    totals: Floats
    shared_spend: Floats
    shared_totals: Floats
    effective: float
    r2: float
    mape: float
    doubts: tuple[str, ...] = ()
    provisional: bool = False
    predicted: tuple[GroupResolution, ...] = ()
    predicted_pairs: tuple[PairResolution, ...] = ()
    holdout: Holdout | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFigures:
    """One group of one candidate, over the window of its fit.

    Attributes
    ----------
    share_of_spend : float
    share_of_contribution : float
        Of the contribution of all groups, by their means as in `summary_table`; NaN where there is nothing to share.
    share : Spread
        The same draw by draw.
    roi : Spread or None
        KPI units per currency unit; None without spend.
    predicted : Interval or None
        The ROI as foretold before the fit.
    told_apart, predicted_apart : bool or None
        Whether no other group is in the way of knowing it, by the fit and as foretold.
    """

    group: str
    spend: float
    share_of_spend: float
    share_of_contribution: float
    share: Spread
    roi: Spread | None
    predicted: Interval | None
    told_apart: bool
    predicted_apart: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateFigures:
    """One candidate: its groups, and the line in which it stands beside the others.

    Attributes
    ----------
    relative_width : float
        See `relative_width`.
    apart, predicted_apart : float or None
        Share of the spend in groups that can be told apart, by the fit and as foretold.
    foresight : Foresight or None
        On held-out periods.
    crps : float or None
        On held-out periods, as a share of the mean outcome.
    """

    name: str
    groups: tuple[GroupFigures, ...]
    r2: float
    mape: float
    relative_width: float
    apart: float
    predicted_apart: float | None
    foresight: Foresight | None
    crps: float | None
    effective: float
    doubts: tuple[str, ...]
    provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """What one candidate says of a common part: from sums of draws over its groups, never sums of quantiles."""

    groups: tuple[str, ...]
    contribution: Spread
    roi: Spread | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFigures:
    """A common part as each candidate sees it, over the periods that all have in common."""

    part: Part
    spend: float
    views: tuple[PartView, ...] = field(default=())


def describe_candidate(fit: ComparedFit) -> CandidateFigures:
    """Collect the figures of one candidate."""
    confused = _confused(describe_pairs(fit.groups, fit.totals, np.atleast_2d(np.corrcoef(fit.totals, rowvar=False))))
    foretold = {group.group: group for group in fit.predicted}
    confused_before = _confused(fit.predicted_pairs)
    means, all_together = fit.totals.mean(axis=0), fit.totals.sum(axis=1, keepdims=True)
    share = fit.totals / np.where(all_together == 0, np.nan, all_together)
    groups = tuple(
        GroupFigures(
            group=name,
            spend=float(fit.spend[at]),
            share_of_spend=float(fit.spend[at] / fit.spend.sum()) if fit.spend.sum() else 0.0,
            share_of_contribution=float(means[at] / means.sum()) if means.sum() > 0 else np.nan,
            share=spread_of(share[:, at]),
            roi=_roi(fit.totals[:, at], float(fit.spend[at])),
            predicted=foretold[name].roi if name in foretold else None,
            told_apart=name not in confused,
            predicted_apart=name not in confused_before if name in foretold else None,
        )
        for at, name in enumerate(fit.groups)
    )
    seen = sum_up(fit.holdout) if fit.holdout is not None else None
    return CandidateFigures(
        name=fit.name,
        groups=groups,
        r2=fit.r2,
        mape=fit.mape,
        relative_width=relative_width(fit),
        apart=sum(group.share_of_spend for group in groups if group.told_apart),
        predicted_apart=sum(group.share_of_spend for group in groups if group.predicted_apart) if foretold else None,
        foresight=seen,
        crps=seen.crps / _mean_outcome(fit.holdout) if seen is not None and fit.holdout is not None else None,
        effective=fit.effective,
        doubts=fit.doubts,
        provisional=fit.provisional,
    )


def relative_width(fit: ComparedFit) -> float:
    """Return the median over the groups of half the 90 % range of the ROI by its median, NaN without any spend."""
    found = [_roi(fit.totals[:, at], float(spend)) for at, spend in enumerate(fit.spend)]
    return float(np.median([roi.relative for roi in found if roi is not None] or [np.nan]))


def describe_parts(fits: Sequence[ComparedFit], parts: Sequence[Part]) -> tuple[PartFigures, ...]:
    """Say what each fit says of what all have in common.

    Parameters
    ----------
    fits : sequence of ComparedFit
    parts : sequence of Part
        Their `groups` in the order of the fits; a part with a group that a fit does not have is left out.
    """
    known = [
        part for part in parts if all(set(cut) <= set(fit.groups) for cut, fit in zip(part.groups, fits, strict=True))
    ]
    return tuple(
        PartFigures(
            part=part,
            spend=_added(fits[0].shared_spend, fits[0], part.groups[0]).item(),
            views=tuple(_view(fit, cut) for fit, cut in zip(fits, part.groups, strict=True)),
        )
        for part in known
    )


def _view(fit: ComparedFit, cut: tuple[str, ...]) -> PartView:
    draws = _added(fit.shared_totals, fit, cut)
    spend = _added(fit.shared_spend, fit, cut).item()
    return PartView(groups=cut, contribution=spread_of(draws), roi=_roi(draws, spend))


def _added(values: Floats, fit: ComparedFit, cut: tuple[str, ...]) -> Floats:
    added: Floats = np.asarray(values[..., [fit.groups.index(name) for name in cut]].sum(axis=-1))
    return added


def _roi(draws: Floats, spend: float) -> Spread | None:
    return spread_of(draws / spend) if spend > 0 else None


def _confused(pairs: Sequence[PairResolution]) -> set[str]:
    return set(itertools.chain.from_iterable((pair.first, pair.second) for pair in pairs if not pair.told_apart))


def _mean_outcome(holdout: Holdout) -> float:
    return float(np.mean([abs(period.actual) for period in holdout.periods])) or np.nan
