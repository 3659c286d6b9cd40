"""A grid of cells to a table: header named, blank parts, totals rows and remarks set aside."""

from dataclasses import replace

import numpy as np
import pyarrow as pa

from mmm_core.errors import BadInput, counted, listed
from mmm_core.findings import Finding, Place, Severity
from mmm_core.ingest.delimited import is_remark
from mmm_core.ingest.grid import (
    MAX_COLUMNS,
    MAX_ROWS,
    Grid,
    MergedCells,
    blank_rows,
    column_letters,
    refuse_too_long,
    refuse_too_wide,
    tidy,
)
from mmm_core.ingest.header import Header, find_header, kind_of, refuse_duplicates
from mmm_core.ingest.table import RawTable
from mmm_core.ingest.totals import totals_note, without_totals

_MOST_REMARKS = 10
_MOST_ROWS = 100


def to_table(
    grid: Grid,
    *,
    source: str,
    sheet: str = "",
    delimiter: str = "",
    header_row: int | None = None,
    findings: tuple[Finding, ...] = (),
) -> RawTable:
    """Name the columns, by the row `header_row` where somebody named it, and keep the data rows.

    Raises
    ------
    BadInput
        If the grid holds no table: no header, no data, one column, two columns of one name, or too many of either.
    """
    name = f"{source} / {sheet}" if sheet else source
    blank = blank_rows(grid.columns, grid.height)
    header = find_header(grid, blank, name=name, header_row=header_row)
    grid, filled = _filled_down(grid, header, source, sheet)
    keep = ~blank
    keep[: header.first_data] = False
    data = grid.take(keep)
    data, header = _named_columns(data, header, name)
    refuse_too_wide(len(header.names), name=name, most=MAX_COLUMNS)
    refuse_too_long(data.height, name=name, most=MAX_ROWS)
    data, remarks = _without_remarks(data, source, sheet)
    data, totals = without_totals(data, header)
    if not data.height:
        raise BadInput(
            "The table has a header but no data",
            where=name,
            expected="at least one data row was expected",
            remedy="Export the file again",
        )
    said = (*filled, *remarks, *(totals_note(row, header, source, sheet) for row in totals))
    return RawTable(
        source=source,
        sheet=sheet,
        columns=header.names,
        delimiter=delimiter,
        header_row=int(grid.row_numbers[header.row]),
        totals=totals,
        cells=pa.table(dict(zip(header.names, data.columns, strict=True))),
        row_numbers=data.row_numbers,
        native=None if data.native is None else pa.table(dict(zip(header.names, data.native, strict=True))),
        findings=(*findings, *said),
    )


def _filled_down(grid: Grid, header: Header, source: str, sheet: str) -> tuple[Grid, tuple[Finding, ...]]:
    """Repeat a name or date in all rows that its merged cell covers; an amount stands for itself once."""
    parts = [part for part in grid.merged if part.bottom > part.top >= header.first_data and _names_rows(grid, part)]
    if not parts:
        return grid, ()
    columns = list(grid.columns)
    for left in sorted({part.left for part in parts}):
        texts = columns[left].to_pylist()
        for part in (part for part in parts if part.left == left):
            texts[part.top : part.bottom + 1] = [texts[part.top]] * (min(part.bottom, grid.height - 1) + 1 - part.top)
        columns[left] = pa.array(texts, type=pa.string())
    rows = tuple(int(grid.row_numbers[part.top]) for part in parts)
    names = tuple(header.names[left] or column_letters(left) for left in sorted({part.left for part in parts}))
    note = Finding(
        code="merged_cells_filled",
        severity=Severity.NOTE,
        message=f"{counted(len(parts), 'merged cell')} in {listed(tuple(map(repr, names)))} over several rows: the "
        "text was taken for each of these rows.",
        where=Place(source=source, sheet=sheet, rows=rows[:_MOST_ROWS], columns=names),
        evidence={"merged_cells": len(parts)},
        remedy="Unmerge the cells and fill in the names if that is wrong.",
    )
    return replace(grid, columns=tuple(columns)), (note,)


def _names_rows(grid: Grid, part: MergedCells) -> bool:
    if part.left >= len(grid.columns) or part.top >= grid.height:
        return False
    text = tidy(grid.columns[part.left][part.top].as_py())
    return bool(text) and kind_of(text) != "number"


def _named_columns(data: Grid, header: Header, name: str) -> tuple[Grid, Header]:
    """Drop columns without name and content, and name those with content after their letter."""
    kept, names = [], []
    for index, column in enumerate(data.columns):
        label = header.names[index]
        if label or not blank_rows((column,), data.height).all():
            kept.append(index)
            names.append(label or f"column {column_letters(index + data.first_column)}")
    if len(kept) < 2:
        raise BadInput(
            "The table has only one column",
            where=name,
            expected="a date and at least one more column were expected",
            remedy="Check the delimiter of the file",
        )
    refuse_duplicates(tuple(header.names[index] or f"column {index}" for index in kept), data.first_column, name=name)
    trimmed = Grid(
        columns=tuple(data.columns[index] for index in kept),
        row_numbers=data.row_numbers,
        first_column=data.first_column,
        native=None if data.native is None else tuple(data.native[index] for index in kept),
    )
    return trimmed, Header(
        names=tuple(names),
        row=header.row,
        first_data=header.first_data,
        date_columns=tuple(kept.index(column) for column in header.date_columns if column in kept),
        number_columns=tuple(kept.index(column) for column in header.number_columns if column in kept),
    )


def _without_remarks(data: Grid, source: str, sheet: str) -> tuple[Grid, tuple[Finding, ...]]:
    """Cut lines of text below the table, such as a copyright line."""
    end = data.height
    while end > 1 and data.height - end < _MOST_REMARKS and is_remark(data.row(end - 1)):
        end -= 1
    if end == data.height:
        return data, ()
    rows = tuple(int(row) for row in data.row_numbers[end:])
    text = " ".join(cell for cell in data.row(end) if cell)
    note = Finding(
        code="remark_skipped",
        severity=Severity.NOTE,
        message=f"{len(rows)} line(s) of text below the table were left out ({text[:80]!r}).",
        where=Place(source=source, sheet=sheet, rows=rows),
        evidence={"text": text},
    )
    return data.take(np.arange(data.height) < end), (note,)
