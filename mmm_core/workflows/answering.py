"""What people say to an objection: the client answers, the analyst raises, settles and withdraws, nobody is merged."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, get_args

from sqlalchemy.orm import Session

from mmm_core.documents.agenda import Agenda
from mmm_core.errors import BadInput, EditConflict, NotFound, listed
from mmm_core.feasibility.alternatives import LIKENESS, Alternative
from mmm_core.feasibility.answers import Action, Answer, ObjectionState, told
from mmm_core.feasibility.objections import Objection, Verdict
from mmm_core.modeling.choices import Alike
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.storage import revisions
from mmm_core.storage.audit import AuditEntry, record
from mmm_core.storage.opened import Storage
from mmm_core.storage.participants import Participant
from mmm_core.taxonomy.mapping import Path
from mmm_core.taxonomy.tree import drop_level, merge_groups
from mmm_core.workflows.clock import now
from mmm_core.workflows.mapping import MappingRevision, save_on
from mmm_core.workflows.saying import checked_text, keep_entry, kept_entries, speaker
from mmm_core.workflows.specification import save_specification_on

_ROLES: dict[str, str] = {
    "keep": "marketing",
    "accept": "marketing",
    "propose": "marketing",
    "raise": "analytics",
    "settle": "analytics",
    "return": "analytics",
    "withdraw": "analytics",
}
"""Who may do what; a comment and opening again are open to everybody but viewers."""
_AUDITED = ("groups",)
_NEEDED = {
    "comment": "comment",
    **dict.fromkeys(("keep", "propose", "raise", "return", "withdraw", "reopen"), "reason"),
}


def may_say(action: str, role: str) -> bool:
    """Tell whether a role may do something to an objection; a viewer looks on."""
    return role != "viewer" and _ROLES.get(action, role) == role


def answer_entries(storage: Storage, project_id: str) -> tuple[Answer, ...]:
    """Return everything that was said about objections of a project, the oldest first."""
    with storage.database.reading() as session:
        return _entries(session, project_id)


def say_to_objection(
    storage: Storage,
    project_id: str,
    state: ObjectionState,
    *,
    action: Action,
    text: str,
    author: str,
) -> None:
    """Add an entry to the thread of an objection.

    Parameters
    ----------
    state : ObjectionState
        The objection as the author had it in view.
    action : str
        "comment"; "keep" (marketing: keep the groups with a caveat, whose reason is `text`); "propose" (marketing:
        something else); "settle" and "return" (analytics: the answer is good, or is not); "withdraw" (analytics:
        the objection itself); "reopen".

    Raises
    ------
    BadInput
        If the author's role may not, a text is missing, or there is nothing to settle.
    EditConflict
        If somebody said something decisive since the author looked.
    """
    if action not in get_args(Action) or action in ("accept", "raise"):
        raise BadInput(f"'{action}' is nothing that can be said here", expected="an answer or a comment was expected")
    text = checked_text(text, needed=_NEEDED.get(action, ""))
    with storage.database.transaction() as session:
        person = _speaker(session, project_id, author, action)
        _refuse_overtaken(session, project_id, state, action)
        _refuse_unsuited(state, action)
        keep_entry(
            session,
            project_id,
            "objection",
            _entry(state.objection, action, person, text, key=state.key),
            audited=_AUDITED,
        )


def raise_objection(
    storage: Storage,
    project_id: str,
    groups: Sequence[str],
    *,
    verdict: Verdict,
    text: str,
    author: str,
    known: Sequence[str],
) -> Objection:
    """Object by hand, for what no rule sees.

    Parameters
    ----------
    groups : sequence of str
        Whom it concerns; at least one.
    known : sequence of str
        The groups of the scope in view.

    Raises
    ------
    BadInput
        If the author is not of analytics, a group is unknown, or there is no text.
    """
    unknown = [group for group in groups if group not in known]
    if not groups or unknown:
        raise BadInput(
            f"There is no group {listed([repr(one) for one in unknown])}" if unknown else "No group is named",
            expected="the groups that the objection is about were expected",
            remedy="Choose one or more groups",
        )
    text = checked_text(text, needed=_NEEDED.get("raise", ""))
    with storage.database.transaction() as session:
        person = _speaker(session, project_id, author, "raise")
        number = str(sum(entry.action == "raise" for entry in _entries(session, project_id)) + 1)
        raised = Objection(
            kind="analyst",
            groups=tuple(groups),
            verdict=verdict,
            sentence=text,
            caveat=f"kept against advice: {text}" if len(text) <= 120 else "kept against advice",
            number=number,
        )
        keep_entry(session, project_id, "objection", _entry(raised, "raise", person, text), audited=_AUDITED)
    return raised


def accept_alternative(
    storage: Storage,
    project_id: str,
    state: ObjectionState,
    alternative: Alternative,
    *,
    base: MappingRevision,
    author: str,
    text: str = "",
    into: Path | None = None,
) -> None:
    """Accept a way out and carry out what can be carried out, in one transaction.

    A merge, and rolling up by a level, edit the mapping; a tighter or a shared expectation edits the specification; a
    lift test and taking turns are noted among the actions foreseen.

    Parameters
    ----------
    base : MappingRevision
        The mapping that the author had in view.
    into : path, optional
        Of a merge: the group that the others become.

    Raises
    ------
    BadInput
        If the author is not of marketing, or the merge has no place.
    EditConflict
        If the mapping, or the thread, has moved on since.
    """
    text = checked_text(text, needed=_NEEDED.get("accept", ""))
    with storage.database.transaction() as session:
        person = _speaker(session, project_id, author, "accept")
        _refuse_overtaken(session, project_id, state, "accept")
        _refuse_unsuited(state, "accept")
        words = alternative.words
        if alternative.kind == "merge":
            words = _merge(session, project_id, alternative, base, person, into)
        elif alternative.kind == "level":
            rolled = drop_level(base.mapping, len(base.mapping.levels) - 1)
            message = "Rolled up by one level, as the push-back advised"
            save_on(session, project_id, rolled, base_number=base.number, author=person.name, message=message)
        elif alternative.kind in ("prior", "alike"):
            _expect(session, project_id, alternative, person)
        else:
            _foresee(session, project_id, alternative.words, person)
        detail = {"alternative": words, "way": alternative.kind}
        accepted = _entry(state.objection, "accept", person, text, key=state.key)
        said = replace(accepted, detail={**accepted.detail, **detail})
        keep_entry(session, project_id, "objection", said, audited=_AUDITED)


def take_over_answers(storage: Storage, project_id: str, entries: Sequence[Answer]) -> None:
    """Keep answers that a workshop file brings along."""
    with storage.database.transaction() as session:
        for entry in entries:
            keep_entry(session, project_id, "objection", entry, audited=_AUDITED)


def _merge(
    session: Session,
    project_id: str,
    alternative: Alternative,
    base: MappingRevision,
    person: Participant,
    into: Path | None,
) -> str:
    """Merge the groups in the mapping that was in view; return what was done in words."""
    paths = [path for path in base.mapping.leaves if path[-1] in alternative.groups]
    if into is None or len(paths) < 2:
        raise BadInput(
            "The merge has no place in the tree",
            expected="the groups, and the group that they become, were expected",
            remedy="Choose what they become",
        )
    merged = merge_groups(base.mapping, paths, into)
    message = f"Merged {' and '.join(alternative.groups)} into {into[-1]}, as the push-back advised"
    save_on(session, project_id, merged, base_number=base.number, author=person.name, message=message)
    return f"{alternative.words}: {into[-1]}"


def _expect(session: Session, project_id: str, alternative: Alternative, person: Participant) -> None:
    """Write a tighter expectation, or that groups return alike, into the specification."""
    latest = revisions.latest_revision(session, "specification", project_id)
    known = ModelSpecification.from_dict(latest.content) if latest is not None else ModelSpecification()
    if alternative.kind == "alike":
        place: Any = alternative.detail["place"]
        wanted = replace(known, alike=(*known.alike, Alike(place=tuple(place), likeness=LIKENESS)))
    else:
        spreads = {**dict(known.group_spreads), alternative.groups[0]: float(str(alternative.detail["spread"]))}
        wanted = replace(known, group_spreads=tuple(spreads.items()))
    number = latest.number if latest is not None else 0
    save_specification_on(
        session, project_id, wanted, base_number=number, author=person.name, message="As the push-back advised"
    )


def _foresee(session: Session, project_id: str, words: str, person: Participant) -> None:
    latest = revisions.latest_revision(session, "agenda", project_id)
    agenda = Agenda.from_dict(latest.content) if latest is not None else Agenda()
    if words in agenda.actions:
        return
    wanted, at = replace(agenda, actions=(*agenda.actions, words)), now()
    saved = revisions.save_revision(
        session,
        "agenda",
        project_id=project_id,
        base_number=latest.number if latest is not None else 0,
        content=wanted.as_dict(),
        author=person.name,
        message="As the push-back advised",
        now=at,
    )
    detail = {"number": saved.number}
    record(session, AuditEntry(project_id=project_id, at=at, author=person.name, action="agenda.saved", detail=detail))


def _entry(objection: Objection, action: Action, person: Participant, text: str, *, key: str = "") -> Answer:
    return Answer(
        key=key or objection.key,
        action=action,
        author=person.name,
        role=person.role,
        text=text,
        detail=told(objection),
        bound_to=objection.fingerprint,
    )


def _entries(session: Session, project_id: str) -> tuple[Answer, ...]:
    return kept_entries(session, project_id, "objection", Answer)


def _speaker(session: Session, project_id: str, author: str, action: str) -> Participant:
    person = speaker(session, project_id, author, about="objections")
    if not may_say(action, person.role):
        wanted = _ROLES[action]
        who = {"marketing": "the client's marketing answers", "analytics": "analytics objects and settles"}
        raise BadInput(
            f"{person.name} takes part for {person.role}",
            expected=who[wanted],
            remedy=f"Ask somebody of {wanted}, or leave a comment",
        )
    return person


def _refuse_overtaken(session: Session, project_id: str, state: ObjectionState, action: str) -> None:
    """Refuse a decision that was made before somebody else's was seen; a comment may always be left."""
    if action == "comment":
        return
    here = [entry for entry in _entries(session, project_id) if entry.key == state.key]
    seen = len(state.entries)
    if any(entry.action != "comment" for entry in here[seen:]):
        last = here[-1]
        raise EditConflict(
            f"{last.author} has said something since you looked",
            where=last.text or last.action,
            expected="nothing of yours was saved",
            remedy="Read it, then decide again",
        )


def _refuse_unsuited(state: ObjectionState, action: str) -> None:
    if action == "comment":
        return
    if state.status == "gone":
        raise NotFound("This objection is not raised any more", remedy="Nothing was saved, and nothing is open")
    if action in ("settle", "return") and state.answer is None:
        raise BadInput("There is no answer yet", expected="an answer of the client was expected", remedy="Wait for it")
    if action == "settle" and state.status != "answered":
        raise BadInput(
            "This answer does not fit what is objected now",
            expected="an answer to the objection as it stands was expected",
            remedy="Ask the client to answer again",
        )
    if action == "reopen" and state.status not in ("settled", "withdrawn", "answered", "changed"):
        raise BadInput("This objection is open already", remedy="Leave a comment instead")
    if action in ("keep", "propose", "accept", "withdraw") and state.status in ("settled", "withdrawn"):
        raise EditConflict("This objection is settled already", remedy="Open it again first if you see it otherwise")
