"""Line items that sum up others: left in, their money counts twice."""

import re
from collections.abc import Iterator

import numpy as np

from mmm_core.checks.grids import SourceGrid
from mmm_core.checks.pictures import MOST_NAMED, drawn, listed_items, named
from mmm_core.checks.thresholds import THRESHOLDS, Thresholds
from mmm_core.errors import counted
from mmm_core.findings import Finding, Fix, Place, Severity
from mmm_core.ingest.vocabulary import BARE_TOTAL_LABEL, TOTAL_LABEL, TRAILING_TOTAL_LABEL
from mmm_core.money import MICROS_PER_UNIT, spoken_amount
from mmm_core.taxonomy.tokens import words_of

_BARE, _LEADING, _TRAILING = (re.compile(text) for text in (BARE_TOTAL_LABEL, TOTAL_LABEL, TRAILING_TOTAL_LABEL))
_FEWEST_PARTS = 2
"""Of two line items each may be called the sum of the other."""


def totals_left_in(grid: SourceGrid, *, thresholds: Thresholds = THRESHOLDS) -> Iterator[Finding]:
    """Find line items that equal the sum of others in every period (error), or are only called a total (warning)."""
    if len(grid.items) <= _FEWEST_PARTS:
        return
    called, other_words = _called_totals(grid)
    summed = _summing(grid, np.zeros(len(grid.items), dtype=np.int64), thresholds)
    for dimension in grid.dimensions[:-1]:  # a value of the last one is seldom shared by things that add up
        summed |= _summing(grid, _codes(grid, dimension), thresholds)
    for place, family in other_words.items():
        summed[place] |= _meets(grid.spend[place], grid.spend[family], thresholds)
    if called.any() and _meets(grid.spend[called].sum(axis=0), grid.spend[~called], thresholds):
        summed |= called
    if summed.any():
        yield _finding(grid, summed, exact=True, thresholds=thresholds)
    if (called & ~summed).any():
        yield _finding(grid, called & ~summed, exact=False, thresholds=thresholds)


def _summing(grid: SourceGrid, codes: np.ndarray, thresholds: Thresholds) -> np.ndarray:
    """Tell which line items equal the sum of all others of their family, period by period."""
    found = np.zeros(len(codes), dtype=bool)
    families = int(codes.max()) + 1
    total = np.zeros((families, grid.spend.shape[1]))
    np.add.at(total, codes, grid.spend)
    gross = total[codes]
    active = grid.spend > 0
    met = active & (np.abs(2 * grid.spend - gross) <= thresholds.totals_tolerance * gross)
    count = met.sum(axis=1)
    enough = (count >= thresholds.totals_fewest_periods) & (count >= thresholds.totals_met_share * active.sum(axis=1))
    for place in np.flatnonzero(enough & (np.bincount(codes, minlength=families)[codes] > _FEWEST_PARTS)):
        others = np.flatnonzero((codes == codes[place]) & (np.arange(len(codes)) != place))
        found[place] = _several(grid.spend[others][:, met[place]], thresholds)
    return found


def _meets(total: np.ndarray, others: np.ndarray, thresholds: Thresholds) -> bool:
    """Tell whether a series is the sum of several others in nearly all of its periods."""
    if len(others) < _FEWEST_PARTS:
        return False
    active = total > 0
    met = active & (np.abs(total - others.sum(axis=0)) <= thresholds.totals_tolerance * total)
    return bool(
        met.sum() >= thresholds.totals_fewest_periods
        and met.sum() >= thresholds.totals_met_share * active.sum()
        and _several(others[:, met], thresholds)
    )


def _several(others: np.ndarray, thresholds: Thresholds) -> bool:
    """Tell whether a sum has more than one part, in shares that vary.

    Where a budget is split by fixed shares, one half is "the sum of the others" in every period and no total.
    """
    money = others.sum(axis=1)
    if money.sum() <= 0 or 1 - money.max() / money.sum() < thresholds.totals_second_share:
        return False
    largest = others[int(money.argmax())] / np.maximum(others.sum(axis=0), 1e-9)
    return bool(largest.std() > thresholds.constant_cv * largest.mean())


def _called_totals(grid: SourceGrid) -> tuple[np.ndarray, dict[int, np.ndarray]]:
    """Find line items called no more than a total, and those called the total of something with what they may sum up.

    Returns
    -------
    called : bool array (items,)
    families : dict of place to places
        "TV total" -> the line items with "TV" at the start of their name.
    """
    called = np.zeros(len(grid.items), dtype=bool)
    families: dict[int, np.ndarray] = {}
    for dimension in grid.dimensions:
        codes = _codes(grid, dimension)
        _, first = np.unique(codes, return_index=True)
        values = [str(value) for value in grid.items[dimension].astype(object).to_numpy()[first]]
        bare = np.array([bool(_BARE.match(value)) for value in values])
        called |= bare[codes] if not bare.all() else False
        for code, value in enumerate(values):
            if not bare[code] and (_LEADING.match(value) or _TRAILING.match(value)):
                about = tuple(word for word in words_of(value) if not _BARE.match(word))
                alike = [about and words_of(other)[: len(about)] == about for other in values]
                family = np.flatnonzero(np.array(alike, dtype=bool)[codes] & (codes != code))
                families |= dict.fromkeys(np.flatnonzero(codes == code).tolist(), family)
    return called, families


def _codes(grid: SourceGrid, dimension: str) -> np.ndarray:
    _, codes = np.unique(grid.items[dimension].astype(object).fillna("").to_numpy().astype(str), return_inverse=True)
    return codes.astype(np.int64)


def _finding(grid: SourceGrid, hit: np.ndarray, *, exact: bool, thresholds: Thresholds) -> Finding:
    money = grid.spend[hit].sum(axis=1)
    order = np.flatnonzero(hit)[np.argsort(-money, kind="stable")]
    micros = np.rint(np.sort(money)[::-1] * MICROS_PER_UNIT).astype(np.int64)
    ids = tuple(map(str, grid.items.index[order]))
    names = named(list(grid.names[order]))
    said = (
        f"{names} {'is' if len(order) == 1 else 'are'} the sum of other line items in every {grid.calendar.period}; "
        f"{spoken_amount(int(micros.sum()))} {grid.currency} would count twice."
        if exact
        else f"{names} {'is' if len(order) == 1 else 'are'} called a total ({spoken_amount(int(micros.sum()))} "
        f"{grid.currency}); if it sums up other line items, its money counts twice."
    )
    return Finding(
        code="totals_row_left_in",
        severity=Severity.ERROR if exact else Severity.WARNING,
        message=f"{grid.source}: {said}",
        where=Place(source=grid.source, line_items=ids[:MOST_NAMED]),
        evidence={
            "line_items": len(order),
            "items": listed_items(grid.names[order], micros),
            "series": drawn(grid.labels, grid.spend[order[0]]),
            "second_series": drawn(grid.labels, grid.spend[~hit].sum(axis=0)),
            "shown": str(grid.names[order[0]]),
            "unit": f"{grid.currency} per {grid.calendar.period}",
        },
        remedy=f"Leave {'it' if len(order) == 1 else 'them'} out of the mapping with that reason"
        f"{'' if exact else ', if it is a total'}.",
        threshold=f"totals_tolerance: equal to the sum of the others within {thresholds.totals_tolerance:.1%} in "
        f"{thresholds.totals_fewest_periods} {grid.calendar.period}s or more"
        if exact
        else "The name alone.",
        about="sum" if exact else "name",
        fix=Fix(
            kind="exclude_line_items",
            what=f"Leave out {counted(len(ids), 'line item')} that sum{'s' if len(ids) == 1 else ''} up others",
            source=grid.source,
            line_items=ids,
        ),
    )
