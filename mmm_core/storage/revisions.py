"""Revisions of mapping, specification, structure brief, corrections, agenda and comparison: added, never changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mmm_core.errors import EditConflict, NotFound
from mmm_core.fingerprint import of_content
from mmm_core.storage.projects import get_project
from mmm_core.storage.tables import (
    AgendaRevisionRow,
    ComparisonRevisionRow,
    CorrectionRevisionRow,
    MappingRevisionRow,
    RevisionRow,
    SpecificationRevisionRow,
    StructureRevisionRow,
)

RevisionKind = Literal["mapping", "specification", "structure", "correction", "agenda", "comparison"]
_TABLES: dict[RevisionKind, type[RevisionRow]] = {
    "mapping": MappingRevisionRow,
    "specification": SpecificationRevisionRow,
    "structure": StructureRevisionRow,
    "correction": CorrectionRevisionRow,
    "agenda": AgendaRevisionRow,
    "comparison": ComparisonRevisionRow,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One state. Numbers count from 1 per project and kind; `parent` is 0 for the first."""

    project_id: str
    number: int
    parent: int
    content: dict[str, Any]
    fingerprint: str
    author: str
    message: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionNote:
    """A revision without its content: enough for a history, and quick to read however large the contents are."""

    number: int
    parent: int
    author: str
    message: str
    created_at: datetime


def save_revision(
    session: Session,
    kind: RevisionKind,
    *,
    project_id: str,
    base_number: int,
    content: dict[str, Any],
    author: str,
    message: str = "",
    now: datetime,
) -> Revision:
    """Add a revision made on revision `base_number` (0: on none); content equal to the latest's adds nothing.

    Raises
    ------
    EditConflict
        If the latest is another than `base_number`; says who saved it and when. Nothing is saved.
    NotFound
        If there is no such project.
    """
    get_project(session, project_id)
    latest, fingerprint = latest_revision(session, kind, project_id), of_content(content)
    if latest is not None and latest.fingerprint == fingerprint:
        return latest
    number = latest.number if latest is not None else 0
    if number != base_number:
        raise _conflict(kind, latest, base_number)
    row = _TABLES[kind](
        project_id=project_id,
        number=number + 1,
        parent=number,
        content=content,
        fingerprint=fingerprint,
        author=author,
        message=message,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return _revision(row)


def latest_revision(session: Session, kind: RevisionKind, project_id: str) -> Revision | None:
    """Return the newest revision, None when there is none yet."""
    table = _TABLES[kind]
    row = session.scalars(select(table).filter_by(project_id=project_id).order_by(table.number.desc()).limit(1)).first()
    return None if row is None else _revision(row)


def latest_number(session: Session, kind: RevisionKind, project_id: str) -> int:
    """Return the number of the newest revision, 0 when there is none yet; its content is not read."""
    table = _TABLES[kind]
    return session.scalar(select(func.max(table.number)).filter_by(project_id=project_id)) or 0


def get_revision(session: Session, kind: RevisionKind, project_id: str, number: int) -> Revision:
    """Return one revision; raises `NotFound`."""
    row = session.get(_TABLES[kind], (project_id, number))
    if row is None:
        raise NotFound(f"There is no {kind} revision {number} in this project", where=f"project {project_id}")
    return _revision(row)


def list_revisions(session: Session, kind: RevisionKind, project_id: str) -> tuple[Revision, ...]:
    """Return all revisions, the newest first."""
    table = _TABLES[kind]
    rows = session.scalars(select(table).filter_by(project_id=project_id).order_by(table.number.desc()))
    return tuple(_revision(row) for row in rows)


def list_notes(session: Session, kind: RevisionKind, project_id: str) -> tuple[RevisionNote, ...]:
    """Return what is said about each revision, the newest first."""
    table = _TABLES[kind]
    columns = (table.number, table.parent, table.author, table.message, table.created_at)
    rows = session.execute(select(*columns).filter_by(project_id=project_id).order_by(table.number.desc()))
    return tuple(
        RevisionNote(number=number, parent=parent, author=author, message=message, created_at=created_at)
        for number, parent, author, message, created_at in rows
    )


def _conflict(kind: RevisionKind, latest: Revision | None, base_number: int) -> EditConflict:
    if latest is None:
        return EditConflict(f"There is no {kind} revision {base_number} to build on", remedy="Reload the page")
    return EditConflict(
        f"{latest.author or 'Somebody'} saved {kind} revision {latest.number}"
        f" at {latest.created_at:%Y-%m-%d %H:%M} UTC, while yours was made on revision {base_number}",
        where=latest.message,
        expected="nothing was overwritten",
        remedy="Look at the difference, then save yours on top of it",
    )


def _revision(row: RevisionRow) -> Revision:
    return Revision(
        project_id=row.project_id,
        number=row.number,
        parent=row.parent,
        content=row.content,
        fingerprint=row.fingerprint,
        author=row.author,
        message=row.message,
        created_at=row.created_at,
    )
