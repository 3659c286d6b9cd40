"""Edits, undo, redo and restore in any order, as they are saved: no cent is lost and nothing comes back changed."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mapping_steps import BASE, some_items, steps

from mmm_core.settings import Installation, ProjectSettings
from mmm_core.storage.opened import Storage, close_storage, open_storage
from mmm_core.taxonomy.mapping import Mapping
from mmm_core.taxonomy.resolution import resolve
from mmm_core.workflows.mapping import (
    current_mapping,
    edit_mapping,
    mapping_notes,
    mapping_revision,
    redo_mapping,
    restore_mapping,
    undo_mapping,
)
from mmm_core.workflows.projects import create_project

ITEMS = some_items()
TOTAL = int(ITEMS["spend_micros"].sum())
ACTS = st.lists(st.one_of(steps(most=3), st.just("undo"), st.just("redo"), st.integers(0, 20)), max_size=8)


@pytest.fixture
def storage(tmp_path: Path):
    installation = Installation(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'history.sqlite'}")
    yield open_storage(installation)
    close_storage(installation)


def total_of(mapping: Mapping) -> int:
    parts = ITEMS["spend_micros"].groupby(resolve(ITEMS, mapping).table["status"]).sum()
    return int(parts.sum())


def saved(storage: Storage, project: str, edit) -> None:
    edit_mapping(storage, project, edit, base=current_mapping(storage, project), author="T", message="edit")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_whatever_is_edited_undone_or_restored_all_money_stays(storage, acts):
    project = create_project(storage, ProjectSettings(name="History"), author="T").id
    saved(storage, project, lambda _: BASE)
    seen = {0: Mapping(), 1: BASE}
    for act in acts:
        base = current_mapping(storage, project)
        if act == "undo":
            undo_mapping(storage, project, base=base, author="T")
        elif act == "redo":
            redo_mapping(storage, project, base=base, author="T")
        elif isinstance(act, int):
            restore_mapping(storage, project, act % (base.number + 1), base=base, author="T")
            assert current_mapping(storage, project).mapping == seen[act % (base.number + 1)]
        else:
            for step in act:
                saved(storage, project, lambda mapping, step=step: step.on(mapping, ITEMS))
                now = current_mapping(storage, project)
                seen[now.number] = now.mapping
        now = current_mapping(storage, project)
        seen.setdefault(now.number, now.mapping)
        assert total_of(now.mapping) == TOTAL
    for revision in mapping_notes(storage, project):
        assert mapping_revision(storage, project, revision.number).mapping == seen[revision.number]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps(most=6))
def test_undoing_every_edit_gives_back_each_mapping_and_redo_the_last(storage, made):
    project = create_project(storage, ProjectSettings(name="History"), author="T").id
    saved(storage, project, lambda _: BASE)
    stood = [BASE]
    for step in made:
        saved(storage, project, lambda mapping, step=step: step.on(mapping, ITEMS))
        if (now := current_mapping(storage, project).mapping) != stood[-1]:
            stood.append(now)
    for earlier in reversed(stood[:-1]):
        back = undo_mapping(storage, project, base=current_mapping(storage, project), author="T")
        assert back.mapping == earlier
    for later in stood[1:]:
        again = redo_mapping(storage, project, base=current_mapping(storage, project), author="T")
        assert again.mapping == later
