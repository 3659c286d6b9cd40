"""`[[settled]]` of the workshop file: acceptances and waivers of findings travel with the files."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from mmm_core.checks.threads import NEVER_WAIVED, Entry, by_key, told, verdict_of
from mmm_core.errors import BadInput
from mmm_core.findings import Finding, Place, Severity
from mmm_core.workflows.source_sections import Filled


class SettledSection(BaseModel):
    """`[[settled]]`: one finding that somebody accepted or waived; code, place and `about` say which."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: Literal["accept", "waive"]
    code: Filled
    source: str = ""
    sheet: str = ""
    columns: list[str] = []
    groups: list[str] = []
    about: str = ""
    reason: Filled
    author: Filled
    role: Literal["marketing", "finance", "analytics"]
    at: datetime | None = None
    found: Annotated[str, Field(pattern="^([0-9a-f]{64})?$")] = ""
    message: str = ""

    def entry(self) -> Entry:
        """Return what was decided, as an entry of the finding's thread."""
        finding = Finding(
            code=self.code,
            severity=Severity.ERROR if self.action == "waive" else Severity.WARNING,
            message=self.message,
            where=Place(source=self.source, sheet=self.sheet, columns=tuple(self.columns), groups=tuple(self.groups)),
            about=self.about,
        )
        return Entry(
            key=finding.key,
            action=self.action,
            author=self.author,
            role=self.role,
            text=self.reason,
            detail=told(finding),
            bound_to=self.found,
            at=self.at.replace(tzinfo=self.at.tzinfo or UTC) if self.at is not None else None,
        )


def refuse_wrong_settlements(sections: Sequence[SettledSection], name: str) -> None:
    """Refuse a waiver that its author may not give; raises `BadInput` with the number of the section."""
    for number, section in enumerate(sections, start=1):
        if section.action != "waive":
            continue
        if section.role != "analytics":
            raise BadInput(
                f"'settled[{number}].role' is '{section.role}', and the action is 'waive'",
                where=name,
                expected="an error is waived by analytics",
                remedy="Let somebody of analytics waive it, or remove this section",
            )
        if section.code in NEVER_WAIVED:
            raise BadInput(
                f"'settled[{number}]' waives '{section.code}'",
                where=name,
                expected=f"this error cannot be waived: {NEVER_WAIVED[section.code]}",
                remedy="Remove this section and correct what the finding shows",
            )


def settled_sections(entries: Iterable[Entry]) -> Iterator[dict[str, object]]:
    """Write down what was accepted or waived and not opened again, each bound to what was found then."""
    for thread in by_key(entries).values():
        verdict = verdict_of(thread)
        if verdict is not None:
            place = ("code", "source", "sheet", "columns", "groups", "about", "message")
            yield {
                "action": verdict.action,
                **{name: verdict.detail[name] for name in place if verdict.detail.get(name)},
                "reason": verdict.text,
                "author": verdict.author,
                "role": verdict.role,
                **({"at": verdict.at} if verdict.at is not None else {}),
                "found": verdict.bound_to,
            }
