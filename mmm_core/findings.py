"""Facts about the client's data, as data: all are collected, then shown."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Literal

from mmm_core import fingerprint


class Severity(StrEnum):
    """How much a finding weighs. An error blocks the fit."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a finding was made; empty parts do not apply.

    Rows are numbered as a spreadsheet shows them: the header is row 1 of a plain file.
    """

    source: str = ""
    sheet: str = ""
    rows: tuple[int, ...] = ()
    columns: tuple[str, ...] = ()
    line_items: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """Return the parts that apply."""
        parts = asdict(self)
        return {name: list(value) if isinstance(value, tuple) else value for name, value in parts.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """What somebody may ask the machine to do about a finding; nothing is done before they do.

    Attributes
    ----------
    kind : str
        "leave_out_rows" or "multiply_spend": a correction of the rows of a source. "exclude_line_items" or
        "place_together": an edit of the mapping.
    what : str
        What it does, in words that fit on a button: "Leave out the repeated rows".
    source : str
        Label of the source that `rows` belong to.
    rows : tuple of int
        Every row concerned, as the spreadsheet counts.
    factor : float
        What spend is multiplied by; proposed, people may enter another.
    line_items : tuple of str
        Every line item concerned; for "place_together" the first one is the one whose group the others join.
    """

    kind: Literal["leave_out_rows", "multiply_spend", "exclude_line_items", "place_together"]
    what: str
    source: str = ""
    rows: tuple[int, ...] = ()
    factor: float = 1.0
    line_items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fact: what was found, where, how it is known, what to do, and where the threshold comes from.

    `about` names the subject where code, source, columns and groups do not: a check that finds several things of one
    kind in one file gives each its own, and gives the same thing the same one however much of it there is.
    """

    code: str
    severity: Severity
    message: str
    where: Place = field(default_factory=Place)
    evidence: Mapping[str, object] = field(default_factory=dict)
    remedy: str = ""
    threshold: str = ""
    about: str = ""
    fix: Fix | None = None

    @property
    def key(self) -> str:
        """Name what the finding is about; it stays the same while more or less of it is found. Threads hang on it."""
        place = self.where
        subject = [self.code, place.source, place.sheet, list(place.columns), list(place.groups), self.about]
        return fingerprint.short(fingerprint.of_content(subject))

    @property
    def fingerprint(self) -> str:
        """Name exactly what was found; somebody who accepts it accepts this and no more.

        The words of remedy and threshold are advice: putting them better opens nothing again.
        """
        rows = [list(self.fix.rows), list(self.fix.line_items)] if self.fix is not None else []
        found = {name: value for name, value in self.as_dict().items() if name not in ("remedy", "threshold")}
        return fingerprint.of_content([found, rows])

    def as_dict(self) -> dict[str, object]:
        """Return the finding for `findings.json`."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "message": self.message,
            "where": self.where.as_dict(),
            "evidence": dict(self.evidence),
            "remedy": self.remedy,
            "threshold": self.threshold,
        }


def by_weight(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort by severity, then code, then place; the order never depends on how they were collected."""
    return tuple(sorted(findings, key=lambda f: (_ORDER[f.severity], f.code, str(f.where.as_dict()), f.message)))


def blocking(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings that block the fit."""
    return tuple(f for f in findings if f.severity is Severity.ERROR)
