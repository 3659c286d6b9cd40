"""Files that wait: roles guessed and corrected, questions asked, bad files refused with nothing added."""

import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import small_client
from seen import errors, formatted_texts, keys, shown_cells
from streamlit.testing.v1 import AppTest

from mmm_core import fingerprint
from mmm_core.storage.opened import Storage
from mmm_core.workflows.sources import list_sources, reading_of

OpenPage = Callable[..., AppTest]
PAGE = "pages/scope/data.py"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 4
_SECOND_ROW = b"2023-01-03,5000.00\n"
UNDECIDABLE = b"date,campaign,spend\n" + b"".join(
    b"%02d/%02d/2023,%s,1.50\n" % (day, month, name)
    for day in (2, 5, 9)
    for month in (1, 3, 4)
    for name in (b"a", b"b")
)
TIKTOK = (
    b"stat_time_hour,campaign_id,campaign_name,spend,impressions,clicks,currency\n"
    b"2024-01-01 05:00:00,1,summer,10.50,100,7,EUR\n2024-01-02 06:00:00,1,summer,11.50,120,8,EUR\n"
)


def flat_file() -> bytes:
    """Return media, outcome and a control as one master flat file."""
    media = small_client.media_rows()
    parts = [
        pd.DataFrame({"date": media["date"], "variable": media["platform"] + "_spend", "value": media["spend"]})
        .astype({"value": float})
        .groupby(["date", "variable"], as_index=False)
        .sum()
        .round(2)
    ]
    for content, column in ((small_client.kpi_csv(), "revenue"), (small_client.controls_csv(), "price_index")):
        table = pd.read_csv(io.BytesIO(content))
        parts.append(pd.DataFrame({"date": table["date"], "variable": column, "value": table[column]}))
    return pd.concat(parts).to_csv(index=False, lineterminator="\n").encode()


def new_key(content: bytes) -> str:
    """Return the beginning of the keys of a file that was uploaded and not added yet."""
    return f"new-{fingerprint.short(fingerprint.of_bytes(content))}"


def upload(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    app.file_uploader[0].set_value([(name, content, "text/csv") for name, content in files])
    return app.run()


def said(app: AppTest) -> str:
    return " ".join(found.value.replace("\\", "") for found in app.markdown)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("media.csv", small_client.media_csv(), "media"),
        ("plan.csv", small_client.wide_csv(), "media"),
        ("kpi.csv", small_client.kpi_csv(), "kpi"),
        ("controls.csv", small_client.controls_csv(), "controls"),
    ],
)
def test_the_roles_of_a_file_are_guessed(
    open_page: OpenPage, storage: Storage, empty_project: str, name: str, content: bytes, kind: str
) -> None:
    app = upload(open_page(PAGE, empty_project), (name, content))
    assert errors(app) == []
    app.button(key=f"{new_key(content)}-add").click().run()
    assert errors(app) == []
    (source,) = list_sources(storage, empty_project)
    assert (source.name, source.kind) == (name, kind)
    if name == "media.csv":
        reading = reading_of(source)
        assert (reading.layout, reading.date, reading.spend) == ("long", "date", "spend")
        assert reading.line_item == ("platform", "campaign")
    if name == "plan.csv":
        assert set(reading_of(source).spend.values()) == {
            campaign for shares in small_client.CAMPAIGNS.values() for campaign in shares
        }


def test_several_files_are_added_with_one_click(open_page: OpenPage, storage: Storage, empty_project: str) -> None:
    files = [
        ("media.csv", small_client.media_csv()),
        ("kpi.csv", small_client.kpi_csv()),
        ("controls.csv", small_client.controls_csv()),
    ]
    app = upload(open_page(PAGE, empty_project), *files)
    assert app.button(key="add-all").label == "Add all 3 files"
    app.button(key="add-all").click().run()
    assert errors(app) == []
    assert [source.name for source in list_sources(storage, empty_project)] == ["media.csv", "kpi.csv", "controls.csv"]
    assert not [key for key in keys(app) if key.startswith("new-")], "the uploader is empty again"
    assert "next-step" in keys(app)


def test_each_card_says_in_one_line_what_was_understood(open_page: OpenPage, empty_project: str) -> None:
    files = [("media.csv", small_client.media_csv()), ("kpi.csv", small_client.kpi_csv())]
    text = said(upload(open_page(PAGE, empty_project), *files))
    total = f"{small_client.total_cents() / 100:,.2f}"
    assert f"Media spend: 728 rows, 7 line items, {total} EUR, 2 Jan 2023 to 23 Dec 2024" in text
    assert "Outcome: revenue, 104 rows, 2 Jan 2023 to 23 Dec 2024" in text


def test_files_are_added_one_after_the_other_too(open_page: OpenPage, storage: Storage, empty_project: str) -> None:
    files = [("media.csv", small_client.media_csv()), ("kpi.csv", small_client.kpi_csv())]
    app = upload(open_page(PAGE, empty_project), *files)
    for _, content in files:
        app.button(key=f"{new_key(content)}-add").click().run()
        assert errors(app) == []
    assert [source.name for source in list_sources(storage, empty_project)] == ["media.csv", "kpi.csv"]
    assert not [key for key in keys(app) if key.startswith("new-")], "the uploader is empty again"


def test_files_with_a_problem_stay_while_the_others_are_added(
    open_page: OpenPage, storage: Storage, empty_project: str
) -> None:
    files = [
        ("media.csv", small_client.media_csv()),
        ("picture.csv", PNG),
        ("kpi.csv", small_client.kpi_csv()),
        ("dates.csv", UNDECIDABLE),
    ]
    app = upload(open_page(PAGE, empty_project), *files)
    assert app.button(key="add-all").label == "Add the other 2 files"
    app.button(key="add-all").click().run()
    assert [source.name for source in list_sources(storage, empty_project)] == ["media.csv", "kpi.csv"]
    assert len(errors(app)) == 1, "the picture is still there, with its message"
    app.button(key=f"{new_key(PNG)}-aside").click().run()
    assert errors(app) == []
    assert f"{new_key(UNDECIDABLE)}-aside" in keys(app)


def test_a_file_that_was_left_out_is_gone_from_the_page(
    open_page: OpenPage, storage: Storage, empty_project: str
) -> None:
    content = small_client.media_csv()
    app = upload(open_page(PAGE, empty_project), ("media.csv", content))
    app.button(key=f"{new_key(content)}-aside").click().run()
    assert errors(app) == []
    assert not [key for key in keys(app) if key.startswith("new-")]
    assert list_sources(storage, empty_project) == ()


@pytest.mark.parametrize(("order", "month"), [("dmy", 1), ("mdy", 2)])
def test_a_date_that_cannot_be_told_apart_is_asked(
    open_page: OpenPage, storage: Storage, empty_project: str, order: str, month: int
) -> None:
    app = upload(open_page(PAGE, empty_project), ("dates.csv", UNDECIDABLE))
    assert errors(app) == []
    assert "Which day is 02/01/2023?" in said(app)
    assert f"{new_key(UNDECIDABLE)}-add" not in keys(app), "nothing is added before the answer"
    role = f"{new_key(UNDECIDABLE)}-media--date-order"
    assert app.button(key=f"{role}-{order}").label == {"dmy": "2 January 2023", "mdy": "1 February 2023"}[order]
    app.button(key=f"{role}-{order}").click().run()
    assert errors(app) == []
    app.button(key=f"{new_key(UNDECIDABLE)}-add").click().run()
    (source,) = list_sources(storage, empty_project)
    assert reading_of(source).date_order == order


def test_monthly_figures_are_spread_only_when_somebody_says_so(
    open_page: OpenPage, storage: Storage, empty_project: str
) -> None:
    content = b"month,campaign,spend\n2023-01,tv,310.00\n2023-02,tv,280.00\n2023-03,tv,310.00\n"
    app = upload(open_page(PAGE, empty_project), ("plan.csv", content))
    assert errors(app) == []
    assert "Spread over the days?" in said(app)
    app.button(key=f"{new_key(content)}-media--spread-days").click().run()
    assert "Spread over the days?" not in said(app)
    app.button(key=f"{new_key(content)}-add").click().run()
    (source,) = list_sources(storage, empty_project)
    assert reading_of(source).spread == "days"


def test_one_flat_file_gives_media_outcome_and_controls(
    open_page: OpenPage, storage: Storage, empty_project: str
) -> None:
    content = flat_file()
    app = upload(open_page(PAGE, empty_project), ("master.csv", content))
    assert errors(app) == []
    app.button(key=f"{new_key(content)}-add").click().run()
    assert errors(app) == []
    sources = {source.kind: source for source in list_sources(storage, empty_project)}
    assert set(sources) == {"media", "kpi", "controls"}
    assert len({source.fingerprint for source in sources.values()}) == 1
    assert reading_of(sources["kpi"]).value == "revenue"
    assert reading_of(sources["controls"]).columns == ("price_index",)
    assert "next-step" in keys(app)


def test_a_wide_file_with_an_outcome_is_offered_for_it_too(
    open_page: OpenPage, storage: Storage, empty_project: str
) -> None:
    media = pd.read_csv(io.BytesIO(small_client.wide_csv())).add_suffix("_spend").rename(columns={"date_spend": "date"})
    kpi, controls = (pd.read_csv(io.BytesIO(f())) for f in (small_client.kpi_csv, small_client.controls_csv))
    content = media.merge(kpi).merge(controls).to_csv(index=False).encode()
    app = upload(open_page(PAGE, empty_project), ("weekly.csv", content))
    assert errors(app) == []
    assert app.pills(key=f"{new_key(content)}-kinds").value == ["media"]
    app.button(key=f"{new_key(content)}-further").click().run()
    app.button(key=f"{new_key(content)}-add").click().run()
    assert errors(app) == []
    sources = {source.kind: source for source in list_sources(storage, empty_project)}
    assert set(sources) == {"media", "kpi", "controls"}
    assert reading_of(sources["kpi"]).value == "revenue"
    assert set(reading_of(sources["controls"]).columns) == {"price_index", "promotion"}


def test_a_file_can_be_used_for_something_else_as_well(
    open_page: OpenPage, storage: Storage, empty_project: str
) -> None:
    content = small_client.kpi_csv()
    app = upload(open_page(PAGE, empty_project), ("kpi.csv", content))
    app.button(key=f"{new_key(content)}-add").click().run()
    app = upload(open_page(PAGE, empty_project), ("kpi.csv", content))
    assert "in the project already" in app.info[0].value
    app.pills(key=f"{new_key(content)}-kinds").set_value(["kpi", "controls"]).run()
    app.button(key=f"{new_key(content)}-add").click().run()
    assert errors(app) == []
    assert [source.kind for source in list_sources(storage, empty_project)] == ["kpi", "controls"]


def test_a_platform_report_is_named_and_its_roles_are_explained(open_page: OpenPage, empty_project: str) -> None:
    app = upload(open_page(PAGE, empty_project), ("tiktok.csv", TIKTOK))
    assert errors(app) == []
    assert "TikTok hourly report" in said(app)
    assert "what the platform calls spend" in said(app)


def test_the_preview_is_limited(open_page: OpenPage, empty_project: str) -> None:
    app = upload(open_page(PAGE, empty_project), ("media.csv", small_client.media_csv()))
    assert [len(table.value) for table in app.dataframe] == [8]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("picture.csv", PNG, ""),
        ("empty.csv", b"", "empty"),
        ("header.csv", b"date,spend\n", ""),
        ("text.csv", small_client.media_csv().replace(b",19946.59,", b",much,"), "much"),
        ("no_date.csv", b"campaign,spend\na,1\nb,2\n", ""),
        ("twice.csv", small_client.kpi_csv().replace(b"2023-01-09", b"2023-01-02"), "2023-01-02"),
        ("two_rows_in_a_week.csv", small_client.kpi_csv() + _SECOND_ROW, "2 rows"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_and_nothing_is_added(
    open_page: OpenPage, storage: Storage, empty_project: str, name: str, content: bytes, says: str
) -> None:
    app = upload(open_page(PAGE, empty_project), (name, content))
    assert f"{new_key(content)}-add" not in keys(app)
    (message,) = errors(app)
    assert says in message
    assert message.endswith(".")
    assert list_sources(storage, empty_project) == ()


def test_a_wrong_role_is_corrected_by_hand(open_page: OpenPage, storage: Storage, empty_project: str) -> None:
    content = small_client.media_csv()
    app = upload(open_page(PAGE, empty_project), ("media.csv", content))
    role = f"{new_key(content)}-media-"
    app.multiselect(key=f"{role}-line-item").set_value(["campaign"]).run()
    app.selectbox(key=f"{role}-unit").set_value("thousands").run()
    app.text_input(key=f"{role}-currency-code").set_value("usd").run()
    app.button(key=f"{new_key(content)}-add").click().run()
    assert errors(app) == []
    (source,) = list_sources(storage, empty_project)
    reading = reading_of(source)
    assert (reading.line_item, reading.spend_unit, reading.currency_code) == (("campaign",), "thousands", "USD")


def test_a_second_kpi_is_refused(open_page: OpenPage, storage: Storage, project: str) -> None:
    before = list_sources(storage, project)
    content = small_client.kpi_csv().replace(b"revenue", b"orders")
    app = upload(open_page(PAGE, project), ("orders.csv", content))
    app.button(key=f"{new_key(content)}-keep-both").click().run()
    app.button(key=f"{new_key(content)}-add").click().run()
    assert "an outcome already" in errors(app)[0]
    assert list_sources(storage, project) == before


def test_of_two_outcomes_only_one_is_added_at_once(open_page: OpenPage, storage: Storage, empty_project: str) -> None:
    files = [
        ("media.csv", small_client.media_csv()),
        ("kpi.csv", small_client.kpi_csv()),
        ("orders.csv", small_client.kpi_csv().replace(b"revenue", b"orders")),
    ]
    app = upload(open_page(PAGE, empty_project), *files)
    app.button(key="add-all").click().run()
    assert errors(app) == []
    assert [source.name for source in list_sources(storage, empty_project)] == ["media.csv", "kpi.csv"]


def test_the_sheets_of_a_workbook_are_chosen(
    open_page: OpenPage, storage: Storage, empty_project: str, tmp_path: Path
) -> None:
    path = tmp_path / "all.xlsx"
    with pd.ExcelWriter(path, engine="openpyxl") as book:
        small_client.media_rows().astype({"spend": float}).to_excel(book, sheet_name="Media", index=False)
        pd.read_csv(io.BytesIO(small_client.kpi_csv())).to_excel(book, sheet_name="Sales", index=False)
    content = path.read_bytes()
    app = upload(open_page(PAGE, empty_project), ("all.xlsx", content))
    app.pills(key=f"{new_key(content)}-sheets").set_value(["Media", "Sales"]).run()
    app.button(key="add-all").click().run()
    assert errors(app) == []
    assert [(source.sheet, source.kind) for source in list_sources(storage, empty_project)] == [
        ("Media", "media"),
        ("Sales", "kpi"),
    ]


def test_names_in_files_are_shown_as_text(open_page: OpenPage, empty_project: str) -> None:
    rows = b"date,**Campaign**,spend\n" + b"".join(
        b"2024-01-%02d,<b>x</b> **y** [z](http://a.b),1.00\n2024-01-%02d,=1+1,2.00\n" % (day, day) for day in (1, 8, 15)
    )
    app = upload(open_page(PAGE, empty_project), ("**evil**.csv", rows))
    assert errors(app) == []
    assert {"<b>x</b> **y** [z](http://a.b)", "=1+1"} <= set(shown_cells(app))
    assert not [text for text in formatted_texts(app) if "**evil**" in text or "**Campaign**" in text or "[z](" in text]
