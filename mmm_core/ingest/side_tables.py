"""Organic media, control totals and lift tests: what stands beside paid media, outcome and controls."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from mmm_core.errors import BadInput, counted, listed
from mmm_core.findings import Finding, Place, Severity
from mmm_core.ingest.columns import require_columns
from mmm_core.ingest.currencies import about_currencies, as_category, currency_of
from mmm_core.ingest.date_grammar import read_span
from mmm_core.ingest.dates import found_order, read_calendar, read_dates
from mmm_core.ingest.media import read_media
from mmm_core.ingest.media_by_row import read_by_row
from mmm_core.ingest.numbers import Money, Numbers, read_column, read_money
from mmm_core.ingest.readings import ControlTotalsReading, LiftTestsReading, MediaReading, OrganicReading
from mmm_core.ingest.regions import read_geo
from mmm_core.ingest.spreading import in_periods
from mmm_core.ingest.table import RawTable
from mmm_core.ingest.unconverted import stated_currencies
from mmm_core.schema import ControlTotalsTable, LiftTestsTable, OrganicTable

_MOST_ROWS = 100


def read_organic(table: RawTable, reading: OrganicReading) -> OrganicTable:
    """Read organic media as `media.read_media` reads paid media; there is no spend.

    Raises
    ------
    BadInput
        As `media.read_media`.
    """
    as_media = MediaReading(**reading.as_dict() | {"line_item": reading.line_item, "periods": reading.periods})
    plain = reading.layout == "periods" and reading.variable is None
    media = (
        in_periods(read_by_row(table, as_media, plain_role="exposure"), table, as_media)
        if plain
        else read_media(table, as_media)
    )
    return OrganicTable(
        source=media.source,
        dimensions=media.dimensions,
        records=media.records.drop(columns=["spend_micros", "currency"]),
        line_items=media.line_items,
        raw_rows=media.raw_rows,
        has_geo=media.has_geo,
        findings=media.findings,
    )


def read_control_totals(table: RawTable, reading: ControlTotalsReading) -> ControlTotalsTable:
    """Read figures from outside, such as a ledger: one per row, for a month or a range of days.

    An empty amount is 0 (note `control_total_empty`). Several rows may stand for the same node and month; they add up.

    Raises
    ------
    BadInput
        If a column does not exist, a cell cannot be read, or a range ends before it starts.
    """
    require_columns(table, reading.date, reading.amount, reading.end, reading.node, reading.label, reading.currency)
    starts = read_calendar(table, reading.date, order=reading.date_order)
    ends = starts.last
    if reading.end:
        ends = _last_days(table, reading.end, reading)
    _refuse_backwards(table, starts.first, ends)
    money = read_money(table, reading.amount, decimal=reading.decimal, unit=reading.spend_unit)
    codes = {reading.amount: currency_of(table, reading.amount, money, reading)}
    rows = pd.DataFrame(
        {
            "row": table.row_numbers,
            "start": starts.first,
            "end": ends,
            "node": _texts(table, reading.node),
            "micros": money.micros,
            "label": _texts(table, reading.label),
            "currency": as_category(list(codes.values()), table.cells.num_rows),
        }
    )
    findings = (*_about_empty(table, reading.amount, money), *about_currencies(table, {reading.amount: money}, codes))
    return ControlTotalsTable(
        source=table.label,
        rows=rows,
        raw_rows=table.cells.num_rows,
        raw_micros=money.total,
        findings=(*table.findings, *starts.findings, *findings),
    )


def read_lift_tests(table: RawTable, reading: LiftTestsReading) -> LiftTestsTable:
    """Read measured increments, one test per row.

    Raises
    ------
    BadInput
        If a column does not exist, a cell cannot be read or is empty, a test ends before it starts, changes no spend,
        or its lift lies outside its interval.
    """
    named = (reading.usual_spend, reading.lift_low, reading.lift_high, reading.geo)
    require_columns(table, reading.group, reading.start, reading.end, reading.spend_change, reading.lift, *named)
    start = read_dates(table, reading.start, order=reading.date_order)
    end = _last_days(table, reading.end, reading)
    _refuse_backwards(table, start, end)
    money = {
        column: read_money(table, column, decimal=reading.decimal)
        for column in (reading.spend_change, reading.usual_spend)
        if column
    }
    lifts = {
        column: read_column(table, column, decimal=reading.decimal)
        for column in (reading.lift, reading.lift_low, reading.lift_high)
        if column
    }
    nothing = np.full(table.cells.num_rows, np.nan)
    low, high = (lifts[column].floats if column else nothing for column in (reading.lift_low, reading.lift_high))
    read: dict[str, Money | Numbers] = {**lifts, **money}
    stated = stated_currencies(
        table,
        {column: figures.currencies for column, figures in read.items()},
        series=table,
        rows=table.row_numbers,
        counts_money=True,
    )
    rows = pd.DataFrame(
        {
            "row": table.row_numbers,
            "group": _texts(table, reading.group),
            "geo": read_geo(table, reading.geo).astype(object),
            "start": start,
            "end": end,
            "usual_spend_micros": _usual(table, money.get(reading.usual_spend or "")),
            "spend_change_micros": money[reading.spend_change].micros,
            "lift": lifts[reading.lift].floats,
            "lift_low": low,
            "lift_high": high,
        }
    )
    _refuse_unusable(table, rows, reading)
    found = (*table.findings, *stated.findings)
    return LiftTestsTable(source=table.label, rows=rows, currencies=stated.currencies, findings=found)


def _last_days(table: RawTable, column: str, reading: ControlTotalsReading | LiftTestsReading) -> np.ndarray:
    """Return the last day of what each cell names: a day as written, a month to its end."""
    texts = table.texts(column).to_pylist()
    days = read_dates(table, column, order=reading.date_order)
    order = reading.date_order or found_order(list(dict.fromkeys(texts)), table, column)
    spans = [read_span(text, order) for text in texts]
    ends = [span.last if span else day for span, day in zip(spans, days.astype("datetime64[D]").tolist(), strict=True)]
    return np.array(ends, dtype="datetime64[D]").astype("datetime64[ns]")


def _usual(table: RawTable, money: Money | None) -> pd.Series:
    if money is None:
        return pd.Series([pd.NA] * table.cells.num_rows, dtype="Int64")
    return pd.Series(money.micros, dtype="Int64").mask(money.empty)


def _texts(table: RawTable, column: str | None) -> list[str]:
    if column is None:
        return [""] * table.cells.num_rows
    return [" ".join(text.split()) for text in table.texts(column).to_pylist()]


def _refuse_backwards(table: RawTable, start: np.ndarray, end: np.ndarray) -> None:
    expected = "the first day must not come after the last"
    _refuse(table, end < start, "ends before it starts", expected, "Correct the dates")


def _refuse_unusable(table: RawTable, rows: pd.DataFrame, reading: LiftTestsReading) -> None:
    """Refuse tests that say nothing, or whose figures contradict each other."""
    missing = (rows["group"] == "") | rows["lift"].isna()
    _refuse(table, missing.to_numpy(), "names no group or no lift", "both were expected", "Fill them in")
    still = (rows["spend_change_micros"] == 0).to_numpy()
    _refuse(table, still, f"changes no spend in {reading.spend_change!r}", "another amount was expected", "Correct it")
    outside = (rows["lift"] < rows["lift_low"]) | (rows["lift"] > rows["lift_high"])
    expected = "low, lift and high in this order were expected"
    _refuse(table, outside.to_numpy(), "has its lift outside its interval", expected, "Choose the columns again")


def _refuse(table: RawTable, bad: np.ndarray, found: str, expected: str, remedy: str) -> None:
    if bad.any():
        rows = tuple(int(row) for row in table.row_numbers[bad])
        where = f"{'row' if len(rows) == 1 else 'rows'} {listed(rows)} of {table.label}"
        raise BadInput(f"{counted(len(rows), 'row')}: each {found}", where=where, expected=expected, remedy=remedy)


def _about_empty(table: RawTable, column: str, money: Money) -> Iterator[Finding]:
    if not money.empty.any():
        return
    rows = tuple(int(row) for row in table.row_numbers[money.empty])
    yield Finding(
        code="control_total_empty",
        severity=Severity.NOTE,
        message=f"Column {column!r} holds no amount in {counted(len(rows), 'row')} ({listed(rows)}); read as 0.",
        where=Place(source=table.source, sheet=table.sheet, rows=rows[:_MOST_ROWS], columns=(column,)),
        evidence={"rows": len(rows)},
        remedy="Fill in the amounts if something was booked.",
    )
