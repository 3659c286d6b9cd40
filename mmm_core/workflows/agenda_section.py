"""`[agenda]` of the workshop file: planning questions, actions foreseen, data still owed."""

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from mmm_core.documents.agenda import LONGEST_ENTRY, MOST_ENTRIES, Agenda, DataOwed
from mmm_core.workflows.source_sections import Filled

_Entry = Annotated[Filled, Field(max_length=LONGEST_ENTRY)]


class OwedSection(BaseModel):
    """`[[agenda.owed]]`: data that somebody promised."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    what: _Entry
    who: Annotated[str, Field(max_length=LONGEST_ENTRY)] = ""
    until: dt.date | None = None
    received: bool = False

    def owed(self) -> DataOwed:
        """Return the entry."""
        until = self.until.isoformat() if self.until is not None else ""
        return DataOwed(what=self.what, who=self.who, until=until, received=self.received)


class AgendaSection(BaseModel):
    """`[agenda]`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    questions: Annotated[list[_Entry], Field(max_length=MOST_ENTRIES)] = []
    actions: Annotated[list[_Entry], Field(max_length=MOST_ENTRIES)] = []
    owed: Annotated[list[OwedSection], Field(max_length=MOST_ENTRIES)] = []

    def agenda(self) -> Agenda:
        """Return the agenda."""
        return Agenda(
            questions=tuple(self.questions),
            actions=tuple(self.actions),
            owed=tuple(section.owed() for section in self.owed),
        )


def agenda_section(agenda: Agenda) -> dict[str, object]:
    """Return an agenda as the content of `[agenda]`; what is open is left out."""
    owed = [{name: value for name, value in one.as_dict().items() if value} for one in agenda.owed]
    return {"questions": list(agenda.questions), "actions": list(agenda.actions), "owed": owed}
