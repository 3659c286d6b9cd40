"""How a file is cut into a table, as far as people said it instead of leaving it to be found out."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from mmm_core.errors import BadInput
from mmm_core.ingest.encoding import ENCODINGS

_NO_DELIMITER = frozenset("\"'\r\n\f .-+_")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileForm:
    """What was said about a file's form; None where it is to be found out.

    Attributes
    ----------
    encoding : str, optional
        One of `encoding.ENCODINGS`; for text files.
    delimiter : str, optional
        The one character between cells; for text files.
    header_row : int, optional
        Number of the row with the column names, as a spreadsheet counts; the data begin below it.
    """

    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return what was said."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Self:
        """Take from a reading's JSON form what it says about the form of its file."""
        return cls(**{name: content.get(name) for name in FORM_ROLES})


FORM_ROLES = ("encoding", "delimiter", "header_row")


def checked_form(role: str, value: Any) -> Any:
    """Return a value that a role of the form may have.

    Raises
    ------
    BadInput
        If it may not.
    """
    if role == "encoding":
        fits, expected = value in ENCODINGS, f"one of {', '.join(map(repr, ENCODINGS))} was expected"
    elif role == "delimiter":
        fits = isinstance(value, str) and len(value) == 1 and not (value.isalnum() or value in _NO_DELIMITER)
        expected = "one sign that is no letter and no figure was expected, such as ';' or '^'"
    else:
        fits = isinstance(value, int) and not isinstance(value, bool) and value > 0
        expected = "the number of a row was expected, from 1"
    if not fits:
        raise BadInput(f"The role {role!r} is {value!r}", expected=expected, remedy="Correct the value")
    return value
