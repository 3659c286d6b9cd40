"""Columns of text to dates; an order of day and month that cannot be told is asked, never guessed."""

import numpy as np

from mmm_core.errors import BadInput, listed
from mmm_core.ingest.date_grammar import DateOrder, day_and_month, read_date
from mmm_core.ingest.table import RawTable


def read_dates(table: RawTable, column: str, *, order: DateOrder | None = None) -> np.ndarray:
    """Read a column of dates.

    Parameters
    ----------
    table : RawTable
        The file's cells.
    column : str
        Name of the date column.
    order : {"ymd", "dmy", "mdy"}, optional
        How dates such as 1/2/2024 are meant; found out from the column when not given.

    Returns
    -------
    ndarray
        datetime64[ns], shape (rows,), midnight.

    Raises
    ------
    BadInput
        If a cell is empty or no date, or the order of day and month cannot be told apart.
    """
    encoded = table.texts(column).dictionary_encode()
    texts: list[str] = encoded.dictionary.to_pylist()
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    order = order or found_order(texts, table, column)
    days = np.array([read_date(text, order) for text in texts], dtype="datetime64[D]").astype("datetime64[ns]")
    dates: np.ndarray = days[codes]
    missing = np.isnat(dates)
    if missing.any():
        _refuse(table, column, np.flatnonzero(missing), texts, codes)
    return dates


def found_order(texts: list[str], table: RawTable, column: str) -> DateOrder | None:
    """Find the order of day and month in the values, or return None when all values say it themselves.

    Raises
    ------
    BadInput
        If values contradict each other, or none of them has a day above 12.
    """
    pairs = [(text, pair) for text in texts if (pair := day_and_month(text)) is not None]
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
        remedy='Say which one it is: date_order = "dmy" (day first) or date_order = "mdy" (month first)',
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
    several = f"{len(rows):,} values that are not dates" if len(rows) > 1 else "1 value that is not a date"
    raise BadInput(
        f"Column {column!r} holds {several}",
        where=f"{listed(values)}; {place}",
        expected="dates such as 2024-01-31 were expected",
        remedy="Correct them in the file or choose another column",
    )
