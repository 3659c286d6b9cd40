"""The structure brief: computed sentences, the analyst's words, what to bring."""

from collections.abc import Callable

import small_client
from seen import errors, formatted_texts, keys
from streamlit.testing.v1 import AppTest

from mmm_core.storage.opened import Storage
from mmm_core.workflows.sources import add_source, list_sources, reading_of, remove_source
from mmm_core.workflows.structure import written_texts

OpenPage = Callable[..., AppTest]
PAGE = "pages/scope/structure.py"


def said(app: AppTest) -> str:
    return " ".join(found.value.replace("\\", "") for found in (*app.markdown, *app.caption, *app.warning))


def test_the_brief_says_how_many_groups_the_history_carries(open_page: OpenPage, project: str) -> None:
    app = open_page(PAGE, project)
    assert errors(app) == []
    text = said(app)
    assert "groups" in text
    assert "104 complete weeks" in text
    assert "'revenue' averages" in text
    assert {"get-brief", "next-step"} <= keys(app)


def test_what_to_bring_is_computed_from_what_is_there(open_page: OpenPage, storage: Storage, project: str) -> None:
    source = next(found for found in list_sources(storage, project) if found.kind == "controls")
    assert "What else drives the outcome" not in said(open_page(PAGE, project))
    remove_source(storage, project, source.id, author="Test")
    assert "What else drives the outcome" in said(open_page(PAGE, project))


def test_without_an_outcome_the_page_says_that_it_waits_for_one(
    open_page: OpenPage, storage: Storage, project: str
) -> None:
    source = next(found for found in list_sources(storage, project) if found.kind == "kpi")
    remove_source(storage, project, source.id, author="Test")
    app = open_page(PAGE, project)
    assert errors(app) == []
    assert "as soon as media and an outcome are there" in said(app)


def test_the_analyst_puts_a_section_in_other_words_and_takes_them_back(
    open_page: OpenPage, storage: Storage, project: str
) -> None:
    app = open_page(PAGE, project)
    app.text_area(key="text-outcome-0").set_value("Revenue **without** returns.")
    app.button(key="save-outcome").click().run()
    assert errors(app) == []
    assert written_texts(storage, project) == {"outcome": "Revenue **without** returns."}
    assert "Revenue **without** returns." in said(app)
    assert "In the words of" in said(app)
    assert not [text for text in formatted_texts(app) if "**without**" in text], "the words are text, not formatting"
    app.text_area(key="text-outcome-1").set_value("")
    app.button(key="save-outcome").click().run()
    assert written_texts(storage, project) == {}


def test_words_whose_figures_have_changed_are_marked(open_page: OpenPage, storage: Storage, project: str) -> None:
    app = open_page(PAGE, project)
    app.text_area(key="text-history-0").set_value("Two good years.")
    app.button(key="save-history").click().run()
    assert "changed since this was written" not in said(app)
    source = next(found for found in list_sources(storage, project) if found.kind == "kpi")
    remove_source(storage, project, source.id, author="Test")
    shorter = b"".join(small_client.kpi_csv().splitlines(keepends=True)[:80])
    add_source(storage, project, shorter, name="kpi.csv", sheet="", reading=reading_of(source), author="Test")
    app = open_page(PAGE, project)
    assert "changed since this was written" in said(app)
    assert "Two good years." in said(app)
