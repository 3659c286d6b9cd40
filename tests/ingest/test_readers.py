import io

import numpy as np
import openpyxl
import pandas as pd
import pytest

from mmm_core.errors import BadInput
from mmm_core.ingest.readers import read_table, sheets

PLAIN = "date;campaign;spend\n2024-01-01;Straße;1,50\n2024-01-08;Café;2,50\n"


def rows(table) -> list[tuple[str, ...]]:
    return [tuple(row.values()) for row in table.cells.to_pylist()]


def workbook(
    *lines: list, merge: tuple[str, ...] = (), title: str = "Plan", more: dict[str, list[list]] | None = None
) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = title
    for line in lines:
        book.active.append(line)
    for cells in merge:
        book.active.merge_cells(cells)
    for name, others in (more or {}).items():
        sheet = book.create_sheet(name)
        for line in others:
            sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_delimiter_and_encoding_are_recognised(delimiter, encoding):
    table = read_table(PLAIN.replace(";", delimiter).encode(encoding), name="media.csv")
    assert table.columns == ("date", "campaign", "spend")
    assert rows(table) == [("2024-01-01", "Straße", "1,50"), ("2024-01-08", "Café", "2,50")]
    assert table.row_numbers.tolist() == [2, 3]
    assert table.delimiter == delimiter
    assert table.findings == ()


def test_windows_encoding_is_read_and_said():
    table = read_table(PLAIN.encode("cp1252"), name="media.csv")
    assert rows(table)[0][1] == "Straße"
    assert [finding.code for finding in table.findings] == ["encoding_assumed"]


def test_the_encoding_and_the_header_row_that_were_found_are_kept_with_the_table():
    table = read_table(f"Report\n\n{PLAIN}".encode("utf-16"), name="media.csv")
    assert (table.encoding, table.header_row, table.row_numbers.tolist()) == ("utf-16", 3, [4, 5])


def test_a_million_rows_are_the_limit_and_200_columns(monkeypatch):
    rows_of = {count: f"date,spend\n{'2024-01-01,1\n' * count}".encode() for count in (3, 4)}
    monkeypatch.setattr("mmm_core.ingest.layout.MAX_ROWS", 3)
    assert len(rows(read_table(rows_of[3], name="media.csv"))) == 3
    with pytest.raises(BadInput, match=r"has 4 rows .*at most 3 rows"):
        read_table(rows_of[4], name="media.csv")
    for count in (200, 201):
        weeks = ",".join(f"KW {n % 50 + 1}/{2020 + n // 50}" for n in range(count - 1))
        content = f"campaign,{weeks}\nTV{',1' * (count - 1)}\nOOH{',1' * (count - 1)}\n".encode()
        if count == 200:
            assert len(read_table(content, name="plan.csv").columns) == 200
        else:
            with pytest.raises(BadInput, match=r"has 201 columns .*at most 200"):
                read_table(content, name="plan.csv")


def test_quoted_cells_keep_delimiters_quotes_and_line_breaks():
    table = read_table(b'date,name,spend\r\n2024-01-01,"a, ""b""\nc","1,000.5"\r\n2024-01-02,d,2\r\n', name="media.csv")
    assert rows(table)[0] == ("2024-01-01", 'a, "b"\nc', "1,000.5")
    assert table.row_numbers.tolist() == [2, 3]


def test_decimal_commas_do_not_pass_for_delimiters():
    table = read_table(b"Datum;TV;Radio\n01.01.2024;1,5;2,5\n08.01.2024;3,5;4,5\n", name="plan.csv")
    assert table.columns == ("Datum", "TV", "Radio")


def test_blank_rows_and_columns_are_no_data_but_count_as_rows():
    table = read_table(b"date,spend,,\n2024-01-01,1,,\n\n,,,\n2024-01-08,2,,\n,,,\n\n", name="media.csv")
    assert table.columns == ("date", "spend")
    assert table.row_numbers.tolist() == [2, 5]


def test_a_column_with_values_but_no_name_is_called_after_its_letter():
    table = read_table(b",date,spend\n0,2024-01-01,1\n1,2024-01-08,2\n", name="media.csv")
    assert table.columns == ("column A", "date", "spend")


def test_lines_above_and_below_the_table_are_set_aside():
    text = (
        b"Campaign report\nClient:,Acme\nBudget:,100000\n\n"
        b"Day,Campaign,Cost\n2024-01-01,a,1\n2024-01-02,b,2\nCopyright by the platform\n"
    )
    table = read_table(text, name="report.csv")
    assert table.columns == ("Day", "Campaign", "Cost")
    assert table.row_numbers.tolist() == [6, 7]
    assert [(finding.code, finding.where.rows) for finding in table.findings] == [("remark_skipped", (8,))]


@pytest.mark.parametrize("label", ["Total", "Grand total", "Gesamt", "Summe:", "Total: Account", "TOTAL (EUR)"])
def test_a_totals_row_is_not_data(label):
    table = read_table(f"date,campaign,spend\n2024-01-01,a,1\n2024-01-02,b,2\n{label},,3\n".encode(), name="media.csv")
    assert table.row_numbers.tolist() == [2, 3]
    assert [(finding.code, finding.where.rows) for finding in table.findings] == [("totals_row_skipped", (4,))]
    assert table.totals[0].cells["spend"] == "3"


def test_a_campaign_called_total_is_data_when_it_has_a_date():
    table = read_table(b"campaign,date,spend\nTotal,2024-01-01,1\nSummer,2024-01-01,2\n", name="media.csv")
    assert len(rows(table)) == 2
    assert table.totals == ()


def test_a_faulty_first_row_does_not_vanish_in_the_header():
    table = read_table(b"date,spend\nsoon,12\n2024-01-08,13\n2024-01-15,14\n", name="media.csv")
    assert table.columns == ("date", "spend")
    assert table.row_numbers.tolist() == [2, 3, 4]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            b"date,a,b\n2024-01-01,1,2\n2024-01-08,1\n",
            r"1 row\(s\) have 2 cells \(rows 3 of media.csv\); 3 cells were expected",
        ),
        (b"date,a\n2024-01-01,1\n2024-01-08,1,5\n", r"have 3 cells \(rows 3 of"),
        (b'date,a\n2024-01-01,"1\n2024-01-08,2\n', "quoted cell is not closed"),
        (b"date,a,a\n2024-01-01,1,2\n", "appear more than once .*'a'.*columns B, C"),
        (b"date,spend\n", "header but no data"),
        (b"2024-01-01,1\n2024-01-08,2\n", "first row already holds values"),
        (b"a,b\n2024-01-01,1,2\n2024-01-08,1,3\n", "header has fewer cells"),
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf\r\n", "The file is empty"),
        (b"Dear all,\nplease find below what we discussed.\nBest wishes\nAnna\n", "has no columns"),
        (b"%PDF-1.7 ...", "is a PDF document, not a table"),
        (b"\x89PNG\r\n\x1a\n....", "is a PNG picture"),
        (b"<!DOCTYPE html><html></html>", "is a web page"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old .xls workbook or one locked with a password"),
        (bytes(range(256)) * 4, "binary data"),
        (b"PK\x03\x04nonsense", "damaged or locked"),
        (b"PAR1nonsensePAR1", "Parquet file cannot be read"),
    ],
)
def test_what_is_no_table_is_refused(text, message):
    with pytest.raises(BadInput, match=message):
        read_table(text, name="media.csv")


def test_a_sheet_of_a_csv_file_is_refused():
    with pytest.raises(BadInput, match=r"only \.xlsx workbooks have sheets"):
        read_table(PLAIN.encode(), name="media.csv", sheet="2024")


def test_workbook_cells_become_text_in_their_shortest_form():
    day = pd.Timestamp("2024-01-01").to_pydatetime()
    content = workbook(["date", "n", "x", "flag", "name"], [day, 1000, 0.1, True, "1.234"], [day, 2, 2.5, False, None])
    table = read_table(content, name="plan.xlsx")
    assert rows(table) == [("2024-01-01", "1000", "0.1", "1", "1.234"), ("2024-01-01", "2", "2.5", "0", "")]
    assert table.sheet == "Plan"
    assert table.label == "plan.xlsx / Plan"
    assert table.stored_numbers("x").tolist() == [True, True]
    assert table.stored_numbers("name") is None


def test_merged_headers_preamble_and_totals_of_an_agency_plan():
    content = workbook(
        ["Media plan 2024"],
        [],
        ["Week", "TV", None, "Radio", None],
        [None, "RTL 30s", "Pro7 20s", "FFH", "Antenne"],
        ["2024-01-01", 100, 50.5, 10, 0],
        ["2024-01-08", 110, 60, 20, 5],
        ["Gesamt", 210, 110.5, 30, 5],
        merge=("A1:E1", "A3:A4", "B3:C3", "D3:E3"),
    )
    table = read_table(content, name="plan.xlsx")
    assert table.columns == ("Week", "TV / RTL 30s", "TV / Pro7 20s", "Radio / FFH", "Radio / Antenne")
    assert table.row_numbers.tolist() == [5, 6]
    assert [(finding.code, finding.where.rows) for finding in table.findings] == [("totals_row_skipped", (7,))]


def test_headers_in_three_rows_are_joined():
    content = workbook(
        ["", "Online", None, "Offline", None],
        ["", "Social", "Search", "TV", None],
        ["Week", "Spend", "Spend", "Spend", "GRP"],
        ["2024-01-01", 1, 2, 3, 4],
        ["2024-01-08", 1, 2, 3, 4],
        merge=("B1:C1", "D1:E1", "D2:E2"),
    )
    assert read_table(content, name="plan.xlsx").columns == (
        "Week",
        "Online / Social / Spend",
        "Online / Search / Spend",
        "Offline / TV / Spend",
        "Offline / TV / GRP",
    )


def test_a_table_away_from_the_corner_keeps_its_row_numbers():
    book = openpyxl.Workbook()
    for row, cells in enumerate([("date", "spend"), ("2024-01-01", 1), ("2024-01-08", 2)], start=5):
        for column, cell in enumerate(cells, start=3):
            book.active.cell(row=row, column=column, value=cell)
    out = io.BytesIO()
    book.save(out)
    assert read_table(out.getvalue(), name="plan.xlsx").row_numbers.tolist() == [6, 7]


def test_the_first_sheet_with_data_is_read_unless_another_is_named():
    content = workbook(
        ["Notes"], title="Info", more={"A": [["date", "x"], ["2024-01-01", 1]], "B": [["date", "y"], ["2024-01-01", 1]]}
    )
    assert sheets(content, name="plan.xlsx") == ("Info", "A", "B")
    first = read_table(content, name="plan.xlsx")
    assert (first.sheet, [finding.code for finding in first.findings]) == ("A", ["sheet_chosen"])
    assert read_table(content, name="plan.xlsx", sheet="B").columns == ("date", "y")
    with pytest.raises(BadInput, match=r"no sheet 'C'.*it has 'Info', 'A', 'B'"):
        read_table(content, name="plan.xlsx", sheet="C")


def test_parquet_keeps_every_digit():
    frame = pd.DataFrame(
        {
            "date": pd.to_datetime(["2024-01-01", "2024-01-08"]),
            "spend": [22358.346666666668, np.nan],
            "clicks": [3, 4],
            "name": pd.Categorical(["a", None]),
        }
    )
    table = read_table(frame.to_parquet(index=False), name="media.parquet")
    assert rows(table) == [("2024-01-01", "22358.346666666668", "3", "a"), ("2024-01-08", "", "4", "")]
    assert table.stored_numbers("spend").all()
    assert sheets(frame.to_parquet(), name="media.parquet") == ()


def test_text_that_begins_like_a_zip_is_still_text():
    assert read_table(b"PK,date\n1,2024-01-01\n", name="keys.csv").columns == ("PK", "date")
