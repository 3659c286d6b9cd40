"""Signatures: who signed which scope in which role. Entries are added, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mmm_core.storage.projects import get_project
from mmm_core.storage.tables import SignatureRow

SignatureAction = Literal["signed", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSignature:
    """One signature, or its withdrawal; `content` says what of the scope was signed, part by part."""

    project_id: str
    participant: str
    role: str
    action: SignatureAction
    scope_fingerprint: str
    text: str = ""
    content: Mapping[str, Any] = field(default_factory=dict)
    at: datetime


def add_signature(session: Session, signature: StoredSignature) -> StoredSignature:
    """Add one; raises `NotFound` without its project."""
    get_project(session, signature.project_id)
    session.add(
        SignatureRow(
            project_id=signature.project_id,
            participant=signature.participant,
            role=signature.role,
            action=signature.action,
            text=signature.text,
            scope_fingerprint=signature.scope_fingerprint,
            content=dict(signature.content),
            at=signature.at,
        )
    )
    session.flush()
    return signature


def list_signatures(session: Session, project_id: str) -> tuple[StoredSignature, ...]:
    """Return all of a project, the oldest first."""
    rows = select(SignatureRow).filter_by(project_id=project_id).order_by(SignatureRow.id)
    return tuple(
        StoredSignature(
            project_id=row.project_id,
            participant=row.participant,
            role=row.role,
            action="signed" if row.action == "signed" else "withdrawn",
            text=row.text,
            scope_fingerprint=row.scope_fingerprint,
            content=row.content,
            at=row.at,
        )
        for row in session.scalars(rows)
    )


def count_signatures(session: Session, project_id: str) -> int:
    """Count all signatures and withdrawals of a project; nothing of them is read."""
    wanted = select(func.count()).select_from(SignatureRow).filter_by(project_id=project_id)
    return session.scalar(wanted) or 0
