"""Threads: what people say and decide about a finding or an objection. Entries are added, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mmm_core.storage.projects import get_project
from mmm_core.storage.tables import ThreadEntryRow

Subject = Literal["finding", "objection"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadEntry:
    """One entry.

    Attributes
    ----------
    subject, key : str
        What the thread hangs on: "finding" and its key, or "objection" and its key.
    action : str
        What was done; which actions there are is the subject's own matter.
    author, role : str
        Who did it and the role that they had then.
    bound_to : str
        Fingerprint of what the author had before their eyes; "" when the entry does not depend on it.
    """

    project_id: str
    subject: Subject
    key: str
    action: str
    author: str
    role: str
    text: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    bound_to: str = ""
    at: datetime


def add_entry(session: Session, entry: ThreadEntry) -> ThreadEntry:
    """Add one; raises `NotFound` without its project."""
    get_project(session, entry.project_id)
    session.add(
        ThreadEntryRow(
            project_id=entry.project_id,
            subject=entry.subject,
            key=entry.key,
            action=entry.action,
            author=entry.author,
            role=entry.role,
            text=entry.text,
            detail=dict(entry.detail),
            bound_to=entry.bound_to,
            at=entry.at,
        )
    )
    session.flush()
    return entry


def list_entries(session: Session, project_id: str, subject: Subject) -> tuple[ThreadEntry, ...]:
    """Return all entries of one kind of subject, the oldest first."""
    rows = select(ThreadEntryRow).filter_by(project_id=project_id, subject=subject).order_by(ThreadEntryRow.id)
    return tuple(
        ThreadEntry(
            project_id=row.project_id,
            subject=subject,
            key=row.key,
            action=row.action,
            author=row.author,
            role=row.role,
            text=row.text,
            detail=row.detail,
            bound_to=row.bound_to,
            at=row.at,
        )
        for row in session.scalars(rows)
    )


def count_entries(session: Session, project_id: str) -> int:
    """Count all entries of a project, whatever they are about; nothing of them is read."""
    wanted = select(func.count()).select_from(ThreadEntryRow).filter_by(project_id=project_id)
    return session.scalar(wanted) or 0
