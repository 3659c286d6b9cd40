"""Files: roles guessed and corrected, bad files refused with nothing added, removal."""

from collections.abc import Callable

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


def new_key(content: bytes) -> str:
    """Return the beginning of the keys of a file that was uploaded and not added yet."""
    return f"new-{fingerprint.short(fingerprint.of_bytes(content))}"


def upload(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    app.file_uploader[0].set_value([(name, content, "text/csv") for name, content in files])
    return app.run()


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


def test_files_uploaded_together_are_added_one_after_the_other(
    open_page: OpenPage, storage: Storage, empty_project: str
) -> None:
    files = [("media.csv", small_client.media_csv()), ("kpi.csv", small_client.kpi_csv())]
    app = upload(open_page(PAGE, empty_project), *files)
    for _, content in files:
        app.button(key=f"{new_key(content)}-add").click().run()
        assert errors(app) == []
    assert [source.name for source in list_sources(storage, empty_project)] == ["media.csv", "kpi.csv"]
    assert not [key for key in keys(app) if key.startswith("new-")], "the uploader is empty again"


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
    add = f"{new_key(content)}-add"
    if add in keys(app):
        app.button(key=add).click().run()
    (message,) = errors(app)
    assert says in message
    assert message.endswith(".")
    assert list_sources(storage, empty_project) == ()


def test_a_second_kpi_is_refused(open_page: OpenPage, storage: Storage, project: str) -> None:
    before = list_sources(storage, project)
    content = small_client.kpi_csv().replace(b"revenue", b"orders")
    app = upload(open_page(PAGE, project), ("orders.csv", content))
    app.button(key=f"{new_key(content)}-add").click().run()
    assert "KPI already" in errors(app)[0]
    assert list_sources(storage, project) == before


def test_a_source_can_be_read_another_way(open_page: OpenPage, storage: Storage, project: str) -> None:
    source = next(source for source in list_sources(storage, project) if source.kind == "controls")
    app = open_page(PAGE, project)
    roles = f"roles-{source.id}-{fingerprint.short(fingerprint.of_content(source.reading))}"
    app.multiselect(key=f"{roles}-columns").set_value(["price_index"]).run()
    app.button(key=f"{roles}-save").click().run()
    assert errors(app) == []
    (changed,) = [found for found in list_sources(storage, project) if found.kind == "controls"]
    assert reading_of(changed).columns == ("price_index",)


def test_a_removed_source_is_gone(open_page: OpenPage, storage: Storage, project: str) -> None:
    source = next(source for source in list_sources(storage, project) if source.kind == "controls")
    app = open_page(PAGE, project)
    app.button(key=f"remove-{source.id}").click().run()
    assert errors(app) == []
    assert {found.kind for found in list_sources(storage, project)} == {"media", "kpi"}


def test_names_in_files_are_shown_as_text(open_page: OpenPage, empty_project: str) -> None:
    rows = b"date,**Campaign**,spend\n" + b"".join(
        b"2024-01-%02d,<b>x</b> **y** [z](http://a.b),1.00\n2024-01-%02d,=1+1,2.00\n" % (day, day) for day in (1, 8, 15)
    )
    app = upload(open_page(PAGE, empty_project), ("**evil**.csv", rows))
    assert errors(app) == []
    assert {"<b>x</b> **y** [z](http://a.b)", "=1+1"} <= set(shown_cells(app))
    assert not [text for text in formatted_texts(app) if "**evil**" in text or "**Campaign**" in text or "[z](" in text]
