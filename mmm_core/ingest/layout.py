"""A grid of cells to a table: header named, blank parts, totals rows and remarks set aside."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmm_core.errors import BadInput
from mmm_core.findings import Finding, Place, Severity
from mmm_core.ingest.date_grammar import looks_like_date
from mmm_core.ingest.delimited import is_remark
from mmm_core.ingest.grid import Grid, blank_rows, column_letters, tidy
from mmm_core.ingest.header import Header, find_header, refuse_duplicates
from mmm_core.ingest.table import RawTable, TotalsRow
from mmm_core.ingest.vocabulary import TOTAL_LABEL

_MOST_REMARKS = 10


def to_table(
    grid: Grid, *, source: str, sheet: str = "", delimiter: str = "", findings: tuple[Finding, ...] = ()
) -> RawTable:
    """Name the columns and keep the data rows.

    Raises
    ------
    BadInput
        If the grid holds no table: no header, no data, one column, or two columns of one name.
    """
    name = f"{source} / {sheet}" if sheet else source
    blank = blank_rows(grid.columns, grid.height)
    header = find_header(grid, list(blank), name=name)
    keep = ~blank
    keep[: header.first_data] = False
    data = grid.take(keep)
    data, header = _named_columns(data, header, name)
    data, remarks = _without_remarks(data, source, sheet)
    data, totals = _without_totals(data, header)
    if not data.height:
        raise BadInput(
            "The table has a header but no data",
            where=name,
            expected="at least one data row was expected",
            remedy="Export the file again",
        )
    notes = tuple(_totals_note(row, source, sheet) for row in totals)
    return RawTable(
        source=source,
        sheet=sheet,
        columns=header.names,
        delimiter=delimiter,
        totals=totals,
        cells=pa.table(dict(zip(header.names, data.columns, strict=True))),
        row_numbers=data.row_numbers,
        native=None if data.native is None else pa.table(dict(zip(header.names, data.native, strict=True))),
        findings=(*findings, *remarks, *notes),
    )


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
    dates = tuple(kept.index(column) for column in header.date_columns if column in kept)
    return trimmed, Header(names=tuple(names), first_data=header.first_data, date_columns=dates)


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


def _without_totals(data: Grid, header: Header) -> tuple[Grid, tuple[TotalsRow, ...]]:
    """Cut rows that are labelled as a total in the first or a date column and have no date."""
    found: dict[int, str] = {}
    for column in dict.fromkeys((0, *header.date_columns)):
        texts = data.columns[column]
        hits = np.flatnonzero(pc.match_substring_regex(texts, TOTAL_LABEL).to_numpy(zero_copy_only=False))
        for index in map(int, hits):
            if not any(looks_like_date(data.columns[place][index].as_py()) for place in header.date_columns):
                found.setdefault(index, tidy(texts[index].as_py()))
    if not found or (not header.date_columns and len(found) > 0.5 * data.height):
        return data, ()
    totals = tuple(
        TotalsRow(
            row=int(data.row_numbers[index]),
            label=found[index],
            cells={label: column[index].as_py() for label, column in zip(header.names, data.columns, strict=True)},
        )
        for index in sorted(found)
    )
    keep = np.ones(data.height, dtype=bool)
    keep[list(found)] = False
    return data.take(keep), totals


def _totals_note(total: TotalsRow, source: str, sheet: str) -> Finding:
    return Finding(
        code="totals_row_skipped",
        severity=Severity.NOTE,
        message=f"Row {total.row} is labelled {total.label!r} and has no date; it was taken as totals, not as data.",
        where=Place(source=source, sheet=sheet, rows=(total.row,)),
        evidence={"label": total.label},
        remedy="Rename the label in the file if the row is data.",
    )
