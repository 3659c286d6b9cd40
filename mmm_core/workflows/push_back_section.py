"""`[[push_back]]` of the workshop file: what was said and decided about objections travels with the files."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from mmm_core.errors import BadInput, listed
from mmm_core.feasibility.alternatives import AlternativeKind
from mmm_core.feasibility.answers import Answer, told
from mmm_core.feasibility.objections import Kind, Objection, Verdict
from mmm_core.workflows.answering import may_say
from mmm_core.workflows.source_sections import Filled


class PushBackSection(BaseModel):
    """`[[push_back]]`: one entry; `groups` and `kind` say which objection it is about."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: Literal["raise", "keep", "accept", "propose", "settle", "return", "withdraw", "reopen"]
    kind: Kind
    groups: list[Filled] = []
    number: str = ""
    basis: Annotated[str, Field(pattern="^([0-9a-f]{64})?$")] = ""
    verdict: Verdict = Verdict.ROLL_UP
    sentence: str = ""
    caveat: str = ""
    text: str = ""
    alternative: str = ""
    way: AlternativeKind | None = None
    author: Filled
    role: Literal["marketing", "finance", "analytics"]
    at: datetime | None = None
    found: Annotated[str, Field(pattern="^([0-9a-f]{64})?$")] = ""

    def entry(self) -> Answer:
        """Return what was said, as an entry of the objection's thread."""
        objection = Objection(
            kind=self.kind,
            groups=tuple(self.groups),
            verdict=self.verdict,
            sentence=self.sentence or (self.text if self.action == "raise" else ""),
            caveat=self.caveat or ("kept against advice" if self.action == "raise" else ""),
            number=self.number,
            basis=self.basis,
        )
        accepted = {"alternative": self.alternative, "way": self.way or ""}
        detail = told(objection) | (accepted if self.action == "accept" else {})
        return Answer(
            key=objection.key,
            action=self.action,
            author=self.author,
            role=self.role,
            text=self.text,
            detail=detail,
            bound_to=self.found,
            at=self.at.replace(tzinfo=self.at.tzinfo or UTC) if self.at is not None else None,
        )


def refuse_wrong_answers(sections: Sequence[PushBackSection], name: str) -> None:
    """Refuse what its author may not say; raises `BadInput` with the number of the section."""
    for number, section in enumerate(sections, start=1):
        if not may_say(section.action, section.role):
            raise BadInput(
                f"'push_back[{number}].role' is '{section.role}', and the action is '{section.action}'",
                where=name,
                expected="the client's marketing answers, analytics objects and settles",
                remedy="Remove this section, and let somebody of that role say it in the app",
            )
    raised = [
        (section.kind, sorted(section.groups), section.number) for section in sections if section.action == "raise"
    ]
    twice = next((one for place, one in enumerate(raised) if one in raised[:place]), None)
    if twice is not None:
        raise BadInput(
            f"Two '[[push_back]]' sections raise objection number '{twice[2]}' about "
            f"{listed(twice[1]) or 'everything'}",
            where=name,
            expected="a number of its own for each, since what is said hangs on it",
            remedy='Add, for instance, number = "2" to the second one and to what is said of it',
        )


def push_back_sections(entries: Iterable[Answer]) -> Iterator[dict[str, object]]:
    """Write down every entry but the comments, each bound to what it was about."""
    for entry in entries:
        if entry.action == "comment":
            continue
        about = ("kind", "groups", "number", "verdict", "sentence", "caveat", "basis")
        accepted = ("alternative", "way") if entry.action == "accept" else ()
        yield {
            "action": entry.action,
            **{name: entry.detail[name] for name in (*about, *accepted) if entry.detail.get(name)},
            **({"text": entry.text} if entry.text else {}),
            "author": entry.author,
            "role": entry.role,
            **({"at": entry.at} if entry.at is not None else {}),
            **({"found": entry.bound_to} if entry.bound_to else {}),
        }
