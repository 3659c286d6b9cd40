"""What a file of the corpus is: its bytes, and what is expected of whoever reads it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, kw_only=True)
class Case:
    """One awkward file.

    Attributes
    ----------
    name : str
        What is awkward about it.
    file : str
        Its file name, which may lie about the format.
    content : callable
        Makes the bytes.
    refused : str
        Pattern of the message when it cannot be read; "" when it loads.
    rows : int
        Data rows that are read.
    spend : str
        Sum of the spend column to the cent, or "" when not compared.
    names : tuple of str
        Line items, in order of first appearance; empty when not compared.
    first : str
        The earliest date.
    codes : set of str
        Codes of all findings.
    roles : dict
        What a person corrects in the guessed reading.
    kind : str
        Kind of source that it is read as.
    """

    name: str
    file: str
    content: Callable[[], bytes]
    refused: str = ""
    rows: int = 2
    spend: str = ""
    names: tuple[str, ...] = ()
    first: str = "2024-01-01"
    codes: frozenset[str] = frozenset()
    roles: dict[str, Any] = field(default_factory=dict)
    kind: Literal["media", "kpi", "controls"] = "media"


def text(*lines: str, encoding: str = "utf-8", end: str = "\n") -> Callable[[], bytes]:
    """Return a maker of lines of text."""
    return lambda: (end.join(lines) + end).encode(encoding)
