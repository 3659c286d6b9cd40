"""Save, undo and restore mappings: every edit is a revision, nothing is overwritten."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from mmm_core.storage import revisions
from mmm_core.storage.audit import AuditEntry, record
from mmm_core.storage.opened import Storage
from mmm_core.storage.revisions import Revision
from mmm_core.taxonomy.mapping import Mapping
from mmm_core.workflows.clock import now

_UNDID = re.compile(r"Undid revision (\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingRevision:
    """A mapping and where it stands in the project's history; number 0 is the empty mapping before the first edit."""

    number: int
    mapping: Mapping
    author: str = ""
    message: str = ""


def current_mapping(storage: Storage, project_id: str) -> MappingRevision:
    """Return the latest revision."""
    with storage.database.reading() as session:
        return _read(revisions.latest_revision(session, "mapping", project_id))


def mapping_revision(storage: Storage, project_id: str, number: int) -> MappingRevision:
    """Return one revision; raises `NotFound`."""
    if number == 0:
        return _read(None)
    with storage.database.reading() as session:
        return _read(revisions.get_revision(session, "mapping", project_id, number))


def mapping_history(storage: Storage, project_id: str) -> tuple[Revision, ...]:
    """Return all revisions, the newest first."""
    with storage.database.reading() as session:
        return revisions.list_revisions(session, "mapping", project_id)


def edit_mapping(
    storage: Storage,
    project_id: str,
    edit: Callable[[Mapping], Mapping],
    *,
    base: MappingRevision,
    author: str,
    message: str,
) -> MappingRevision:
    """Apply an edit to the revision that the editor saw and save the result.

    Raises
    ------
    BadInput
        If the edited mapping has no clear tree.
    EditConflict
        If somebody else saved in between; nothing is saved.
    """
    edited = edit(base.mapping)
    at = now()
    with storage.database.transaction() as session:
        revision = revisions.save_revision(
            session,
            "mapping",
            project_id=project_id,
            base_number=base.number,
            content=edited.as_dict(),
            author=author,
            message=message,
            now=at,
        )
        if revision.number != base.number:
            detail = {"number": revision.number, "message": message}
            record(
                session,
                AuditEntry(project_id=project_id, at=at, author=author, action="mapping.saved", detail=detail),
            )
    return _read(revision)


def restore_mapping(
    storage: Storage, project_id: str, number: int, *, base: MappingRevision, author: str
) -> MappingRevision:
    """Bring an earlier revision back as a new one; raises as `edit_mapping` does."""
    earlier = mapping_revision(storage, project_id, number).mapping
    message = f"Restored revision {number}" if number else "Restored the empty mapping"
    return edit_mapping(storage, project_id, lambda _: earlier, base=base, author=author, message=message)


def undone_by(storage: Storage, project_id: str, number: int) -> int:
    """Return the revision that an undo would take back when `number` is the latest; 0 when there is none.

    An undo adds a revision that holds what stood before the one it takes back; the next undo goes on from there.
    """
    messages = {revision.number: revision.message for revision in mapping_history(storage, project_id)}
    while (taken_back := _UNDID.match(messages.get(number, ""))) is not None:
        number = int(taken_back.group(1)) - 1
    return number


def undo_mapping(storage: Storage, project_id: str, *, base: MappingRevision, author: str) -> MappingRevision:
    """Take the last edit back that is not taken back yet, as a new revision; raises as `edit_mapping` does."""
    number = undone_by(storage, project_id, base.number)
    if number == 0:
        return base
    said = mapping_revision(storage, project_id, number).message
    earlier = mapping_revision(storage, project_id, number - 1).mapping
    message = f"Undid revision {number}: {said}"
    return edit_mapping(storage, project_id, lambda _: earlier, base=base, author=author, message=message)


def _read(revision: Revision | None) -> MappingRevision:
    if revision is None:
        return MappingRevision(number=0, mapping=Mapping())
    return MappingRevision(
        number=revision.number,
        mapping=Mapping.from_dict(revision.content),
        author=revision.author,
        message=revision.message,
    )
