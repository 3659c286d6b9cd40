"""Recognitions: what participants say of groups. Rows are added, never changed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mmm_core.storage.projects import get_project
from mmm_core.storage.tables import RecognitionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecognition:
    """One word on one group. `group_fingerprint` names the content that the group had then."""

    project_id: str
    path: tuple[str, ...]
    participant: str
    verdict: str
    comment: str
    group_fingerprint: str
    at: datetime


def add_recognition(session: Session, recognition: StoredRecognition) -> StoredRecognition:
    """Add one; raises `NotFound` without its project."""
    get_project(session, recognition.project_id)
    session.add(
        RecognitionRow(
            project_id=recognition.project_id,
            path=list(recognition.path),
            participant=recognition.participant,
            verdict=recognition.verdict,
            comment=recognition.comment,
            group_fingerprint=recognition.group_fingerprint,
            at=recognition.at,
        )
    )
    session.flush()
    return recognition


def list_recognitions(session: Session, project_id: str) -> tuple[StoredRecognition, ...]:
    """Return all of a project, the oldest first."""
    rows = select(RecognitionRow).filter_by(project_id=project_id).order_by(RecognitionRow.id)
    return tuple(
        StoredRecognition(
            project_id=row.project_id,
            path=tuple(row.path),
            participant=row.participant,
            verdict=row.verdict,
            comment=row.comment,
            group_fingerprint=row.group_fingerprint,
            at=row.at,
        )
        for row in session.scalars(rows)
    )


def count_recognitions(session: Session, project_id: str) -> int:
    """Count all recognitions of a project; nothing of them is read."""
    wanted = select(func.count()).select_from(RecognitionRow).filter_by(project_id=project_id)
    return session.scalar(wanted) or 0
