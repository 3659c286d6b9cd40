"""Projects: one client engagement each, the owner of everything else."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mmm_core.errors import EditConflict, NotFound
from mmm_core.storage.tables import AuditRow, Base, HoldRow, ProjectRow

DELETED = "project.deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project that is not deleted. `settings` is JSON, see `mmm_core.settings.ProjectSettings`."""

    id: str
    name: str
    settings: dict[str, Any]
    created_at: datetime


def create_project(session: Session, *, name: str, settings: dict[str, Any], now: datetime) -> Project:
    """Add a project; two may have the same name."""
    row = ProjectRow(id=str(uuid.uuid4()), name=name, settings=settings, created_at=now, deleted_at=None)
    session.add(row)
    session.flush()
    return _project(row)


def list_projects(session: Session) -> tuple[Project, ...]:
    """Return the projects, the newest first."""
    rows = select(ProjectRow).where(ProjectRow.deleted_at.is_(None))
    return tuple(_project(row) for row in session.scalars(rows.order_by(ProjectRow.created_at.desc(), ProjectRow.id)))


def get_project(session: Session, project_id: str) -> Project:
    """Return the project.

    Raises
    ------
    NotFound
        If it never was or is deleted.
    """
    return _project(_living(session, project_id))


def change_project(session: Session, project_id: str, *, base: Project, name: str, settings: dict[str, Any]) -> Project:
    """Give the project another name and other settings than those in `base`, the state that the editor saw.

    Raises
    ------
    EditConflict
        If somebody else has changed it since; nothing is saved.
    """
    row = _living(session, project_id)
    if (row.name, row.settings) != (base.name, base.settings):
        raise EditConflict(
            f"The name or the settings of '{row.name}' were changed since this page was opened",
            remedy="Reload the page, look at the change and make yours again",
        )
    row.name, row.settings = name, settings
    session.flush()
    return _project(row)


def delete_project(session: Session, project_id: str, *, author: str, now: datetime) -> frozenset[str]:
    """Remove everything of the project but its id, the time and who deleted it.

    Returns
    -------
    frozenset of str
        Keys of the artefacts that it held. Give them to `holds.remove_unheld` in a transaction of its own after this
        one is committed; if the process dies in between, `holds.sweep` finds them.
    """
    row = _living(session, project_id)
    held = frozenset(session.scalars(select(HoldRow.artefact_key).where(HoldRow.project_id == project_id)))
    for table in reversed(Base.metadata.sorted_tables):
        if "project_id" in table.c:
            session.execute(delete(table).where(table.c.project_id == project_id))
    row.name, row.settings, row.deleted_at = "", {}, now
    session.add(AuditRow(project_id=project_id, at=now, author=author, action=DELETED, detail={}))
    session.flush()
    return held


def _living(session: Session, project_id: str) -> ProjectRow:
    row = session.get(ProjectRow, project_id)
    if row is None or row.deleted_at is not None:
        raise NotFound("There is no such project", where=f"project {project_id}", remedy="Open one from the list")
    return row


def _project(row: ProjectRow) -> Project:
    return Project(id=row.id, name=row.name, settings=row.settings, created_at=row.created_at)
