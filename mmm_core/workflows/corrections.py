"""Fix what a finding shows: look at the difference, apply it with a reason, take it back."""

import uuid
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from mmm_core.checks.threads import Action, Entry, told
from mmm_core.errors import BadInput, NotFound, counted
from mmm_core.findings import Finding, Fix
from mmm_core.ingest.corrections import Correction
from mmm_core.storage import revisions
from mmm_core.storage.audit import AuditEntry, record
from mmm_core.storage.opened import Storage
from mmm_core.storage.participants import Participant
from mmm_core.storage.revisions import Revision
from mmm_core.workflows.clock import now
from mmm_core.workflows.file_rows import labelled_sources
from mmm_core.workflows.fix_preview import ROW_FIXES, FixPreview, edited, factor_of, fix_of, preview_fix
from mmm_core.workflows.mapping import save_on
from mmm_core.workflows.saying import checked_text, keep_entry, speaker
from mmm_core.workflows.scoping import Scoped

__all__ = [
    "CorrectionSet",
    "FixPreview",
    "apply_fix",
    "current_corrections",
    "keep_corrections",
    "preview_fix",
    "take_back",
]

_AUDITED = ("code", "correction", "mapping")


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionSet:
    """The corrections that stand, and the number of their revision; 0 before the first."""

    number: int
    corrections: tuple[Correction, ...] = ()


def current_corrections(storage: Storage, project_id: str) -> CorrectionSet:
    """Return the corrections that stand."""
    with storage.database.reading() as session:
        return _read(revisions.latest_revision(session, "correction", project_id))


def apply_fix(
    storage: Storage,
    project_id: str,
    scoped: Scoped,
    finding: Finding,
    *,
    reason: str,
    author: str,
    factor: str | None = None,
    base_number: int,
) -> None:
    """Do what a finding's fix offers, and say so in its thread.

    Parameters
    ----------
    base_number : int
        Number of the revision in view: of the corrections for a fix of rows, of the mapping for the others.

    Raises
    ------
    BadInput
        If the author may not, there is no reason, or as `preview_fix`.
    EditConflict
        If somebody else saved in between; nothing is saved.
    """
    fix, reason = fix_of(finding), checked_text(reason, needed="reason")
    preview_fix(scoped, finding, factor=factor)
    sources = labelled_sources(storage, project_id) if fix.kind in ROW_FIXES else {}
    with storage.database.transaction() as session:
        person = speaker(session, project_id, author, about="findings")
        if fix.kind in ROW_FIXES:
            fingerprint = sources[fix.source].fingerprint if fix.source in sources else ""
            made = _correction(fix, finding, fingerprint, reason=reason, author=person.name, factor=factor)
            _add(session, project_id, made, base_number=base_number)
            detail: dict[str, Any] = {"correction": made.id, "kind": fix.kind, "rows": len(fix.rows)}
        else:
            mapping = edited(scoped, fix, reason)
            message = f"{fix.what}: {reason}"[:200]
            revision = save_on(
                session, project_id, mapping, base_number=base_number, author=person.name, message=message
            )
            detail = {"mapping": revision.number, "kind": fix.kind, "line_items": len(fix.line_items)}
        said = _said("fixed", finding.key, person, reason, told(finding) | detail, bound_to=finding.fingerprint)
        keep_entry(session, project_id, "finding", said, audited=_AUDITED)


def take_back(storage: Storage, project_id: str, correction_id: str, *, base_number: int, author: str) -> None:
    """Take a correction back; what it was made for is found again.

    Raises
    ------
    BadInput
        If the author may not.
    NotFound
        If it does not stand (any more).
    EditConflict
        If somebody else saved corrections in between; nothing is saved.
    """
    with storage.database.transaction() as session:
        person = speaker(session, project_id, author, about="findings")
        standing = _read(revisions.latest_revision(session, "correction", project_id)).corrections
        gone = next((one for one in standing if one.id == correction_id), None)
        if gone is None:
            raise NotFound("This correction does not stand any more", where=f"project {project_id}")
        kept = tuple(one for one in standing if one.id != correction_id)
        message = f"Took back a correction of {gone.source}"
        _save(session, project_id, kept, base_number=base_number, author=person.name, message=message)
        _record(session, project_id, person.name, "correction.taken_back", gone)
        if gone.finding_key:
            text = f"Took back the correction of {gone.source}: {gone.reason}"
            said = _said("comment", gone.finding_key, person, text, {"correction": gone.id})
            keep_entry(session, project_id, "finding", said, audited=_AUDITED)


def keep_corrections(storage: Storage, project_id: str, corrections: tuple[Correction, ...], *, author: str) -> None:
    """Keep the corrections that a workshop file brings along; those without a fingerprint are bound to its files."""
    if not corrections:
        return
    sources = labelled_sources(storage, project_id)
    bound = tuple(
        replace(one, source_fingerprint=sources[one.source].fingerprint)
        if not one.source_fingerprint and one.source in sources
        else one
        for one in corrections
    )
    with storage.database.transaction() as session:
        _save(session, project_id, bound, base_number=0, author=author, message="Taken in with the files")
        for one in bound:
            _record(session, project_id, author, "correction.applied", one)


def _correction(
    fix: Fix, finding: Finding, fingerprint: str, *, reason: str, author: str, factor: str | None
) -> Correction:
    if not fingerprint:
        raise BadInput(f"{fix.source} is not in this project any more", remedy="Reload the page")
    return Correction(
        id=uuid.uuid4().hex[:12],
        kind="leave_out_rows" if fix.kind == "leave_out_rows" else "multiply_spend",
        source=fix.source,
        source_fingerprint=fingerprint,
        rows=tuple(sorted(fix.rows)),
        factor="" if fix.kind == "leave_out_rows" else factor_of(fix, factor),
        line_items=fix.line_items,
        reason=reason,
        author=author,
        at=now().isoformat(timespec="seconds"),
        finding_key=finding.key,
    )


def _add(session: Session, project_id: str, made: Correction, *, base_number: int) -> None:
    """Add a correction; one of the same finding that was made for a former file gives way to it."""
    standing = _read(revisions.latest_revision(session, "correction", project_id)).corrections
    kept = tuple(
        one
        for one in standing
        if one.finding_key != made.finding_key
        or one.source != made.source
        or one.source_fingerprint == made.source_fingerprint
    )
    message = f"Corrected {counted(len(made.rows), 'row')} of {made.source}"
    _save(session, project_id, (*kept, made), base_number=base_number, author=made.author, message=message)
    _record(session, project_id, made.author, "correction.applied", made)


def _save(
    session: Session,
    project_id: str,
    corrections: tuple[Correction, ...],
    *,
    base_number: int,
    author: str,
    message: str,
) -> None:
    revisions.save_revision(
        session,
        "correction",
        project_id=project_id,
        base_number=base_number,
        content={"corrections": [one.as_dict() for one in corrections]},
        author=author,
        message=message,
        now=now(),
    )


def _read(revision: Revision | None) -> CorrectionSet:
    if revision is None:
        return CorrectionSet(number=0)
    read = tuple(Correction.from_dict(content) for content in revision.content["corrections"])
    return CorrectionSet(number=revision.number, corrections=read)


def _record(session: Session, project_id: str, author: str, action: str, correction: Correction) -> None:
    detail = correction.as_dict()
    record(session, AuditEntry(project_id=project_id, at=now(), author=author, action=action, detail=detail))


def _said(
    action: Action, key: str, person: Participant, text: str, detail: dict[str, Any], *, bound_to: str = ""
) -> Entry:
    return Entry(
        key=key, action=action, author=person.name, role=person.role, text=text, detail=detail, bound_to=bound_to
    )
