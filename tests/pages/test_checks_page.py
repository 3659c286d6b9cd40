"""Checks: every cent accounted for, findings in words, files that contradict each other."""

from collections.abc import Callable

import small_client
from seen import errors, formatted_texts, keys, shown_cells
from streamlit.testing.v1 import AppTest

from mmm_core.storage.opened import Storage
from mmm_core.workflows.sources import add_source, list_sources, reading_of, remove_source

OpenPage = Callable[..., AppTest]
NewProject = Callable[..., str]
PAGE = "pages/scope/checks.py"


def view(app: AppTest, tab: str) -> AppTest:
    """Go to a tab; the others are not computed."""
    app.session_state["checks-tabs"] = tab
    return app.run()


def contradict(storage: Storage, project: str) -> None:
    """Replace the outcome by one of other years: each file is fine by itself, together they are not."""
    source = next(source for source in list_sources(storage, project) if source.kind == "kpi")
    remove_source(storage, project, source.id, author="Test")
    content = small_client.kpi_csv().replace(b"2023-", b"2013-").replace(b"2024-", b"2014-")
    add_source(storage, project, content, name="old.csv", sheet="", reading=reading_of(source), author="Test")


def test_every_cent_of_a_mapped_project_is_accounted_for(open_page: OpenPage, project: str) -> None:
    app = view(open_page(PAGE, project), "Reconciliation")
    assert errors(app) == []
    assert {"next-step", "get-reconciliation"} <= keys(app)
    total = f"{small_client.total_cents() / 100:,.2f}"
    text = " ".join(found.value for found in app.markdown)
    assert text.count(f"{total} EUR") >= 2, "in the files and in the model"
    assert "every cent is accounted for" in text


def test_unmapped_spend_blocks_the_way_on(open_page: OpenPage, new_project: NewProject) -> None:
    project = new_project(small_client.LONG_TOML.replace('campaign = ["radio*"]', 'campaign = "nothing like it"'))
    app = open_page(PAGE, project)
    assert errors(app) == []
    assert "next-step" not in keys(app)
    assert any("wait for a group" in text for text in formatted_texts(app))
    assert any("1 finding blocks the fit" in found.value for found in app.markdown)


def test_subtotals_are_shown_per_level_and_time_step(open_page: OpenPage, project: str) -> None:
    app = view(open_page(PAGE, project), "Subtotals")
    app.selectbox(key="level").set_value(app.selectbox(key="level").options[0]).run()
    app.segmented_control(key="grain").set_value("year").run()
    assert errors(app) == []
    assert {"Brand", "Sales"} <= set(shown_cells(app))
    cells = shown_cells(app)
    assert f"{small_client.total_cents() / 100:.2f}" in {f"{float(cell):.2f}" for cell in cells if _is_number(cell)}


def test_files_that_contradict_each_other_get_a_message_on_every_page(
    open_page: OpenPage, project: str, storage: Storage
) -> None:
    contradict(storage, project)
    for file in ("scope/data", "scope/mapping", "scope/checks", "model/specification", "model/fit", "model/results"):
        app = open_page(f"pages/{file}.py", project)
        (message,) = errors(app)
        assert "fault of its own" not in message, file
        assert "2013" in message or "2014" in message, file


def test_a_missing_outcome_is_named(open_page: OpenPage, project: str, storage: Storage) -> None:
    source = next(source for source in list_sources(storage, project) if source.kind == "kpi")
    remove_source(storage, project, source.id, author="Test")
    app = open_page(PAGE, project)
    assert errors(app) == []
    assert "next-step" not in keys(app)
    assert any("an outcome is missing" in text for text in formatted_texts(app))


def test_names_of_groups_and_levels_are_shown_as_text(open_page: OpenPage, new_project: NewProject) -> None:
    hostile = "<b>x</b> **y** [z](http://a.b) :red[r] =1+1"
    toml = small_client.LONG_TOML.replace('"Radio"]', f'"{hostile}"]').replace('"Channel"', f'"{hostile}"')
    app = open_page(PAGE, new_project(toml))
    assert errors(app) == []
    assert not [text for text in formatted_texts(app) if "<b>x" in text or "**y**" in text or "[z](" in text]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
