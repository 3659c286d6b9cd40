"""What of a scope is signed, part by part, so that a later change can be said in words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from mmm_core import fingerprint
from mmm_core.errors import counted, cut_short, listed
from mmm_core.modeling.choice_words import setting_changes

PARTS = {
    "data": "Data",
    "mapping": "Mapping",
    "specification": "Specification",
    "findings": "Findings",
    "push_back": "Push-back",
    "agenda": "Agenda",
}
"""Parts with the word that a change of one begins with."""

_OF_A_FINDING = ("key", "status", "fingerprint", "reason")
_OF_AN_OBJECTION = ("key", "status", "fingerprint", "answer")
_LONGEST_QUOTE = 110
_MOST_PER_KIND = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeContent:
    """The parts of a scope as plain values.

    Attributes
    ----------
    data : mapping
        "settings" (what figures depend on), "sources" (kind, name, sheet, fingerprint, reading), "corrections".
    mapping : str
        Fingerprint of tree, rules and choices; colours left out.
    mapping_number : int
        The revision; no part of the fingerprint, since an undone edit leaves another number behind.
    specification : mapping
        The model's structure: the choices without those of the sampler.
    findings : tuple of mappings
        key, code, severity, message, status, fingerprint, reason.
    push_back : tuple of mappings
        key, status, fingerprint, answer, sentence: objections of the analyst, and of people to a group.
    agenda : mapping
    panel_fingerprint : str
        The model input that data and mapping give; "" when there is none.
    """

    data: Mapping[str, Any]
    mapping: str
    mapping_number: int
    specification: Mapping[str, Any]
    findings: tuple[Mapping[str, Any], ...]
    push_back: tuple[Mapping[str, Any], ...]
    agenda: Mapping[str, Any]
    panel_fingerprint: str

    @property
    def part_fingerprints(self) -> dict[str, str]:
        """Name each part by its content."""
        named: dict[str, object] = {
            "data": self.data,
            "mapping": self.mapping,
            "specification": self.specification,
            "findings": sorted([str(one[name]) for name in _OF_A_FINDING] for one in self.findings),
            "push_back": sorted([str(one[name]) for name in _OF_AN_OBJECTION] for one in self.push_back),
            "agenda": self.agenda,
        }
        return {part: fingerprint.of_content(named[part]) for part in PARTS}

    @property
    def fingerprint(self) -> str:
        """Name the scope; signatures are bound to this."""
        return fingerprint.of_content(self.part_fingerprints)

    def as_dict(self) -> dict[str, Any]:
        """Return the form kept with a signature."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in plain.items()}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "ScopeContent":
        """Read the form kept with a signature."""
        plain: dict[str, Any] = {field.name: content[field.name] for field in fields(cls)}
        return cls(**{**plain, "findings": tuple(plain["findings"]), "push_back": tuple(plain["push_back"])})


def changes(before: ScopeContent, after: ScopeContent, *, mapping_words: Iterable[str] = ()) -> tuple[str, ...]:
    """Say what changed, one sentence per change, each beginning with its part.

    Parameters
    ----------
    mapping_words : iterable of str
        What differs between the two mappings; used when the mapping is another.
    """
    old, new = before.part_fingerprints, after.part_fingerprints
    words: dict[str, Iterable[str]] = {
        "data": _data(before.data, after.data),
        "mapping": mapping_words,
        "specification": setting_changes(before.specification, after.specification),
        "findings": _threads(before.findings, after.findings, "message", "Finding"),
        "push_back": _threads(before.push_back, after.push_back, "sentence", "Objection"),
        "agenda": _agenda(before.agenda, after.agenda),
    }
    said: list[str] = []
    for part, word in PARTS.items():
        if old[part] != new[part]:
            own = list(words[part]) or ["changed in a way that moves no figure"]
            said += [one if part in ("findings", "push_back") else f"{word}: {one}" for one in own]
    return tuple(said)


def _data(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted({*before["settings"], *after["settings"]}):
        old, new = before["settings"].get(name), after["settings"].get(name)
        if old != new:
            yield f"{name.replace('_', ' ')} {old} -> {new}"
    old_files, new_files = _by_place(before["sources"]), _by_place(after["sources"])
    for place in sorted({*old_files, *new_files}):
        here = " / ".join(filter(None, place[1:]))
        if place not in new_files:
            yield f"{here} removed"
        elif place not in old_files:
            yield f"{here} added"
        elif old_files[place]["fingerprint"] != new_files[place]["fingerprint"]:
            yield f"{here} replaced by another file"
        elif old_files[place]["reading"] != new_files[place]["reading"]:
            yield f"{here} is read in another way"
    yield from _listed_changes(before["corrections"], after["corrections"], _correction_words, "correction")


def _by_place(sources: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str, str], Mapping[str, Any]]:
    return {(one["kind"], one["name"], one["sheet"]): one for one in sources}


def _correction_words(correction: Mapping[str, Any]) -> str:
    kind = f"spend x {correction['factor']}" if correction.get("factor") else "left out"
    return f"{correction['source']}, rows {correction['rows']} {kind}: {correction['reason']}"


def _threads(
    before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]], text: str, word: str
) -> Iterator[str]:
    """Say which findings or objections are new, gone, or stand otherwise; many of one kind are counted."""
    old, new = {one["key"]: one for one in before}, {one["key"]: one for one in after}
    said: dict[str, list[str]] = {}
    for key in dict.fromkeys((*old, *new)):
        step = _step(old.get(key), new.get(key))
        if step:
            said.setdefault(step, []).append(_quoted(str((new.get(key) or old[key])[text])))
    for step, quotes in said.items():
        if len(quotes) <= _MOST_PER_KIND:
            yield from (f"{word} {step}: {quote}" for quote in quotes)
        else:
            yield f"{counted(len(quotes), word.lower())} {step}: {listed(quotes, most=3)}"


def _step(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str:
    if before is None or after is None:
        return "new" if before is None else "no longer there"
    if before["status"] != after["status"]:
        words = {"open": "reopened", "gone": "no longer there", "changed": "open again, it changed"}
        return words.get(after["status"], str(after["status"]))
    if before["fingerprint"] != after["fingerprint"]:
        return "shows something else"
    reworded = any(before.get(name) != after.get(name) for name in ("reason", "answer"))
    return "settled with other words" if reworded else ""


def _agenda(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    yield from _listed_changes(before["questions"], after["questions"], str, "planning question")
    yield from _listed_changes(before["actions"], after["actions"], str, "action")
    old = {one["what"]: one for one in before["owed"]}
    arrived = [one for one in after["owed"] if one["received"] and not old.get(one["what"], one)["received"]]
    yield from (f"data received: {_quoted(one['what'])}" for one in arrived)
    known = {one["what"] for one in arrived}
    owed_before, owed_after = ([one for one in side["owed"] if one["what"] not in known] for side in (before, after))
    yield from _listed_changes(owed_before, owed_after, _owed_words, "data owed")


def _owed_words(owed: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (owed["what"], owed["who"], owed["until"])))


def _listed_changes(before: list[Any], after: list[Any], words: Any, what: str) -> Iterator[str]:
    yield from (f"{what} removed: {_quoted(words(one))}" for one in before if one not in after)
    yield from (f"{what} added: {_quoted(words(one))}" for one in after if one not in before)
    if before != after and sorted(map(str, before)) == sorted(map(str, after)):
        yield f"another order ({what})"


def _quoted(text: str) -> str:
    return cut_short(text.strip().rstrip("."), _LONGEST_QUOTE)
