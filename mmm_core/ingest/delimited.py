"""CSV, TSV and other delimited text to a grid.

Arrow's reader works on bytes in memory; whatever it finds irregular is read again by Python's csv module, which can
name the row. The size is limited beforehand, so small texts can be read where the app runs.
"""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from mmm_core.errors import BadInput, listed
from mmm_core.ingest.encoding import DELIMITING_CONTROLS, REMEDY
from mmm_core.ingest.grid import Grid, refuse_too_long, refuse_too_wide
from mmm_core.ingest.number_grammar import looks_like_number

DELIMITERS = (";", "\t", "|", ",")
RARE_DELIMITERS = (
    "\x1f",
    "\x01",
    "^",
    "~",
    "\N{BROKEN BAR}",
    "\N{NOT SIGN}",
    "§",
    "#",
    "!",
    "*",
    "&",
    "%",
    "@",
    "=",
    ":",
)
"""Considered only where they cut a header of names and more records than any of the usual ones do."""
_SEPARATOR_LINE = re.compile(rb'"?sep=([^\r\n"])"?[ \t;,]*\r?\n', re.IGNORECASE)
"""What Excel writes above a table to say which delimiter follows."""
_SAMPLE_BYTES = 262_144
_SAMPLE_RECORDS = 300
_BLOCK_BYTES = 16 << 20
_BELOW_TEXT = b"\r\n\x1a \x0c"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How the text is cut into cells.

    `head_records`, `head_lines`: how much comes before the first full-width record; `short_heads`: which of these
    records have several cells.
    """

    delimiter: str
    width: int
    head_records: int
    head_lines: int
    short_heads: frozenset[int]


def read_delimited(utf8: bytes, *, name: str, delimiter: str | None = None) -> tuple[Grid, str]:
    """Cut UTF-8 text into cells, by `delimiter` where somebody named it.

    Returns
    -------
    tuple of Grid and str
        The cells, and the delimiter: as named in the file's first line, else recognised among `DELIMITERS` and
        `RARE_DELIMITERS`.

    Raises
    ------
    BadInput
        If the text has no columns, or rows of different width.
    """
    end = _end_of_text(utf8)
    named = _SEPARATOR_LINE.match(utf8)
    dialect = recognise(
        utf8[: min(end, _SAMPLE_BYTES)],
        name=name,
        complete=end <= _SAMPLE_BYTES,
        delimiter=delimiter or (named[1].decode(errors="ignore") if named else ""),
    )
    _refuse_stray_controls(utf8, dialect.delimiter, name)
    refuse_too_wide(dialect.width, name=name)
    grid = _read_regular(utf8, end, dialect)
    if grid is None:
        grid = _read_row_by_row(utf8[:end], dialect, name)
    refuse_too_long(grid.height, name=name)
    return grid, dialect.delimiter


def _end_of_text(utf8: bytes) -> int:
    """Return where a text ends that may have blank lines and marks of an end of file below it; nothing is copied."""
    tail = utf8[-_SAMPLE_BYTES:]
    kept = len(tail.rstrip(_BELOW_TEXT))
    return len(utf8) - len(tail) + kept if kept else len(utf8.rstrip(_BELOW_TEXT))


def recognise(start: bytes, *, name: str, complete: bool = True, delimiter: str = "") -> Dialect:
    """Choose the delimiter under which most records of a file's start have the same number of cells, above one.

    Parameters
    ----------
    start : bytes
        The first part of a text in UTF-8; all of it where it is `complete`.
    name : str
        File name for messages.
    complete : bool, default True
        Whether the last record is a whole one.
    delimiter : str, optional
        What somebody named; nothing else is tried then.

    Raises
    ------
    BadInput
        If no delimiter, or not the one that is named, cuts at least half of the records alike.
    """
    sample = start.decode("utf-8", errors="ignore")
    best: _Cut | None = None
    for candidate in (delimiter,) if delimiter else (*DELIMITERS, *RARE_DELIMITERS):
        cut = _cut(sample, candidate, complete=complete) if candidate in sample else None
        if cut is None:
            continue
        if candidate in RARE_DELIMITERS and not delimiter:
            if _names_columns(sample, cut) and cut.alike > (best.alike if best else 0):
                best = cut
        elif best is None or (cut.alike, cut.width) > (best.alike, best.width):
            best = cut
    if best is None or best.alike < 0.5 * sum(cells > 0 for cells, _ in best.records[best.head :]):
        raise _no_columns(name, delimiter)
    lines = best.records[best.head - 1][1] if best.head else 0
    short = frozenset(index for index, (cells, _) in enumerate(best.records[: best.head]) if cells > 1)
    return Dialect(
        delimiter=best.delimiter, width=best.width, head_records=best.head, head_lines=lines, short_heads=short
    )


class _Cut(NamedTuple):
    """How a delimiter cuts the start of a text: `alike` records of `width` cells, the first of them at `head`."""

    delimiter: str
    width: int
    alike: int
    head: int
    records: list[tuple[int, int]]


def _cut(sample: str, delimiter: str, *, complete: bool) -> _Cut | None:
    records = _sample_records(sample, delimiter, complete=complete)
    widths = Counter(width for width, _ in records if width > 1)
    if not widths:
        return None
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    head = next(index for index, (cells, _) in enumerate(records) if cells == width)
    return _Cut(delimiter, width, count, head, records)


def _names_columns(sample: str, cut: _Cut) -> bool:
    """Tell whether the first full record is one of names; the parts of a time or of an address are none."""
    cells = next(islice(csv.reader(io.StringIO(sample, newline=""), delimiter=cut.delimiter), cut.head, None), [])
    return all(cell.strip() and not cell.strip()[0].isdigit() and not looks_like_number(cell) for cell in cells)


def _refuse_stray_controls(utf8: bytes, delimiter: str, name: str) -> None:
    """Refuse control characters that would delimit cells in a text that is cut by something else."""
    stray = DELIMITING_CONTROLS.replace(delimiter.encode(), b"")
    if any(utf8.find(stray[at : at + 1], 0, _SAMPLE_BYTES) >= 0 for at in range(len(stray))):
        raise BadInput(
            "The file holds binary data, not a table",
            where=name,
            expected="a CSV, .xlsx or Parquet file was expected",
            remedy=REMEDY,
        )


def _no_columns(name: str, delimiter: str) -> BadInput:
    return BadInput(
        f"The file has no columns that {repr(delimiter) if delimiter else 'a delimiter'} would tell apart",
        where=name,
        expected="a table with the same sign between all cells, such as comma, semicolon, tab or |, was expected",
        remedy=REMEDY,
    )


def _sample_records(sample: str, delimiter: str, *, complete: bool) -> list[tuple[int, int]]:
    """Return (cells, physical lines so far) per record; blank records have no cells."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    records: list[tuple[int, int]] = []
    try:
        for cells in reader:
            records.append((_used(cells), reader.line_num))
            if len(records) == _SAMPLE_RECORDS:
                return records
    except csv.Error:
        return records
    return records if complete else records[:-1]


def _used(cells: list[str]) -> int:
    """Count the cells; a record of nothing but white space has none."""
    return len(cells) if any(cell.strip() for cell in cells) or len(cells) > 1 else 0


def _read_regular(utf8: bytes, end: int, dialect: Dialect) -> Grid | None:
    """Read with Arrow, or return None when the records are not all alike."""
    if utf8.count(b'"') % 2 or not dialect.delimiter.isascii():
        return None
    start = _offset_of_line(utf8, dialect.head_lines)
    names = [f"c{index}" for index in range(dialect.width)]
    quoted = b'"' in utf8
    try:
        body = pa_csv.read_csv(
            pa.BufferReader(pa.py_buffer(utf8).slice(start, end - start)),
            read_options=pa_csv.ReadOptions(column_names=names, block_size=_BLOCK_BYTES),
            parse_options=pa_csv.ParseOptions(
                delimiter=dialect.delimiter, newlines_in_values=quoted, ignore_empty_lines=False
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    head = _head_cells(utf8[:start], dialect)
    parts = [body.column(name).chunks for name in names]
    del body  # so that each column is let go as soon as it is in one piece
    columns = tuple(pa.concat_arrays([pa.array(cells, type=pa.string()), *parts.pop(0)]) for cells in head)
    return Grid(columns=columns, row_numbers=np.arange(1, len(columns[0]) + 1), short_rows=dialect.short_heads)


def _offset_of_line(utf8: bytes, lines: int) -> int:
    """Return where the line after the first `lines` ones begins; a line ends with CR, LF or both."""
    offset = 0
    for _ in range(lines):
        ends = [end for end in (utf8.find(b"\n", offset), utf8.find(b"\r", offset)) if end >= 0]
        if not ends:
            return len(utf8)
        offset = min(ends) + (2 if utf8[min(ends) : min(ends) + 2] == b"\r\n" else 1)
    return offset


def _head_cells(head: bytes, dialect: Dialect) -> list[list[str]]:
    """Return the preamble as columns of the table's width."""
    records = list(csv.reader(io.StringIO(head.decode(), newline=""), delimiter=dialect.delimiter))
    padded = [_fitted(cells, dialect.width) for cells in records]
    return [[cells[index] for cells in padded] for index in range(dialect.width)]


def _fitted(cells: list[str], width: int) -> list[str]:
    return (cells + [""] * width)[:width]


def _read_row_by_row(utf8: bytes, dialect: Dialect, name: str) -> Grid:
    """Read with Python's csv module and refuse rows of another width."""
    reader = csv.reader(io.StringIO(utf8.decode(), newline=""), delimiter=dialect.delimiter, strict=True)
    records: list[list[str]] = []
    try:
        records.extend(reader)
    except csv.Error as failure:
        raise BadInput(
            "A quoted cell is not closed or is followed by stray text",
            where=f"row {len(records) + 1} of {name}",
            expected='a quote within a quoted cell is written twice ("")',
            remedy="Correct the row or export the file again",
        ) from failure
    _refuse_ragged(records, dialect, name)
    columns = zip(*(_fitted(cells, dialect.width) for cells in records), strict=True)
    arrays = tuple(pa.array(column, type=pa.string()) for column in columns)
    return Grid(columns=arrays, row_numbers=np.arange(1, len(records) + 1), short_rows=dialect.short_heads)


def _refuse_ragged(records: list[list[str]], dialect: Dialect, name: str) -> None:
    """Raise for rows that are neither full nor blank, nor a line of text before or after the table."""
    width = dialect.width
    last = max(index for index, cells in enumerate(records) if len(cells) >= width)
    ragged = [
        index
        for index, cells in enumerate(records)
        if index >= dialect.head_records and not _fits(cells, width) and not (index > last and is_remark(cells))
    ]
    if ragged:
        counts = tuple(sorted({len(records[index]) for index in ragged}))
        raise BadInput(
            f"{len(ragged)} row(s) have {listed(counts)} cells",
            where=f"rows {listed(tuple(index + 1 for index in ragged))} of {name}",
            expected=f"{width} cells were expected, as in the other rows",
            remedy="Look for a delimiter within a name that is not quoted, or for a file that was cut off",
        )


def _fits(cells: list[str], width: int) -> bool:
    """Tell whether a row is blank, or full with at most empty cells beyond the width."""
    if not any(cell.strip() for cell in cells):
        return True
    return len(cells) == width or (len(cells) > width and not any(cell.strip() for cell in cells[width:]))


def is_remark(cells: list[str]) -> bool:
    """Tell whether a row is one line of text, such as a copyright line below an export."""
    filled = [cell for cell in cells if cell.strip()]
    return len(filled) == 1 and " " in filled[0].strip() and not filled[0].strip()[0].isdigit()
