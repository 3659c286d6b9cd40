"""How findings and objections ended, as the scope keeps it: what it was, where it stands, who said what."""

from dataclasses import dataclass
from typing import Any

OPEN_FINDINGS = ("open", "changed")
"""Accepted or waived while something else was found counts as open."""
OPEN_OBJECTIONS = ("open", "answered")
"""An answer waits for the analyst to settle it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledFinding:
    """A finding and where it stands.

    Attributes
    ----------
    status : str
        open, accepted, waived, changed (accepted or waived before it changed), gone (not found any more).
    fingerprint : str
        Of what is found now; "" when it is gone.
    said : tuple of str
        Its thread, an entry each.
    """

    key: str
    code: str
    severity: str
    message: str
    status: str
    place: str = ""
    remedy: str = ""
    fingerprint: str = ""
    reason: str = ""
    by: str = ""
    said: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to settle it."""
        return self.status in OPEN_FINDINGS

    def as_content(self) -> dict[str, Any]:
        """Return what is signed of it."""
        names = ("key", "code", "severity", "message", "status", "fingerprint", "reason")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledObjection:
    """An objection, of the analyst or of a person to a group, and where it stands.

    Attributes
    ----------
    status : str
        open, answered, settled, withdrawn, noted (a caution, which asks for no answer) or gone.
    answer : str
        What was decided, in words.
    caveat : str
        What is said beside the groups in every later result, "" when nothing is.
    of_person : bool
        Whether a participant objects to how a group was made; only whoever objected (or the analyst) takes it back.
    """

    key: str
    rule: str
    groups: tuple[str, ...]
    sentence: str
    status: str
    verdict: str = ""
    fingerprint: str = ""
    answer: str = ""
    by: str = ""
    caveat: str = ""
    of_person: bool = False
    said: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an answer or for its settlement."""
        return self.status in OPEN_OBJECTIONS

    def as_content(self) -> dict[str, Any]:
        """Return what is signed of it."""
        names = ("key", "status", "fingerprint", "answer", "sentence")
        return {name: getattr(self, name) for name in names}
