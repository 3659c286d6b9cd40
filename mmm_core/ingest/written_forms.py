"""How a file writes decimals and dates, in words: what was detected is shown before anybody relies on it."""

from mmm_core.errors import BadInput
from mmm_core.ingest.conventions import decimal_mark, evidence_in
from mmm_core.ingest.date_grammar import open_orders
from mmm_core.ingest.dates import found_order
from mmm_core.ingest.number_grammar import DecimalMark, read_number
from mmm_core.ingest.readings import ControlsReading, KpiReading, MediaReading
from mmm_core.ingest.table import RawTable

_MARKS = {".": "with a decimal point", ",": "with a decimal comma"}
_ORDERS = {"dmy": "the day first", "mdy": "the month first", "ymd": "the year first"}
_MOST_CELLS = 5_000


def how_written(table: RawTable, reading: MediaReading | KpiReading | ControlsReading) -> dict[str, str]:
    """Give the reasons for `decimal` and `date_order`; none where nothing in the file is open to doubt."""
    reasons = {}
    if (decimal := _about_decimals(table, _figures(reading))) is not None:
        reasons["decimal"] = decimal
    if reading.date in table.columns and (order := _about_order(table, reading.date)) is not None:
        reasons["date_order"] = order
    return reasons


def _figures(reading: MediaReading | KpiReading | ControlsReading) -> tuple[str, ...]:
    """Return the columns of figures; the layouts that name variables instead have none."""
    if reading.layout not in ("long", "wide"):
        return ()
    if isinstance(reading, KpiReading):
        return (reading.value,)
    if isinstance(reading, ControlsReading):
        return reading.columns
    roles = (reading.spend, reading.exposure)
    return tuple(name for role in roles if role for name in ([role] if isinstance(role, str) else role.values()))


def _about_decimals(table: RawTable, columns: tuple[str, ...]) -> str | None:
    """Say how the first column writes decimals in which some cell has a point or a comma."""
    for column in columns:
        evidence = evidence_in(table.texts(column).slice(0, _MOST_CELLS))
        if not any(evidence) or table.stored_numbers(column) is not None:
            continue
        try:
            mark = decimal_mark(table, column)
        except BadInput:
            return f"{column!r} can be read both ways; please say which is meant"
        other: DecimalMark = "," if mark == "." else "."
        cells = [text for text in table.texts(column).slice(0, _MOST_CELLS).to_pylist() if "." in text or "," in text]
        telling = next((text for text in cells if read_number(text, other, percent=True) is None), cells[0])
        return f"{_MARKS[mark]}, as in {telling.strip()!r} (column {column!r})"
    return None


def _about_order(table: RawTable, column: str) -> str | None:
    """Say in which order days and months stand, where the writing leaves it open."""
    texts = table.texts(column).unique().to_pylist()
    pairs = [(text, pair) for text in texts for pair in open_orders(text)]
    if not pairs:
        return None
    try:
        order = found_order(texts, table, column)
    except BadInput:
        return f"day and month cannot be told apart in {pairs[0][0]!r}; please say which comes first"
    telling = next((text for text, pair in pairs if max(pair) > 12), pairs[0][0])
    return f"{_ORDERS[order or 'dmy']}, as in {telling!r}"
