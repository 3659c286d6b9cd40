"""The agenda: what the model is for, what people may do with its answers, and which data are still owed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mmm_core.errors import BadInput, counted

MOST_ENTRIES = 50
LONGEST_ENTRY = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class DataOwed:
    """Data that somebody promised.

    Attributes
    ----------
    what, who : str
        What is owed, and by whom; `who` may be open.
    until : str
        ISO date, "" when no day was agreed.
    received : bool
        Whether it has come.
    """

    what: str
    who: str = ""
    until: str = ""
    received: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "what", _entry(self.what, "data owed"))
        object.__setattr__(self, "who", _entry(self.who, "data owed", needed=False))
        try:
            object.__setattr__(self, "until", date.fromisoformat(self.until).isoformat() if self.until else "")
        except ValueError as error:
            raise BadInput(
                f"'{self.until[:40]}' is no day",
                where=f"data owed: {self.what}",
                expected="a date such as 2026-03-31 was expected",
                remedy="Write year, month and day, or leave the day open",
            ) from error

    def as_dict(self) -> dict[str, Any]:
        """Return the form kept in a revision."""
        return {"what": self.what, "who": self.who, "until": self.until, "received": self.received}

    def sentence(self) -> str:
        """Say it in words."""
        who = f" from {self.who}" if self.who else ""
        until = f" until {self.until}" if self.until else ""
        return f"{self.what}{who}{until}{' (received)' if self.received else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What a scope is agreed on for: planning questions, actions foreseen, data still owed; in people's order."""

    questions: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    owed: tuple[DataOwed, ...] = ()

    def __post_init__(self) -> None:
        for name, what in (("questions", "planning questions"), ("actions", "actions foreseen")):
            entries = tuple(_entry(text, what) for text in getattr(self, name))
            object.__setattr__(self, name, tuple(dict.fromkeys(entries)))
        for name, what in (("questions", "planning question"), ("actions", "action"), ("owed", "piece of data owed")):
            if len(getattr(self, name)) > MOST_ENTRIES:
                raise BadInput(
                    f"The agenda has {counted(len(getattr(self, name)), what)}",
                    expected=f"at most {MOST_ENTRIES} were expected",
                    remedy="Keep those that decide something",
                )

    def __bool__(self) -> bool:
        return bool(self.questions or self.actions or self.owed)

    @property
    def still_owed(self) -> tuple[DataOwed, ...]:
        """What has not come yet."""
        return tuple(one for one in self.owed if not one.received)

    def as_dict(self) -> dict[str, Any]:
        """Return the form kept in a revision."""
        return {
            "questions": list(self.questions),
            "actions": list(self.actions),
            "owed": [one.as_dict() for one in self.owed],
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Agenda":
        """Read the form kept in a revision."""
        return cls(
            questions=tuple(content.get("questions", ())),
            actions=tuple(content.get("actions", ())),
            owed=tuple(DataOwed(**one) for one in content.get("owed", ())),
        )


def _entry(text: str, what: str, *, needed: bool = True) -> str:
    """Return the text on one line; refuse what is empty, too long or no text."""
    text = " ".join(text.split())
    if (needed and not text) or len(text) > LONGEST_ENTRY or "\0" in text:
        raise BadInput(
            f"An entry has {counted(len(text), 'character')}",
            where=what,
            expected=f"1 to {LONGEST_ENTRY} characters of text were expected",
            remedy="Say it in a sentence",
        )
    return text
