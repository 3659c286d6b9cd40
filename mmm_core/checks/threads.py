"""What became of each finding: who has it, what was said, what was accepted or waived, and what still blocks the fit.

An acceptance and a waiver are bound to the fingerprint of what was found: nobody accepts what they have not seen.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from mmm_core.findings import Finding, Severity

Action = Literal["comment", "assign", "accept", "waive", "reopen", "fixed"]
Status = Literal["open", "accepted", "waived", "changed", "gone"]
"""changed: settled when it was something else, counts as open. gone: no longer found."""

NEVER_WAIVED: Mapping[str, str] = {
    "nothing_to_model": "without an outcome and a group with line items there is nothing to fit",
    "unmapped_spend": "money that nobody placed would be missing from the model unnoticed; it can be left out, with a "
    "reason, on the Mapping page",
    "all_zero_group": "the model refuses a group without spend",
    "negative_spend": "the model refuses a group whose spend is negative in a period",
    "missing_periods": "the model refuses an outcome or a control with a gap",
    "too_few_periods": "the carry-over of media needs more periods than there are",
    "constant_kpi": "the model refuses an outcome that never changes",
    "constant_control": "a control that never changes cannot be put on the scale of the others",
    "several_currencies": "amounts in different currencies cannot be added up",
    "currency_without_rate": "amounts in different currencies cannot be added up",
    "monthly_figures": "the model would read a month's money as that of one week",
}
"""Errors that no reason outweighs, each with why: `mmm_core.modeling.guarding` refuses them, or sums would be wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What somebody said or decided about a finding.

    Attributes
    ----------
    key : str
        `Finding.key`.
    author, role : str
        Who, and in which role then.
    detail : mapping
        What was in view, see `told`, and the `assignee` of an assignment ("" for nobody).
    bound_to : str
        `Finding.fingerprint` of what was in view; "" holds for whatever is found.
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


def verdict_of(thread: Sequence[Entry]) -> Entry | None:
    """Return the last acceptance or waiver of a thread, None when the finding was opened again since."""
    for entry in reversed(thread):
        if entry.action == "reopen":
            return None
        if entry.action in ("accept", "waive"):
            return entry
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingState:
    """A finding with its thread.

    Attributes
    ----------
    finding : Finding, optional
        None when it is gone.
    entries : tuple of Entry
        The oldest first.
    assignee : str
        Who has it, "" when nobody does.
    reason, by : str
        Of the last acceptance or waiver, also when it does not hold any more.
    """

    key: str
    code: str
    status: Status
    finding: Finding | None
    entries: tuple[Entry, ...] = ()
    assignee: str = ""
    reason: str = ""
    by: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it still waits for somebody."""
        return self.status in ("open", "changed")

    @property
    def severity(self) -> Severity:
        """How much it weighs, or weighed when it was last talked about."""
        return self.finding.severity if self.finding is not None else Severity(_last(self.entries, "severity", "note"))

    @property
    def message(self) -> str:
        """What was found, or was when it was last talked about."""
        return self.finding.message if self.finding is not None else _last(self.entries, "message", "")

    @property
    def verdict(self) -> Entry | None:
        """The last acceptance or waiver that nobody took back; it may not hold any more."""
        return verdict_of(self.entries)


def states_of(findings: Iterable[Finding], entries: Iterable[Entry]) -> tuple[FindingState, ...]:
    """Put findings and what was said about them together.

    Parameters
    ----------
    findings : iterable of Finding
        What is found now; their order is kept.
    entries : iterable of Entry
        The oldest first.

    Returns
    -------
    tuple of FindingState
        One per finding, then those that are no longer found but were talked about.
    """
    threads = by_key(entries)
    found = [(finding.key, finding) for finding in findings]
    present = [_present(key, finding, threads.get(key, ())) for key, finding in found]
    keys = {key for key, _ in found}
    gone = [_gone(key, thread) for key, thread in threads.items() if key not in keys]
    return (*present, *gone)


def by_key(entries: Iterable[Entry]) -> dict[str, tuple[Entry, ...]]:
    """Sort entries into threads; their order within a thread is kept."""
    threads: dict[str, list[Entry]] = {}
    for entry in entries:
        threads.setdefault(entry.key, []).append(entry)
    return {key: tuple(thread) for key, thread in threads.items()}


def open_errors(states: Iterable[FindingState]) -> tuple[Finding, ...]:
    """Return what blocks the fit: errors that are neither fixed nor waived."""
    return tuple(
        state.finding
        for state in states
        if state.finding is not None and state.finding.severity is Severity.ERROR and state.is_open
    )


def can_be_waived(finding: Finding) -> bool:
    """Tell whether a model can be fitted in spite of a finding."""
    return finding.severity is Severity.ERROR and finding.code not in NEVER_WAIVED


def told(finding: Finding) -> dict[str, object]:
    """Return what an entry keeps of a finding: enough to read its thread and to name it again when it is gone."""
    place = finding.where
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "message": finding.message,
        "source": place.source,
        "sheet": place.sheet,
        "columns": list(place.columns),
        "groups": list(place.groups),
        "about": finding.about,
    }


def _present(key: str, finding: Finding, thread: tuple[Entry, ...]) -> FindingState:
    verdict = verdict_of(thread)
    status: Status = "open"
    if verdict is not None and _suits(verdict, finding):
        holds = verdict.bound_to in ("", finding.fingerprint)
        status = ("waived" if verdict.action == "waive" else "accepted") if holds else "changed"
    elif verdict is not None:
        status = "changed"
    return _state(key, finding.code, status, finding, thread)


def _gone(key: str, thread: tuple[Entry, ...]) -> FindingState:
    return _state(key, _last(thread, "code", ""), "gone", None, thread)


def _state(key: str, code: str, status: Status, finding: Finding | None, thread: tuple[Entry, ...]) -> FindingState:
    verdict = verdict_of(thread)
    assigned = [entry for entry in thread if entry.action == "assign"]
    return FindingState(
        key=key,
        code=code,
        status=status,
        finding=finding,
        entries=thread,
        assignee=str(assigned[-1].detail.get("assignee", "")) if assigned else "",
        reason=verdict.text if verdict else "",
        by=verdict.author if verdict else "",
    )


def _suits(verdict: Entry, finding: Finding) -> bool:
    """Tell whether a finding of this weight can end so: an acceptance never settles an error."""
    if finding.severity is Severity.ERROR:
        return verdict.action == "waive" and can_be_waived(finding)
    return True


def _last(thread: Sequence[Entry], name: str, otherwise: str) -> str:
    return next((str(entry.detail[name]) for entry in reversed(thread) if entry.detail.get(name)), otherwise)
