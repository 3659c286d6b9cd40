"""The cells of a workbook as they stand, for files whose form we gave ourselves: no header, no totals, no roles."""

from typing import Any

from mmm_core.errors import BadInput
from mmm_core.ingest.cell_reach import column_number
from mmm_core.ingest.grid import MAX_COLUMNS, refuse_too_long
from mmm_core.ingest.hidden import find_unseen, refuse_formulas
from mmm_core.ingest.readers import is_workbook
from mmm_core.ingest.workbook import cell_text, open_workbook, sheet_names

Cells = dict[str, list[list[str]]]
"""Per sheet its rows from the first one on, each a list of texts."""


def plain_cells(content: bytes, *, name: str, sheets: list[str]) -> Cells:
    """Return the cells of those of the named sheets that the workbook has.

    Raises
    ------
    BadInput
        If the content is no workbook, or a sheet has too many rows or columns, or formulas without a stored value.
    """
    if not is_workbook(content):
        raise BadInput(
            "The file is no workbook",
            where=name,
            expected="the .xlsx file that was downloaded here was expected",
            remedy="Save it as an Excel workbook (.xlsx)",
        )
    workbook = open_workbook(content, name=name)
    there = sheet_names(workbook)
    cells: Cells = {}
    for label in (label for label in sheets if label in there):
        sheet = workbook.get_sheet_by_name(label)
        if sheet.start is None:
            cells[label] = []
            continue
        refuse_too_long(sheet.start[0] + sheet.height, name=name)
        if sheet.start[1] + sheet.width > MAX_COLUMNS:
            raise BadInput(
                f"Sheet '{label}' has more than {MAX_COLUMNS} columns",
                where=name,
                expected="the columns that were downloaded here were expected",
                remedy="Remove the columns that were added",
            )
        rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
        cells[label] = [[cell_text(value) for value in row] for row in rows]
        unseen = find_unseen(content, label)
        refuse_formulas(unseen.formulas, f"{name}, sheet '{label}'")
        for letters, found in unseen.errors.items():  # they come empty; an empty cell means something else
            for row, value in found.items():
                cells[label][row - 1][column_number(letters) - 1] = value
    return cells
