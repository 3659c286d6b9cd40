"""Participants: who takes part in a project, and in which role."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmm_core.errors import NotFound
from mmm_core.storage.projects import get_project
from mmm_core.storage.tables import ParticipantRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A person of one project. `role` is one of `mmm_core.workflows.participants.ROLES`."""

    project_id: str
    name: str
    role: str
    created_at: datetime


def add_participant(session: Session, *, project_id: str, name: str, role: str, now: datetime) -> Participant:
    """Add a person, whose name nobody else in the project may have; raises `NotFound` without its project."""
    get_project(session, project_id)
    row = ParticipantRow(project_id=project_id, name=name, role=role, created_at=now)
    session.add(row)
    session.flush()
    return _participant(row)


def list_participants(session: Session, project_id: str) -> tuple[Participant, ...]:
    """Return the people of a project in the order in which they came."""
    rows = select(ParticipantRow).filter_by(project_id=project_id)
    return tuple(map(_participant, session.scalars(rows.order_by(ParticipantRow.created_at, ParticipantRow.name))))


def change_role(session: Session, project_id: str, name: str, *, role: str) -> Participant:
    """Give a person another role; raises `NotFound`."""
    row = _row(session, project_id, name)
    row.role = role
    session.flush()
    return _participant(row)


def remove_participant(session: Session, project_id: str, name: str) -> None:
    """Remove a person; raises `NotFound`."""
    session.delete(_row(session, project_id, name))


def _row(session: Session, project_id: str, name: str) -> ParticipantRow:
    row = session.get(ParticipantRow, (project_id, name))
    if row is None:
        raise NotFound(
            f"'{name}' does not take part in this project",
            where=f"project {project_id}",
            remedy="Add them on the Project page",
        )
    return row


def _participant(row: ParticipantRow) -> Participant:
    return Participant(project_id=row.project_id, name=row.name, role=row.role, created_at=row.created_at)
