"""What became of each objection: what the client answered, what the analyst made of it, and which caveat stays."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from mmm_core.feasibility.objections import Kind, Objection, Verdict

Action = Literal["raise", "comment", "keep", "accept", "propose", "settle", "return", "withdraw", "reopen"]
Status = Literal["open", "answered", "settled", "withdrawn", "noted", "changed", "gone"]
"""noted: a caution, which asks for no answer. changed: answered when advice or spend were others, counts as open. gone:
not raised any more."""

ANSWERS = ("keep", "accept", "propose")
"""What the client can say: keep the groups with a caveat, accept an alternative, propose another."""
_DECISIVE = (*ANSWERS, "settle", "return", "withdraw", "reopen", "raise")
_UNSETTLED = ("open", "changed", "answered")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One entry in the thread of an objection.

    Attributes
    ----------
    key : str
        `Objection.key`.
    author, role : str
        Who, and in which role then.
    detail : mapping
        What was in view (`told`); of an acceptance the "alternative" in words and its "way".
    bound_to : str
        `Objection.fingerprint` of what was answered; "" holds for whatever is objected.
    at : datetime, optional
        None where a file does not say.
    """

    key: str
    action: Action
    author: str
    role: str
    text: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)
    bound_to: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionState:
    """An objection with its thread.

    Attributes
    ----------
    objection : Objection
        As it is raised now, or as it was when it was last talked about.
    entries : tuple of Answer
        The oldest first.
    """

    objection: Objection
    status: Status
    entries: tuple[Answer, ...] = ()

    @property
    def key(self) -> str:
        """Name of the thread, which keeps it when groups are renamed."""
        return self.entries[0].key if self.entries else self.objection.key

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to answer it or to settle the answer."""
        return self.status in _UNSETTLED

    @property
    def blocks(self) -> bool:
        """Whether no fit is made while it stands."""
        return self.objection.blocks and self.status in ("open", "changed", "answered")

    @property
    def answer(self) -> Answer | None:
        """The last answer that nobody took back."""
        for entry in reversed(self.entries):
            if entry.action in ("return", "reopen", "raise"):
                return None
            if entry.action in ANSWERS:
                return entry
        return None

    @property
    def answer_words(self) -> str:
        """The answer in words, "" when there is none."""
        answer = self.answer
        if answer is None:
            return ""
        if answer.action == "accept":
            return ": ".join(filter(None, (f"accepted: {answer.detail.get('alternative', '')}", answer.text)))
        return f"{'kept with a caveat' if answer.action == 'keep' else 'proposed'}: {answer.text}"

    @property
    def caveat(self) -> str:
        """What is said beside the groups in every later result; "" when nothing has to be."""
        advised = self.objection.needs_answer or bool(self.answer)
        if not advised or self.status in ("withdrawn", "gone", "noted"):
            return ""
        answer = self.answer
        if self.status in ("open", "changed") or answer is None:
            return f"{self.objection.caveat} (not answered yet)"
        note = f" ({answer.text})" if answer.text and answer.action == "keep" else ""
        agreed = f"; agreed: {answer.detail.get('alternative', '')}" if answer.action == "accept" else ""
        return f"{self.objection.caveat}{note}{agreed}"


def states_of(objections: Iterable[Objection], entries: Iterable[Answer]) -> tuple[ObjectionState, ...]:
    """Put objections and what was said about them together.

    Parameters
    ----------
    objections : iterable of Objection
        What is objected now; their order is kept. Objections raised by hand come out of the entries.
    entries : iterable of Answer
        The oldest first.

    Returns
    -------
    tuple of ObjectionState
        One per objection, then those raised by hand, then those that are not raised any more but were talked about.
    """
    threads: dict[str, list[Answer]] = {}
    for entry in entries:
        threads.setdefault(entry.key, []).append(entry)
    raised = list(objections)
    known = {one.key for one in raised}
    by_hand = [
        _raised(thread[0]) for key, thread in threads.items() if key not in known and thread[0].action == "raise"
    ]
    known |= {one.key for one in by_hand}
    present = []
    for one in (*raised, *by_hand):
        key = one.key if one.key in threads else _renamed(one, threads, known)
        known.add(key)
        present.append(_present(one, tuple(threads.get(key, ()))))
    gone = [
        ObjectionState(objection=_remembered(thread), status="gone", entries=tuple(thread))
        for key, thread in threads.items()
        if key not in known
    ]
    return (*present, *gone)


def standing_by_hand(states: Iterable[ObjectionState], groups: Sequence[str]) -> tuple[ObjectionState, ...]:
    """Let what was raised by hand go with the groups that it was about."""
    here = set(groups)
    return tuple(
        ObjectionState(objection=one.objection, status="gone", entries=one.entries)
        if one.objection.kind == "analyst" and one.status != "withdrawn" and not here.issuperset(one.objection.groups)
        else one
        for one in states
    )


def caveats(states: Iterable[ObjectionState], groups: Sequence[str]) -> dict[str, str]:
    """Return what is said beside each group in results; groups without a caveat are left out."""
    said: dict[str, list[str]] = {}
    for state in states:
        about = [group for group in (state.objection.groups or tuple(groups)) if group in groups]
        if state.caveat:
            for group in about:
                said.setdefault(group, []).append(state.caveat)
    return {group: "; ".join(dict.fromkeys(said[group])) for group in groups if group in said}


def told(objection: Objection) -> dict[str, object]:
    """Return what an entry keeps of an objection: enough to show it again when it is gone."""
    return {
        "kind": objection.kind,
        "groups": list(objection.groups),
        "verdict": str(objection.verdict),
        "sentence": objection.sentence,
        "caveat": objection.caveat,
        "rule": objection.rule,
        "number": objection.number,
        "basis": objection.basis,
    }


def _renamed(objection: Objection, threads: Mapping[str, Sequence[Answer]], known: set[str]) -> str:
    """Return the key of the thread that was led about these groups under other names, its own when there is none."""
    return next(
        (key for key, thread in threads.items() if key not in known and _is_about(thread[-1].detail, objection)),
        objection.key,
    )


def _is_about(detail: Mapping[str, object], objection: Objection) -> bool:
    """Tell whether an entry is about the same spend, or about groups that are called so by now."""
    said = _read(detail, kind=detail.get("kind", "group"))  # type: ignore[arg-type]
    if (said.kind, said.number) != (objection.kind, objection.number):
        return False
    return (bool(said.basis) and said.basis == objection.basis) or sorted(said.groups) == sorted(objection.groups)


def _present(objection: Objection, thread: tuple[Answer, ...]) -> ObjectionState:
    last = next((entry for entry in reversed(thread) if entry.action in _DECISIVE), None)
    status: Status = "open" if objection.needs_answer else "noted"
    if last is not None and last.action in ("settle", "withdraw", *ANSWERS):
        holds = last.bound_to in ("", objection.fingerprint)
        merged = last.action == "accept" and last.detail.get("way") in ("merge", "level")
        if not holds:
            status = "changed" if objection.needs_answer else "noted"
        elif last.action in ANSWERS:
            # A merge that was accepted and undone since leaves the question as it was.
            status = status if merged else "answered"
        else:
            status = "settled" if last.action == "settle" else "withdrawn"
    return ObjectionState(objection=objection, status=status, entries=thread)


def _raised(entry: Answer) -> Objection:
    """Read an objection that the analyst raised by hand."""
    return _read(entry.detail, kind="analyst")


def _remembered(thread: Sequence[Answer]) -> Objection:
    detail = next((entry.detail for entry in reversed(thread) if entry.detail.get("sentence")), {})
    return _read(detail, kind=detail.get("kind", "group"))  # type: ignore[arg-type]


def _read(detail: Mapping[str, object], *, kind: Kind) -> Objection:
    groups = detail.get("groups", ())
    return Objection(
        kind=kind,
        groups=tuple(str(group) for group in groups) if isinstance(groups, list | tuple) else (),
        verdict=Verdict(str(detail.get("verdict", Verdict.CAUTION))),
        sentence=str(detail.get("sentence", "")),
        caveat=str(detail.get("caveat", "")),
        number=str(detail.get("number", "")),
        basis=str(detail.get("basis", "")),
    )
