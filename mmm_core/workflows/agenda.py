"""Planning questions, actions foreseen and data still owed of a project: every edit is a revision."""

from dataclasses import dataclass

from mmm_core.documents.agenda import Agenda
from mmm_core.errors import BadInput
from mmm_core.storage import revisions
from mmm_core.storage.audit import AuditEntry, record
from mmm_core.storage.opened import Storage
from mmm_core.storage.revisions import Revision
from mmm_core.workflows.clock import now
from mmm_core.workflows.roles import find_participant


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaRevision:
    """An agenda and its number; 0 is the empty one before anybody wrote something down."""

    number: int = 0
    agenda: Agenda
    author: str = ""


def current_agenda(storage: Storage, project_id: str) -> AgendaRevision:
    """Return the latest agenda."""
    with storage.database.reading() as session:
        return _read(revisions.latest_revision(session, "agenda", project_id))


def save_agenda(storage: Storage, project_id: str, agenda: Agenda, *, base_number: int, author: str) -> AgendaRevision:
    """Save an agenda made on revision `base_number`; one equal to the latest adds nothing.

    Raises
    ------
    BadInput
        If the author takes part as a viewer, who looks on.
    EditConflict
        If somebody else saved in between; nothing is saved.
    """
    at = now()
    with storage.database.transaction() as session:
        person = find_participant(session, project_id, author)
        if person is not None and person.role == "viewer":
            raise BadInput(
                f"{person.name} takes part as a viewer",
                expected="viewers look on",
                remedy="Ask somebody from marketing, finance or analytics to write it down",
            )
        saved = revisions.save_revision(
            session,
            "agenda",
            project_id=project_id,
            base_number=base_number,
            content=agenda.as_dict(),
            author=author,
            now=at,
        )
        if saved.number != base_number:
            detail = {"number": saved.number}
            entry = AuditEntry(project_id=project_id, at=at, author=author, action="agenda.saved", detail=detail)
            record(session, entry)
    return _read(saved)


def _read(revision: Revision | None) -> AgendaRevision:
    if revision is None:
        return AgendaRevision(agenda=Agenda())
    return AgendaRevision(number=revision.number, agenda=Agenda.from_dict(revision.content), author=revision.author)
