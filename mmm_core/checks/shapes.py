"""What the shape of spend over time gives away: lasting jumps, plans spread evenly, the same amount all the time."""

from collections.abc import Iterator

import numpy as np

from mmm_core.checks.grids import SourceGrid
from mmm_core.checks.levels import Shift, level_shift_in
from mmm_core.checks.pictures import MOST_NAMED, drawn, listed_items, named
from mmm_core.checks.slips import Slip
from mmm_core.checks.thresholds import THRESHOLDS, Thresholds
from mmm_core.errors import counted
from mmm_core.findings import Finding, Place, Severity
from mmm_core.money import MICROS_PER_UNIT, spoken_amount


def level_shifts(
    grid: SourceGrid, known: tuple[Slip, ...] = (), *, thresholds: Thresholds = THRESHOLDS
) -> Iterator[Finding]:
    """Find platforms (values of the first dimension) whose spend changed its level by more than half."""
    dimension, codes, values = grid.heads
    spend = grid.by_head(grid.spend)
    slipped = set(codes[np.concatenate([slip.codes for slip in known])]) if known else set()
    enough = np.flatnonzero(spend.sum(axis=1) >= thresholds.least_share_of_source * grid.spend.sum())
    found = [
        (head, shift)
        for head in enough
        if head not in slipped and (shift := level_shift_in(spend[head], thresholds, per_week=_per_week(grid)))
    ]
    if not found:
        return
    found.sort(key=lambda pair: -spend[pair[0]].sum())
    first, own = found[0][0], [head for head, _ in found]
    yield Finding(
        code="level_shift",
        severity=Severity.WARNING,
        message=f"{grid.source}: spend changed its level for a quarter or more: "
        f"{'; '.join(_said(grid, values[head], shift) for head, shift in found[:3])}"
        f"{f'; and {len(found) - 3} more' if len(found) > 3 else ''}.",
        where=Place(
            source=grid.source,
            line_items=tuple(map(str, grid.items.index[np.isin(codes, own)][:MOST_NAMED])),
            periods=tuple(dict.fromkeys(grid.labels[shift.at] for _, shift in found)),
        ),
        evidence={
            "shifts": [
                {"name": str(values[head]), "period": grid.labels[shift.at], "change": round(shift.change, 3)}
                for head, shift in found[:20]
            ],
            "dimension": dimension,
            "series": drawn(grid.labels, spend[first]),
            "shown": str(values[first]),
            "marked": [grid.labels[found[0][1].at]],
            "unit": f"{grid.currency} per {grid.calendar.period}",
        },
        remedy="Ask what happened then: a new strategy, another definition of spend (fees, taxes), or a missing part.",
        threshold=f"level_shift: more than {thresholds.level_shift:.0%} over {thresholds.level_shift_periods} weeks on "
        "either side",
    )


def plan_spreading(grid: SourceGrid, *, thresholds: Thresholds = THRESHOLDS) -> Iterator[Finding]:
    """Find line items with equal spend in neighbouring periods: a plan or an invoice spread evenly, not what ran.

    Line items that spend the same all the time are left to `constant_series`, files that were spread over days on
    request to `monthly_figures_spread`.
    """
    if "file_rows" in grid.table.records:
        return
    length = thresholds.plan_periods * _per_week(grid)
    even = _even(grid.spend, length, thresholds)
    even[_constant(grid, thresholds)] = False
    if even.any():
        yield _flat(
            grid,
            even,
            code="plan_spreading",
            said=f"spend is the same in {thresholds.plan_periods} or more weeks in a row",
            why="It looks like a plan or an invoice spread evenly, not like what ran; the timing of its effect cannot "
            "be told.",
            remedy="Ask for the spend as it was delivered, per week.",
            threshold=f"plan_cv: coefficient of variation below {thresholds.plan_cv} over {thresholds.plan_periods} "
            "weeks",
        )


def constant_series(grid: SourceGrid, *, thresholds: Thresholds = THRESHOLDS) -> Iterator[Finding]:
    """Find line items that spend the same whenever they spend."""
    flat = _constant(grid, thresholds)
    if flat.any() and "file_rows" not in grid.table.records:
        yield _flat(
            grid,
            (grid.spend != 0) & flat[:, None],
            code="constant_series",
            said="spend is the same in every period that has any",
            why="It looks like a fee or a yearly plan; what never changes cannot be told from the baseline.",
            remedy="Ask for the real spend per week; a fee is better left out with that reason.",
            threshold=f"constant_cv: coefficient of variation below {thresholds.constant_cv} over two quarters or more",
        )


def _constant(grid: SourceGrid, thresholds: Thresholds) -> np.ndarray:
    """Tell which line items spend the same, within a hundredth, in at least half a year of periods, all they have."""
    active = grid.spend != 0
    count = active.sum(axis=1)
    mean = grid.spend.sum(axis=1) / np.maximum(count, 1)
    spread = np.sqrt((np.where(active, grid.spend - mean[:, None], 0) ** 2).sum(axis=1) / np.maximum(count, 1))
    result: np.ndarray = (count >= 2 * thresholds.level_shift_periods * _per_week(grid)) & (
        spread < thresholds.constant_cv * np.abs(mean)
    )
    return result


def _even(spend: np.ndarray, length: int, thresholds: Thresholds) -> np.ndarray:
    """Tell which cells lie in a run of so many equal amounts above 0."""
    even = np.zeros(spend.shape, dtype=bool)
    if spend.shape[1] < length:
        return even
    reach = 2 * thresholds.plan_cv * spend[:, 1:] * length
    near = (spend[:, 1:] > 0) & (np.abs(np.diff(spend, axis=1)) <= reach)
    busy = np.flatnonzero(near.sum(axis=1) >= length - 1)
    if not len(busy):
        return even
    flat = _flat_runs(spend[busy], length, _runs(spend > 0, length), thresholds)
    for offset in range(length):
        even[np.ix_(busy, np.arange(offset, offset + flat.shape[1]))] |= flat
    return even


def _flat_runs(spend: np.ndarray, length: int, runs: int, thresholds: Thresholds) -> np.ndarray:
    """Tell which runs are equal, (items, runs).

    Runs that are equal within `plan_cv` and not to the cent come about by chance where spend is steady, and where there
    are tens of thousands of them; there only equal ones count.
    """
    windows = np.lib.stride_tricks.sliding_window_view(spend, length, axis=1)
    mean, active = windows.mean(axis=2), windows.min(axis=2) > 0
    variation = np.divide(windows.std(axis=2), mean, out=np.full(mean.shape, np.nan), where=active)
    with np.errstate(invalid="ignore"):
        near, equal = variation < thresholds.plan_cv, variation <= thresholds.plan_equal_cv
        usual = np.nanmedian(np.where(active.any(axis=1)[:, None], variation, 0), axis=1)
        stands_out = variation < thresholds.plan_lively * usual[:, None]
    habit = near.sum(axis=1) >= thresholds.plan_habit * np.maximum(active.sum(axis=1), 1)
    near = near & (stands_out | habit[:, None])
    result: np.ndarray = near | equal if (near & ~equal).sum() >= thresholds.plan_chance_share * runs else equal
    return result


def _runs(active: np.ndarray, length: int) -> int:
    """Count the runs of so many periods that all have spend."""
    before = np.pad(np.cumsum(active, axis=1, dtype=np.int32), ((0, 0), (1, 0)))
    return int((before[:, length:] - before[:, :-length] == length).sum())


def _flat(
    grid: SourceGrid, even: np.ndarray, *, code: str, said: str, why: str, remedy: str, threshold: str
) -> Finding:
    money = np.where(even, grid.spend, 0).sum(axis=1)
    where = np.flatnonzero(money)
    ranked = where[np.argsort(-money[where], kind="stable")]
    micros = np.rint(money[ranked] * MICROS_PER_UNIT).astype(np.int64)
    periods = [grid.labels[place] for place in np.flatnonzero(even[ranked[0]])]
    return Finding(
        code=code,
        severity=Severity.WARNING,
        message=f"{grid.source}: {said} for {counted(len(ranked), 'line item')} ({named(list(grid.names[ranked]))}), "
        f"worth {spoken_amount(int(micros.sum()))} {grid.currency}. {why}",
        where=Place(
            source=grid.source,
            line_items=tuple(map(str, grid.items.index[ranked][:MOST_NAMED])),
            periods=tuple(periods[:MOST_NAMED]),
        ),
        evidence={
            "line_items": len(ranked),
            "items": listed_items(grid.names[ranked], micros),
            "series": drawn(grid.labels, grid.spend[ranked[0]]),
            "shown": str(grid.names[ranked[0]]),
            "marked": periods[:MOST_NAMED],
            "unit": f"{grid.currency} per {grid.calendar.period}",
        },
        remedy=remedy,
        threshold=threshold,
    )


def _said(grid: SourceGrid, name: object, shift: Shift) -> str:
    return (
        f"'{name}' from about {shift.before:,.0f} to about {shift.after:,.0f} {grid.currency} per "
        f"{grid.calendar.period} from {grid.labels[shift.at]} on"
    )


def _per_week(grid: SourceGrid) -> int:
    return 7 // grid.calendar.days
