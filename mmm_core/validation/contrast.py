"""Two candidates of a comparison: what the second changes against the first, and whether that is more than noise."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mmm_core.taxonomy.shared_parts import Part
from mmm_core.validation.comparison import (
    CandidateFigures,
    ComparedFit,
    PartFigures,
    Spread,
    describe_candidate,
    describe_parts,
    relative_width,
)
from mmm_core.validation.holdout_record import ForeseenPeriod, Holdout
from mmm_core.validation.scores import chance_of_no_gain, mape

Change = Literal["narrower", "wider", "same"]
Cut = Literal["merged", "split", "recut"]
Pair = tuple[ForeseenPeriod, ForeseenPeriod]
"""One held-out period as the first and as the second foresaw it."""

NOISE_DEVIATIONS = 2.0
"""Standard errors of the sampler within which two figures are called the same. Judgement: 1 in 20 by chance."""
_ERROR_OF_WIDTH, _ERROR_OF_MIDDLE = 0.885, 1.253
"""Of the 90 % range by itself and of the median by the standard deviation, for n independent normal draws, times
sqrt(n). Serfling 1980, section 2.3.3: a quantile at p has the variance p (1 - p) / (n f^2)."""
_RANGE_OF_A_DEVIATION = 3.29


@dataclass(frozen=True, slots=True, kw_only=True)
class Recut:
    """A common part that the two candidates cut differently, and its joint ROI under each.

    `apart` where each mean lies outside of the other's 90 % range: they do not only know it differently well.
    """

    cut: Cut
    before: tuple[str, ...]
    after: tuple[str, ...]
    joint_before: Spread
    joint_after: Spread
    change: Change
    apart: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The common group whose ROI moves most, relative to its range before."""

    name: str
    before: Spread
    after: Spread
    far: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """Errors on the held-out periods that both foresaw, and the probability that the second foresees better."""

    before: float
    after: float
    periods: int
    better: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Widths:
    """How well the groups are known under each, by `relative_width`: the figure that the answer ranks them by."""

    before: float
    after: float
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """What a candidate changes against another one; `widths` is None where one of them has no relative width."""

    recut: tuple[Recut, ...]
    moved: Moved | None
    widths: Widths | None
    foreseen: Foreseen | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """The figures of all candidates that have a fit, and what each changes against the first of them."""

    candidates: tuple[CandidateFigures, ...]
    parts: tuple[PartFigures, ...]
    contrasts: tuple[Contrast, ...]


def put_side_by_side(fits: Sequence[ComparedFit], parts: Sequence[Part]) -> SideBySide:
    """Compare fits, the first with every other one.

    Parameters
    ----------
    parts : sequence of Part
        What all have in common, their `groups` in the order of the fits.
    """
    described = describe_parts(fits, parts)
    return SideBySide(
        candidates=tuple(describe_candidate(fit) for fit in fits),
        parts=described,
        contrasts=tuple(contrast(fits[0], fit, described, (0, at)) for at, fit in enumerate(fits[1:], start=1)),
    )


def contrast(
    before: ComparedFit, after: ComparedFit, parts: tuple[PartFigures, ...], places: tuple[int, int]
) -> Contrast:
    """Compare two candidates.

    Parameters
    ----------
    parts : tuple of PartFigures
        What all candidates have in common.
    places : (int, int)
        Where the two stand in the views of the parts.
    """
    noise = width_noise(before.effective, after.effective)
    smallest = [
        (part.part.name, part.views[places[0]], part.views[places[1]]) for part in parts if part.part.is_smallest
    ]
    cut = [
        Recut(
            cut=_cut(old.groups, new.groups),
            before=old.groups,
            after=new.groups,
            joint_before=old.roi,
            joint_after=new.roi,
            change=_change(old.roi.width, new.roi.width, noise),
            apart=not (_holds(old.roi, new.roi.mean) or _holds(new.roi, old.roi.mean)),
        )
        for _, old, new in smallest
        if old.roi is not None
        and new.roi is not None
        and min(old.roi.width, new.roi.width) > 0
        and not _alike(old.groups, new.groups)
    ]
    same = [
        (name, old.roi, new.roi)
        for name, old, new in smallest
        if old.roi is not None and new.roi is not None and len(old.groups) == len(new.groups) == 1
    ]
    return Contrast(
        recut=tuple(cut),
        moved=_moved(same, before.effective, after.effective),
        widths=_widths(relative_width(before), relative_width(after), noise),
        foreseen=_foreseen(before.holdout, after.holdout),
    )


def differs(first: float, second: float, noise: float) -> bool:
    """Tell whether two widths > 0 differ by more than the sampler's error, whichever of them comes first."""
    return max(first, second) / min(first, second) - 1 > noise


def width_noise(first: float, second: float) -> float:
    """Return by which share two 90 % ranges may differ from the sampler's error alone.

    Parameters
    ----------
    first, second : float
        Effective sample sizes.
    """
    return NOISE_DEVIATIONS * _ERROR_OF_WIDTH * math.sqrt(1 / first + 1 / second)


def shared_periods(before: Holdout, after: Holdout) -> tuple[Pair, ...]:
    """Pair the held-out periods that both foresaw from the same day on, in the order of the first."""
    own = {(row.period, row.ahead): row for row in after.periods}
    return tuple((row, own[row.period, row.ahead]) for row in before.periods if (row.period, row.ahead) in own)


def chance_of_better(pairs: Sequence[Pair]) -> float:
    """Return the probability that the second foresees better, by the scores (CRPS) of periods that both foresaw.

    0.5 where the two never differ, or there are fewer than two periods. Without a leaning beforehand, it is 1 minus the
    p of the test of equal accuracy.

    References
    ----------
    Diebold & Mariano 1995, doi:10.1080/07350015.1995.10524599.
    """
    gains = np.array([first.crps - second.crps for first, second in pairs], dtype=np.float64)
    if len(gains) < 2 or not gains.any():
        return 0.5
    return 1 - chance_of_no_gain(gains)


def _foreseen(before: Holdout | None, after: Holdout | None) -> Foreseen | None:
    pairs = shared_periods(before, after) if before is not None and after is not None else ()
    if not pairs:
        return None
    return Foreseen(
        before=_error([first for first, _ in pairs]),
        after=_error([second for _, second in pairs]),
        periods=len(pairs),
        better=chance_of_better(pairs),
    )


def _error(rows: Sequence[ForeseenPeriod]) -> float:
    return mape(np.array([row.mean for row in rows]), np.array([row.actual for row in rows]))


def _cut(before: tuple[str, ...], after: tuple[str, ...]) -> Cut:
    if len(after) == 1 and len(before) > 1:
        return "merged"
    return "split" if len(before) == 1 and len(after) > 1 else "recut"


def _alike(before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Tell whether both cut a part the same way: one group each, or groups of the same names."""
    return len(before) == len(after) == 1 or before == after


def _holds(spread: Spread, value: float) -> bool:
    return spread.q05 <= value <= spread.q95


def _change(before: float, after: float, noise: float) -> Change:
    if not differs(before, after, noise):
        return "same"
    return "narrower" if after < before else "wider"


def _widths(before: float, after: float, noise: float) -> Widths | None:
    if not (0 < before < math.inf and 0 < after < math.inf):
        return None
    return Widths(before=before, after=after, change=_change(before, after, noise))


def _moved(same: list[tuple[str, Spread, Spread]], first: float, second: float) -> Moved | None:
    """Return the group that moves most by its range, and whether that is beyond the error of two medians."""
    found = [(abs(new.q50 - old.q50) / old.width, name, old, new) for name, old, new in same if old.width > 0]
    if not found:
        return None
    _, name, old, new = max(found, key=lambda one: one[0])
    errors = [
        _ERROR_OF_MIDDLE * side.width / _RANGE_OF_A_DEVIATION / math.sqrt(n)
        for side, n in ((old, first), (new, second))
    ]
    return Moved(name=name, before=old, after=new, far=abs(new.q50 - old.q50) > NOISE_DEVIATIONS * math.hypot(*errors))
