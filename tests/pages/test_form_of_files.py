"""The form of files on the page Data: how names are written is asked, encoding, delimiter and header row corrected."""

from collections.abc import Callable
from io import BytesIO

import openpyxl
from seen import errors, keys
from streamlit.testing.v1 import AppTest

from mmm_core import fingerprint
from mmm_core.ingest.file_form import FileForm
from mmm_core.storage.opened import Storage
from mmm_core.workflows.sources import list_sources, raw_table, reading_of, typed_table

OpenPage = Callable[..., AppTest]
PAGE = "pages/scope/data.py"
POZNAN = "date;kampania;spend\n2024-01-01;Poznań;1,50\n2024-01-08;Poznań;2,50\n".encode("windows-1250")
DOLLARS = b"date$campaign$spend\n2024-01-01$a$1.50\n2024-01-08$b$2.50\n"
TWO_HEADS = b"2023,Old,Old\ndate,campaign,spend\n2024-01-01,a,1.50\n2024-01-08,b,2.50\n"


def new_key(content: bytes) -> str:
    return f"new-{fingerprint.short(fingerprint.of_bytes(content))}"


def upload(app: AppTest, name: str, content: bytes) -> AppTest:
    app.file_uploader[0].set_value([(name, content, "text/csv")])
    return app.run()


def said(app: AppTest) -> str:
    return " ".join(found.value.replace("\\", "") for found in app.markdown)


def names_in(storage: Storage, project: str) -> list[str]:
    (source,) = list_sources(storage, project)
    return sorted(typed_table(storage, source).line_items.iloc[:, 0])


def test_names_that_may_be_garbled_are_asked_and_the_answer_stays(
    open_page: OpenPage, storage: Storage, empty_project: str
) -> None:
    app = upload(open_page(PAGE, empty_project), "plan.csv", POZNAN)
    assert errors(app) == []
    assert "How are these names written?" in said(app)
    labels = {key: app.button(key=key).label for key in keys(app) if "-encoding-" in key}
    assert labels == {
        f"{new_key(POZNAN)}-encoding-windows-1252": "Poznañ",
        f"{new_key(POZNAN)}-encoding-windows-1250": "Poznań",
    }
    app.button(key=f"{new_key(POZNAN)}-encoding-windows-1250").click().run()
    assert errors(app) == []
    assert "How are these names written?" not in said(app)
    app.button(key=f"{new_key(POZNAN)}-add").click().run()
    assert errors(app) == []
    (source,) = list_sources(storage, empty_project)
    assert reading_of(source).form == FileForm(encoding="windows-1250")
    assert names_in(storage, empty_project) == ["Poznań"]


def test_a_delimiter_that_is_not_found_out_can_be_chosen_on_the_refused_file(
    open_page: OpenPage, storage: Storage, empty_project: str
) -> None:
    app = upload(open_page(PAGE, empty_project), "plan.csv", DOLLARS)
    assert "no columns that a delimiter would tell apart" in errors(app)[0]
    app.text_input(key=f"{new_key(DOLLARS)}-delimiter").set_value("$").run()
    assert errors(app) == []
    app.button(key=f"{new_key(DOLLARS)}-add").click().run()
    assert errors(app) == []
    assert names_in(storage, empty_project) == ["a", "b"]


def test_what_is_no_delimiter_is_refused(open_page: OpenPage, empty_project: str) -> None:
    app = upload(open_page(PAGE, empty_project), "plan.csv", DOLLARS)
    app.text_input(key=f"{new_key(DOLLARS)}-delimiter").set_value("and").run()
    assert "'delimiter' is 'and'" in errors(app)[0]


def test_a_tab_is_written_as_a_word(open_page: OpenPage, storage: Storage, empty_project: str) -> None:
    content = DOLLARS.replace(b"$", b"\t").replace(b"\ta\t", b"\ta;b\t")
    app = upload(open_page(PAGE, empty_project), "plan.csv", content)
    app.text_input(key=f"{new_key(content)}-delimiter").set_value("Tab").run()
    app.button(key=f"{new_key(content)}-add").click().run()
    assert errors(app) == []
    (source,) = list_sources(storage, empty_project)
    assert reading_of(source).delimiter == "\t"


def test_the_header_row_can_be_named(open_page: OpenPage, storage: Storage, empty_project: str) -> None:
    app = upload(open_page(PAGE, empty_project), "plan.csv", TWO_HEADS)
    app.number_input(key=f"{new_key(TWO_HEADS)}-header-row").set_value(2).run()
    assert errors(app) == []
    app.button(key=f"{new_key(TWO_HEADS)}-add").click().run()
    assert errors(app) == []
    (source,) = list_sources(storage, empty_project)
    assert reading_of(source).header_row == 2
    assert raw_table(storage, source).columns == ("date", "campaign", "spend")


def test_a_source_is_read_in_another_encoding_and_its_columns_keep_their_roles(
    open_page: OpenPage, storage: Storage, empty_project: str
) -> None:
    content = "dzień;kampania;kwota ń\n2024-01-01;Poznań;1,50\n2024-01-08;Toruń;2,50\n".encode("windows-1250")
    app = upload(open_page(PAGE, empty_project), "plan.csv", content)
    app.selectbox(key=f"{new_key(content)}-encoding").set_value("windows-1252").run()
    app.button(key=f"{new_key(content)}-add").click().run()
    (source,) = list_sources(storage, empty_project)
    assert reading_of(source).spend == "kwota ñ"
    app.session_state[f"source-{source.id}"] = True
    app.run()
    roles = f"roles-{source.id}-{fingerprint.short(fingerprint.of_content(source.reading))}"
    app.selectbox(key=f"{roles}-encoding").set_value("windows-1250").run()
    assert errors(app) == []
    app.button(key=f"{roles}-save").click().run()
    assert errors(app) == []
    (source,) = list_sources(storage, empty_project)
    assert (reading_of(source).date, reading_of(source).spend) == ("dzień", "kwota ń")
    assert names_in(storage, empty_project) == ["Poznań", "Toruń"]


def test_a_newer_file_begins_in_the_form_of_the_older_one(
    open_page: OpenPage, storage: Storage, empty_project: str
) -> None:
    app = upload(open_page(PAGE, empty_project), "plan.csv", POZNAN)
    app.button(key=f"{new_key(POZNAN)}-encoding-windows-1250").click().run()
    app.button(key=f"{new_key(POZNAN)}-add").click().run()
    newer = POZNAN + "2024-01-15;Poznań;3,50\n".encode("windows-1250")
    app = upload(app, "plan.csv", newer)
    assert errors(app) == []
    assert "How are these names written?" not in said(app)
    assert "1 figure is new" in said(app)


def test_the_reasons_of_the_guess_are_kept_with_the_source(
    open_page: OpenPage, storage: Storage, empty_project: str
) -> None:
    content = b"date,campaign,spend,cost\n2024-01-01,a,1.50,7\n2024-01-08,b,2.50,8\n"
    app = upload(open_page(PAGE, empty_project), "plan.csv", content)
    app.selectbox(key=f"{new_key(content)}-media--spend").set_value("cost").run()
    app.button(key=f"{new_key(content)}-add").click().run()
    (source,) = list_sources(storage, empty_project)
    app.session_state[f"source-{source.id}"] = True
    app.run()
    assert errors(app) == []
    assert "its cells are dates" in said(app)
    assert "chosen by hand; proposed was 'spend'" in said(app)


def test_sheets_of_one_file_are_told_apart_where_a_newer_file_takes_their_place(
    open_page: OpenPage, storage: Storage, empty_project: str
) -> None:
    app = upload(open_page(PAGE, empty_project), "plan.xlsx", _workbook(7))
    app.pills[0].set_value(["TV", "Radio"]).run()
    app.button(key="add-all").click().run()
    assert errors(app) == []
    assert {source.sheet for source in list_sources(storage, empty_project)} == {"TV", "Radio"}
    app = upload(app, "other.csv", b"date,campaign,spend\n2024-01-01,a,1.50\n2024-01-08,b,2.50\n")
    (places,) = [box for box in app.selectbox if box.label == "Takes the place of"]
    assert places.options[1:] == ["plan.xlsx, sheet TV", "plan.xlsx, sheet Radio"]


def _workbook(spend: float) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "TV"
    for sheet in (book.active, book.create_sheet("Radio")):
        for row in (["date", "campaign", "spend"], ["2024-01-01", f"{sheet.title} a", spend], ["2024-01-08", "b", 2]):
            sheet.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_what_changes_is_shown_per_date_as_well(open_page: OpenPage, storage: Storage, empty_project: str) -> None:
    older = b"date,campaign,spend,clicks\n2024-01-01,a,1.50,3\n2024-01-08,a,2.50,4\n"
    newer = b"date,campaign,spend,clicks\n2024-01-01,a,1.50,3\n2024-01-08,a,2.50,5\n2024-01-15,a,3.50,6\n"
    app = upload(open_page(PAGE, empty_project), "plan.csv", older)
    app.selectbox(key=f"{new_key(older)}-media--clicks").set_value("clicks").run()
    app.button(key=f"{new_key(older)}-add").click().run()
    app = upload(app, "plan.csv", newer)
    assert "1 figure is new, 1 changed" in said(app).replace(" and ", ", ")
    (switch,) = [key for key in keys(app) if key.endswith("-added-up")]
    app.session_state[switch] = "Per date"
    app.run()
    (changes,) = [frame.value for frame in app.dataframe if "Date" in frame.value]
    assert changes[["Clicks before", "Clicks after"]].to_numpy().tolist() == [[4, 5], [0, 6]]
    assert changes[["New figures", "Changed figures"]].to_numpy().tolist() == [[0, 1], [1, 0]]
