"""Undo walks back edit by edit, and each step is a revision of its own."""

from pathlib import Path

import pytest

from mmm_core.settings import Installation, ProjectSettings
from mmm_core.storage.opened import Storage, close_storage, open_storage
from mmm_core.workflows.mapping import current_mapping, edit_mapping, restore_mapping, steps_from, undo_mapping
from mmm_core.workflows.projects import create_project


@pytest.fixture
def storage(tmp_path: Path):
    installation = Installation(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'test.sqlite'}")
    yield open_storage(installation)
    close_storage(installation)


@pytest.fixture
def project(storage: Storage) -> str:
    return create_project(storage, ProjectSettings(name="Test"), author="Test").id


def add_group(storage: Storage, project: str, name: str) -> None:
    base = current_mapping(storage, project)
    edit_mapping(
        storage, project, lambda m: m.with_group(("A", "B", name)), base=base, author="Test", message=f"Added {name}"
    )


def undo(storage: Storage, project: str) -> tuple[str, ...]:
    return undo_mapping(storage, project, base=current_mapping(storage, project), author="Test").mapping.groups


def test_undo_walks_back_to_the_empty_mapping_and_stops_there(storage: Storage, project: str) -> None:
    for name in "xyz":
        add_group(storage, project, name)
    assert [undo(storage, project) for _ in range(4)] == [("x", "y"), ("x",), (), ()]
    assert current_mapping(storage, project).number == 6
    assert steps_from(storage, project, 6).undo == 0


def test_an_edit_after_an_undo_is_the_next_to_be_undone(storage: Storage, project: str) -> None:
    for name in "xy":
        add_group(storage, project, name)
    undo(storage, project)
    add_group(storage, project, "z")
    assert undo(storage, project) == ("x",)
    assert undo(storage, project) == ()


def test_a_revision_that_was_brought_back_can_be_undone(storage: Storage, project: str) -> None:
    for name in "xy":
        add_group(storage, project, name)
    restore_mapping(storage, project, 1, base=current_mapping(storage, project), author="Test")
    assert undo(storage, project) == ("x", "y")
