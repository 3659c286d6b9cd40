"""What the client says about a node of the tree beside its name: owner, description, colour."""

import re
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass

from mmm_core.errors import BadInput

LONGEST_DESCRIPTION = 2_000
_COLOUR = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Facts about one node.

    Attributes
    ----------
    owner : str
        Name of the participant whose lever it is; "" while nobody owns it.
    description : str
        What belongs in here, in the client's words.
    colour : str
        "#rrggbb" in lower case, "" for the next colour of the palette.
    """

    owner: str = ""
    description: str = ""
    colour: str = ""

    def __post_init__(self) -> None:
        if self.colour and not _COLOUR.fullmatch(self.colour):
            raise BadInput(
                f"'{self.colour[:40]}' is no colour",
                expected="# and six hexadecimal digits were expected, such as #1f77b4",
                remedy="Choose a colour",
            )
        if len(self.description) > LONGEST_DESCRIPTION:
            raise BadInput(
                f"The description has {len(self.description):,} characters",
                expected=f"at most {LONGEST_DESCRIPTION:,} were expected",
                remedy="Shorten it",
            )
        if any("\0" in text for text in (self.owner, self.description)):
            raise BadInput(
                "Owner or description hold a character without a meaning (NUL)",
                expected="text was expected",
                remedy="Type it again",
            )

    def __bool__(self) -> bool:
        return bool(self.owner or self.description or self.colour)

    def as_dict(self) -> dict[str, str]:
        """Return the form kept in a revision: what is filled in."""
        facts = {"owner": self.owner, "description": self.description, "colour": self.colour}
        return {name: text for name, text in facts.items() if text}

    @classmethod
    def from_dict(cls, content: MappingOf[str, object]) -> "Node":
        """Read the form kept in a revision."""
        return cls(**{name: str(content.get(name, "")) for name in ("owner", "description", "colour")})
