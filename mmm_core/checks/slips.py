"""Spend in another unit or currency than the rest of the file: the price of exposure jumps by one factor and back."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmm_core.checks.grids import SourceGrid
from mmm_core.checks.pictures import MOST_NAMED, drawn, listed_items, named, rows_named, span
from mmm_core.checks.prices import Prices, item_of_record, prices_of, steady_runs
from mmm_core.checks.thresholds import THRESHOLDS, Thresholds
from mmm_core.errors import counted
from mmm_core.findings import Finding, Fix, Place, Severity
from mmm_core.money import amount_text, spoken_amount

_WEEK = 7
_MOST = 20
"""Places that are told one by one; a file with more has prices that jump by their nature."""
_UNITS = {
    2: "it may be in hundredths (cents)",
    3: "single amounts may be written without their thousands, or with a point for a comma",
    6: "it may be in micros",
    -2: "it may be in hundreds",
    -3: "it may be in thousands",
    -6: "it may be in millions",
}


@dataclass(frozen=True, kw_only=True)
class Slip:
    """Runs of several line items that are off alike at the same time."""

    subject: str
    about: str
    decades: float
    unit: int
    days: tuple[str, str]
    codes: np.ndarray
    records: np.ndarray

    @property
    def factor(self) -> float:
        """What the spend should be multiplied by: a power of ten for a unit, else four figures."""
        return 10.0**-self.unit if self.unit else float(f"{10**-self.decades:.4g}")


def slips(grid: SourceGrid, *, thresholds: Thresholds = THRESHOLDS) -> tuple[Slip, ...]:
    """Find runs of rows whose price of exposure is off by one factor, brought together by what they have in common."""
    if not grid.has_exposure:
        return ()
    prices = prices_of(grid, thresholds)
    runs = steady_runs(prices, thresholds)
    if runs.empty:
        return ()
    spent = _SpentRows.of(grid)
    return tuple(_slip(grid, prices, own, spent, thresholds) for own in _together(grid, runs, thresholds))


def slip_findings(grid: SourceGrid, found: tuple[Slip, ...]) -> Iterator[Finding]:
    """Say where spend is in another unit or currency, and by what to multiply it; past twenty places only how many."""
    micros = grid.table.records["spend_micros"].to_numpy()
    at_stake = [abs(int(micros[slip.records].sum())) * max(1.0, slip.factor) for slip in found]
    order = np.argsort(-np.array(at_stake), kind="stable")
    for place in order[:_MOST]:
        yield _finding(grid, found[place])
    if len(found) > _MOST:
        yield _others(grid, [found[place] for place in order[_MOST:]])


@dataclass(frozen=True, kw_only=True)
class _SpentRows:
    """Records with spend by line item: those of item i stand from `start[i]` to `start[i + 1]`."""

    record: np.ndarray
    day: np.ndarray
    start: np.ndarray

    @classmethod
    def of(cls, grid: SourceGrid) -> "_SpentRows":
        item, records = item_of_record(grid), grid.table.records
        spent = np.flatnonzero((item >= 0) & (records["spend_micros"].to_numpy() != 0))
        record = spent[np.argsort(item[spent], kind="stable")]
        day = records["date"].to_numpy(dtype="datetime64[D]").astype(np.int64)[record]
        return cls(record=record, day=day, start=np.searchsorted(item[record], np.arange(len(grid.items) + 1)))

    def between(self, item: int, first: int, last: int) -> np.ndarray:
        own = slice(self.start[item], self.start[item + 1])
        inside: np.ndarray = self.record[own][(self.day[own] >= first) & (self.day[own] <= last)]
        return inside


def _together(grid: SourceGrid, runs: pd.DataFrame, thresholds: Thresholds) -> Iterator[pd.DataFrame]:
    """Bring runs together: one factor, overlapping days and, in files of several dimensions, one first dimension."""
    if runs.empty:
        return
    ordered = runs.sort_values("decades")
    bucket = (ordered["decades"].diff().fillna(0) > thresholds.slip_alike).cumsum().where(ordered["unit"] == 0, -1)
    _, heads, _ = grid.heads
    head = heads[ordered["item"].to_numpy(dtype=np.int64)] if len(grid.dimensions) > 1 else 0
    keyed = ordered.assign(bucket=bucket, head=head).sort_values(["unit", "bucket", "head", "first", "item"])
    for _, own in keyed.groupby(["unit", "bucket", "head"], sort=True):
        reached = own["last"].cummax().shift()
        for _, cluster in own.groupby((own["first"] > reached + _WEEK).cumsum(), sort=True):
            yield cluster


def _slip(grid: SourceGrid, prices: Prices, runs: pd.DataFrame, spent: _SpentRows, thresholds: Thresholds) -> Slip:
    codes = np.unique(runs["item"].to_numpy(dtype=np.int64))
    first, last = int(runs["first"].min()), int(runs["last"].max())
    decades = float(np.average(runs["decades"], weights=runs["rows"]))
    dimension, value, alike = _in_common(grid, prices, codes, (first, last), thresholds)
    whole = _whole_lives(prices, codes, alike, (first, last), decades, thresholds)
    spans = [*zip(runs["item"], runs["first"], runs["last"], strict=True), *((code, first, last) for code in whole)]
    subject = f"{dimension.rstrip('_')} '{value}'" if dimension else named(list(grid.names[codes]))
    labels = tuple(str(np.datetime64(day, "D")) for day in (first, last))
    return Slip(
        subject=subject,
        about=f"{subject if dimension else sorted(map(str, grid.items.index[codes]))[0]} from {labels[0]}",
        decades=decades,
        unit=int(runs["unit"].iloc[0]),
        days=(labels[0], labels[1]),
        codes=np.append(codes, whole),
        records=np.unique(np.concatenate([spent.between(*span) for span in spans])),
    )


def _in_common(
    grid: SourceGrid, prices: Prices, codes: np.ndarray, days: tuple[int, int], thresholds: Thresholds
) -> tuple[str, str, np.ndarray]:
    """Find the dimension value that most of whose line items of that time are the given ones; ("", "", codes) if none.

    Returns
    -------
    dimension, value, line items with that value that ran in these days
    """
    running = (prices.first <= days[1]) & (prices.last >= days[0]) & ~np.isnan(prices.usual)
    best: tuple[float, str, str, np.ndarray] = (0.0, "", "", codes)
    for dimension in grid.dimensions:
        values = grid.items[dimension].astype(object).to_numpy()
        own = set(map(str, values[codes]))
        if len(own) > 1:
            continue
        alike = np.flatnonzero((values == values[codes[0]]) & running)
        inside = (prices.first[alike] >= days[0]) & (prices.last[alike] <= days[1])
        share = float((np.isin(alike, codes) | inside).mean())
        if share > best[0]:
            best = (share, dimension, own.pop(), alike)
    return best[1:] if best[0] >= thresholds.slip_names_all else ("", "", codes)


def _whole_lives(
    prices: Prices,
    codes: np.ndarray,
    alike: np.ndarray,
    days: tuple[int, int],
    decades: float,
    thresholds: Thresholds,
) -> np.ndarray:
    """Find siblings that ran only in these days, at prices that are off as well: their own median cannot show it."""
    others = np.setdiff1d(alike, codes)
    inside = others[(prices.first[others] >= days[0]) & (prices.last[others] <= days[1])]
    off = prices.usual[inside] - np.median(prices.usual[codes])
    reach = max(thresholds.slip_sibling, thresholds.slip_sibling_share * abs(decades))
    result: np.ndarray = inside[np.abs(off - decades) <= reach]
    return result


def _finding(grid: SourceGrid, slip: Slip) -> Finding:
    records = grid.table.records.iloc[slip.records]
    total, rows = int(records["spend_micros"].sum()), pd.unique(records["row"])
    off = 10 ** abs(slip.decades)
    way = "high" if slip.decades > 0 else "low"
    why = _UNITS.get(slip.unit, "it may be in another currency")
    with np.errstate(divide="ignore", invalid="ignore"):
        exposure = np.nansum(grid.exposure[slip.codes], axis=0)
        series = np.where(exposure > 0, grid.spend[slip.codes].sum(axis=0) / exposure, np.nan)
    times = f"{10 ** abs(slip.unit):,}" if slip.unit else f"{off:,.0f}" if off >= 100 else f"{off:.3g}"
    multiply = f"{slip.factor:,.0f}" if slip.factor >= 1000 else f"{slip.factor:.4g}"
    return Finding(
        code="spend_unit_slip" if slip.unit else "spend_currency_slip",
        severity=Severity.WARNING,
        message=f"{grid.source}: spend of {slip.subject} from {slip.days[0]} to {slip.days[1]} is about {times} times "
        f"too {way} for its exposure ({counted(len(rows), 'row')}, {spoken_amount(total)} {grid.currency}); {why}.",
        where=Place(
            source=grid.source,
            rows=rows_named(records),
            line_items=tuple(sorted(map(str, grid.items.index[slip.codes]))[:MOST_NAMED]),
            periods=tuple(slip.days),
        ),
        evidence={
            "rows": len(rows),
            "amount": amount_text(total),
            "times": round(off, 3),
            "series": drawn(grid.labels, series),
            "unit": f"{grid.currency} per unit of exposure",
            "items": listed_items(grid.names[slip.codes], grid.micros[slip.codes]),
        },
        remedy=f"Ask how these amounts were exported ({span(slip.days)}); if so, multiply them by {multiply}.",
        threshold=f"slip_least_factor: {THRESHOLDS.slip_least_factor:g} times or more, the same over "
        f"{THRESHOLDS.slip_fewest_rows} rows or more (own choice)",
        about=slip.about,
        fix=Fix(
            kind="multiply_spend",
            what=f"Multiply these amounts by {multiply}",
            source=grid.source,
            rows=tuple(int(row) for row in rows),
            factor=slip.factor,
        ),
    )


def _others(grid: SourceGrid, rest: list[Slip]) -> Finding:
    own = np.unique(np.concatenate([slip.records for slip in rest]))
    records = grid.table.records.iloc[own]
    total, codes = int(records["spend_micros"].sum()), np.unique(np.concatenate([slip.codes for slip in rest]))
    return Finding(
        code="spend_currency_slip",
        severity=Severity.NOTE,
        message=f"{grid.source}: {counted(len(rest), 'more place')} with less money have prices that jump by a factor "
        f"and back ({counted(len(records), 'row')}, {spoken_amount(total)} {grid.currency}).",
        where=Place(
            source=grid.source,
            rows=rows_named(records),
            line_items=tuple(map(str, grid.items.index[codes][:MOST_NAMED])),
        ),
        evidence={
            "rows": len(records),
            "amount": amount_text(total),
            "items": listed_items(grid.names[codes], grid.micros[codes]),
        },
        remedy="Look at the first ones; where prices jump by their nature, accept them together with that reason.",
        threshold=f"slip_least_factor: {THRESHOLDS.slip_least_factor:g} times or more (own choice)",
        about="others",
    )
