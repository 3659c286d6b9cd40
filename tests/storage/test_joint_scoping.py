"""Participants, recognitions, proposals and the structure brief: kept, told apart by project, gone with it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from mmm_core.errors import EditConflict, NotFound
from mmm_core.storage import migrating, participants, projects, proposals, recognitions, revisions
from mmm_core.storage.database import Database, open_database
from mmm_core.storage.projects import Project
from mmm_core.storage.recognitions import StoredRecognition

PATH = ("Brand", "Social", "Brand social")


def _add_people(database: Database, project: Project, now: datetime) -> None:
    with database.transaction() as session:
        for minute, (name, role) in enumerate([("Zoe", "marketing"), ("Ada", "finance")]):
            at = now + timedelta(minutes=minute)
            participants.add_participant(session, project_id=project.id, name=name, role=role, now=at)


def _word(project: Project, now: datetime, verdict: str = "recognised") -> StoredRecognition:
    return StoredRecognition(
        project_id=project.id,
        path=PATH,
        participant="Ada",
        verdict=verdict,
        comment="",
        group_fingerprint="f" * 64,
        at=now,
    )


def _propose(database: Database, project: Project, now: datetime, author: str = "Ada") -> proposals.StoredProposal:
    with database.transaction() as session:
        return proposals.add_proposal(
            session,
            project_id=project.id,
            base_number=3,
            content={"leaves": [list(PATH)]},
            author=author,
            message="Added Brand social",
            origin="edit",
            now=now,
        )


def test_participants_are_listed_as_they_came_and_keep_their_role(
    database: Database, project: Project, now: datetime
) -> None:
    _add_people(database, project, now)
    with database.transaction() as session:
        participants.change_role(session, project.id, "Ada", role="analytics")
    with database.reading() as session:
        listed = participants.list_participants(session, project.id)
    assert [(person.name, person.role) for person in listed] == [("Zoe", "marketing"), ("Ada", "analytics")]


def test_a_name_stands_once_in_a_project(database: Database, project: Project, now: datetime) -> None:
    _add_people(database, project, now)
    with pytest.raises(IntegrityError, match=r"(?i)unique"), database.transaction() as session:
        participants.add_participant(session, project_id=project.id, name="Ada", role="viewer", now=now)


def test_somebody_who_takes_no_part_cannot_be_removed(database: Database, project: Project) -> None:
    with pytest.raises(NotFound, match="'Ada' does not take part"), database.transaction() as session:
        participants.remove_participant(session, project.id, "Ada")


def test_recognitions_come_back_in_the_order_in_which_they_were_said(
    database: Database, project: Project, now: datetime
) -> None:
    said = (_word(project, now), _word(project, now, "objects"), _word(project, now - timedelta(days=1)))
    with database.transaction() as session:
        for word in said:
            recognitions.add_recognition(session, word)
    with database.reading() as session:
        assert recognitions.list_recognitions(session, project.id) == said


def test_a_proposal_is_open_until_it_is_settled_and_settled_once(
    database: Database, project: Project, now: datetime
) -> None:
    first, second = _propose(database, project, now), _propose(database, project, now + timedelta(minutes=1), "Ben")
    with database.transaction() as session:
        assert proposals.open_proposals(session, project.id) == (first, second)
        settled = proposals.settle_proposal(session, project.id, first.id, now=now)
    assert settled == replace(first, settled_at=now)
    with database.reading() as session:
        assert proposals.open_proposals(session, project.id) == (second,)
        assert proposals.get_proposal(session, project.id, first.id) == settled
    with pytest.raises(EditConflict, match="of Ada was settled at 2026-03-02 09:30"), database.transaction() as session:
        proposals.settle_proposal(session, project.id, first.id, now=now)


def test_a_proposal_is_not_reached_through_another_project(database: Database, project: Project, now: datetime) -> None:
    kept = _propose(database, project, now)
    with database.transaction() as session:
        other = projects.create_project(session, name="Other", settings={}, now=now)
        with pytest.raises(NotFound, match="no such proposal in this project"):
            proposals.get_proposal(session, other.id, kept.id)


def test_notes_say_what_revisions_say_without_their_content(
    database: Database, project: Project, now: datetime
) -> None:
    with database.transaction() as session:
        for base in range(2):
            revisions.save_revision(
                session,
                "structure",
                project_id=project.id,
                base_number=base,
                content={"texts": {"groups": str(base)}},
                author="Ada",
                message=f"Edit {base}",
                now=now,
            )
    with database.reading() as session:
        notes = revisions.list_notes(session, "structure", project.id)
        whole = revisions.list_revisions(session, "structure", project.id)
        assert revisions.list_notes(session, "mapping", project.id) == ()
    assert [(n.number, n.parent, n.author, n.message, n.created_at) for n in notes] == [
        (r.number, r.parent, r.author, r.message, r.created_at) for r in whole
    ]
    assert [note.message for note in notes] == ["Edit 1", "Edit 0"]


def test_a_deleted_project_takes_its_people_words_and_proposals_along(
    database: Database, project: Project, now: datetime
) -> None:
    with database.transaction() as session:
        other = projects.create_project(session, name="Other", settings={}, now=now)
    for one in (project, other):
        _add_people(database, one, now)
        _propose(database, one, now)
        with database.transaction() as session:
            recognitions.add_recognition(session, _word(one, now))
            revisions.save_revision(
                session, "structure", project_id=one.id, base_number=0, content={"texts": {}}, author="Ada", now=now
            )
    with database.transaction() as session:
        projects.delete_project(session, project.id, author="Ada", now=now)
    with database.reading() as session:
        for one, kept in ((project, 0), (other, 1)):
            assert len(participants.list_participants(session, one.id)) == 2 * kept
            assert len(recognitions.list_recognitions(session, one.id)) == kept
            assert len(proposals.open_proposals(session, one.id)) == kept
            assert len(revisions.list_revisions(session, "structure", one.id)) == kept


def test_a_database_of_the_first_release_is_migrated_with_its_rows(database_url: str, now: datetime) -> None:
    database = open_database(database_url)
    with database.migrating() as connection, migrating._configured(connection) as config:
        command.downgrade(config, "0001")
    with database.migrating() as connection:
        assert migrating.version(connection) == "0001"
        assert not {"participant", "recognition", "mapping_proposal", "structure_revision"} & set(
            inspect(connection).get_table_names()
        )
    with database.transaction() as session:
        kept = projects.create_project(session, name="Kept", settings={"name": "Kept", "currency": "EUR"}, now=now)
        saved = revisions.save_revision(
            session, "mapping", project_id=kept.id, base_number=0, content={"rules": [1]}, author="Ada", now=now
        )
    database.close()
    again = open_database(database_url)
    with again.reading() as session:
        assert migrating.version(session.connection()) == migrating.NEWEST
        assert projects.list_projects(session) == (kept,)
        assert revisions.latest_revision(session, "mapping", kept.id) == saved
        assert session.scalar(text("SELECT count(*) FROM participant")) == 0
    _add_people(again, kept, now)
    with again.reading() as session:
        assert len(participants.list_participants(session, kept.id)) == 2
    again.close()
