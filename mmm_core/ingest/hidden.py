"""What a workbook's reader does not see: hidden sheets, rows and columns, formulas without a value, and error values.

The parts of the file are searched piece by piece, without building a tree of them: the time is bounded by their size,
which the preflight has bounded.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from xml.etree import ElementTree as ET

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from mmm_core.errors import BadInput, counted, listed
from mmm_core.findings import Finding, Place, Severity
from mmm_core.ingest.grid import Grid, column_letters
from mmm_core.ingest.number_grammar import read_number
from mmm_core.ingest.table import RawTable
from mmm_core.ingest.vocabulary import NOT_SPEND, SPEND, words

_CHUNK = 4 << 20
_OVERLAP = 16_384
_LARGEST_INDEX = 4 << 20
_MOST_ROWS = 100
_ROW = re.compile(rb"<(?:\w+:)?row\s([^>]*)>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\s([^>]*)>")
_FORMULA = re.compile(
    rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Za-z]{1,3}\d{1,7})["'][^>]*>\s*<(?:\w+:)?f\b[^<]*?"""
    rb"""(?:/>|>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"""
)
_ERROR = re.compile(
    rb"""<(?:\w+:)?c\s([^<>]*?\bt=["']e["'][^<>]*)>\s*(?:<(?:\w+:)?f\b[^<]*?(?:/>|>[^<]*</(?:\w+:)?f>)\s*)?"""
    rb"""<(?:\w+:)?v>([^<]{2,20})</"""
)
_PLACE = re.compile(rb"""\br=["']([A-Za-z]{1,3})(\d{1,7})["']""")
_EMPTY_TEXT = re.compile(rb"""\bt=["']str["']""")
_HIDDEN = re.compile(rb"""\bhidden=["'](?:1|true)["']""")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """Hidden rows and columns of a sheet (both from 1), cells with a formula but no stored value, and error values.

    `errors`: by column letters, the row (from 1) and the value ("#REF!") of each.
    """

    rows: tuple[int, ...] = ()
    columns: tuple[int, ...] = ()
    formulas: tuple[str, ...] = ()
    errors: Mapping[str, Mapping[int, str]] = field(default_factory=dict)


def with_errors(grid: Grid, unseen: Unseen) -> Grid:
    """Write error values such as #REF! into their cells, which come empty: an amount nobody knows is not none."""
    columns = list(grid.columns)
    for index, column in enumerate(columns):
        if found := unseen.errors.get(column_letters(index + grid.first_column)):
            mask = np.isin(grid.row_numbers, list(found))
            texts = pa.array([found[row] for row in grid.row_numbers[mask].tolist()], type=pa.string())
            columns[index] = pc.replace_with_mask(column, pa.array(mask), texts)
    return replace(grid, columns=tuple(columns)) if unseen.errors else grid


def about_hidden(unseen: Unseen, workbook: CalamineWorkbook, table: RawTable, grid: Grid) -> tuple[Finding, ...]:
    """Report what is hidden in the sheet that was read, and hidden sheets beside it.

    Raises
    ------
    BadInput
        If data rows hold formulas without a stored value: their amounts are unknown.
    """
    rows = set(table.row_numbers.tolist())
    refuse_formulas(tuple(cell for cell in unseen.formulas if _row_of(cell) in rows), table.label)
    width = grid.first_column + len(grid.columns)
    return (
        *_about_sheets(workbook, table),
        *_about_rows(tuple(row for row in unseen.rows if row in rows), table),
        *_about_columns(tuple(column for column in unseen.columns if grid.first_column < column <= width), table),
        *_about_formulas(tuple(cell for cell in unseen.formulas if _row_of(cell) not in rows), table),
    )


def find_unseen(content: bytes, sheet: str) -> Unseen:
    """Search the part of a sheet; nothing is found in a workbook whose parts are not where they should be."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            part = _part_of(archive, sheet)
            return _searched(archive, part) if part else Unseen()
    except (zipfile.BadZipFile, ET.ParseError, KeyError, OSError, ValueError):
        return Unseen()


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Return the name of the part that holds a sheet."""
    book = _small_tree(archive, "xl/workbook.xml")
    links = _small_tree(archive, "xl/_rels/workbook.xml.rels")
    if book is None or links is None:
        return None
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for entry in book.iter():
        if entry.tag.rpartition("}")[2] == "sheet" and entry.get("name") == sheet:
            target = targets.get(entry.get(_RELATION), "")
            name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return name if name in archive.namelist() else None
    return None


def _small_tree(archive: zipfile.ZipFile, name: str) -> ET.Element | None:
    """Parse a small part; one with a document type, which could define entities, is not parsed."""
    if name not in archive.namelist() or archive.getinfo(name).file_size > _LARGEST_INDEX:
        return None
    text = archive.read(name)
    return None if b"<!DOCTYPE" in text else ET.fromstring(text)  # noqa: S314


def _searched(archive: zipfile.ZipFile, part: str) -> Unseen:
    rows: set[int] = set()
    columns: set[int] = set()
    formulas: dict[str, None] = {}
    errors: dict[str, dict[int, str]] = {}
    tail = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            text = tail + chunk
            if b"hidden=" in text:
                rows.update(_hidden_rows(text))
                columns.update(_hidden_columns(text))
            if b"<f" in text or b":f" in text:
                cells = (m for m in _FORMULA.finditer(text) if not _EMPTY_TEXT.search(m[0].split(b">")[0]))
                formulas |= {m[1].decode("ascii"): None for m in cells}
            if b't="e"' in text or b"t='e'" in text:
                for attributes, value in _ERROR.findall(text):
                    if place := _PLACE.search(attributes):
                        of_column = errors.setdefault(place[1].decode().upper(), {})
                        of_column[int(place[2])] = value.decode(errors="replace")
            tail = text[-_OVERLAP:]
    return Unseen(rows=tuple(sorted(rows)), columns=tuple(sorted(columns)), formulas=tuple(formulas), errors=errors)


def _hidden_rows(text: bytes) -> Iterator[int]:
    for attributes in _ROW.findall(text):
        number = re.search(rb"""\br=["'](\d{1,7})["']""", attributes)
        if number and _HIDDEN.search(attributes):
            yield int(number[1])


def _hidden_columns(text: bytes) -> Iterator[int]:
    for attributes in _COLUMN.findall(text):
        ends = (
            re.search(rb"""\bmin=["'](\d{1,5})["']""", attributes),
            re.search(rb"""\bmax=["'](\d{1,5})["']""", attributes),
        )
        if ends[0] and ends[1] and _HIDDEN.search(attributes):
            yield from range(int(ends[0][1]), min(int(ends[1][1]), 16_384) + 1)


def _row_of(cell: str) -> int:
    return int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"))


def refuse_formulas(cells: tuple[str, ...], label: str) -> None:
    """Raise `BadInput` for cells whose value nobody knows."""
    if cells:
        raise BadInput(
            f"{counted(len(cells), 'cell')} hold{'s' if len(cells) == 1 else ''} a formula without a stored value",
            where=f"{listed(cells)} of {label}",
            expected="the values that Excel stores beside its formulas were expected",
            remedy="Open the workbook in Excel, let it calculate, save it; or paste the cells as values",
        )


def _about_sheets(workbook: CalamineWorkbook, table: RawTable) -> Iterator[Finding]:
    hidden = tuple(sheet.name for sheet in workbook.sheets_metadata if sheet.visible != SheetVisibleEnum.Visible)
    if not hidden:
        return
    read, named = table.sheet in hidden, tuple(map(repr, hidden))
    rest = f"'{table.sheet}', which is hidden, was read." if read else "None of them was read."
    yield Finding(
        code="hidden_sheets",
        severity=Severity.NOTE,
        message=f"{table.source} has {counted(len(hidden), 'hidden sheet')} ({listed(named)}). {rest}",
        where=Place(source=table.source, sheet=table.sheet),
        evidence={"sheets": list(hidden), "read": read},
        remedy="Ask whether a hidden sheet holds amounts that belong to the data; name it to read it.",
    )


def _about_rows(rows: tuple[int, ...], table: RawTable) -> Iterator[Finding]:
    if not rows:
        return
    mask = np.isin(table.row_numbers, rows)
    sums = {column: total for column in table.columns if (total := _sum(table, column, mask))}
    money = next((f"; {column!r} adds up to {total:,.2f} in them" for column, total in sums.items()), "")
    yield Finding(
        code="hidden_rows",
        severity=Severity.NOTE,
        message=f"{table.label}: {counted(len(rows), 'hidden row')} ({listed(rows)}) read like all others{money}.",
        where=Place(source=table.source, sheet=table.sheet, rows=rows[:_MOST_ROWS]),
        evidence={"rows": len(rows), "sums": sums},
        remedy="Ask whether these rows count; delete them from the file if they do not.",
    )


def _about_columns(columns: tuple[int, ...], table: RawTable) -> Iterator[Finding]:
    if not columns:
        return
    letters = tuple(column_letters(column - 1) for column in columns)
    yield Finding(
        code="hidden_columns",
        severity=Severity.NOTE,
        message=f"{table.label}: {counted(len(letters), 'hidden column')} ({listed(letters)}) read like all others; "
        "amounts in them count if they have a role.",
        where=Place(source=table.source, sheet=table.sheet, columns=letters),
        evidence={"columns": len(letters)},
        remedy="Ask whether these columns count; delete them from the file if they do not.",
    )


def _about_formulas(cells: tuple[str, ...], table: RawTable) -> Iterator[Finding]:
    if not cells:
        return
    yield Finding(
        code="formula_without_value",
        severity=Severity.NOTE,
        message=f"{table.label}: {counted(len(cells), 'formula')} without a stored value outside the data "
        f"({listed(cells)}) read as empty.",
        where=Place(source=table.source, sheet=table.sheet),
        evidence={"cells": list(cells[:_MOST_ROWS])},
        remedy="Open the workbook in Excel and save it if these cells matter.",
    )


def _sum(table: RawTable, column: str, mask: np.ndarray) -> float:
    """Add up what a column named as spend holds in some rows; for the message only."""
    told = set(words(column))
    if not told & SPEND or told & NOT_SPEND:
        return 0.0
    texts = table.texts(column).filter(pa.array(mask)).to_pylist()
    return sum(float(number.plain) for text in texts if (number := read_number(text, ".")) is not None)
