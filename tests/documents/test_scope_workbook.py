"""The workbook of a scope: opens as it was written, text is never a formula, money is money."""

import io
import zipfile
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from mmm_core.documents.scope_document import Column, ScopeDocument, Section, Table, column_totals
from mmm_core.documents.scope_workbook import HEAD_ROW, scope_workbook
from mmm_core.money import MICROS_PER_UNIT


def opened(document: ScopeDocument) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(scope_workbook(document)))


def rows_of(sheet) -> list[tuple]:
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=HEAD_ROW + 1)]


def test_every_table_is_a_sheet_and_every_row_is_in_it(document) -> None:
    workbook = opened(document)
    assert workbook.sheetnames == ["Scope", "Groups", "Shares", "Line items", "Corrections"]
    assert rows_of(workbook["Line items"]) == [("a",), ("b",)], "paper leaves these to the workbook"
    assert rows_of(workbook["Corrections"]) == []
    assert workbook["Corrections"]["A2"].value == "No row was corrected."


def test_no_cell_of_any_sheet_is_a_formula(document) -> None:
    cells = [cell for sheet in opened(document) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert {cell.data_type for cell in cells if isinstance(cell.value, str)} == {"s"}
    assert all(cell.quotePrefix for cell in cells if isinstance(cell.value, str)), "an edited cell stays text as well"
    with zipfile.ZipFile(io.BytesIO(scope_workbook(document))) as parts:
        assert not [name for name in parts.namelist() if b"<f>" in parts.read(name) or b"hyperlink" in parts.read(name)]


def test_hostile_names_come_back_as_they_are(document, hostile) -> None:
    names = [unescape(str(row[0])) for row in rows_of(opened(document)["Groups"])[:-1]]
    assert names == list(hostile)


def test_money_and_counts_are_numbers_with_their_currency_in_the_head(document) -> None:
    sheet = opened(document)["Groups"]
    head = [cell.value for cell in sheet[HEAD_ROW]]
    assert head == ["=Group", "Spend (EUR)", "Rows"]
    rows = rows_of(sheet)
    assert [row[1] for row in rows[:3]] == [0.01, 0.02, 0.03]
    assert rows[-1] == ("Total", 0.78, 66)
    assert (sheet.cell(HEAD_ROW + 1, 2).number_format, sheet.cell(HEAD_ROW + 1, 3).number_format) == (
        "#,##0.00",
        "#,##0",
    )
    assert sheet.cell(HEAD_ROW + len(rows), 1).font.bold
    assert [row[0] for row in rows_of(opened(document)["Shares"])] == [0.125, None]


def test_the_filter_leaves_the_sum_alone_and_the_head_stays_in_view(document) -> None:
    sheet = opened(document)["Groups"]
    assert sheet.auto_filter.ref == f"A{HEAD_ROW}:C{HEAD_ROW + 12}"
    assert sheet.freeze_panes == f"B{HEAD_ROW + 1}"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == (
        9,
        "landscape",
        0,
    )


def test_a_draft_says_so_on_the_cover_and_on_every_printed_page(document) -> None:
    workbook = opened(document)
    assert workbook["Scope"]["B2"].value == "Draft, not signed"
    assert all("Draft, not signed" in str(sheet.oddFooter.left.text) for sheet in workbook)
    assert workbook.properties.creator == "MMM Workshop"


def test_the_same_document_gives_the_same_cells(document) -> None:
    first, second = (
        [[cell.value for cell in row] for sheet in opened(document) for row in sheet.iter_rows()] for _ in range(2)
    )
    assert first == second


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cents=st.lists(st.integers(-(10**13), 10**13), min_size=1, max_size=6))
def test_what_a_spreadsheet_adds_up_is_the_sum_that_stands_there(document, cents: list[int]) -> None:
    columns = (Column(title="Group"), Column(title="Spend", kind="money"))
    rows = tuple(("g", cent * MICROS_PER_UNIT // 100) for cent in cents)
    table = Table(name="Money", columns=columns, rows=(*rows, column_totals(rows, columns)))
    *cells, total = [Decimal(str(row[1])) for row in rows_of(opened(_with(document, table))["Money"])]
    assert sum(cells) == total == Decimal(sum(cents)) / 100


@pytest.mark.parametrize("micros", [1, 10_000, 123_456_789_010_000, -99_999_999_990_000, 9_007_199_254_740_000_000])
def test_an_amount_reads_back_to_the_micro(document, micros) -> None:
    table = Table(name="Money", columns=(Column(title="Spend", kind="money"),), rows=((micros,),))
    cell = opened(_with(document, table))["Money"].cell(HEAD_ROW + 1, 1).value
    assert round(Decimal(str(cell)) * 1_000_000) == micros


def _with(document: ScopeDocument, table: Table) -> ScopeDocument:
    return replace(document, sections=(Section(title="Money?", sentence="So much.", tables=(table,)),))
