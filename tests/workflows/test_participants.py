"""Who takes part: names that nobody mistakes, and nobody leaves with groups in their hands."""

import pytest

from mmm_core.errors import BadInput, NotFound
from mmm_core.settings import ProjectSettings
from mmm_core.storage.audit import list_entries
from mmm_core.storage.opened import Storage
from mmm_core.taxonomy.mapping import Mapping
from mmm_core.taxonomy.nodes import Node
from mmm_core.workflows.mapping import current_mapping, edit_mapping, mapping_notes
from mmm_core.workflows.participants import (
    ROLES,
    add_participant,
    change_role,
    list_participants,
    remove_participant,
)
from mmm_core.workflows.projects import create_project

SOCIAL, RADIO = ("Brand", "Social", "Brand social"), ("Brand", "Audio", "Radio")


@pytest.fixture
def project(storage: Storage) -> str:
    project = create_project(storage, ProjectSettings(name="Test"), author="Test").id
    add_participant(storage, project, name="Ada", role="marketing", author="Test")
    tree = Mapping(
        leaves=(SOCIAL, RADIO),
        nodes={SOCIAL: Node(owner="Ada", description="Levers"), RADIO: Node(owner="Ada", colour="#112233")},
    )
    base = current_mapping(storage, project)
    edit_mapping(storage, project, lambda _: tree, base=base, author="Test", message="Tree")
    return project


@pytest.mark.parametrize("name", ["Ada", " ada ", "ADA", "Ａｄａ", "A\u200bda"])
def test_a_name_that_reads_like_another_one_is_refused(storage: Storage, project: str, name: str) -> None:
    with pytest.raises(BadInput, match=r"'Ada' takes part already \(marketing\)"):
        add_participant(storage, project, name=name, role="finance", author="Test")
    assert len(list_participants(storage, project)) == 1


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "x" * 81, "a\0b"])
def test_a_name_must_be_readable(storage: Storage, project: str, name: str) -> None:
    with pytest.raises(BadInput, match=r"1 to 80 were expected"):
        add_participant(storage, project, name=name, role="viewer", author="Test")


@pytest.mark.parametrize("role", ROLES)
def test_every_role_can_be_given(storage: Storage, project: str, role: str) -> None:
    assert change_role(storage, project, "Ada", role=role, author="Test").role == role


def test_an_unknown_role_is_refused(storage: Storage, project: str) -> None:
    with pytest.raises(BadInput, match="'boss' is no role; one of marketing, finance, analytics, viewer was expected"):
        change_role(storage, project, "Ada", role="boss", author="Test")


def test_who_owns_groups_cannot_leave_and_the_message_names_the_groups(storage: Storage, project: str) -> None:
    with pytest.raises(
        BadInput, match=r"Ada owns 2 groups of the tree \('Brand > Audio > Radio', 'Brand > Social > Brand social'\)"
    ):
        remove_participant(storage, project, "Ada", author="Test")
    assert [person.name for person in list_participants(storage, project)] == ["Ada"]
    assert current_mapping(storage, project).number == 1


def test_on_request_the_groups_stay_behind_without_an_owner(storage: Storage, project: str) -> None:
    remove_participant(storage, project, "Ada", author="Ben", clear_ownership=True)
    assert list_participants(storage, project) == ()
    mapping = current_mapping(storage, project).mapping
    assert mapping.nodes == {SOCIAL: Node(description="Levers"), RADIO: Node(colour="#112233")}
    assert mapping_notes(storage, project)[0].message == "Ada left: 2 groups without an owner"


def test_who_owns_an_archived_group_cannot_leave_either(storage: Storage, project: str) -> None:
    base = current_mapping(storage, project)
    asleep = Mapping(leaves=(SOCIAL,), archived=(RADIO,), nodes={RADIO: Node(owner="ada")})
    edit_mapping(storage, project, lambda _: asleep, base=base, author="Test", message="Archived")
    with pytest.raises(BadInput, match=r"Ada owns 1 group of the tree \('Brand > Audio > Radio'\)"):
        remove_participant(storage, project, "Ada", author="Test")


def test_somebody_without_groups_leaves(storage: Storage, project: str) -> None:
    add_participant(storage, project, name="Ben", role="viewer", author="Test")
    remove_participant(storage, project, "Ben", author="Test")
    assert [person.name for person in list_participants(storage, project)] == ["Ada"]
    with pytest.raises(NotFound, match="'Ben' does not take part"):
        remove_participant(storage, project, "Ben", author="Test")


def test_every_act_is_in_the_audit_trail(storage: Storage, project: str) -> None:
    change_role(storage, project, "Ada", role="finance", author="Ben")
    remove_participant(storage, project, "Ada", author="Ben", clear_ownership=True)
    with storage.database.reading() as session:
        entries = list_entries(session, project)
    acts = [(entry.author, entry.action) for entry in entries if entry.action.startswith("participant.")]
    assert acts == [
        ("Ben", "participant.removed"),
        ("Ben", "participant.changed"),
        ("Test", "participant.added"),
    ]
