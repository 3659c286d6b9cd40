"""Projects: create, refuse, open, change, delete."""

from collections.abc import Callable

import pytest
from seen import errors, keys, press
from streamlit.testing.v1 import AppTest

from mmm_core.errors import NotFound
from mmm_core.storage.opened import Storage
from mmm_core.workflows.projects import get_project, list_projects

OpenPage = Callable[..., AppTest]
PAGE = "pages/scope/project.py"


def test_a_new_project_is_created_and_open(open_page: OpenPage, storage: Storage) -> None:
    app = open_page(PAGE)
    app.button(key="new-project").click().run()
    app.text_input(key="project-name").set_value("Veldoro 2026")
    app.text_input(key="project-currency").set_value("chf")
    press(app, "new-project", "create-project")
    assert errors(app) == []
    card = next(card for card in list_projects(storage) if card.settings.name == "Veldoro 2026")
    assert card.settings.currency == "CHF"
    assert app.session_state["project"] == card.id
    assert "next-step" in keys(app)


def test_a_project_without_a_name_is_refused(open_page: OpenPage, storage: Storage) -> None:
    before = list_projects(storage)
    app = open_page(PAGE)
    app.button(key="new-project").click().run()
    press(app, "new-project", "create-project")
    assert "0 characters" in errors(app)[0]
    assert list_projects(storage) == before


def test_a_changed_setting_is_kept(open_page: OpenPage, storage: Storage, empty_project: str) -> None:
    app = open_page(PAGE, empty_project)
    app.button(key=f"settings-{empty_project}").click().run()
    app.text_input(key="project-currency").set_value("USD")
    press(app, f"settings-{empty_project}", "save-settings")
    assert errors(app) == []
    assert get_project(storage, empty_project).settings.currency == "USD"


def test_a_deleted_project_is_gone_and_closed(open_page: OpenPage, storage: Storage, empty_project: str) -> None:
    app = open_page(PAGE, empty_project)
    app.button(key=f"delete-{empty_project}").click().run()
    press(app, f"delete-{empty_project}", "confirm-delete")
    assert errors(app) == []
    assert empty_project not in {card.id for card in list_projects(storage)}
    assert app.session_state["project"] is None
    assert "next-step" not in keys(app)


def test_the_demo_client_is_one_click(open_page: OpenPage, storage: Storage) -> None:
    before = {card.id for card in list_projects(storage)}
    app = open_page(PAGE)
    app.button(key="try-demo").click().run(timeout=60)
    assert errors(app) == []
    new = {card.id for card in list_projects(storage)} - before
    assert new == {app.session_state["project"]}


def test_an_address_of_a_project_that_never_was_shows_the_projects(open_page: OpenPage, storage: Storage) -> None:
    app = open_page(PAGE, "00000000-0000-0000-0000-000000000000")
    assert errors(app) == []
    assert {"new-project", "try-demo"} <= keys(app)
    with pytest.raises(NotFound, match="no such project"):
        get_project(storage, "00000000-0000-0000-0000-000000000000")
