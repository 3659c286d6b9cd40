"""Threads, signatures, corrections and the agenda: added and never changed, told apart by project, gone with it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import inspect, text

from mmm_core.errors import EditConflict, NotFound
from mmm_core.storage import migrating, participants, projects, revisions
from mmm_core.storage.database import Database, open_database
from mmm_core.storage.projects import Project
from mmm_core.storage.signatures import StoredSignature, add_signature, list_signatures
from mmm_core.storage.threads import ThreadEntry, add_entry, list_entries

NEW_TABLES = {"thread_entry", "signature", "correction_revision", "agenda_revision"}


def entry(project: Project, now: datetime, **facts: object) -> ThreadEntry:
    usual = {"subject": "finding", "key": "k", "action": "accept", "author": "Ada", "role": "analytics"}
    details = {"text": "known \u2026 日本", "detail": {"message": "3 rows", "columns": ["a"]}, "bound_to": "f" * 64}
    return ThreadEntry(project_id=project.id, at=now, **{**usual, **details, **facts})


def signature(project: Project, now: datetime, **facts: object) -> StoredSignature:
    usual = {"participant": "Ada", "role": "analytics", "action": "signed", "scope_fingerprint": "s" * 64}
    content = {"mapping": "m", "findings": [{"key": "k"}], "statement": "No open error."}
    return StoredSignature(project_id=project.id, at=now, **{**usual, "content": content, **facts})


def test_entries_come_back_as_they_were_said_and_in_order(database: Database, project: Project, now: datetime) -> None:
    said = (entry(project, now), entry(project, now - timedelta(days=1), action="reopen"), entry(project, now, key="b"))
    objection = entry(project, now, subject="objection")
    with database.transaction() as session:
        for one in (*said, objection):
            add_entry(session, one)
    with database.reading() as session:
        assert list_entries(session, project.id, "finding") == said
        assert list_entries(session, project.id, "objection") == (objection,)


def test_signatures_and_withdrawals_come_back_in_order(database: Database, project: Project, now: datetime) -> None:
    given = (signature(project, now), signature(project, now, action="withdrawn", content={}), signature(project, now))
    with database.transaction() as session:
        for one in given:
            add_signature(session, one)
    with database.reading() as session:
        assert list_signatures(session, project.id) == given


def test_nothing_is_said_or_signed_in_a_project_that_is_not_there(database: Database, project: Project, now) -> None:
    gone = replace(project, id="gone")
    with pytest.raises(NotFound, match="no such project"), database.transaction() as session:
        add_entry(session, entry(gone, now))
    with pytest.raises(NotFound, match="no such project"), database.transaction() as session:
        add_signature(session, signature(gone, now))


@pytest.mark.parametrize("kind", ["correction", "agenda", "comparison"])
def test_corrections_agenda_and_comparisons_are_revisions_with_conflicts(
    database: Database, project: Project, now: datetime, kind
) -> None:
    def save(content: dict[str, object], base_number: int) -> None:
        with database.transaction() as session:
            facts = {"project_id": project.id, "base_number": base_number, "author": "Ada", "now": now}
            revisions.save_revision(session, kind, content=content, **facts)

    save({"entries": [1]}, 0)
    with pytest.raises(EditConflict, match=f"Ada saved {kind} revision 1"):
        save({"entries": [2]}, 0)
    save({"entries": [2]}, 1)
    with database.reading() as session:
        latest = revisions.latest_revision(session, kind, project.id)
    assert latest is not None
    assert (latest.number, latest.content) == (2, {"entries": [2]})


def test_a_deleted_project_takes_threads_signatures_and_corrections_along(
    database: Database, project: Project, now: datetime
) -> None:
    with database.transaction() as session:
        other = projects.create_project(session, name="Other", settings={}, now=now)
        for one in (project, other):
            add_entry(session, entry(one, now))
            add_signature(session, signature(one, now))
            facts = {"base_number": 0, "content": {"corrections": []}, "author": "Ada", "now": now}
            revisions.save_revision(session, "correction", project_id=one.id, **facts)
            revisions.save_revision(session, "agenda", project_id=one.id, **facts)
    with database.transaction() as session:
        projects.delete_project(session, project.id, author="Ada", now=now)
    with database.reading() as session:
        counts = {table: session.scalar(text(f"SELECT count(*) FROM {table}")) for table in sorted(NEW_TABLES)}
    assert counts == dict.fromkeys(sorted(NEW_TABLES), 1), "those of the other project"


def test_a_database_of_the_version_before_threads_is_migrated_with_its_rows(database_url: str, now: datetime) -> None:
    database = open_database(database_url)
    with database.migrating() as connection, migrating._configured(connection) as config:
        command.downgrade(config, "0003")
    with database.migrating() as connection:
        assert migrating.version(connection) == "0003"
        assert not NEW_TABLES & set(inspect(connection).get_table_names())
    with database.transaction() as session:
        kept = projects.create_project(session, name="Kept", settings={"name": "Kept", "currency": "EUR"}, now=now)
        facts = {"project_id": kept.id, "base_number": 0, "author": "Ada", "now": now}
        saved = revisions.save_revision(session, "mapping", content={"rules": [1]}, **facts)
        participants.add_participant(session, project_id=kept.id, name="Ada", role="analytics", now=now)
    database.close()
    again = open_database(database_url)
    with again.reading() as session:
        assert migrating.version(session.connection()) == migrating.NEWEST
        assert set(inspect(session.connection()).get_table_names()) >= NEW_TABLES
        assert revisions.latest_revision(session, "mapping", kept.id) == saved
        assert [one.name for one in participants.list_participants(session, kept.id)] == ["Ada"]
        assert list_entries(session, kept.id, "finding") == ()
    with again.transaction() as session:
        add_entry(session, entry(kept, now))
        add_signature(session, signature(kept, now))
    with again.reading() as session:
        assert list_entries(session, kept.id, "finding") == (entry(kept, now),)
        assert list_signatures(session, kept.id) == (signature(kept, now),)
    again.close()
