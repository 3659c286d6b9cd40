"""Facts about the client's data, as data: all are collected, then shown."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum


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
class Finding:
    """One fact: what was found, where, how it is known, what to do, and where the threshold comes from."""

    code: str
    severity: Severity
    message: str
    where: Place = field(default_factory=Place)
    evidence: Mapping[str, object] = field(default_factory=dict)
    remedy: str = ""
    threshold: str = ""

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
