"""Findings and what people make of them: who has it, comments, acceptances, waivers; and what still blocks the fit."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from mmm_core.checks.threads import (
    NEVER_WAIVED,
    Action,
    Entry,
    FindingState,
    can_be_waived,
    open_errors,
    states_of,
    told,
)
from mmm_core.errors import BadInput, EditConflict, NotFound, listed
from mmm_core.findings import Finding, Severity
from mmm_core.storage.opened import Storage
from mmm_core.storage.participants import Participant
from mmm_core.workflows.roles import find_participant
from mmm_core.workflows.saying import bound, checked_text, keep_entry, kept_entries, speaker
from mmm_core.workflows.scoping import Scoped

_SAID = ("comment", "assign", "accept", "waive", "reopen")
_AUDITED = ("code", "assignee")
_NEEDED = {"comment": "comment", "accept": "reason", "waive": "reason"}


def finding_states(storage: Storage, project_id: str, scoped: Scoped) -> tuple[FindingState, ...]:
    """Return every finding of the scope with its thread, then those that are gone but were talked about."""
    return states_of(scoped.findings, thread_entries(storage, project_id))


def what_blocks(storage: Storage, project_id: str, scoped: Scoped) -> tuple[Finding, ...]:
    """Return the errors that are neither fixed nor waived."""
    return open_errors(finding_states(storage, project_id, scoped))


def thread_entries(storage: Storage, project_id: str) -> tuple[Entry, ...]:
    """Return everything that was said about findings of a project, the oldest first."""
    with storage.database.reading() as session:
        return kept_entries(session, project_id, "finding", Entry)


def open_counts(states: Iterable[FindingState]) -> tuple[int, int]:
    """Count the errors and the warnings that wait for somebody; notes never do."""
    waiting = [state.severity for state in states if state.is_open]
    return waiting.count(Severity.ERROR), waiting.count(Severity.WARNING)


def say(  # noqa: PLR0913
    storage: Storage,
    project_id: str,
    scoped: Scoped,
    key: str,
    *,
    action: Action,
    text: str,
    author: str,
    assignee: str = "",
    seen: str = "",
) -> None:
    """Add an entry to the thread of a finding.

    Parameters
    ----------
    key : str
        `Finding.key`.
    action : str
        "comment"; "assign" to `assignee`, "" for nobody; "accept" a warning or a note with a reason; "waive" an error
        with a reason; "reopen" what was accepted or waived.
    seen : str
        `Finding.fingerprint` of what the author had in view; "" when it is that of `scoped` for certain.

    Raises
    ------
    BadInput
        If the author is no participant, or their role may not; if a reason is missing; if an error cannot be waived.
    EditConflict
        If what is found is not what the author had in view, or somebody settled it in between.
    NotFound
        If nothing of this key was ever found.
    """
    if action not in _SAID:
        raise BadInput(f"'{action}' is nothing that can be said", expected=f"one of {listed(_SAID)} was expected")
    text = checked_text(text, needed=_NEEDED.get(action, ""))
    with storage.database.transaction() as session:
        person = speaker(session, project_id, author, about="findings")
        state = _state(states_of(scoped.findings, kept_entries(session, project_id, "finding", Entry)), key)
        _refuse_unseen(state, seen, action)
        _refuse_unsuited(state, action, person)
        detail: dict[str, Any] = told(state.finding) if state.finding is not None else {}
        if action == "assign":
            detail["assignee"] = _assignee(session, project_id, assignee)
        bound = state.finding.fingerprint if state.finding is not None else ""
        said = Entry(
            key=key, action=action, author=person.name, role=person.role, text=text, detail=detail, bound_to=bound
        )
        keep_entry(session, project_id, "finding", said, audited=_AUDITED)


def take_over(storage: Storage, project_id: str, scoped: Scoped, entries: Sequence[Entry]) -> None:
    """Keep acceptances and waivers that a workshop file brings along.

    Those that do not say what they settle are bound to what is found now: whatever is found later opens them again.
    """
    here = {finding.key: finding.fingerprint for finding in scoped.findings}
    with storage.database.transaction() as session:
        for entry in bound(entries, here):
            keep_entry(session, project_id, "finding", entry, audited=_AUDITED)


def _state(states: Sequence[FindingState], key: str) -> FindingState:
    state = next((state for state in states if state.key == key), None)
    if state is None:
        raise NotFound("This finding is not there any more", remedy="Go back to the list of findings")
    return state


def _refuse_unseen(state: FindingState, seen: str, action: str) -> None:
    """Refuse to bind somebody to what they have not had in view; a comment may be made on anything."""
    if action not in ("accept", "waive"):
        return
    if state.finding is None:
        raise EditConflict(
            "This is not found any more, so there is nothing to settle", remedy="Nothing was saved, and nothing is open"
        )
    if seen and seen != state.finding.fingerprint:
        raise EditConflict(
            "What is found changed since it was in view",
            where=state.finding.message,
            expected="nothing was saved",
            remedy="Look at it as it is now, then decide again",
        )


def _refuse_unsuited(state: FindingState, action: str, person: Participant) -> None:
    settled = {"accepted": "accepted", "waived": "waived"}.get(state.status)
    if action == "reopen" and state.verdict is None:
        raise BadInput("This finding is open already", remedy="Leave a comment instead")
    if action not in ("accept", "waive") or state.finding is None:
        return
    if settled:
        raise EditConflict(
            f"{state.by} {settled} this already: {state.reason}", remedy="Open it again first if you see it otherwise"
        )
    is_error = state.finding.severity is Severity.ERROR
    if action == "accept" and is_error:
        raise BadInput(
            "An error is not accepted",
            expected="it is fixed, or waived by analytics with a reason",
            remedy=state.finding.remedy or "Correct the file and upload it again",
        )
    if action == "waive":
        _refuse_waiver(state.finding, person)


def _refuse_waiver(finding: Finding, person: Participant) -> None:
    if finding.severity is not Severity.ERROR:
        raise BadInput("Only what blocks the fit is waived", remedy="Accept it with a reason instead")
    if not can_be_waived(finding):
        raise BadInput(
            "This error cannot be waived",
            expected=NEVER_WAIVED[finding.code],
            remedy=finding.remedy or "Correct the file and upload it again",
        )
    if person.role != "analytics":
        raise BadInput(
            f"{person.name} speaks for {person.role}",
            expected="an error is waived by analytics, which owns the integrity of the data",
            remedy="Assign the finding to somebody of analytics, or fix it",
        )


def _assignee(session: Session, project_id: str, name: str) -> str:
    if not name:
        return ""
    person = find_participant(session, project_id, name)
    if person is None or person.role == "viewer":
        raise BadInput(
            f"'{name}' {'looks on as a viewer' if person else 'does not take part in this project'}",
            expected="a finding goes to somebody of marketing, finance or analytics",
            remedy="Choose one of them, or add the person on the Project page",
        )
    return person.name
