"""Projects: create, refuse, open, change, delete; who takes part."""

from collections.abc import Callable
from datetime import date

import pytest
from seen import errors, formatted_texts, keys, press
from streamlit.testing.v1 import AppTest

from mmm_core.documents.agenda import Agenda, DataOwed
from mmm_core.errors import NotFound
from mmm_core.storage.opened import Storage
from mmm_core.taxonomy.nodes import Node
from mmm_core.workflows.agenda import current_agenda, save_agenda
from mmm_core.workflows.mapping import current_mapping, edit_mapping
from mmm_core.workflows.participants import add_participant, list_participants
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


def test_the_client_is_kept_and_shown(open_page: OpenPage, storage: Storage, empty_project: str) -> None:
    app = open_page(PAGE, empty_project)
    app.button(key=f"settings-{empty_project}").click().run()
    app.text_input(key="project-client").set_value("**Veldoro**")
    press(app, f"settings-{empty_project}", "save-settings")
    assert errors(app) == []
    assert get_project(storage, empty_project).settings.client == "**Veldoro**"
    app = open_page(PAGE, empty_project)
    assert any("\\*\\*Veldoro\\*\\*, EUR" in found.value for found in app.caption)


def test_a_participant_comes_changes_role_and_leaves(open_page: OpenPage, storage: Storage, empty_project: str) -> None:
    app = open_page(PAGE, empty_project)
    app.text_input(key="person-name-0").set_value("Ada Lovelace")
    app.selectbox(key="person-role").set_value("finance")
    app.button(key="person-add").click().run()
    assert errors(app) == []
    assert [(person.name, person.role) for person in list_participants(storage, empty_project)] == [
        ("Ada Lovelace", "finance")
    ]
    app.selectbox(key="person-Ada Lovelace-role-finance").set_value("analytics").run()
    assert [person.role for person in list_participants(storage, empty_project)] == ["analytics"]
    app.button(key="person-Ada Lovelace-remove").click().run()
    assert errors(app) == []
    assert list_participants(storage, empty_project) == ()


def test_a_name_that_takes_part_already_is_refused(open_page: OpenPage, storage: Storage, empty_project: str) -> None:
    add_participant(storage, empty_project, name="Ada", role="viewer", author="Test")
    app = open_page(PAGE, empty_project)
    app.text_input(key="person-name-1").set_value("ada")
    app.button(key="person-add").click().run()
    assert "takes part already" in errors(app)[0]


def test_you_are_one_of_the_participants(open_page: OpenPage, storage: Storage, empty_project: str) -> None:
    add_participant(storage, empty_project, name="Ada", role="marketing", author="Test")
    app = open_page(PAGE, empty_project)
    app.pills(key="author-choice-Somebody").set_value("Ada").run()
    assert app.session_state["author"] == "Ada"
    app.text_input(key="author-entry").set_value("Grace").run()
    assert app.session_state["author"] == "Grace"
    app.pills(key="author-choice-Grace").set_value("Ada").run()
    assert app.session_state["author"] == "Ada", "what was typed before does not come back"
    app.run()
    assert app.session_state["author"] == "Ada"


def test_an_owner_leaves_only_when_somebody_says_what_becomes_of_the_groups(
    open_page: OpenPage, storage: Storage, project: str
) -> None:
    add_participant(storage, project, name="Ada", role="marketing", author="Test")
    base = current_mapping(storage, project)
    path = base.mapping.leaves[0]
    edit_mapping(
        storage, project, lambda m: m.with_node(path, Node(owner="Ada")), base=base, author="Test", message="Owner"
    )
    app = open_page(PAGE, project)
    app.button(key="person-Ada-remove").click().run()
    assert "owns 1 group" in errors(app)[0]
    app.checkbox(key="person-Ada-disown").check()
    app.button(key="person-Ada-remove").click().run()
    assert errors(app) == []
    assert current_mapping(storage, project).mapping.node(path).owner == ""


def test_a_participant_says_who_sits_here_with_one_click(
    open_page: OpenPage, storage: Storage, empty_project: str
) -> None:
    for name in ("Ada", "Ben"):
        add_participant(storage, empty_project, name=name, role="marketing", author="Test")
    app = open_page(PAGE, empty_project)
    app.button(key="person-Ben-me").click().run()
    assert app.session_state["author"] == "Ben"
    assert not [key for key in keys(app) if key.endswith("-me")]


def test_questions_and_actions_are_written_down_a_line_each(
    open_page: OpenPage, storage: Storage, empty_project: str
) -> None:
    app = open_page(PAGE, empty_project)
    app.text_area(key="agenda-questions-0").set_value("Does TV pay?\n\n**And** radio?")
    app.text_area(key="agenda-actions-0").set_value("Move 10 % of search")
    app.button(key="agenda-save").click().run()
    assert errors(app) == []
    agenda = current_agenda(storage, empty_project).agenda
    assert (agenda.questions, agenda.actions) == (("Does TV pay?", "**And** radio?"), ("Move 10 % of search",))
    assert app.text_area(key="agenda-questions-1").value == "Does TV pay?\n**And** radio?"
    assert not [text for text in formatted_texts(app) if "**And**" in text], "what people write is text"


def test_data_owed_come_are_ticked_and_removed(open_page: OpenPage, storage: Storage, empty_project: str) -> None:
    app = open_page(PAGE, empty_project)
    app.text_input(key="agenda-owed-what").set_value("Store visits")
    app.text_input(key="agenda-owed-who").set_value("Ada")
    app.date_input(key="agenda-owed-until").set_value(date(2026, 9, 30))
    app.button(key="agenda-owed-add").click().run()
    assert errors(app) == []
    owed = DataOwed(what="Store visits", who="Ada", until="2026-09-30")
    assert current_agenda(storage, empty_project).agenda.owed == (owed,)
    assert app.text_input(key="agenda-owed-what").value == ""
    app.checkbox(key="agenda-received-1-0").check().run()
    assert current_agenda(storage, empty_project).agenda.still_owed == ()
    app.button(key="agenda-remove-2-0").click().run()
    assert errors(app) == []
    assert current_agenda(storage, empty_project).agenda.owed == ()


def test_what_two_people_write_at_once_is_both_there(open_page: OpenPage, storage: Storage, empty_project: str) -> None:
    app = open_page(PAGE, empty_project)
    app.text_area(key="agenda-questions-0").set_value("Mine?")
    save_agenda(storage, empty_project, Agenda(questions=("Theirs?",)), base_number=0, author="Ada")
    app.button(key="agenda-save").click().run()
    assert "Ada saved agenda revision 1" in errors(app)[0]
    assert current_agenda(storage, empty_project).agenda.questions == ("Theirs?",)
    assert app.text_area(key="agenda-questions-1").value == "Theirs?\nMine?"
    app.button(key="agenda-save").click().run()
    assert current_agenda(storage, empty_project).agenda.questions == ("Theirs?", "Mine?")
