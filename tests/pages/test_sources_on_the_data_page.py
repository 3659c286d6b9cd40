"""Files that are in: read another way, replaced by newer ones with the difference shown, brought back, removed."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import small_client
from seen import errors, keys
from streamlit.testing.v1 import AppTest

from mmm_core import fingerprint
from mmm_core.storage.opened import Storage
from mmm_core.storage.sources import Source
from mmm_core.workflows.mapping import current_mapping
from mmm_core.workflows.opening import ground_key, load_ground
from mmm_core.workflows.query_result import query_of
from mmm_core.workflows.replacing import list_former
from mmm_core.workflows.scoping import scope
from mmm_core.workflows.sources import list_sources, reading_of

OpenPage = Callable[..., AppTest]
PAGE = "pages/scope/data.py"


def newer_media() -> bytes:
    """Return the media export a week later: one week gone at the start, one more at the end, one amount corrected."""
    rows = small_client.media_rows()
    later = rows[rows["date"] == rows["date"].max()].assign(date="2024-12-30")
    content = small_client.media_csv().replace(b",33019.96,", b",33000.00,")
    lines = content.splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(b"2023-01-02")]
    return b"".join(kept) + later.to_csv(index=False, header=False, lineterminator="\n").encode()


def new_key(content: bytes) -> str:
    return f"new-{fingerprint.short(fingerprint.of_bytes(content))}"


def upload(app: AppTest, name: str, content: bytes) -> AppTest:
    app.file_uploader[0].set_value([(name, content, "text/csv")])
    return app.run()


def source_of(storage: Storage, project: str, kind: str) -> Source:
    (source,) = [found for found in list_sources(storage, project) if found.kind == kind]
    return source


def opened(app: AppTest, source: Source) -> AppTest:
    """Open the line of a source, as a click on it does."""
    app.session_state[f"source-{source.id}"] = True
    return app.run()


def said(app: AppTest) -> str:
    return " ".join(found.value.replace("\\", "") for found in app.markdown)


def unmapped(storage: Storage, project: str) -> int:
    scoped = scope(load_ground(storage, ground_key(storage, project)), current_mapping(storage, project).mapping)
    return int((scoped.resolution.table["status"] == "unmapped").sum())


def test_a_newer_file_shows_the_difference_before_it_replaces_anything(
    open_page: OpenPage, storage: Storage, project: str
) -> None:
    before = source_of(storage, project, "media")
    app = upload(open_page(PAGE, project), "media.csv", newer_media())
    assert errors(app) == []
    assert "7 figures are new, 1 changed, 7 gone" in said(app)
    assert source_of(storage, project, "media") == before, "looking changes nothing"
    app.button(key=f"{new_key(newer_media())}-aside").click().run()
    assert source_of(storage, project, "media") == before, "cancelling changes nothing"


def test_a_replaced_file_keeps_the_mapping_and_can_be_brought_back(
    open_page: OpenPage, storage: Storage, project: str
) -> None:
    before = source_of(storage, project, "media")
    assert unmapped(storage, project) == 0
    app = upload(open_page(PAGE, project), "media.csv", newer_media())
    app.button(key=f"{new_key(newer_media())}-add").click().run()
    assert errors(app) == []
    after = source_of(storage, project, "media")
    assert (after.id, after.position, after.reading) == (before.id, before.position, before.reading)
    assert after.fingerprint == fingerprint.of_bytes(newer_media())
    assert unmapped(storage, project) == 0
    assert [former.version.fingerprint for former in list_former(storage, after)] == [before.fingerprint]
    app = opened(app, after)
    app.button(key=f"bring-back-{after.id}-1").click().run()
    assert errors(app) == []
    assert source_of(storage, project, "media").fingerprint == before.fingerprint
    assert len(list_former(storage, after)) == 2


def test_a_rule_maps_the_new_line_item_of_a_newer_file_and_no_rule_leaves_it_unmapped(
    open_page: OpenPage, storage: Storage, project: str
) -> None:
    """`google` has a rule; `billboards` has none, so it shows up as unmapped instead of vanishing."""
    rows = b"2024-12-23,google,GO_New_2025,10.00,5\n2024-12-23,billboards,OOH_Berlin,20.00,5\n"
    content = small_client.media_csv() + rows
    app = upload(open_page(PAGE, project), "media.csv", content)
    assert "2 figures are new" in said(app)
    app.button(key=f"{new_key(content)}-add").click().run()
    assert errors(app) == []
    scoped = scope(load_ground(storage, ground_key(storage, project)), current_mapping(storage, project).mapping)
    named = scoped.resolution.table.join(scoped.ground.items[["campaign"]]).set_index("campaign")
    assert named.loc["GO_New_2025", "status"] == "mapped"
    assert scoped.resolution.leaves[named.loc["GO_New_2025", "leaf"]] == ("Sales", "Search", "Search")
    assert named.loc["OOH_Berlin", "status"] == "unmapped"
    assert int((named["status"] == "unmapped").sum()) == 1


def test_a_newer_file_can_be_kept_beside_the_older_one(open_page: OpenPage, storage: Storage, project: str) -> None:
    content = newer_media()
    app = upload(open_page(PAGE, project), "media.csv", content)
    app.button(key=f"{new_key(content)}-keep-both").click().run()
    app.button(key=f"{new_key(content)}-add").click().run()
    assert errors(app) == []
    assert [source.name for source in list_sources(storage, project) if source.kind == "media"] == ["media.csv"] * 2


def test_a_file_of_another_name_takes_the_place_that_is_chosen(
    open_page: OpenPage, storage: Storage, project: str
) -> None:
    before, content = source_of(storage, project, "media"), newer_media()
    app = upload(open_page(PAGE, project), "media until January.csv", content)
    assert "7 gone" not in said(app)
    app.selectbox(key=f"{new_key(content)}-media--instead").set_value(before.id).run()
    assert "7 gone" in said(app)
    app.button(key=f"{new_key(content)}-add").click().run()
    after = source_of(storage, project, "media")
    assert (after.id, after.name) == (before.id, "media until January.csv")


def test_the_same_bytes_are_recognised(open_page: OpenPage, storage: Storage, project: str) -> None:
    before = list_sources(storage, project)
    app = upload(open_page(PAGE, project), "another name.csv", small_client.media_csv())
    assert errors(app) == []
    assert "in the project already, as media.csv" in app.info[0].value.replace("\\", "")
    assert f"{new_key(small_client.media_csv())}-add" not in keys(app)
    assert list_sources(storage, project) == before


def test_a_file_that_is_here_already_does_not_hold_up_the_others(
    open_page: OpenPage, storage: Storage, project: str
) -> None:
    app = open_page(PAGE, project)
    plans = [b"date,campaign,spend\n2023-01-02,%s,1.00\n2023-01-09,%s,2.00\n" % (name, name) for name in (b"a", b"b")]
    files = [("media.csv", small_client.media_csv()), ("a.csv", plans[0]), ("b.csv", plans[1])]
    app.file_uploader[0].set_value([(name, content, "text/csv") for name, content in files])
    app.run()
    assert app.button(key="add-all").label == "Add all 2 files"
    app.button(key="add-all").click().run()
    assert errors(app) == []
    assert not [key for key in keys(app) if key.startswith("new-")], "the uploader is empty again"
    assert [source.name for source in list_sources(storage, project) if source.kind == "media"] == [
        "media.csv",
        "a.csv",
        "b.csv",
    ]


def test_a_source_can_be_read_another_way(open_page: OpenPage, storage: Storage, project: str) -> None:
    source = source_of(storage, project, "controls")
    app = opened(open_page(PAGE, project), source)
    roles = f"roles-{source.id}-{fingerprint.short(fingerprint.of_content(source.reading))}"
    app.multiselect(key=f"{roles}-columns").set_value(["price_index"]).run()
    app.button(key=f"{roles}-save").click().run()
    assert errors(app) == []
    assert reading_of(source_of(storage, project, "controls")).columns == ("price_index",)


def test_a_removed_source_is_gone(open_page: OpenPage, storage: Storage, project: str) -> None:
    source = source_of(storage, project, "controls")
    app = opened(open_page(PAGE, project), source)
    app.button(key=f"remove-{source.id}").click().run()
    assert errors(app) == []
    assert {found.kind for found in list_sources(storage, project)} == {"media", "kpi"}


def test_sources_that_are_not_opened_show_a_line_only(open_page: OpenPage, project: str) -> None:
    app = open_page(PAGE, project)
    assert errors(app) == []
    assert len(app.dataframe) == 0
    assert not [key for key in keys(app) if key.startswith("roles-")]


def test_a_currency_without_a_rate_is_named_and_a_typed_rate_settles_it(
    open_page: OpenPage, storage: Storage, project: str
) -> None:
    content = b"date,campaign,spend,currency\n2023-01-02,US spring,100.00,USD\n2023-01-09,US spring,50.00,USD\n"
    app = upload(open_page(PAGE, project), "us.csv", content)
    app.button(key=f"{new_key(content)}-add").click().run()
    assert "USD" in app.warning[0].value
    assert app.text_input(key="rate-currency-USD").value == "USD"
    app.text_input(key="rate-value").set_value("0.90")
    app.button(key="rate-add").click().run()
    assert errors(app) == []
    assert not app.warning
    assert source_of(storage, project, "rates").name == "rates USD, typed in.csv"
    ground = load_ground(storage, ground_key(storage, project))
    spend = ground.items.set_index("campaign")["spend_micros"] if "campaign" in ground.items else None
    assert spend is not None
    assert int(spend["US spring"]) == 135_000_000


def test_a_rate_may_be_typed_with_a_comma_and_is_shown(open_page: OpenPage, storage: Storage, project: str) -> None:
    app = open_page(PAGE, project)
    app.text_input(key="rate-currency-").set_value("usd")
    app.text_input(key="rate-value").set_value("0,92")
    app.button(key="rate-add").click().run()
    assert errors(app) == []
    assert storage.artefacts.read_bytes(source_of(storage, project, "rates").artefact_key).endswith(b"USD,0.92\n")
    assert any("USD at 0.92" in line.label for line in app.expander)


def test_a_rate_typed_again_takes_the_place_of_the_former_one(
    open_page: OpenPage, storage: Storage, project: str
) -> None:
    for rate in ("0.92", "0.93"):
        app = open_page(PAGE, project)
        app.text_input(key="rate-currency-").set_value("USD")
        app.text_input(key="rate-value").set_value(rate)
        app.button(key="rate-add").click().run()
        assert errors(app) == []
    source = source_of(storage, project, "rates")
    assert storage.artefacts.read_bytes(source.artefact_key).endswith(b"USD,0.93\n")
    assert len(list_former(storage, source)) == 1


def test_a_rate_without_a_currency_is_refused(open_page: OpenPage, storage: Storage, project: str) -> None:
    app = open_page(PAGE, project)
    app.text_input(key="rate-value").set_value("0.92")
    app.button(key="rate-add").click().run()
    assert "No currency is named" in errors(app)[0]


def test_a_rate_that_is_no_number_is_refused(open_page: OpenPage, storage: Storage, project: str) -> None:
    app = open_page(PAGE, project)
    app.text_input(key="rate-currency-").set_value("USD")
    app.text_input(key="rate-value").set_value("much")
    app.button(key="rate-add").click().run()
    assert len(errors(app)) == 1
    assert "'much' is no rate" in errors(app)[0]
    assert "file" not in errors(app)[0], "it was typed"
    assert not [source for source in list_sources(storage, project) if source.kind == "rates"]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a database that the installation may query under the name `shop`."""
    path = tmp_path / "shop.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE sales (week text, revenue real)")
        database.executemany(
            "INSERT INTO sales VALUES (?, ?)", [(f"2023-01-{day:02}", day * 10.5) for day in (2, 9, 16)]
        )
    database.close()
    monkeypatch.setenv("MMM_WORKSHOP_QUERY_SHOP", f"sqlite:///{path}")
    return path


def test_a_query_becomes_a_source_and_is_run_again(
    open_page: OpenPage, storage: Storage, empty_project: str, shop: Path
) -> None:
    app = open_page(PAGE, empty_project)
    app.text_input(key="query-name").set_value("weekly revenue")
    app.text_area(key="query-text").set_value("SELECT week, revenue FROM sales ORDER BY week")
    app.button(key="query-run").click().run()
    assert errors(app) == []
    (add,) = [key for key in keys(app) if key.startswith("new-") and key.endswith("-add")]
    app.button(key=add).click().run()
    assert errors(app) == []
    first = source_of(storage, empty_project, "kpi")
    query = query_of(storage.artefacts.read_bytes(first.artefact_key))
    assert query is not None
    assert (first.name, query.connection) == ("weekly revenue.parquet", "shop")
    with sqlite3.connect(shop) as database:
        database.execute("INSERT INTO sales VALUES ('2023-01-23', 99)")
    database.close()
    app = opened(app, first)
    app.button(key=f"query-again-{first.id}").click().run()
    assert "1 figure is new" in said(app)
    (replace,) = [key for key in keys(app) if key.startswith("new-") and key.endswith("-add")]
    app.button(key=replace).click().run()
    assert errors(app) == []
    assert source_of(storage, empty_project, "kpi").fingerprint != first.fingerprint


def test_a_query_that_writes_is_refused(open_page: OpenPage, empty_project: str, shop: Path) -> None:
    app = open_page(PAGE, empty_project)
    app.text_area(key="query-text").set_value("DELETE FROM sales")
    app.button(key="query-run").click().run()
    assert "begins with 'DELETE'" in errors(app)[0]


def test_without_a_connection_nobody_is_asked_for_a_query(open_page: OpenPage, empty_project: str) -> None:
    assert "query-run" not in keys(open_page(PAGE, empty_project))
