"""The scope document as an Excel workbook: a sheet per table, numbers as numbers, text that is never a formula."""

import io
from copy import copy
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from mmm_core.documents.scope_document import Cell, Column, Kind, Row, ScopeDocument, Section, Table
from mmm_core.money import MICROS_PER_UNIT
from mmm_core.taxonomy import workbook_form as form

COVER = "Scope"
HEAD_ROW = 4
"""Title, sentence and an empty row stand above the heads of the columns."""

_FORMATS: dict[Kind, str] = {"text": "@", "money": "#,##0.00", "count": "#,##0", "share": "0.0%"}
_HEAD_FILL = PatternFill("solid", fgColor="E8ECEF")
_RULE = Border(top=Side(style="thin", color="7A858C"))
_NARROW, _WIDE, _LONGEST_SHEET_NAME = 12, 70, 31
_A4 = 9
"""Number of the paper in the file format."""


@dataclass(frozen=True, slots=True)
class _Styles:
    """Styles that cells share (openpyxl gives them no type of their own)."""

    title: Any
    sentence: Any
    head: Any
    cells: dict[tuple[Kind, bool], Any]


def scope_workbook(document: ScopeDocument) -> bytes:
    """Write the document as a workbook; the same document gives the same cells and names no machine."""
    workbook = Workbook(write_only=True)
    cover = workbook.create_sheet(COVER)
    styles = _styles(cover)
    _write_cover(cover, document, styles)
    for section in document.sections:
        for table in section.tables:
            _write_table(workbook, section, table, document, styles)
    facts = workbook.properties
    facts.creator = facts.lastModifiedBy = "MMM Workshop"
    facts.title = form.kept(f"Scope of {document.project}")
    facts.subject = f"{document.standing_words}; {document.short_fingerprint}"
    facts.created = facts.modified = document.written_at.astimezone(UTC).replace(tzinfo=None)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def _write_cover(sheet: Any, document: ScopeDocument, styles: _Styles) -> None:
    """Say what this is and answer every section in its sentence."""
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 30, 110
    _print_setup(sheet, document)
    sheet.append([_text(sheet, f"Scope of {document.project}", styles.title)])
    plain, bold = styles.cells["text", False], styles.cells["text", True]
    facts = {
        "Standing": document.standing_words,
        "Client": document.client,
        "Currency": document.currency,
        "Mapping revision": str(document.mapping_number) if document.mapping_number else "",
        "Fingerprint": document.fingerprint,
        "Written": f"{document.written_at:%Y-%m-%d %H:%M} UTC",
    }
    for name, value in facts.items():
        if value:
            sheet.append([_text(sheet, name, plain), _text(sheet, value, plain)])
    for section in document.sections:
        sheet.append([])
        sheet.append([_text(sheet, section.title, bold), _text(sheet, section.sentence, styles.sentence)])
        for note in section.notes:
            sheet.append([None, _text(sheet, note, styles.sentence)])


def _write_table(workbook: Workbook, section: Section, table: Table, document: ScopeDocument, styles: _Styles) -> None:
    sheet: Any = workbook.create_sheet(table.name[:_LONGEST_SHEET_NAME])
    for place, width in enumerate(map(_width, table.columns, zip(*table.rows, strict=True)), start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = f"B{HEAD_ROW + 1}"
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    if table.rows:
        last = get_column_letter(len(table.columns))
        sheet.auto_filter.ref = f"A{HEAD_ROW}:{last}{HEAD_ROW + len(table.rows) - _totals_at_end(table)}"
    _print_setup(sheet, document)
    sheet.append([_text(sheet, table.name, styles.title)])
    sheet.append([_text(sheet, section.sentence if table.rows else table.empty, styles.cells["text", False])])
    sheet.append([])
    sheet.append([_text(sheet, _head(column, document.currency), styles.head) for column in table.columns])
    for position, row in enumerate(table.rows):
        sheet.append(_cells(sheet, row, table, styles, is_total=position in table.totals))


def _cells(sheet: Any, row: Row, table: Table, styles: _Styles, *, is_total: bool) -> list[Any]:
    made = []
    for cell, column in zip(row, table.columns, strict=True):
        style = styles.cells[column.kind, is_total]
        if column.kind == "text":
            made.append(_text(sheet, "" if cell is None else str(cell), style))
        else:
            number: Any = WriteOnlyCell(sheet, _number(cell, column.kind))
            number._style = style
            made.append(number)
    return made


def _number(cell: Cell, kind: Kind) -> float | int | None:
    if cell is None:
        return None
    return int(cell) / MICROS_PER_UNIT if kind == "money" else float(cell) if kind == "share" else int(cell)


def _text(sheet: Any, text: str, style: Any) -> Any:
    """Make a cell of text that no spreadsheet takes for a formula or a number."""
    cell: Any = WriteOnlyCell(sheet, None)
    if text:
        cell.value = form.escaped(form.kept(text))
        cell.data_type = "s"
    cell._style = style
    return cell


def _head(column: Column, currency: str) -> str:
    return f"{column.title} ({currency})" if column.kind == "money" else column.title


def _width(column: Column, values: tuple[Cell, ...]) -> float:
    """Choose a width that shows what is in the column."""
    if column.wide:
        return _WIDE
    longest = max((len(str(value)) for value in values if value is not None), default=0)
    return min(48, max(_NARROW, len(column.title) + 2, longest + (0 if column.kind == "money" else 2)))


def _totals_at_end(table: Table) -> int:
    """Count the sums below the last line, which a filter must not hide."""
    return int(len(table.rows) - 1 in table.totals)


def _print_setup(sheet: Any, document: ScopeDocument) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.HeaderFooter.oddFooter.left.text = f"Scope {document.short_fingerprint}, {document.standing_words}"
    sheet.HeaderFooter.oddFooter.right.text = "Page &P of &N"


def _styles(sheet: Any) -> _Styles:
    def made(*, is_text: bool = True, **parts: object) -> Any:
        cell: Any = WriteOnlyCell(sheet, None)
        cell.quotePrefix = is_text
        for name, part in parts.items():
            setattr(cell, name, part)
        return copy(cell._style)

    wrapped = Alignment(wrap_text=True, vertical="top")
    cells = {
        (kind, bold): made(
            is_text=kind == "text",
            number_format=form_code,
            font=Font(bold=bold),
            alignment=wrapped if kind == "text" else Alignment(vertical="top"),
            **({"border": _RULE} if bold else {}),
        )
        for kind, form_code in _FORMATS.items()
        for bold in (False, True)
    }
    return _Styles(
        title=made(font=Font(bold=True, size=14), number_format="@"),
        sentence=made(alignment=wrapped, number_format="@"),
        head=made(font=Font(bold=True), fill=_HEAD_FILL, alignment=wrapped, number_format="@"),
        cells=cells,
    )
