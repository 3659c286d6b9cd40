"""Columns of text to dates; an order of day and month that cannot be told is asked, never guessed."""

import re
from dataclasses import dataclass

import numpy as np

from mmm_core.errors import BadInput, listed
from mmm_core.findings import Finding, Place, Severity
from mmm_core.ingest.date_grammar import DateOrder, Span, Unit, open_orders, read_span
from mmm_core.ingest.granularity import granularity, period_ends
from mmm_core.ingest.table import RawTable
from mmm_core.ingest.time_zones import zone_named

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_OFFSET = re.compile(r"\d\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})$")
_WEEK_WITHOUT_YEAR = re.compile(r"[^\W\d]{1,14}\.?\s?\d{1,2}")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dates:
    """A column of dates.

    `first` and `last` are datetime64[ns], shape (rows,): both ends of what each row stands for, equal for days. `unit`
    is what the column stands for as a whole, `findings` what was noticed about times of day.
    """

    first: np.ndarray
    last: np.ndarray
    unit: Unit
    findings: tuple[Finding, ...] = ()


def read_dates(
    table: RawTable, column: str, *, order: DateOrder | None = None, time_zone: str | None = None
) -> np.ndarray:
    """Return the first days of `read_calendar`: datetime64[ns], shape (rows,), midnight."""
    return read_calendar(table, column, order=order, time_zone=time_zone).first


def read_calendar(
    table: RawTable, column: str, *, order: DateOrder | None = None, time_zone: str | None = None
) -> Dates:
    """Read a column of dates.

    Parameters
    ----------
    table : RawTable
        The file's cells.
    column : str
        Name of the date column.
    order : {"ymd", "dmy", "mdy"}, optional
        How dates such as 1/2/2024 are meant; found out from the column when not given.
    time_zone : str, optional
        IANA name: times with an offset from UTC count on their day there. Other times count on the day as written.

    Raises
    ------
    BadInput
        If a cell is empty or no date, or the order of day and month cannot be told apart.
    """
    encoded = table.texts(column).dictionary_encode()
    texts: list[str] = encoded.dictionary.to_pylist()
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    order = order or found_order(texts, table, column)
    zone = zone_named(time_zone) if time_zone else None
    spans = [read_span(text, order, zone) for text in texts]
    missing = np.array([span is None for span in spans], dtype=bool)[codes]
    if missing.any():
        _refuse(table, column, np.flatnonzero(missing), texts, codes)
    first, last, unit = _ends([span for span in spans if span is not None])
    return Dates(
        first=first[codes].astype("datetime64[ns]"),
        last=last[codes].astype("datetime64[ns]"),
        unit=unit,
        findings=_about_times(table, column, texts, time_zone),
    )


def _ends(spans: list[Span]) -> tuple[np.ndarray, np.ndarray, Unit]:
    """Return both ends of every span as days, and what they stand for together."""
    first = np.array([span.first for span in spans], dtype="datetime64[D]")
    last = np.array([span.last for span in spans], dtype="datetime64[D]")
    unit = granularity(first, (span.unit for span in spans))
    if all(span.unit == "day" for span in spans):
        first_of_period, last = period_ends(first, unit)
        first = first if unit == "week" else first_of_period
    return first, last, unit


def _about_times(table: RawTable, column: str, texts: list[str], time_zone: str | None) -> tuple[Finding, ...]:
    """Say by which rule times of day became days."""
    clocks = [(text, m) for text in texts if (m := _CLOCK.search(text)) is not None]
    offsets = [text for text, _ in clocks if _OFFSET.search(text.strip())]
    converted = bool(time_zone and offsets)
    if not converted and not any(int(part or 0) for _, m in clocks for part in m.groups()):
        return ()
    rule = "the day counts as written, in whatever time zone the file was made"
    if converted:
        rest = "" if len(offsets) == len(clocks) else "; times without an offset from UTC count on the day as written"
        rule = f"those with an offset from UTC count on their day in {time_zone}{rest}"
    return (
        Finding(
            code="times_of_day",
            severity=Severity.NOTE,
            message=f"Column {column!r} holds times of day (such as {clocks[0][0]!r}): {rule}.",
            where=Place(source=table.source, sheet=table.sheet, columns=(column,)),
            evidence={"times": len(clocks), "with_offset": len(offsets), "time_zone": time_zone or ""},
            remedy="" if converted else "Name a time zone such as Europe/Berlin if times carry an offset.",
        ),
    )


def found_order(texts: list[str], table: RawTable, column: str) -> DateOrder | None:
    """Find the order of day and month in the values, or return None when all values say it themselves.

    Raises
    ------
    BadInput
        If values contradict each other, or none of them has a day above 12.
    """
    pairs = [(text, pair) for text in texts for pair in open_orders(text)]
    if not pairs:
        return None
    day_first = next((text for text, (first, _) in pairs if first > 12), None)
    month_first = next((text for text, (_, second) in pairs if second > 12), None)
    if day_first is not None and month_first is not None:
        raise _unclear(table, column, f"has the day first in {day_first!r} and the month first in {month_first!r}")
    if day_first is None and month_first is None and any(first != second for _, (first, second) in pairs):
        example = next(text for text, (first, second) in pairs if first != second)
        raise _unclear(table, column, f"has dates such as {example!r}, whose day and month cannot be told apart")
    return "mdy" if month_first is not None else "dmy"


def _unclear(table: RawTable, column: str, found: str) -> BadInput:
    return BadInput(
        f"Column {column!r} {found}",
        where=table.label,
        expected="one known order of day and month was expected",
        remedy="Say which one it is: day first or month first (on the page Data among the ways of writing, in a "
        'workshop file date_order = "dmy" or "mdy")',
    )


def _refuse(table: RawTable, column: str, bad: np.ndarray, texts: list[str], codes: np.ndarray) -> None:
    rows = tuple(int(row) for row in table.row_numbers[bad])
    place = f"{'rows' if len(rows) > 1 else 'row'} {listed(rows)} of {table.label}"
    values = tuple(dict.fromkeys(repr(texts[code]) for code in codes[bad[:1000]]))
    if values == ("''",):
        raise BadInput(
            f"Column {column!r} has no date in {len(rows):,} row(s)",
            where=place,
            expected="every row needs a date",
            remedy="Fill them in, remove the rows, or choose another column",
        )
    yearless = all(_WEEK_WITHOUT_YEAR.fullmatch(texts[code].strip()) for code in codes[bad[:1000]])
    wanted = "weeks with their year such as 2024-W05" if yearless else "dates such as 2024-01-31"
    several = f"{len(rows):,} values that are not dates" if len(rows) > 1 else "1 value that is not a date"
    raise BadInput(
        f"Column {column!r} holds {several}",
        where=f"{listed(values)}; {place}",
        expected=f"{wanted} were expected",
        remedy="Correct them in the file or choose another column",
    )
