"""Sign-off: three people sign what they see, and every page says whether the scope is signed."""

import json
from collections.abc import Callable
from dataclasses import replace

import faulty_client
import openpyxl
import pandas as pd
import pytest
from faulty_client import scoped_of
from seen import errors, formatted_texts, keys
from streamlit.testing.v1 import AppTest

from mmm_core.documents.agenda import Agenda
from mmm_core.documents.scope_html import scope_html
from mmm_core.documents.scope_workbook import scope_workbook
from mmm_core.storage.opened import Storage
from mmm_core.workflows.agenda import current_agenda, save_agenda
from mmm_core.workflows.mapping import current_mapping, edit_mapping
from mmm_core.workflows.participants import change_role, remove_participant
from mmm_core.workflows.scope_document import current_document
from mmm_core.workflows.scope_tables import groups_table
from mmm_core.workflows.signing import sign, sign_off_state, withdraw
from pages.ui.fits import file_name, with_standing

OpenPage = Callable[..., AppTest]
PAGE = "pages/scope/sign_off.py"
HOSTILE = "<b>Does</b> **TV** [pay](http://a.b) :red[r] $q$ =1+1"


@pytest.fixture
def people(storage: Storage, project: str) -> str:
    """Give a small project with one person per role; nothing blocks it."""
    faulty_client.name_people(storage, project)
    return project


def sit_down(app: AppTest, name: str) -> AppTest:
    app.session_state["author"] = name
    return app.run()


def texts(app: AppTest) -> str:
    return " ".join(found.value for found in [*app.markdown, *app.caption]).replace("\\", "")


def sign_as(storage: Storage, project: str, *names: str) -> None:
    for name in names:
        scoped = scoped_of(storage, project)
        in_view = sign_off_state(storage, project, scoped).fingerprint
        sign(storage, project, scoped, author=name, in_view=in_view)


def status(storage: Storage, project: str) -> str:
    return sign_off_state(storage, project, scoped_of(storage, project)).status


def ask(storage: Storage, project: str, question: str = "Does TV pay?") -> None:
    number = current_agenda(storage, project).number
    save_agenda(storage, project, Agenda(questions=(question,)), base_number=number, author="Mara")


def test_three_people_sign_and_the_way_on_opens(open_page: OpenPage, people: str, storage: Storage) -> None:
    app = open_page(PAGE, people)
    assert errors(app) == []
    assert "Draft, not signed" in texts(app)
    for name, role in (("Mara", "marketing"), ("Finn", "finance"), ("Ada", "analytics")):
        sit_down(app, name)
        assert app.button(key="sign").label == f"Sign for {role}"
        app.button(key="sign").click().run()
        assert errors(app) == []
    assert status(storage, people) == "signed"
    assert "sign" not in keys(app)
    assert "next-step" in keys(app)
    assert "Yes. Marketing, finance and analytics have signed it as it stands." in texts(app)
    assert "Signed by marketing, finance and analytics" in texts(app), "the sidebar says so too"


@pytest.mark.parametrize(("name", "said"), [("Vera", "who looks on here"), ("Somebody", "who takes no part here")])
def test_viewers_and_strangers_are_offered_no_signature(open_page, people, name, said) -> None:
    app = sit_down(open_page(PAGE, people), name)
    assert errors(app) == []
    assert "sign" not in keys(app)
    assert said in texts(app)
    assert {"get-scope-xlsx", "get-scope-html"} <= keys(app), "everybody may read it"


def test_a_change_since_the_page_was_opened_is_told_and_nothing_is_signed(open_page, people, storage) -> None:
    app = sit_down(open_page(PAGE, people), "Mara")
    app.text_input(key="signature-text").set_value("as agreed")
    ask(storage, people)
    app.button(key="sign").click().run()
    assert "has changed since you had it in view" in errors(app)[0]
    assert status(storage, people) == "draft"
    assert app.text_input(key="signature-text").value == "as agreed"
    app.button(key="sign").click().run()
    assert errors(app) == []
    assert status(storage, people) == "partly signed"


def test_an_edit_voids_the_signatures_on_screen_and_says_what_it_was(open_page, people, storage) -> None:
    sign_as(storage, people, "Mara", "Finn", "Ada")
    app = sit_down(open_page(PAGE, people), "Ada")
    assert "Signed by marketing, finance and analytics" in texts(app)
    ask(storage, people, HOSTILE)
    app.run()
    assert errors(app) == []
    assert "Not any more: 1 change since " in texts(app)
    assert f"- Agenda: planning question added: {HOSTILE}" in texts(app)
    assert texts(app).count("Void, the scope changed") == 3
    assert "Draft, not signed" in texts(app)
    assert not [text for text in formatted_texts(app) if "<b>Does" in text or "**TV**" in text or "[pay](" in text]


def test_a_signature_is_withdrawn_by_whoever_gave_it(open_page, people, storage) -> None:
    sign_as(storage, people, "Mara", "Finn", "Ada")
    app = sit_down(open_page(PAGE, people), "Finn")
    assert {name for name in keys(app) if name.startswith("withdraw-")} == {"withdraw-finance"}
    app.button(key="withdraw-finance").click().run()
    assert errors(app) == []
    assert status(storage, people) == "partly signed"
    assert "and withdrew on" in texts(app)


def test_what_must_be_settled_first_is_named_and_links_lead_there(open_page, new_project, storage) -> None:
    project = new_project(faulty_client.UNMAPPED_TOML)
    faulty_client.name_people(storage, project)
    app = sit_down(open_page(PAGE, project), "Mara")
    assert errors(app) == []
    assert "wait for a group" in texts(app)
    assert "sign" not in keys(app)
    assert "as soon as what its card names is settled" in texts(app)


def test_a_project_without_media_has_nothing_to_sign(open_page, empty_project) -> None:
    app = open_page(PAGE, empty_project)
    assert errors(app) == []
    assert "there is no scope to sign" in app.info[0].value


def test_both_downloads_hold_the_document_on_screen(open_page, people, storage, tmp_path) -> None:
    ask(storage, people, HOSTILE)
    scoped = scoped_of(storage, people)
    document = current_document(storage, people, scoped, sign_off_state(storage, people, scoped))
    (tmp_path / "scope.xlsx").write_bytes(scope_workbook(document))
    assert openpyxl.load_workbook(tmp_path / "scope.xlsx")["Questions"]["A5"].value == HOSTILE
    assert "&lt;b&gt;Does&lt;/b&gt;" in scope_html(document)
    app = open_page(PAGE, people)
    assert document.short_fingerprint in texts(app), "the page shows the scope of the downloads"


def marks_of(app: AppTest) -> list[str]:
    """Return what stands above the charts of a page."""
    specs = [json.loads(found.proto.spec) for found in app.get("vega_lite_chart")]
    return [spec["title"]["text"] for spec in specs if isinstance(spec.get("title"), dict)]


@pytest.mark.fit
def test_results_are_marked_draft_on_every_page_until_all_three_have_signed(
    open_page: OpenPage, fitted_project: str, storage: Storage
) -> None:
    for file in ("pages/model/fit.py", "pages/model/results.py", "pages/decide/scenarios.py"):
        app = open_page(file, fitted_project)
        assert errors(app) == []
        assert "Draft: no scope with these data, groups and model is signed by all three." in texts(app), file
        assert "Draft, not signed" in texts(app), "the sidebar"
        assert set(marks_of(app)) <= {"Draft, scope not signed"}, file
    assert len(marks_of(open_page("pages/model/results.py", fitted_project))) >= 4
    faulty_client.name_people(storage, fitted_project)
    sign_as(storage, fitted_project, "Mara", "Finn", "Ada")
    try:
        for file in ("pages/model/fit.py", "pages/model/results.py", "pages/decide/scenarios.py"):
            app = open_page(file, fitted_project)
            assert "Made on the scope that all three signed on" in texts(app), file
            assert "Draft" not in texts(app), file
            assert marks_of(app) == [], file
    finally:  # other tests only look at this project
        for role, name in (("marketing", "Mara"), ("finance", "Finn"), ("analytics", "Ada")):
            withdraw(storage, fitted_project, role, author=name)
            remove_participant(storage, fitted_project, name, author="Test")
        remove_participant(storage, fitted_project, "Vera", author="Test")


def test_a_download_of_results_says_in_every_row_and_in_its_name_that_it_is_a_draft() -> None:
    table = pd.DataFrame({"group": ["TV", "Radio"]})
    assert with_standing(table, "Draft, scope not signed")["standing"].tolist() == ["draft", "draft"]
    assert with_standing(table, "")["standing"].tolist() == ["signed", "signed"]
    assert (file_name("summary", "Draft"), file_name("summary", "")) == ("summary-draft.csv", "summary.csv")


def test_levels_that_are_called_like_a_column_of_the_document_stand_beside_it(open_page, people, storage) -> None:
    base = current_mapping(storage, people)
    levels = ("Owner", "Share", "Line items")
    edit_mapping(
        storage, people, lambda one: replace(one, levels=levels), base=base, author="Mara", message="Other names"
    )
    app = open_page(PAGE, people)
    assert errors(app) == []
    table = groups_table(scoped_of(storage, people))
    assert [column.title for column in table.columns].count("Owner") == 2
    shapes = [shown.value.shape for shown in app.dataframe]
    assert (len(table.rows), len(table.columns)) in shapes


def test_whoever_has_signed_in_another_role_is_told_so(open_page, people, storage) -> None:
    sign_as(storage, people, "Mara")
    change_role(storage, people, name="Mara", role="finance", author="Ada")
    app = sit_down(open_page(PAGE, people), "Mara")
    assert errors(app) == []
    assert "sign" not in keys(app)
    assert "You have signed this scope for marketing." in texts(app)
