"""Cells of a workbook as they stand: every sheet asked for, from A1 on, nothing taken for a header or a total."""

import io
from collections.abc import Callable
from datetime import UTC, datetime

import openpyxl
import pytest

from mmm_core.errors import BadInput
from mmm_core.ingest.plain_cells import plain_cells
from mmm_core.ingest.sandbox import upload_cells


def workbook(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book)
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def rows(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet.title = "One"
    sheet["B2"] = "Total"
    sheet["C2"] = 1.5
    sheet["B4"] = 3
    sheet["C4"] = datetime(2024, 1, 2, tzinfo=UTC).replace(tzinfo=None)
    sheet.merge_cells("B6:C6")
    sheet["B6"] = "merged"
    book.create_sheet("Empty")
    book.create_sheet("Hidden").sheet_state = "hidden"
    book["Hidden"]["A1"] = "seen"


def test_cells_stand_where_the_sheet_has_them() -> None:
    cells = plain_cells(workbook(rows), name="x", sheets=["One", "Empty", "Hidden", "Missing"])
    assert cells == {
        "One": [
            ["", "", ""],
            ["", "Total", "1.5"],
            ["", "", ""],
            ["", "3", "2024-01-02"],
            ["", "", ""],
            ["", "merged", ""],
        ],
        "Empty": [],
        "Hidden": [["seen"]],
    }


def test_the_child_process_gives_the_same_cells() -> None:
    content = workbook(rows)
    asked = ["One", "Hidden"]
    assert upload_cells(content, name="x", sheets=asked) == plain_cells(content, name="x", sheets=asked)


def test_a_sheet_with_too_many_columns_is_refused() -> None:
    def wide(book: openpyxl.Workbook) -> None:
        book.active.cell(1, 201).value = "far"

    with pytest.raises(BadInput, match="Sheet 'Sheet' has more than 200 columns"):
        upload_cells(workbook(wide), name="x", sheets=["Sheet"])


def test_a_far_cell_is_refused_before_the_sheet_is_laid_out() -> None:
    def far(book: openpyxl.Workbook) -> None:
        book.active["A1"] = book.active["XFD1048576"] = "x"

    with pytest.raises(BadInput, match="as far as row 1,048,576 and column 16,384"):
        upload_cells(workbook(far), name="x", sheets=["Sheet"])


def test_other_files_are_no_workbook() -> None:
    with pytest.raises(BadInput, match="The file is no workbook"):
        upload_cells(b"a,b\n1,2\n", name="x", sheets=["One"])


def test_an_error_value_is_no_empty_cell() -> None:
    """In a mapping workbook an empty cell takes a choice back; a lookup that failed must not."""

    def failed(book: openpyxl.Workbook) -> None:
        rows(book)
        book["One"]["B5"] = "#N/A"

    cells = plain_cells(workbook(failed), name="x", sheets=["One"])["One"]
    assert (cells[4], cells[1]) == (["", "#N/A", ""], ["", "Total", "1.5"])


def test_a_formula_without_a_value_is_refused() -> None:
    def computed(book: openpyxl.Workbook) -> None:
        rows(book)
        book["One"]["B3"] = "=VLOOKUP(A1,X!A:B,2,0)"

    with pytest.raises(BadInput, match=r"1 cell holds a formula without a stored value \(B3 of x, sheet 'One'\)"):
        plain_cells(workbook(computed), name="x", sheets=["One"])
