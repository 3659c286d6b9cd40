"""Undo and redo say what they are about to do, walk back and forth, and end where another edit begins."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmm_core.settings import ProjectSettings
from mmm_core.storage.opened import Storage
from mmm_core.workflows.mapping import (
    current_mapping,
    edit_mapping,
    mapping_notes,
    redo_mapping,
    redo_name,
    restore_mapping,
    undo_mapping,
    undo_name,
)
from mmm_core.workflows.projects import create_project


@pytest.fixture
def project(storage: Storage) -> str:
    return create_project(storage, ProjectSettings(name="Test"), author="Test").id


def add(storage: Storage, project: str, *names: str) -> None:
    for name in names:
        base = current_mapping(storage, project)
        message = f"Added {name}"
        edit_mapping(
            storage, project, lambda m, n=name: m.with_group(("A", "B", n)), base=base, author="T", message=message
        )


def undo(storage: Storage, project: str) -> tuple[str, ...]:
    return undo_mapping(storage, project, base=current_mapping(storage, project), author="T").mapping.groups


def redo(storage: Storage, project: str) -> tuple[str, ...]:
    return redo_mapping(storage, project, base=current_mapping(storage, project), author="T").mapping.groups


def names(storage: Storage, project: str) -> tuple[str, str]:
    base = current_mapping(storage, project)
    return undo_name(storage, project, base=base), redo_name(storage, project, base=base)


def test_redo_walks_forward_through_what_was_undone(storage: Storage, project: str) -> None:
    add(storage, project, "x", "y", "z")
    assert [undo(storage, project) for _ in range(3)] == [("x", "y"), ("x",), ()]
    assert [redo(storage, project) for _ in range(4)] == [("x",), ("x", "y"), ("x", "y", "z"), ("x", "y", "z")]


def test_undo_and_redo_name_the_edit_that_they_are_about(storage: Storage, project: str) -> None:
    assert names(storage, project) == ("", "")
    add(storage, project, "x", "y")
    assert names(storage, project) == ("Added y", "")
    undo(storage, project)
    assert names(storage, project) == ("Added x", "Added y")
    undo(storage, project)
    assert names(storage, project) == ("", "Added x")
    redo(storage, project)
    assert names(storage, project) == ("Added x", "Added y")


def test_another_edit_ends_what_can_be_redone(storage: Storage, project: str) -> None:
    add(storage, project, "x", "y")
    undo(storage, project)
    add(storage, project, "z")
    assert names(storage, project) == ("Added z", "")
    assert redo(storage, project) == ("x", "z")
    assert [undo(storage, project) for _ in range(2)] == [("x",), ()]


def test_undo_after_redo_takes_the_same_edit_back(storage: Storage, project: str) -> None:
    add(storage, project, "x", "y")
    for _ in range(3):
        assert undo(storage, project) == ("x",)
        assert redo(storage, project) == ("x", "y")
    assert [undo(storage, project) for _ in range(3)] == [("x",), (), ()]


def test_a_restored_revision_can_be_undone_and_redone(storage: Storage, project: str) -> None:
    add(storage, project, "x", "y")
    restore_mapping(storage, project, 1, base=current_mapping(storage, project), author="T")
    assert undo(storage, project) == ("x", "y")
    assert names(storage, project) == ("Added y", "Restored revision 1")
    assert redo(storage, project) == ("x",)


def test_the_history_reads_as_what_happened(storage: Storage, project: str) -> None:
    add(storage, project, "x", "y")
    undo(storage, project)
    redo(storage, project)
    assert [note.message for note in mapping_notes(storage, project)] == [
        "Redid revision 2: Added y",
        "Undid revision 2: Added y",
        "Added y",
        "Added x",
    ]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["edit", "undo", "redo"]), max_size=14))
def test_undo_and_redo_do_what_two_stacks_would_do(storage: Storage, steps: list[str]) -> None:
    project = create_project(storage, ProjectSettings(name="Test"), author="Test").id
    done, undone = [()], []
    for number, step in enumerate(steps):
        if step == "edit":
            add(storage, project, str(number))
            done, undone = [*done, (*done[-1], str(number))], []
        elif step == "undo":
            undo(storage, project)
            if len(done) > 1:
                undone.append(done.pop())
        else:
            redo(storage, project)
            if undone:
                done.append(undone.pop())
        assert current_mapping(storage, project).mapping.groups == done[-1]
