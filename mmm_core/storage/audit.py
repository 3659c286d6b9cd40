"""The audit trail: who did what, when. Entries are added, never changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmm_core.storage.tables import AuditRow


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One act. `action` is dotted ("mapping.saved"); `detail` is JSON."""

    project_id: str
    at: datetime
    author: str
    action: str
    detail: dict[str, Any]


def record(session: Session, entry: AuditEntry) -> None:
    """Add the entry, in the transaction of the act itself."""
    session.add(
        AuditRow(
            project_id=entry.project_id, at=entry.at, author=entry.author, action=entry.action, detail=entry.detail
        )
    )
    session.flush()


def list_entries(session: Session, project_id: str, *, most: int = 200) -> tuple[AuditEntry, ...]:
    """Return at most `most` entries of the project, the newest first."""
    rows = session.scalars(select(AuditRow).filter_by(project_id=project_id).order_by(AuditRow.id.desc()).limit(most))
    return tuple(
        AuditEntry(project_id=row.project_id, at=row.at, author=row.author, action=row.action, detail=row.detail)
        for row in rows
    )
