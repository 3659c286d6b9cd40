"""Totals rows are recognised by their figures, merged cells name all their rows, headers have up to three rows."""

import io

import openpyxl
import pytest

from mmm_core.ingest.readers import read_table
from mmm_core.ingest.readings import MediaReading
from mmm_core.ingest.table import RawTable
from mmm_core.ingest.typed import read_media


def table(*lines: str) -> RawTable:
    return read_table("\n".join(lines).encode(), name="file.csv")


def workbook(*lines: list, merge: tuple[str, ...] = ()) -> RawTable:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    for cells in merge:
        book.active.merge_cells(cells)
    out = io.BytesIO()
    book.save(out)
    return read_table(out.getvalue(), name="plan.xlsx")


def totals(raw: RawTable) -> list[tuple[int, str]]:
    return [(total.row, total.label) for total in raw.totals]


def test_a_table_of_names_has_no_totals():
    raw = table("campaign,path", "Total Energies,Brand", "Total,Brand", "Other,Performance")
    assert raw.cells.num_rows == 3
    assert raw.findings == ()


def test_a_name_that_begins_like_a_total_is_data_unless_its_figures_add_up():
    lines = ("channel,Jan 2024,Feb 2024", "TV,1,2", "Radio,3,4")
    assert totals(table(*lines, "Total Energies,5,5")) == []
    assert totals(table(*lines, "Total media,4,6")) == [(4, "Total media")]


def test_a_bare_total_is_one_even_if_it_is_out_of_date():
    raw = table("channel,2024-01-01,2024-01-08", "TV,1,2", "Radio,3,4", "Total,9,9")
    assert totals(raw) == [(4, "Total")]
    media = read_media(raw, MediaReading(layout="periods", line_item=("channel",)))
    assert [finding.code for finding in media.findings] == ["totals_row_skipped", "totals_row_differs"]


def test_subtotals_named_after_what_they_add_up_are_found():
    lines = ("channel,Jan 2024,Feb 2024", "TV A,1,2", "TV B,3,4", "TV total,4,6", "Radio,1,1", "Grand total,5,7")
    assert totals(table(*lines)) == [(4, "TV total"), (6, "Grand total")]


def test_a_row_without_a_label_is_a_total_when_it_adds_up():
    lines = ("channel,Jan 2024,Feb 2024", "TV,1,2", "Radio,3,4")
    assert totals(table(*lines, ",4,6")) == [(4, "(no label)")]
    assert totals(table(*lines, ",4,7")) == []


def test_a_total_of_one_metric_is_compared_with_its_rows():
    lines = ("channel,metric,Jan 2024", "TV,Spend,1", "TV,GRP,50", "Radio,Spend,2", "TV total,Spend,3")
    assert totals(table(*lines)) == [(5, "TV total")]


def test_a_total_in_a_later_column_is_found_by_its_missing_date():
    raw = table("date,campaign,spend", "2024-01-01,a,1", "2024-01-08,b,2", ",Total,3")
    assert totals(raw) == [(4, "Total")]


@pytest.mark.parametrize("label", ["Total", "Summe", "Razem", "Totalt", "Total geral", "I alt"])
def test_every_totals_row_is_said(label):
    raw = table("date,campaign,spend", "2024-01-01,a,1", "2024-01-08,b,2", f"{label},,3")
    assert [(finding.code, finding.where.rows) for finding in raw.findings] == [("totals_row_skipped", (4,))]


def test_a_merged_name_stands_for_all_its_rows():
    raw = workbook(
        ["Medium", "Titel", "Jan 2024", "Feb 2024"],
        ["TV", "A", 1, 2],
        [None, "B", 3, 4],
        ["Radio", "C", 5, 6],
        merge=("A2:A3",),
    )
    assert raw.texts("Medium").to_pylist() == ["TV", "TV", "Radio"]
    (note,) = raw.findings
    assert (note.code, note.where.rows, note.where.columns) == ("merged_cells_filled", (2,), ("Medium",))


def test_a_merged_amount_counts_once():
    raw = workbook(["date", "name", "cost"], ["2024-01-01", "a", 5], ["2024-01-01", "b", None], merge=("C2:C3",))
    assert raw.texts("cost").to_pylist() == ["5", ""]
    assert raw.findings == ()


def test_headers_of_three_rows_with_a_year_above_its_weeks():
    raw = workbook(
        ["Medium", "Titel", "Woche", None, None],
        [None, None, 2024, None, None],
        [None, None, "KW 1", "KW 2", "KW 3"],
        ["TV", "RTL", 1, 2, 3],
        [None, "Pro7", 10, 20, 30],
        ["Gesamt", None, 11, 22, 33],
        merge=("A1:A3", "B1:B3", "C1:E1", "C2:E2", "A4:A5"),
    )
    assert raw.columns == ("Medium", "Titel", "Woche / 2024 / KW 1", "Woche / 2024 / KW 2", "Woche / 2024 / KW 3")
    media = read_media(raw, MediaReading(layout="periods", line_item=("Medium", "Titel")))
    assert media.raw_micros == 66_000_000
    assert [f"{day:%m-%d}" for day in media.records["date"].unique()] == ["01-01", "01-08", "01-15"]


@pytest.mark.parametrize(
    "lines",
    [
        ("medium,20240101,20240108", "TV,1,2", "Radio,3,4"),
        ("medium,2024,2024", ",Jan,Feb", "TV,1,2", "Radio,3,4"),
        ("Plan,,", "medium,45292,45299", "TV,1,2", "Radio,3,4"),
    ],
)
def test_numbers_that_are_dates_may_be_the_header(lines):
    raw = table(*lines)
    media = read_media(raw, MediaReading(layout="periods", line_item=("medium",)))
    assert media.raw_micros == 10_000_000


def test_the_range_of_dates_above_a_report_is_not_its_first_row():
    raw = table(
        "Kampagnenbericht",
        "1. Januar 2024 - 31. Januar 2024",  # codespell:ignore
        "Tag,Kampagne,Kosten",
        "2024-01-01,a,1",
    )
    assert raw.columns == ("Tag", "Kampagne", "Kosten")
    assert raw.row_numbers.tolist() == [4]
