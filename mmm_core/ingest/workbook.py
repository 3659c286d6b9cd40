"""Excel workbooks (.xlsx, .xlsm) to a grid, through calamine."""

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from mmm_core.errors import BadInput, listed
from mmm_core.findings import Finding, Place, Severity
from mmm_core.ingest.grid import Grid, MergedCells, refuse_too_long, refuse_too_wide
from mmm_core.ingest.preflight import refuse_hostile_workbook

_ROWS_AT_A_TIME = 20_000


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
    first, filled = None, []
    for label in names:
        opened = _opened(workbook, label, name)
        if _is_filled(opened):
            first = first or opened  # parsing a large sheet takes longer than all that follows: never twice
            filled.append(label)
    if first is None:
        raise BadInput(
            "The workbook has no sheet with data", where=name, expected="a sheet with a header and data was expected"
        )
    return filled[0], _grid(first, name), _choice(filled, name)


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
    refuse_too_wide(sheet.width, name=f"{name} / {sheet.name}")
    columns, native = _cells(islice(sheet.iter_rows(), top, None), sheet.width)
    return Grid(
        columns=columns,
        row_numbers=np.arange(top + 1, top + 1 + len(columns[0])),
        first_column=left,
        native=native,
        merged=_merged(sheet, top, left),
    )


def _cells(rows: Iterator[list[object]], width: int) -> tuple[tuple[pa.Array, ...], tuple[np.ndarray, ...]]:
    """Write rows as columns of text, some at a time: as objects, all of them would take several times the memory."""
    texts: list[list[pa.Array]] = [[] for _ in range(width)]
    stored: list[list[np.ndarray]] = [[] for _ in range(width)]
    while batch := list(islice(rows, _ROWS_AT_A_TIME)):
        for column, values in enumerate(zip(*batch, strict=True)):
            written, numbers = _texts(values)
            texts[column].append(written)
            stored[column].append(numbers)
    return tuple(map(pa.concat_arrays, texts)), tuple(map(np.concatenate, stored))


def _merged(sheet: CalamineSheet, top: int, left: int) -> tuple[MergedCells, ...]:
    ranges = sheet.merged_cell_ranges or []
    return tuple(
        MergedCells(top=first[0] - top, left=first[1] - left, bottom=last[0] - top, right=last[1] - left)
        for first, last in ranges
        if first[0] >= top and first[1] >= left
    )


def _texts(values: tuple[object, ...]) -> tuple[pa.Array, np.ndarray]:
    """Write a column of cells as text, and tell which of them are stored numbers."""
    kinds = set(map(type, values))
    if kinds == {str}:
        return pa.array(values, type=pa.string()), np.zeros(len(values), dtype=bool)
    floats = np.fromiter((type(value) is float for value in values), dtype=bool, count=len(values))
    written: dict[object, str] = {}
    texts = pa.array(
        [None if plain else _remembered(value, written) for value, plain in zip(values, floats.tolist(), strict=True)],
        type=pa.string(),
    )
    stored = floats.copy()
    if kinds & {int, bool}:
        stored |= np.fromiter((isinstance(value, int) for value in values), dtype=bool, count=len(values))
    if floats.any():
        numbers = np.fromiter((value for value in values if type(value) is float), dtype=np.float64)
        texts = pc.replace_with_mask(texts, pa.array(floats), _float_texts(numbers))
    return texts, stored


def _remembered(value: object, written: dict[object, str]) -> str:
    """Write a cell, dates (of which a column has few) once each."""
    if type(value) is str:
        return value
    if type(value) is not date and type(value) is not datetime:
        return cell_text(value)
    if value not in written:
        written[value] = cell_text(value)
    return written[value]


def _float_texts(numbers: np.ndarray) -> pa.Array:
    """Write floats in their shortest form, whole ones without a decimal point."""
    whole = (numbers == np.floor(numbers)) & (np.abs(numbers) < 2**53)
    shown = pa.array(np.where(whole, numbers, 0).astype(np.int64)).cast(pa.string())
    if whole.all():
        return shown
    broken = pa.array([repr(number) for number in numbers[~whole].tolist()], type=pa.string())
    return pc.replace_with_mask(shown, pa.array(~whole), broken)


def cell_text(value: object) -> str:
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
