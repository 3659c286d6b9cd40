"""What stands side by side, and what people call it: one name per candidate, the same wherever it is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mmm_core.errors import cut_short
from mmm_core.storage.proposals import StoredProposal
from mmm_core.storage.revisions import RevisionNote

AS_IT_IS_NOW = "As it is now"
_ALL_THE_SAME = "the same choices as now"
_LONGEST_MESSAGE = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One grouping with one specification; both are kept for good, so that the candidate stays what it was.

    Attributes
    ----------
    mapping_number : int
        A revision of the mapping; that on which a proposal was made, where it is one.
    proposal_id : str
        A proposal in place of a revision, "" for none.
    specification_number : int
        A revision of the specification, 0 for the default.
    """

    mapping_number: int
    proposal_id: str = ""
    specification_number: int = 0

    @property
    def key(self) -> str:
        """Name it, fit for the key of a widget."""
        grouping = f"p{self.proposal_id}" if self.proposal_id else f"m{self.mapping_number}"
        return f"{grouping}-s{self.specification_number}"

    def as_dict(self) -> dict[str, Any]:
        """Return the form kept in a revision."""
        return {
            "mapping": self.mapping_number,
            "proposal": self.proposal_id,
            "specification": self.specification_number,
        }

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> "Candidate":
        """Read the form kept in a revision."""
        return cls(
            mapping_number=int(plain["mapping"]),
            proposal_id=str(plain["proposal"]),
            specification_number=int(plain["specification"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a candidate can be made of.

    Attributes
    ----------
    mappings : tuple of RevisionNote
        Revisions of the mapping, the newest first.
    specifications : dict of int to str
        The number of every specification, the newest first and the default (0) last, to what it has other than the
        newest; "" where that is nothing.
    proposals : tuple of StoredProposal
        Those that wait, and settled ones that are compared already.
    """

    mappings: tuple[RevisionNote, ...]
    specifications: Mapping[int, str]
    proposals: tuple[StoredProposal, ...]

    @property
    def now(self) -> Candidate:
        """The project as it stands."""
        return Candidate(
            mapping_number=self.mappings[0].number if self.mappings else 0,
            specification_number=next(iter(self.specifications), 0),
        )

    def name(self, candidate: Candidate) -> str:
        """Name a candidate by what it has other than the project as it stands; no two candidates are called alike.

        The specification is named first and by its number, no two groupings are called alike, and what people wrote
        comes last, so that no message can make two names one.
        """
        now = self.now
        own_model = candidate.specification_number != now.specification_number
        if not candidate.proposal_id and candidate.mapping_number == now.mapping_number:
            return self.specification_name(candidate.specification_number) if own_model else AS_IT_IS_NOW
        grouping = self.grouping_name(candidate)
        if not own_model:
            return grouping
        return f"{_numbered(candidate.specification_number)}, {grouping[:1].lower()}{grouping[1:]}"

    def grouping_name(self, candidate: Candidate) -> str:
        """Name the grouping of a candidate alone."""
        if candidate.proposal_id:
            gone = f"A proposal that is gone ({candidate.proposal_id})"
            return _proposal_names(self.proposals).get(candidate.proposal_id, gone)
        number = candidate.mapping_number
        message = next((note.message for note in self.mappings if note.number == number), "")
        return _said(f"Mapping {number}", message)

    def specification_name(self, number: int) -> str:
        """Name a specification alone."""
        known = number in self.specifications
        return _said(_numbered(number), self.specifications[number] or _ALL_THE_SAME if known else "")


def _numbered(number: int) -> str:
    return f"Specification {number}" if number else "Default specification"


def _said(name: str, message: str) -> str:
    return f"{name}: {cut_short(message, _LONGEST_MESSAGE)}" if message else name


def _proposal_names(proposals: Sequence[StoredProposal]) -> dict[str, str]:
    """Name proposals by who made them and why; of several that read alike, all but the oldest get a number."""
    names: dict[str, str] = {}
    for one in sorted(proposals, key=lambda proposal: (proposal.created_at, proposal.id)):
        said = f"Proposal of {one.author or 'somebody'}"
        name = plain = f"{said}: {cut_short(one.message, _LONGEST_MESSAGE)}" if one.message else said
        times, taken = 1, set(names.values())
        while name in taken:
            times += 1
            name = f"{plain} ({times})"
        names[one.id] = name
    return names
