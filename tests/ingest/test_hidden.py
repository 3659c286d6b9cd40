"""What nobody sees in Excel, and formulas that were never calculated."""

import io

import openpyxl
import pytest

from mmm_core.errors import BadInput
from mmm_core.ingest.hidden import find_unseen
from mmm_core.ingest.media import read_media
from mmm_core.ingest.readers import read_table
from mmm_core.ingest.readings import MediaReading

LINES = (["date", "campaign", "cost"], ["2024-01-01", "a", 1.5], ["2024-01-08", "a", 2], ["2024-01-15", "b", 4])


def book(*lines: list) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    made.active.title = "Plan & co"
    for line in lines or LINES:
        made.active.append(line)
    return made


def saved(made: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def found(made: openpyxl.Workbook, **options) -> dict[str, object]:
    table = read_table(saved(made), name="plan.xlsx", **options)
    return {finding.code: finding for finding in table.findings}


def test_a_workbook_that_hides_nothing_says_nothing():
    assert found(book()) == {}


def test_hidden_rows_are_read_and_said_with_their_money():
    made = book()
    made.active.row_dimensions[3].hidden = True
    made.active.row_dimensions[4].hidden = True
    note = found(made)["hidden_rows"]
    assert note.where.rows == (3, 4)
    assert "'cost' adds up to 6.00 in them" in note.message
    assert read_table(saved(made), name="plan.xlsx").cells.num_rows == 3


def test_a_hidden_row_outside_the_data_is_not_said():
    made = book(*LINES, ["Total", "", 7.5])
    made.active.row_dimensions[5].hidden = True
    made.active.row_dimensions[99].hidden = True
    assert set(found(made)) == {"totals_row_skipped"}


def test_hidden_columns_are_said_by_their_letters():
    made = book()
    made.active.column_dimensions["C"].hidden = True
    made.active.column_dimensions["Z"].hidden = True
    assert found(made)["hidden_columns"].where.columns == ("C",)


def test_a_hidden_sheet_is_said_whether_it_is_read_or_not():
    made = book()
    made.create_sheet("Old").append(["date", "cost"])
    made["Old"].append(["2024-01-01", 9])
    made["Old"].sheet_state = "hidden"
    assert found(made)["hidden_sheets"].evidence == {"sheets": ["Old"], "read": False}
    assert found(made, sheet="Old")["hidden_sheets"].evidence["read"] is True


def test_formulas_without_a_value_among_the_data_are_refused():
    made = book()
    made.active["C3"] = "=1+1"
    with pytest.raises(
        BadInput, match=r"1 cell holds a formula without a stored value \(C3 of plan\.xlsx / Plan & co\)"
    ):
        read_table(saved(made), name="plan.xlsx")


def test_formulas_without_a_value_in_a_totals_row_are_noted():
    made = book(*LINES, ["Total", "", "=SUM(C2:C4)"])
    assert found(made)["formula_without_value"].evidence["cells"] == ["C5"]


def test_a_formula_with_its_value_is_data():
    content = saved(book())
    assert find_unseen(content, "Plan & co").formulas == ()
    assert find_unseen(content, "no such sheet").formulas == ()
    assert find_unseen(b"no workbook", "Plan").rows == ()


def with_error(column: str) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([])
    sheet.append(["", "date", "campaign", "spend", "cpc"])
    for day in range(1, 7):
        sheet.append(["", f"2024-01-0{day}", "brand", 100, 0.5])
    sheet[f"{column}5"] = "#REF!"
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def test_an_error_value_in_an_amount_is_refused_and_not_read_as_nothing() -> None:
    reading = MediaReading(layout="long", date="date", line_item=("campaign",), spend="spend")
    with pytest.raises(BadInput, match=r"#REF!.*row 5"):
        read_media(read_table(with_error("D"), name="plan.xlsx"), reading)
    elsewhere = read_media(read_table(with_error("E"), name="plan.xlsx"), reading)
    assert elsewhere.raw_micros == 600_000_000, "a ratio that cannot be computed harms nobody"
