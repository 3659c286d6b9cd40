"""Figures of months and longer, spread evenly over their days: only on request, and never without saying so."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from mmm_core.errors import BadInput, counted
from mmm_core.findings import Finding, Place, Severity
from mmm_core.ingest.date_grammar import Unit
from mmm_core.ingest.dates import read_calendar
from mmm_core.ingest.granularity import COARSE
from mmm_core.ingest.reading_form import Spread
from mmm_core.ingest.readings import SeriesReading
from mmm_core.ingest.shapes import HEADERS, calendar_of_periods
from mmm_core.ingest.table import RawTable
from mmm_core.schema import MediaTable

_LONGEST_KEPT_DAYS = 7
_MOST_RECORDS = 20_000_000
_MOST_ROWS = 50


def is_coarse(first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Tell, bool (rows,), which rows stand for more than a week, which is the longest period of a model."""
    return _days(first, last) > _LONGEST_KEPT_DAYS


def ends_of(rows: pd.DataFrame, table: RawTable, reading: SeriesReading) -> tuple[np.ndarray, tuple[Finding, ...]]:
    """Return the last day (inside) of what each typed row stands for, and what is to be said about its dates.

    Where no row stands for more than a week, which is never spread, the first days come back.

    Parameters
    ----------
    rows : DataFrame
        With `row` and `date`, as typed from `table` by `reading`.
    """
    if reading.layout == "periods":
        column = HEADERS
        _, dates = calendar_of_periods(table, reading)
    else:
        column = reading.date
        dates = read_calendar(table, column, order=reading.date_order, time_zone=reading.time_zone)
    if not is_coarse(dates.first, dates.last).any():
        return rows["date"].to_numpy(), dates.findings
    if reading.layout == "periods":
        order = np.argsort(dates.first)
        place = order[np.searchsorted(dates.first[order], rows["date"].to_numpy(dtype="datetime64[ns]"))]
    else:
        place = np.searchsorted(table.row_numbers, rows["row"].to_numpy())
    ends = dates.first[place], dates.last[place]
    return ends[1], (*dates.findings, *_about_coarse(table, column, rows["row"], ends, dates.unit, reading.spread))


def in_periods(media: MediaTable, table: RawTable, reading: SeriesReading) -> MediaTable:
    """Report what the dates of a media table stand for; spread months over their days if the reading asks for it."""
    last, findings = ends_of(media.records, table, reading)
    media = replace(media, findings=(*media.findings, *findings))
    if reading.spread == "no" or not is_coarse(media.records["date"].to_numpy(), last).any():
        return media
    return replace(media, records=spread_records(media.records, last))


def _about_coarse(
    table: RawTable, column: str, rows: pd.Series, ends: tuple[np.ndarray, np.ndarray], unit: Unit, spread: Spread
) -> Iterator[Finding]:
    """Report rows that stand for more than a week: an error unless they are spread, then a warning."""
    first, last = ends
    coarse = is_coarse(first, last)
    if not coarse.any():
        return
    spoken = f"{unit}s" if unit in COARSE else "more than a week"
    numbers = pd.unique(rows.to_numpy()[coarse])
    place = Place(
        source=table.source,
        sheet=table.sheet,
        rows=tuple(int(row) for row in numbers[:_MOST_ROWS]),
        columns=(column,),
    )
    example = f"{first[coarse][0].astype('datetime64[D]')} to {last[coarse][0].astype('datetime64[D]')}"
    stand = "stands" if len(numbers) == 1 else "stand"
    found = f"{table.label}: {counted(len(numbers), 'row')} {stand} for {spoken} (such as {example})"
    evidence = {"rows": len(numbers), "unit": unit}
    if spread == "days":
        yield Finding(
            code="monthly_figures_spread",
            severity=Severity.WARNING,
            message=f"{found}; their figures were spread evenly over the days, as asked for.",
            where=place,
            evidence=evidence,
            remedy="Ask for weekly or daily figures: spread ones hide the ups and downs that a model learns from.",
        )
        return
    yield Finding(
        code="monthly_figures",
        severity=Severity.ERROR,
        message=f"{found}; the periods of a model are weeks or days.",
        where=place,
        evidence=evidence,
        remedy="Ask for weekly or daily figures, or have these spread evenly over their days (on the page Data, or in "
        'a workshop file by spread = "days").',
        threshold="At most 7 days per row.",
    )


def spread_records(records: pd.DataFrame, last: np.ndarray) -> pd.DataFrame:
    """Split every record that stands for more than a week into one per day.

    Parameters
    ----------
    records : DataFrame
        With `date` (first day) and `spend_micros`; `exposure` and `clicks` where there are any.
    last : ndarray
        datetime64, shape (records,): last day, inside, of what each record stands for.

    Returns
    -------
    DataFrame
        The same columns and `file_rows` (int64): 1 for the first day of each record, 0 for the others. Money adds up to
        the micro: the first days of a record get the micros that an even split leaves over.

    Raises
    ------
    BadInput
        If that would make more records than fit into memory.
    """
    length, index, day = _split(records["date"].to_numpy(), last)
    spread = records.iloc[index].reset_index(drop=True)
    spread["date"] = spread["date"].to_numpy() + day.astype("timedelta64[D]")
    micros = records["spend_micros"].to_numpy(dtype=np.int64)[index]
    spread["spend_micros"] = even_part(micros, length[index], day)
    for name in ("exposure", "clicks"):
        if name in spread:
            spread[name] = spread[name].to_numpy() / length[index]
    spread["file_rows"] = (day == 0).astype(np.int64)
    return spread


def rows_in_periods(
    rows: pd.DataFrame, table: RawTable, reading: SeriesReading, *, added_up: tuple[str, ...]
) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Report what the dates of an outcome or of controls stand for; spread months over their days if asked to.

    Columns in `added_up` are divided by the number of days; all others, such as a price, hold for each of them.

    Raises
    ------
    BadInput
        If rows then stand for the same day and region.
    """
    last, findings = ends_of(rows, table, reading)
    if reading.spread == "no" or not is_coarse(rows["date"].to_numpy(), last).any():
        return rows, findings
    length, index, day = _split(rows["date"].to_numpy(), last)
    spread = rows.iloc[index].reset_index(drop=True)
    spread["date"] = spread["date"].to_numpy() + day.astype("timedelta64[D]")
    for name in added_up:
        spread[name] = spread[name].to_numpy() / length[index]
    twice = spread.duplicated(["date", "geo"], keep=False)
    if twice.any():
        first = spread[twice].iloc[0]
        raise BadInput(
            f"Several rows stand for {first['date']:%Y-%m-%d}",
            where=f"row {first['row']} of {table.label}",
            expected="periods that do not overlap were expected",
            remedy="Keep one of the rows",
        )
    return spread, findings


def even_part(micros: np.ndarray, parts: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Return part number `part` (from 0) of amounts split into `parts`; all parts of an amount have its sign."""
    size = np.abs(micros)
    share: np.ndarray = np.sign(micros) * (size // parts + (part < size % parts))
    return share


def _split(first: np.ndarray, last: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the days of each row (1 for those that stay), the row of each part, and its day within the row."""
    length = np.where(is_coarse(first, last), _days(first, last), 1)
    total = int(length.sum())
    if total > _MOST_RECORDS:
        raise BadInput(
            f"Spreading over days would make {total:,} rows",
            expected=f"at most {_MOST_RECORDS:,} were expected",
            remedy="Ask for weekly figures, or for fewer line items",
        )
    index = np.repeat(np.arange(len(length)), length)
    start = np.cumsum(length) - length
    return length, index, np.arange(total) - start[index]


def _days(first: np.ndarray, last: np.ndarray) -> np.ndarray:
    days: np.ndarray = (last.astype("datetime64[D]") - first.astype("datetime64[D]")).astype(np.int64) + 1
    return days
