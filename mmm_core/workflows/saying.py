"""What people say about findings and objections: under a name and a role, in words that can be read later."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import get_args

from sqlalchemy.orm import Session

from mmm_core import fingerprint
from mmm_core.checks import threads as of_findings
from mmm_core.checks.threads import Entry
from mmm_core.errors import BadInput
from mmm_core.feasibility import answers
from mmm_core.feasibility.answers import Answer
from mmm_core.storage import threads
from mmm_core.storage.audit import AuditEntry, record
from mmm_core.storage.participants import Participant
from mmm_core.storage.threads import Subject, ThreadEntry
from mmm_core.workflows.clock import now
from mmm_core.workflows.roles import find_participant

_LONGEST_TEXT = 2_000
_KNOWN: Mapping[Subject, tuple[str, ...]] = {
    "finding": get_args(of_findings.Action),
    "objection": get_args(answers.Action),
}


def speaker(session: Session, project_id: str, author: str, *, about: str) -> Participant:
    """Return the participant who speaks.

    Parameters
    ----------
    about : str
        What is talked about, for the message.

    Raises
    ------
    BadInput
        If they take no part in the project, or look on.
    """
    person = find_participant(session, project_id, author)
    if person is None:
        raise BadInput(
            f"'{author}' does not take part in this project",
            expected="what is decided is kept under a name and a role",
            remedy="Say who you are at the foot of the sidebar, or add yourself on the Project page",
        )
    if person.role == "viewer":
        raise BadInput(
            f"{person.name} looks on as a viewer",
            expected=f"marketing, finance and analytics talk about {about}",
            remedy="Ask one of them, or change the role on the Project page",
        )
    return person


def checked_text(text: str, *, needed: str = "", most: int = _LONGEST_TEXT) -> str:
    """Return what was written without space around it.

    Parameters
    ----------
    needed : str
        What it is ("reason", "comment") where it must not be empty; "" where it may.
    most : int
        How many characters it may have.

    Raises
    ------
    BadInput
        If it is too long, cannot be read, or is missing.
    """
    text = text.strip()
    if "\0" in text or len(text) > most:
        raise BadInput(
            f"The text has {len(text):,} characters",
            expected=f"up to {most:,} that can be read were expected",
            remedy="Say it more briefly",
        )
    if not text and needed:
        why = "those who look at it later want to know why" if needed == "reason" else "a few words were expected"
        raise BadInput(f"There is no {needed}", expected=why, remedy=f"Write the {needed} into the field first")
    return text


def keep_entry(
    session: Session, project_id: str, subject: Subject, entry: Entry | Answer, *, audited: tuple[str, ...]
) -> None:
    """Add an entry to its thread, and a line to the audit trail, in the transaction of the act.

    Parameters
    ----------
    audited : tuple of str
        What of the entry's detail the audit trail repeats.
    """
    at = now()
    kept = ThreadEntry(
        project_id=project_id,
        subject=subject,
        key=entry.key,
        action=entry.action,
        author=entry.author,
        role=entry.role,
        text=entry.text,
        detail=entry.detail,
        bound_to=entry.bound_to,
        at=entry.at or at,
    )
    threads.add_entry(session, kept)
    known = {name: entry.detail[name] for name in audited if name in entry.detail}
    audit = AuditEntry(
        project_id=project_id,
        at=at,
        author=entry.author,
        action=f"{subject}.{entry.action}",
        detail={"key": entry.key, "text": entry.text, **known},
    )
    record(session, audit)


def kept_entries[Said: (Entry, Answer)](
    session: Session, project_id: str, subject: Subject, kind: type[Said]
) -> tuple[Said, ...]:
    """Return everything that was said about one kind of subject, the oldest first."""
    return tuple(
        kind(
            key=entry.key,
            action=entry.action,  # type: ignore[arg-type]
            author=entry.author,
            role=entry.role,
            text=entry.text,
            detail=entry.detail,
            bound_to=entry.bound_to,
            at=entry.at,
        )
        for entry in threads.list_entries(session, project_id, subject)
        if entry.action in _KNOWN[subject]
    )


def bound[Said: (Entry, Answer)](entries: Iterable[Said], here: Mapping[str, str]) -> tuple[Said, ...]:
    """Bind what was said of something, without saying of what exactly, to what is there now.

    Parameters
    ----------
    here : mapping
        Key of what is found or objected now -> its fingerprint. What is said of anything else is bound to a fingerprint
        that nothing has: nobody settles what has yet to be found.
    """
    return tuple(
        entry if entry.bound_to else replace(entry, bound_to=here.get(entry.key, fingerprint.of_content(entry.key)))
        for entry in entries
    )
