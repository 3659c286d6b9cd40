"""Save, undo and restore mappings: every edit is a revision, nothing is overwritten."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from mmm_core.storage import revisions
from mmm_core.storage.audit import AuditEntry, record
from mmm_core.storage.opened import Storage
from mmm_core.storage.revisions import Revision, RevisionNote
from mmm_core.taxonomy.mapping import Mapping
from mmm_core.workflows.clock import now
from mmm_core.workflows.roles import refuse_viewer
from mmm_core.workflows.specification import carry_names

_UNDID = re.compile(r"Undid revision (\d+): ")
_REDID = re.compile(r"Redid revision (\d+): ")


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingRevision:
    """A mapping and where it stands in the project's history; number 0 is the empty mapping before the first edit."""

    number: int
    mapping: Mapping
    author: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """The revisions that undo would take back and redo would bring back (0: none), with their messages."""

    undo: int
    undo_name: str
    redo: int
    redo_name: str


def current_mapping(storage: Storage, project_id: str) -> MappingRevision:
    """Return the latest revision."""
    with storage.database.reading() as session:
        return read_revision(revisions.latest_revision(session, "mapping", project_id))


def mapping_revision(storage: Storage, project_id: str, number: int) -> MappingRevision:
    """Return one revision; raises `NotFound`."""
    if number == 0:
        return read_revision(None)
    with storage.database.reading() as session:
        return read_revision(revisions.get_revision(session, "mapping", project_id, number))


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
    with storage.database.transaction() as session:
        return save_on(session, project_id, edited, base_number=base.number, author=author, message=message)


def save_on(
    session: Session, project_id: str, mapping: Mapping, *, base_number: int, author: str, message: str
) -> MappingRevision:
    """Save a mapping on a revision, with its audit entry; one equal to the latest adds nothing.

    Raises
    ------
    BadInput
        If the author is a viewer.
    EditConflict
        If the latest revision is another than `base_number`; nothing is saved.
    """
    at = now()
    refuse_viewer(session, project_id, author)
    before = read_revision(revisions.latest_revision(session, "mapping", project_id)).mapping
    revision = revisions.save_revision(
        session,
        "mapping",
        project_id=project_id,
        base_number=base_number,
        content=mapping.as_dict(),
        author=author,
        message=message,
        now=at,
    )
    if revision.number != base_number:
        detail = {"number": revision.number, "message": message}
        record(session, AuditEntry(project_id=project_id, at=at, author=author, action="mapping.saved", detail=detail))
        carry_names(session, project_id, before, mapping, author=author)
    return read_revision(revision)


def restore_mapping(
    storage: Storage, project_id: str, number: int, *, base: MappingRevision, author: str
) -> MappingRevision:
    """Bring an earlier revision back as a new one; raises as `edit_mapping` does."""
    earlier = mapping_revision(storage, project_id, number).mapping
    message = f"Restored revision {number}" if number else "Restored the empty mapping"
    return edit_mapping(storage, project_id, lambda _: earlier, base=base, author=author, message=message)


def mapping_notes(storage: Storage, project_id: str) -> tuple[RevisionNote, ...]:
    """Return number, author, time and message of every revision, the newest first; reads no mapping."""
    with storage.database.reading() as session:
        return revisions.list_notes(session, "mapping", project_id)


def steps_from(storage: Storage, project_id: str, number: int) -> Steps:
    """Return what undo and redo would do when `number` is the latest revision.

    An undo adds a revision that holds what stood before the edit it takes back, a redo one that holds the edit again;
    any other edit ends what can be redone.
    """
    notes = [note for note in reversed(mapping_notes(storage, project_id)) if note.number <= number]
    said = {note.number: note.message for note in notes}
    at, ahead = 0, list[int]()
    before: dict[int, int] = {}
    for note in notes:
        undid, redid = _UNDID.match(note.message), _REDID.match(note.message)
        if undid is not None:
            ahead.append(int(undid.group(1)))
            at = before.get(ahead[-1], ahead[-1] - 1)
        elif redid is not None:
            at = int(redid.group(1))
            ahead = ahead[:-1]
        else:
            before[note.number] = at
            at, ahead = note.number, []
    redo = ahead[-1] if ahead else 0
    return Steps(undo=at, undo_name=said.get(at, ""), redo=redo, redo_name=said.get(redo, ""))


def undo_name(storage: Storage, project_id: str, *, base: MappingRevision) -> str:
    """Return the message of the edit that an undo would take back, "" when there is none."""
    return steps_from(storage, project_id, base.number).undo_name


def redo_name(storage: Storage, project_id: str, *, base: MappingRevision) -> str:
    """Return the message of the edit that a redo would bring back, "" when there is none."""
    return steps_from(storage, project_id, base.number).redo_name


def undo_mapping(storage: Storage, project_id: str, *, base: MappingRevision, author: str) -> MappingRevision:
    """Take the last edit back that is not taken back yet, as a new revision; raises as `edit_mapping` does."""
    steps = steps_from(storage, project_id, base.number)
    if steps.undo == 0:
        return base
    earlier = mapping_revision(storage, project_id, steps.undo - 1).mapping
    message = f"Undid revision {steps.undo}: {steps.undo_name}"
    return edit_mapping(storage, project_id, lambda _: earlier, base=base, author=author, message=message)


def redo_mapping(storage: Storage, project_id: str, *, base: MappingRevision, author: str) -> MappingRevision:
    """Bring the edit back that the last undo took back, as a new revision; raises as `edit_mapping` does."""
    steps = steps_from(storage, project_id, base.number)
    if steps.redo == 0:
        return base
    undone = mapping_revision(storage, project_id, steps.redo).mapping
    message = f"Redid revision {steps.redo}: {steps.redo_name}"
    return edit_mapping(storage, project_id, lambda _: undone, base=base, author=author, message=message)


def read_revision(revision: Revision | None) -> MappingRevision:
    """Return the mapping that a stored revision holds; None stands for the empty one before the first edit."""
    if revision is None:
        return MappingRevision(number=0, mapping=Mapping())
    return MappingRevision(
        number=revision.number,
        mapping=Mapping.from_dict(revision.content),
        author=revision.author,
        message=revision.message,
    )
