"""Files in which a row or a column stands for something else than a date and its figures.

flat: a row per figure, named by a variable. periods: a column per period. Rows keep their numbers through all of it.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa

from mmm_core.errors import BadInput, listed
from mmm_core.ingest.columns import require_columns, require_values
from mmm_core.ingest.conventions import evidence_in
from mmm_core.ingest.date_grammar import Span, read_span
from mmm_core.ingest.dates import Dates, read_calendar
from mmm_core.ingest.number_grammar import DecimalMark
from mmm_core.ingest.readings import SeriesReading
from mmm_core.ingest.table import RawTable, one_array
from mmm_core.ingest.vocabulary import TOTAL_LABEL

HEADERS = "column header"
"""What the dates of a periods layout are called in messages."""
_TOTAL = re.compile(TOTAL_LABEL)
_JOIN = " / "


def rows_where(table: RawTable, keep: np.ndarray) -> RawTable:
    """Return the rows where `keep` is True, with their numbers."""
    mask = pa.array(keep)
    return replace(
        table,
        cells=table.cells.filter(mask),
        row_numbers=table.row_numbers[keep],
        native=None if table.native is None else table.native.filter(mask),
    )


def period_of_header(column: str) -> str:
    """Return the part of a column's name that is a date, "" when there is none.

    A header of two rows, a year above its months or weeks, is read as one date.
    """
    if names_total(column):
        return ""
    parts = " ".join(column.split()).split(_JOIN)
    forms = [_JOIN.join(parts), " ".join(parts[-2:]), " ".join(reversed(parts[-2:])), parts[-1]]
    return next((form for form in forms if _is_date(form)), "")


def names_total(column: str) -> bool:
    """Tell whether a column's header, or one of its rows, is the label of a total."""
    return any(_TOTAL.match(part) for part in " ".join(column.split()).split(_JOIN))


def _is_date(text: str) -> bool:
    return _span(text) is not None


def _span(text: str) -> Span | None:
    return read_span(text, "dmy") or read_span(text, "mdy")


def period_columns(table: RawTable) -> tuple[str, ...]:
    """Return the columns whose name is a date.

    A column that stands for a longer time than most and holds one of these, such as a quarter among months, sums up
    others and is left out.
    """
    dated = {column: span for column in table.columns if (span := _span(period_of_header(column)))}
    if len({span.unit for span in dated.values()}) < 2:
        return tuple(dated)
    usual = Counter(span.unit for span in dated.values()).most_common(1)[0][0]
    starts = [span.first for span in dated.values() if span.unit == usual]
    return tuple(
        column
        for column, span in dated.items()
        if span.unit == usual or not any(span.first <= first <= span.last for first in starts)
    )


def periods_of(table: RawTable, reading: SeriesReading) -> tuple[tuple[str, ...], np.ndarray]:
    """Return the columns of a periods layout and the date of each, datetime64[ns].

    Raises
    ------
    BadInput
        If there is none, a name is no date, or two columns stand for the same date.
    """
    require_columns(table, *reading.periods)
    columns, dates = calendar_of_periods(table, reading)
    return columns, dates.first


def calendar_of_periods(table: RawTable, reading: SeriesReading) -> tuple[tuple[str, ...], Dates]:
    """Return the columns of a periods layout and what each stands for; errors as in `periods_of`."""
    columns = reading.periods or period_columns(table)
    if not columns:
        raise BadInput(
            "No column stands for a period",
            where=table.label,
            expected=f"names such as 2024-01-01 or KW 1/2024 were expected; the columns are "
            f"{listed(tuple(map(repr, table.columns)), most=8)}",
            remedy="Choose another layout, or name the columns by their dates",
        )
    texts = [period_of_header(column) or column for column in columns]
    headers = replace(
        table,
        columns=(HEADERS,),
        cells=pa.table({HEADERS: pa.array(texts, type=pa.string())}),
        row_numbers=np.zeros(len(texts), dtype=np.int64),
        native=None,
    )
    dates = read_calendar(headers, HEADERS, order=reading.date_order, time_zone=reading.time_zone)
    repeated = pd.Series(dates.first).duplicated(keep=False).to_numpy()
    if repeated.any():
        twice = tuple(repr(column) for column, hit in zip(columns, repeated, strict=True) if hit)
        raise BadInput(
            f"Columns {listed(twice)} stand for the same date",
            where=table.label,
            expected="a column per date was expected",
            remedy="Remove those that sum up others, or name the columns of the periods",
        )
    return columns, dates


def rows_of_variables(table: RawTable, column: str, variables: Sequence[str]) -> np.ndarray:
    """Return which of `variables` each row is about, int64 (rows,), -1 for none of them.

    Raises
    ------
    BadInput
        If no row is about one of them.
    """
    require_columns(table, column)
    encoded = table.texts(column).dictionary_encode()
    values = [text.strip() for text in encoded.dictionary.to_pylist()]
    require_values(table, column, values, variables)
    position = {name.strip(): number for number, name in enumerate(variables)}
    codes = np.array([position.get(value, -1) for value in values], dtype=np.int64)
    rows: np.ndarray = codes[encoded.indices.to_numpy(zero_copy_only=False)]
    return rows


def shared_mark(table: RawTable, columns: Sequence[str]) -> DecimalMark | None:
    """Tell how these columns write decimals by the first that shows it; one alone may hold nothing that decides.

    The strict reader refuses by name what is written otherwise in another column.
    """
    for column in columns:
        texts, stored = table.texts(column), table.stored_numbers(column)
        found = evidence_in(texts if stored is None else texts.filter(pa.array(~stored)))
        if found.point or found.comma:
            return None if found.point and found.comma else found.decision
    return None


def series_table(table: RawTable, reading: SeriesReading, name: str) -> tuple[RawTable, SeriesReading]:
    """Take one variable out of a flat or periods layout.

    Returns
    -------
    table, reading
        A table with a date column, the region where the reading names one, and the variable as a column; and the
        reading of its dates and regions. Tables of the other layouts come back as they are.
    """
    if reading.layout not in ("flat", "periods"):
        return table, reading
    require_columns(table, reading.variable, reading.figures, reading.date or None, reading.geo)
    picked = rows_where(table, rows_of_variables(table, str(reading.variable), (name,)) == 0)
    if reading.layout == "flat":
        columns = {reading.date: reading.date, name: str(reading.figures)}
        if reading.geo:
            columns[reading.geo] = reading.geo
        return _renamed(picked, columns), SeriesReading(
            date=reading.date,
            geo=reading.geo,
            decimal=reading.decimal or shared_mark(table, (str(reading.figures),)),
            date_order=reading.date_order,
        )
    periods, _ = periods_of(table, reading)
    return _molten(picked, periods, name, reading.geo), SeriesReading(
        date=HEADERS,
        geo=reading.geo,
        decimal=reading.decimal or shared_mark(table, periods),
        date_order=reading.date_order,
    )


def _renamed(table: RawTable, columns: dict[str, str]) -> RawTable:
    """Return columns under other names (new name -> present name)."""
    return replace(
        table,
        columns=tuple(columns),
        cells=pa.table({new: table.texts(old) for new, old in columns.items()}),
        native=None
        if table.native is None
        else pa.table({new: one_array(table.native.column(old)) for new, old in columns.items()}),
    )


def _molten(table: RawTable, periods: tuple[str, ...], name: str, geo: str | None) -> RawTable:
    """Set the columns of the periods below each other, with their header as date."""
    rows = table.cells.num_rows
    headers = np.repeat([period_of_header(column) or column for column in periods], rows)
    cells = {HEADERS: pa.array(headers.tolist(), type=pa.string())}
    cells[name] = pa.concat_arrays([table.texts(column) for column in periods])
    if geo:
        cells[geo] = pa.concat_arrays([table.texts(geo)] * len(periods))
    native = None
    if table.native is not None:
        stored = np.concatenate([one_array(table.native.column(c)).to_numpy(zero_copy_only=False) for c in periods])
        native = pa.table({column: stored if column == name else np.zeros(len(stored), dtype=bool) for column in cells})
    return replace(
        table,
        columns=tuple(cells),
        cells=pa.table(cells),
        row_numbers=np.tile(table.row_numbers, len(periods)),
        native=native,
        totals=(),
    )
