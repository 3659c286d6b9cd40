"""Excel workbooks (.xlsx, .xlsm) to a grid, through calamine."""

import io
from datetime import date, datetime, time, timedelta

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from mmm_core.errors import BadInput, listed
from mmm_core.findings import Finding, Place, Severity
from mmm_core.ingest.grid import Grid, MergedCells, refuse_too_long
from mmm_core.ingest.preflight import refuse_hostile_workbook

MAX_COLUMNS = 200


def open_workbook(content: bytes, *, name: str) -> CalamineWorkbook:
    """Open a workbook after the preflight.

    Raises
    ------
    BadInput
        If it is no workbook, is locked, or would need too much memory.
    """
    refuse_hostile_workbook(content, name=name)
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except (CalamineError, ValueError, OSError) as failure:
        raise _unreadable(name, failure) from failure


def sheet_names(workbook: CalamineWorkbook) -> tuple[str, ...]:
    """Return the worksheets in their order, the visible ones first; chart sheets have no cells."""
    sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    visible = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    return (*visible, *(sheet.name for sheet in sheets if sheet.visible != SheetVisibleEnum.Visible))


def read_sheet(workbook: CalamineWorkbook, *, name: str, sheet: str | None) -> tuple[str, Grid, tuple[Finding, ...]]:
    """Read one sheet: the one named, else the first that has at least two rows and two columns.

    Raises
    ------
    BadInput
        If there is no such sheet, none with data, or too many columns.
    """
    names = sheet_names(workbook)
    if sheet is not None:
        if sheet not in names:
            raise BadInput(
                f"The workbook has no sheet {sheet!r}",
                where=name,
                expected=f"it has {listed(tuple(map(repr, names)))}",
                remedy="Choose one of these",
            )
        return sheet, _grid(_opened(workbook, sheet, name), name), ()
    filled = [label for label in names if _is_filled(_opened(workbook, label, name))]
    if not filled:
        raise BadInput(
            "The workbook has no sheet with data", where=name, expected="a sheet with a header and data was expected"
        )
    grid = _grid(_opened(workbook, filled[0], name), name)
    return filled[0], grid, _choice(filled, name)


def _choice(filled: list[str], name: str) -> tuple[Finding, ...]:
    """Say which sheet was taken when there were several."""
    if len(filled) == 1:
        return ()
    others = listed(tuple(map(repr, filled[1:])))
    return (
        Finding(
            code="sheet_chosen",
            severity=Severity.NOTE,
            message=f"{name} has {len(filled)} sheets with data; {filled[0]!r} was read, not {others}.",
            where=Place(source=name, sheet=filled[0]),
            evidence={"sheets": filled},
            remedy="Name another sheet if this is the wrong one.",
        ),
    )


def _opened(workbook: CalamineWorkbook, sheet: str, name: str) -> CalamineSheet:
    try:
        return workbook.get_sheet_by_name(sheet)
    except (CalamineError, ValueError, OSError) as failure:
        raise _unreadable(name, failure) from failure


def _is_filled(sheet: CalamineSheet) -> bool:
    return bool(sheet.height > 1 and sheet.width > 1)


def _grid(sheet: CalamineSheet, name: str) -> Grid:
    if sheet.start is None or not sheet.height:
        raise BadInput(
            "The sheet is empty", where=f"{name} / {sheet.name}", expected="a header and data rows were expected"
        )
    top, left = sheet.start
    refuse_too_long(top + sheet.height, name=name)
    if sheet.width > MAX_COLUMNS:
        raise BadInput(
            f"The sheet has {sheet.width:,} columns",
            where=f"{name} / {sheet.name}",
            expected=f"at most {MAX_COLUMNS} were expected",
            remedy="Remove the columns that are not needed",
        )
    columns, native = [], []
    for values in zip(*sheet.to_python(skip_empty_area=True), strict=True):
        columns.append(pa.array([_text(value) for value in values], type=pa.string()))
        native.append(np.fromiter((isinstance(value, (float, int)) for value in values), dtype=bool, count=len(values)))
    return Grid(
        columns=tuple(columns),
        row_numbers=np.arange(top + 1, top + 1 + len(columns[0])),
        first_column=left,
        native=tuple(native),
        merged=_merged(sheet, top, left),
    )


def _merged(sheet: CalamineSheet, top: int, left: int) -> tuple[MergedCells, ...]:
    ranges = sheet.merged_cell_ranges or []
    return tuple(
        MergedCells(top=first[0] - top, left=first[1] - left, bottom=last[0] - top, right=last[1] - left)
        for first, last in ranges
        if first[0] >= top and first[1] >= left
    )


def _text(value: object) -> str:
    """Write a cell as text: numbers in their shortest form, dates as ISO, truth values as 1 and 0."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, (bool, int)):
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else ""


def _unreadable(name: str, failure: Exception) -> BadInput:
    return BadInput(
        "The workbook cannot be read",
        where=f"{name}: {failure}",
        expected="an .xlsx file that opens in Excel was expected",
        remedy="Open it in Excel and save it again",
    )
