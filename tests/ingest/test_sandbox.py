import io
import zipfile

import openpyxl
import pytest

from mmm_core.errors import BadInput
from mmm_core.ingest import preflight
from mmm_core.ingest.file_form import FileForm
from mmm_core.ingest.readers import read_table
from mmm_core.ingest.sandbox import read_upload, upload_sheets


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def plan() -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for line in (["date", "tv", "note"], ["2024-01-01", 1.5, "x"], ["2024-01-08", 2, None], ["Total", 3.5, None]):
        book.active.append(line)
    return book


def with_member(content: bytes, name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, data)
    return out.getvalue()


def test_the_child_gives_back_what_the_reader_reads():
    content = saved(plan())
    far, near = read_upload(content, name="plan.xlsx"), read_table(content, name="plan.xlsx")
    assert far.cells.equals(near.cells)
    assert far.native.equals(near.native)
    assert far.row_numbers.tolist() == near.row_numbers.tolist()
    assert (far.columns, far.findings, far.totals, far.label) == (near.columns, near.findings, near.totals, near.label)
    assert upload_sheets(content, name="plan.xlsx") == ("Sheet",)


def test_two_cells_far_apart_are_refused():
    book = plan()
    book.active["XFD1048576"] = 1
    with pytest.raises(BadInput, match="filled cells as far as row 1,048,576 and column 16,384"):
        read_upload(saved(book), name="far.xlsx")


def test_formatted_empty_cells_far_away_do_no_harm():
    book = plan()
    book.active["XFD1048576"].font = openpyxl.styles.Font(bold=True)
    assert read_upload(saved(book), name="far.xlsx").columns == ("date", "tv", "note")


def test_a_zip_bomb_is_refused():
    bomb = with_member(saved(plan()), "xl/sharedStrings.xml", b" " * (preflight.MAX_EXPANDED_BYTES + 1))
    with pytest.raises(BadInput, match=r"expands to 300 MB .*at most 300 MB"):
        read_upload(bomb, name="bomb.xlsx")


def test_a_zip_that_is_no_workbook_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("media.csv", "date,spend")
    with pytest.raises(BadInput, match=r"zip archive, but no .xlsx workbook"):
        read_upload(out.getvalue(), name="media.zip")


def test_a_workbook_with_a_broken_sheet_is_refused():
    broken = with_member(saved(plan()), "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row")
    with pytest.raises(BadInput, match=r"broken\.xlsx"):
        read_upload(broken, name="broken.xlsx")


def test_a_workbook_with_too_many_parts_is_refused(monkeypatch):
    monkeypatch.setattr(preflight, "MAX_MEMBERS", 3)
    with pytest.raises(BadInput, match=r"consists of .* parts"):
        preflight.refuse_hostile_workbook(saved(plan()), name="plan.xlsx")


def test_a_workbook_with_too_many_columns_is_refused():
    book = openpyxl.Workbook()
    book.active.append([f"c{index}" for index in range(201)])
    book.active.append(list(range(201)))
    with pytest.raises(BadInput, match="has 201 columns"):
        read_upload(saved(book), name="wide.xlsx")


def test_an_upload_that_takes_too_long_is_given_up():
    with pytest.raises(BadInput, match="took longer than 0 seconds"):
        read_upload(saved(plan()), name="slow.xlsx", timeout_seconds=0.01)


def test_a_crash_of_the_child_is_a_message(monkeypatch):
    monkeypatch.setattr("mmm_core.ingest.sandbox.CHILD_MODULE", "mmm_core.no_such_module")
    with pytest.raises(BadInput, match=r"brought its reader down .*crash.xlsx"):
        read_upload(saved(plan()), name="crash.xlsx")


def test_an_oversized_upload_is_refused_unread(monkeypatch):
    monkeypatch.setattr("mmm_core.ingest.readers.MAX_UPLOAD_BYTES", 1000)
    with pytest.raises(BadInput, match="at most 0 MB were expected"):
        read_upload(saved(plan()), name="large.xlsx")


def test_large_text_goes_through_the_child_and_comes_back_as_the_reader_reads_it(monkeypatch):
    content = "date;campaign;spend\n2024-01-01;Łódź;1,5\n2024-01-08;Źródło;2\n".encode("windows-1250")
    form = FileForm(delimiter=";", header_row=1)
    near = read_table(content, name="media.csv", form=form)
    monkeypatch.setattr("mmm_core.ingest.sandbox.LARGEST_TEXT_HERE", 10)
    far = read_upload(content, name="media.csv", form=form)
    assert far.cells.equals(near.cells)
    facts = [
        (table.columns, table.findings, table.delimiter, table.encoding, table.header_row) for table in (far, near)
    ]
    assert facts[0] == facts[1] == (("date", "campaign", "spend"), near.findings, ";", "windows-1250", 1)
    with pytest.raises(BadInput, match=r"took longer than 0 seconds .*Split the file"):
        read_upload(content, name="media.csv", timeout_seconds=0.01)
    with pytest.raises(BadInput, match="no columns that '!' would tell apart"):
        read_upload(content, name="media.csv", form=FileForm(delimiter="!"))


def test_small_text_needs_no_child(monkeypatch):
    monkeypatch.setattr("mmm_core.ingest.sandbox.CHILD_MODULE", "mmm_core.no_such_module")
    assert read_upload(b"date,spend\n2024-01-01,1\n", name="media.csv").columns == ("date", "spend")


def test_text_is_read_as_by_the_reader():
    assert read_upload(b"date,spend\n2024-01-01,1\n", name="media.csv").columns == ("date", "spend")
