"""Proposals: mappings made on an earlier revision, kept until somebody has looked at them."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmm_core.errors import EditConflict, NotFound
from mmm_core.storage.projects import get_project
from mmm_core.storage.tables import MappingProposalRow

Origin = Literal["edit", "workbook"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredProposal:
    """A mapping (`content`, JSON) made on revision `base_number`; `settled_at` is None while it is open."""

    id: str
    project_id: str
    base_number: int
    content: dict[str, Any]
    author: str
    message: str
    origin: Origin
    created_at: datetime
    settled_at: datetime | None = None


def add_proposal(
    session: Session,
    *,
    project_id: str,
    base_number: int,
    content: dict[str, Any],
    author: str,
    message: str,
    origin: Origin,
    now: datetime,
) -> StoredProposal:
    """Keep a proposal; raises `NotFound` without its project."""
    get_project(session, project_id)
    row = MappingProposalRow(
        id=str(uuid.uuid4()),
        project_id=project_id,
        base_number=base_number,
        content=content,
        author=author,
        message=message,
        origin=origin,
        created_at=now,
        settled_at=None,
    )
    session.add(row)
    session.flush()
    return _proposal(row)


def open_proposals(session: Session, project_id: str) -> tuple[StoredProposal, ...]:
    """Return those that nobody has settled, the oldest first."""
    rows = select(MappingProposalRow).filter_by(project_id=project_id, settled_at=None)
    return tuple(map(_proposal, session.scalars(rows.order_by(MappingProposalRow.created_at, MappingProposalRow.id))))


def get_proposal(session: Session, project_id: str, proposal_id: str) -> StoredProposal:
    """Return one proposal of the project, open or settled; raises `NotFound`."""
    return _proposal(_row(session, project_id, proposal_id))


def settle_proposal(session: Session, project_id: str, proposal_id: str, *, now: datetime) -> StoredProposal:
    """Mark a proposal as looked at.

    Raises
    ------
    EditConflict
        If somebody else has settled it before; says when.
    """
    row = _row(session, project_id, proposal_id)
    if row.settled_at is not None:
        raise EditConflict(
            f"The proposal of {row.author or 'somebody'} was settled at {row.settled_at:%Y-%m-%d %H:%M} UTC",
            where=row.message,
            expected="nothing was changed now",
            remedy="Look at the history of the mapping",
        )
    row.settled_at = now
    session.flush()
    return _proposal(row)


def _row(session: Session, project_id: str, proposal_id: str) -> MappingProposalRow:
    row = session.get(MappingProposalRow, proposal_id)
    if row is None or row.project_id != project_id:
        raise NotFound("There is no such proposal in this project", where=f"proposal {proposal_id}")
    return row


def _proposal(row: MappingProposalRow) -> StoredProposal:
    return StoredProposal(
        id=row.id,
        project_id=row.project_id,
        base_number=row.base_number,
        content=row.content,
        author=row.author,
        message=row.message,
        origin=row.origin,  # type: ignore[arg-type]
        created_at=row.created_at,
        settled_at=row.settled_at,
    )
