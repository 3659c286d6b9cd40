"""The same line item in two files: one file repeats the other, or the two overlap at a border."""

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from mmm_core.checks.grids import SourceGrid
from mmm_core.checks.pictures import MOST_NAMED, drawn, listed_items, named, span
from mmm_core.checks.thresholds import THRESHOLDS, Thresholds
from mmm_core.errors import counted
from mmm_core.findings import Finding, Fix, Place, Severity
from mmm_core.money import MICROS_PER_UNIT, spoken_amount
from mmm_core.taxonomy.alike import ordered_keys


def same_items_in_two_sources(grids: Sequence[SourceGrid], *, thresholds: Thresholds = THRESHOLDS) -> Iterator[Finding]:
    """Find line items of one name with spend in the same periods of two files (of the same regions)."""
    keys = [_keys(grid) for grid in grids] if len(grids) > 1 else []
    for first, second in combinations(range(len(grids)), 2):
        if _other_regions(grids[first], grids[second]):
            continue
        shared = sorted(set(keys[first]) & set(keys[second]))
        if not shared:
            continue
        left = np.array([keys[first][key] for key in shared])
        right = np.array([keys[second][key] for key in shared])
        both = (grids[first].spend[left] != 0) & (grids[second].spend[right] != 0)
        hit = both.any(axis=1)
        if hit.any():
            yield _finding(grids[first], grids[second], left[hit], right[hit], both[hit], thresholds)


def _keys(grid: SourceGrid) -> dict[str, int]:
    """Return the place of each name; of names that read alike the one with the largest spend."""
    return {key: place for place, key in reversed(list(enumerate(ordered_keys(map(str, grid.names))))) if key}


def _other_regions(first: SourceGrid, second: SourceGrid) -> bool:
    if not (first.table.has_geo and second.table.has_geo):
        return False
    return not set(first.table.records["geo"].unique()) & set(second.table.records["geo"].unique())


def _border(first: SourceGrid, second: SourceGrid, thresholds: Thresholds) -> bool:
    """Tell whether two files follow each other in time and overlap a little."""
    spans = [np.flatnonzero((grid.spend != 0).any(axis=0))[[0, -1]] for grid in (first, second)]
    (start, end), (later, last) = sorted(map(tuple, spans))
    overlap, shorter = min(end, last) - later + 1, min(end - start, last - later) + 1
    return bool(last > end and overlap <= thresholds.border_overlap * shorter)


def _finding(
    first: SourceGrid,
    second: SourceGrid,
    left: np.ndarray,
    right: np.ndarray,
    both: np.ndarray,
    thresholds: Thresholds,
) -> Finding:
    one, other = np.where(both, first.spend[left], 0), np.where(both, second.spend[right], 0)
    same = np.abs(one - other) <= thresholds.same_money * np.maximum(np.abs(one), np.abs(other))
    alike = bool(same[both].mean() > 0.5)
    border = _border(first, second, thresholds)
    micros = np.rint(other.sum(axis=1) * MICROS_PER_UNIT).astype(np.int64)
    labels = [second.labels[place] for place in np.flatnonzero(both.any(axis=0))]
    order = np.argsort(-np.abs(micros), kind="stable")
    names = second.names[right][order]
    apart = tuple(
        str(second.items.index[place]) for place in right[order] if second.items.index[place] not in first.items.index
    )
    money = "with the same money" if alike else "with other money"
    verb = "count twice" if alike else "may count twice"
    return Finding(
        code="overlapping_periods" if border else "same_item_in_two_sources",
        severity=Severity.WARNING,
        message=f"{counted(len(left), 'line item')} ({named(list(names), most=2)}) "
        f"{'stands' if len(left) == 1 else 'stand'} in {first.source} and in {second.source} for the same "
        f"{first.calendar.period}s ({span(labels)}) {money}: "
        f"{spoken_amount(int(micros.sum()))} {first.currency} {verb}.",
        where=Place(
            source=second.source,
            line_items=tuple(str(second.items.index[place]) for place in right[order][:MOST_NAMED]),
            periods=tuple(labels[:MOST_NAMED]),
        ),
        evidence={
            "line_items": len(left),
            "sources": [first.source, second.source],
            "same_money": alike,
            "items": listed_items(names, micros[order]),
            "series": drawn(first.labels, first.spend[left].sum(axis=0)),
            "second_series": drawn(second.labels, second.spend[right].sum(axis=0)),
            "unit": f"{first.currency} per {first.calendar.period}",
        },
        remedy="Cut the overlap from one of the two files, and upload it again."
        if border
        else "Decide which file is right for them, and leave the other one's rows out.",
        threshold=f"border_overlap: an overlap of up to {thresholds.border_overlap:.0%} of the shorter file is a "
        "border",
        about=f"{first.source} and {second.source}",
        fix=Fix(
            kind="exclude_line_items",
            what=f"Leave out {counted(len(apart), 'line item')} of {second.source}",
            source=second.source,
            line_items=apart,
        )
        if apart and not border and len(apart) == len(right)
        else None,
    )
