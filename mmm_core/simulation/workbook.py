"""The agency's Excel plan, the same bytes every time."""

import io
import re
import zipfile
from itertools import groupby

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from mmm_core.simulation.exports import WEEK_COLUMN

SHEET = "Mediaplan"
TOTAL = "Total"
PREAMBLE = (
    "Veldoro media plan 2024 to 2026: TV, radio, out of home",
    "Prepared by: Agentur Morgenrot, planning team",
    "All amounts in EUR, net of VAT; a week is named by its Monday",
)
HEADER_ROWS = (len(PREAMBLE) + 2, len(PREAMBLE) + 3)
"""The preamble is followed by an empty row."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")


def agency_plan_xlsx(plan: pd.DataFrame) -> bytes:
    """Write preamble, two header rows with merged cells, one row per week, a totals row; off-air weeks are blank."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    for text in PREAMBLE:
        sheet.append([text])
    sheet.cell(1, 1).font = Font(bold=True)
    sheet.append([])
    _write_header(sheet, [str(column) for column in plan.columns[1:]])
    for week, *amounts in plan.itertuples(index=False, name=None):
        sheet.append([week.to_pydatetime(), *(amount or None for amount in amounts)])
        sheet.cell(sheet.max_row, 1).number_format = "dd.mm.yyyy"
    sheet.append([TOTAL, *(round(float(plan[column].sum()), 2) for column in plan.columns[1:])])
    sheet.freeze_panes = f"B{HEADER_ROWS[1] + 1}"
    notes = book.create_sheet("Notes")
    notes.append(
        ["Blank cells: not on air. Cancelled spots are taken out of the plan in the week they would have run."]
    )
    raw = io.BytesIO()
    book.save(raw)
    return _timeless(raw.getvalue())


def _write_header(sheet: Worksheet, names: list[str]) -> None:
    """Write channel over station; each channel's cell is merged over its stations."""
    top, below = HEADER_ROWS
    sheet.cell(top, 1, WEEK_COLUMN)
    sheet.merge_cells(start_row=top, end_row=below, start_column=1, end_column=1)
    column = 2
    for channel, members in groupby(names, key=lambda name: name.split(" / ")[0]):
        first = column
        for name in members:
            sheet.cell(below, column, name.split(" / ")[1])
            column += 1
        sheet.cell(top, first, channel).alignment = Alignment(horizontal="center")
        sheet.merge_cells(start_row=top, end_row=top, start_column=first, end_column=column - 1)


def _timeless(content: bytes) -> bytes:
    """Take the clock out of a workbook; stored, because compressors differ between machines."""
    clean = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(clean, "w", zipfile.ZIP_STORED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            part = old.read(name)
            if name == "docProps/core.xml":
                part = _STAMP.sub(rb"\g<1>2026-06-25T08:00:00Z\g<3>", part)
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            new.writestr(entry, part)
    return clean.getvalue()
