"""Validations as rows: kept once, listed from the newest, gone with their project."""

from datetime import datetime, timedelta

import pytest

from mmm_core.errors import NotFound
from mmm_core.storage import validations
from mmm_core.storage.database import Database
from mmm_core.storage.projects import Project, delete_project
from mmm_core.storage.validations import StoredValidation


def _register(database: Database, project: Project, now: datetime, name: str = "a", **content: object) -> None:
    kept = StoredValidation(
        project_id=project.id,
        fingerprint=name * 64,
        fit_fingerprint=f"fit of {name}",
        panel_fingerprint="panel",
        content=dict(content),
        created_at=now,
    )
    with database.transaction() as session:
        validations.register_validation(session, kept)


def test_a_validation_comes_back_as_it_was_kept(database: Database, project: Project, now: datetime) -> None:
    _register(database, project, now, holdout={"periods": [{"actual": 1.5}]}, measures={"mape": None})
    with database.reading() as session:
        found = validations.find_validation(session, project.id, "a" * 64)
    assert found is not None
    assert found.content == {"holdout": {"periods": [{"actual": 1.5}]}, "measures": {"mape": None}}
    assert (found.created_at, found.fit_fingerprint) == (now, "fit of a")


def test_the_first_validation_with_a_fingerprint_stays(database: Database, project: Project, now: datetime) -> None:
    _register(database, project, now, first=True)
    _register(database, project, now + timedelta(days=1), first=False)
    with database.reading() as session:
        (found,) = validations.list_validations(session, project.id)
    assert found.content == {"first": True}


def test_validations_are_listed_from_the_newest(database: Database, project: Project, now: datetime) -> None:
    for days, name in enumerate("abc"):
        _register(database, project, now + timedelta(days=days), name)
    with database.reading() as session:
        found = validations.list_validations(session, project.id, most=2)
    assert [kept.fingerprint[0] for kept in found] == ["c", "b"]


def test_a_fit_is_known_to_be_tested(database: Database, project: Project, now: datetime) -> None:
    _register(database, project, now)
    with database.reading() as session:
        assert validations.has_validation(session, project.id, "fit of a")
        assert not validations.has_validation(session, project.id, "fit of b")
        assert not validations.has_validation(session, "another", "fit of a")


def test_the_validations_of_a_deleted_project_are_gone(database: Database, project: Project, now: datetime) -> None:
    _register(database, project, now)
    with database.transaction() as session:
        delete_project(session, project.id, author="Ada", now=now)
    with database.reading() as session:
        assert validations.list_validations(session, project.id) == ()
    with pytest.raises(NotFound, match="no such project"):
        _register(database, project, now)
