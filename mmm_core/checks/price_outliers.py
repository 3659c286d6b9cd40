"""Periods in which a line item's exposure cost far more or far less than it usually does."""

from collections.abc import Iterator

import numpy as np

from mmm_core.checks.grids import SourceGrid
from mmm_core.checks.pictures import MOST_NAMED, drawn, named, rows_named
from mmm_core.checks.prices import item_of_record
from mmm_core.checks.slips import Slip
from mmm_core.checks.thresholds import THRESHOLDS, Thresholds
from mmm_core.errors import counted, listed
from mmm_core.findings import Finding, Place, Severity
from mmm_core.money import amount_text, spoken_amount


def price_outliers(
    grid: SourceGrid, known: tuple[Slip, ...] = (), *, thresholds: Thresholds = THRESHOLDS
) -> Iterator[Finding]:
    """Find periods whose cost per unit lies outside Tukey's fences of its line item, off by a factor worth a look.

    Parameters
    ----------
    known : tuple of Slip
        Rows that are off for a reason that was found already.

    Notes
    -----
    Fences are 1.5 quartile ranges beyond the quartiles of log cost per unit (Tukey 1977).
    """
    if not grid.has_exposure:
        return
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.where((grid.spend > 0) & (grid.exposure > 0), np.log10(grid.spend / grid.exposure), np.nan)
    item, period = _record_cells(grid) if known else (np.zeros(0, np.int64), np.zeros(0, np.int64))
    for slip in known:
        log[item[slip.records], period[slip.records]] = np.nan
    usual, low, high = _fences(log, thresholds)
    with np.errstate(invalid="ignore"):
        off = ((log < low) | (log > high)) & (np.abs(log - usual) >= np.log10(thresholds.price_outlier_factor))
    money, total = np.where(off, grid.spend, 0).sum(), grid.spend.sum()
    if off.any() and money >= thresholds.price_outlier_share * total:
        yield _finding(grid, off, log - usual, log, thresholds)


def _fences(log: np.ndarray, thresholds: Thresholds) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return median and fences per line item as columns; NaN where there are too few prices."""
    ordered = np.sort(log, axis=1)  # NaN goes to the end
    counts = (~np.isnan(log)).sum(axis=1)
    quarter, half, three = (_quantile(ordered, counts, share) for share in (0.25, 0.5, 0.75))
    reach = thresholds.tukey_fence * (three - quarter)
    few = counts < thresholds.fewest_prices
    low, high = np.where(few, np.nan, quarter - reach), np.where(few, np.nan, three + reach)
    return half[:, None], low[:, None], high[:, None]


def _quantile(ordered: np.ndarray, counts: np.ndarray, share: float) -> np.ndarray:
    """Return a quantile of the first `counts` values of each row, linear between neighbours."""
    place = share * np.maximum(counts - 1, 0)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(counts - 1, 0))
    rows = np.arange(len(ordered))
    result: np.ndarray = ordered[rows, below] + (place - below) * (ordered[rows, above] - ordered[rows, below])
    return result


def _record_cells(grid: SourceGrid) -> tuple[np.ndarray, np.ndarray]:
    """Return line item and period of each record as places in the grid."""
    first = int(grid.calendar.number(np.array([grid.labels[0]], dtype="datetime64[D]"))[0])
    return item_of_record(grid), grid.calendar.number(grid.table.records["date"]) - first


def _finding(grid: SourceGrid, off: np.ndarray, apart: np.ndarray, log: np.ndarray, thresholds: Thresholds) -> Finding:
    item, period = _record_cells(grid)
    records = grid.table.records[(item >= 0) & off[item, period]]
    total = int(records["spend_micros"].sum())
    at, when = np.nonzero(off)
    order = np.argsort(-grid.spend[at, when], kind="stable")[:20]
    worst = int(np.where(off, grid.spend, 0).sum(axis=1).argmax())
    where = np.flatnonzero(off.any(axis=1))
    ranked = where[np.argsort(-np.where(off, grid.spend, 0).sum(axis=1)[where], kind="stable")]
    return Finding(
        code="cost_per_unit_outliers",
        severity=Severity.WARNING,
        message=f"{grid.source}: in {counted(len(at), grid.calendar.period)} of {counted(len(where), 'line item')} a "
        f"unit of exposure cost at least {thresholds.price_outlier_factor:g} times more or less than usual "
        f"({spoken_amount(total)} {grid.currency}; {named(list(grid.names[ranked]), most=2)}). Spend or exposure may "
        "be wrong there, or a fixed fee fell into a time with little exposure.",
        where=Place(
            source=grid.source,
            rows=rows_named(records),
            line_items=tuple(map(str, grid.items.index[ranked][:MOST_NAMED])),
            periods=tuple(grid.labels[place] for place in np.unique(when)[:MOST_NAMED]),
        ),
        evidence={
            "cells": len(at),
            "amount": amount_text(total),
            "items": [
                {
                    "name": str(grid.names[at[place]]),
                    "period": grid.labels[when[place]],
                    "times": round(float(10 ** apart[at[place], when[place]]), 3),
                    "spend": round(float(grid.spend[at[place], when[place]]), 2),
                }
                for place in order
            ],
            "series": drawn(grid.labels, 10 ** log[worst]),
            "shown": str(grid.names[worst]),
            "marked": [grid.labels[place] for place in np.flatnonzero(off[worst])],
            "unit": f"{grid.currency} per unit of exposure",
        },
        remedy=f"Compare these rows with the platform or the invoice, the largest first "
        f"({listed([grid.labels[when[place]] for place in order], most=3)}).",
        threshold=f"tukey_fence: {thresholds.tukey_fence} quartile ranges beyond the quartiles (Tukey 1977), and off "
        f"by a factor of {thresholds.price_outlier_factor:g}",
    )
