"""Edits that could not be saved are kept as proposals, until somebody chooses what of them to take over."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from mmm_core.errors import EditConflict, counted
from mmm_core.fingerprint import of_content
from mmm_core.storage import proposals, revisions
from mmm_core.storage.audit import AuditEntry, record
from mmm_core.storage.opened import Storage
from mmm_core.storage.proposals import Origin, StoredProposal
from mmm_core.taxonomy.mapping import Mapping
from mmm_core.taxonomy.proposal import Proposal, accept
from mmm_core.workflows.clock import now
from mmm_core.workflows.mapping import MappingRevision, edit_mapping, read_revision, save_on


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEdit:
    """An edit that somebody else's save had overtaken: the proposal that keeps it, and what was in its way."""

    proposal_id: str
    conflict: EditConflict


def edit_or_keep(
    storage: Storage,
    project_id: str,
    edit: Callable[[Mapping], Mapping],
    *,
    base: MappingRevision,
    author: str,
    message: str,
) -> MappingRevision | KeptEdit:
    """Save an edit as `edit_mapping` does; when somebody else saved in between, keep it as a proposal."""
    try:
        return edit_mapping(storage, project_id, edit, base=base, author=author, message=message)
    except EditConflict as conflict:
        mine = edit(base.mapping)
        kept = keep_proposal(storage, project_id, mine, base_number=base.number, author=author, message=message)
        return KeptEdit(proposal_id=kept, conflict=conflict)


def keep_proposal(
    storage: Storage,
    project_id: str,
    mine: Mapping,
    *,
    base_number: int,
    author: str,
    message: str,
    origin: Origin = "edit",
) -> str:
    """Keep a mapping made on revision `base_number` and return the proposal's id; the same one twice is one."""
    at, content = now(), mine.as_dict()
    with storage.database.transaction() as session:
        for kept in proposals.open_proposals(session, project_id):
            if (kept.base_number, kept.author) == (base_number, author) and of_content(
                kept.content
            ) == mine.fingerprint:
                return kept.id
        kept = proposals.add_proposal(
            session,
            project_id=project_id,
            base_number=base_number,
            content=content,
            author=author,
            message=message,
            origin=origin,
            now=at,
        )
        _note(session, kept, author, "proposal.kept", {"base": base_number, "origin": origin})
    return kept.id


def open_proposals(storage: Storage, project_id: str) -> tuple[StoredProposal, ...]:
    """Return the proposals that nobody has settled, the oldest first."""
    with storage.database.reading() as session:
        return proposals.open_proposals(session, project_id)


def proposal(storage: Storage, project_id: str, proposal_id: str) -> Proposal:
    """Return a proposal beside the revision it was made on and the latest one; raises `NotFound`."""
    with storage.database.reading() as session:
        return _opened(session, proposals.get_proposal(session, project_id, proposal_id))[0]


def settle(
    storage: Storage,
    project_id: str,
    proposal_id: str,
    keys: Collection[str],
    *,
    author: str,
    seen_number: int | None = None,
) -> MappingRevision:
    """Take the changes with these keys over on top of the latest revision, and close the proposal.

    Parameters
    ----------
    keys : collection of str
        `Change.key` of what is taken over; the rest stays as in the latest revision.
    seen_number : int, optional
        The latest revision when the changes were shown; without it, whatever is the latest now.

    Raises
    ------
    EditConflict
        If somebody else saved since `seen_number`, or settled the proposal; nothing is changed.
    BadInput
        If the accepted changes together have no clear tree.
    """
    with storage.database.transaction() as session:
        kept = proposals.settle_proposal(session, project_id, proposal_id, now=now())
        opened, latest = _opened(session, kept)
        _require_seen(latest, seen_number)
        saved = _taken_over(session, kept, opened, latest, keys, author=author) if keys else latest
        _note(session, kept, author, "proposal.settled", {"number": saved.number, "accepted": len(keys)})
    return saved


def drop_proposal(storage: Storage, project_id: str, proposal_id: str, *, author: str) -> None:
    """Close a proposal without taking anything over; raises `EditConflict` when it is settled already."""
    with storage.database.transaction() as session:
        kept = proposals.settle_proposal(session, project_id, proposal_id, now=now())
        _note(session, kept, author, "proposal.dropped", {})


def _opened(session: Session, kept: StoredProposal) -> tuple[Proposal, MappingRevision]:
    latest = read_revision(revisions.latest_revision(session, "mapping", kept.project_id))
    base = revisions.get_revision(session, "mapping", kept.project_id, kept.base_number) if kept.base_number else None
    mine = Mapping.from_dict(kept.content)
    return Proposal(base=read_revision(base).mapping, latest=latest.mapping, mine=mine), latest


def _taken_over(
    session: Session,
    kept: StoredProposal,
    opened: Proposal,
    latest: MappingRevision,
    keys: Collection[str],
    *,
    author: str,
) -> MappingRevision:
    """Save the accepted changes on top of the latest revision."""
    message = f"Took over {counted(len(keys), 'change')} of {kept.author or 'somebody'}: {kept.message}"
    taken = accept(opened, keys)
    return save_on(session, kept.project_id, taken, base_number=latest.number, author=author, message=message)


def _require_seen(latest: MappingRevision, seen_number: int | None) -> None:
    if seen_number is not None and latest.number != seen_number:
        raise EditConflict(
            f"{latest.author or 'Somebody'} saved mapping revision {latest.number}"
            f" while revision {seen_number} was shown",
            where=latest.message,
            expected="nothing was changed",
            remedy="Look at the changes again, then take over what still fits",
        )


def _note(session: Session, kept: StoredProposal, author: str, action: str, detail: dict[str, object]) -> None:
    detail = {"proposal": kept.id, "message": kept.message, **detail}
    entry = AuditEntry(project_id=kept.project_id, at=now(), author=author, action=action, detail=detail)
    record(session, entry)
