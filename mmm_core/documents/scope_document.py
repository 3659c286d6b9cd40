"""The scope document as data: sections of sentences and typed tables, rendered on screen, as HTML and as a workbook.

Every rendering shows the same cells. Money is kept as whole micros until a rendering writes it down.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from mmm_core import fingerprint
from mmm_core.money import spoken_amount

Standing = Literal["draft", "partly signed", "signed"]
Kind = Literal["text", "money", "count", "share"]
Cell = str | int | float | None
Row = tuple[Cell, ...]

STANDING_WORDS: dict[Standing, str] = {
    "draft": "Draft, not signed",
    "partly signed": "Draft, signed in part",
    "signed": "Signed by marketing, finance and analytics",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    kind : str
        "text"; "money": int micros of the project's currency; "count": int; "share": float, 1 for all.
    wide : bool
        Whether the column holds sentences.
    """

    title: str
    kind: Kind = "text"
    wide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table.

    Attributes
    ----------
    name : str
        Names the sheet of the workbook; unique in the document.
    rows : tuple of tuples
        One cell per column; None is an empty cell.
    totals : frozenset of int
        Positions of rows that are sums of others.
    empty : str
        What is said when there is no row.
    most_on_paper : int or None
        How many rows paper and screen show; the workbook always holds all.
    """

    name: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    totals: frozenset[int] = frozenset()
    empty: str = "None."
    most_on_paper: int | None = None

    @property
    def on_paper(self) -> tuple[Row, ...]:
        """The rows that paper and screen show."""
        return self.rows if self.most_on_paper is None else self.rows[: self.most_on_paper]

    @property
    def only_in_workbook(self) -> int:
        """How many rows paper and screen leave to the workbook."""
        return len(self.rows) - len(self.on_paper)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One question that the document answers: the answer in a sentence, more sentences, then tables."""

    title: str
    sentence: str
    notes: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    new_page: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeDocument:
    """A scope at one moment.

    Attributes
    ----------
    fingerprint : str
        Name of the scope; signatures are bound to it.
    mapping_number : int
        Revision of the mapping; 0 where there is no history.
    written_at : datetime
        UTC.
    """

    project: str
    client: str
    currency: str
    standing: Standing
    fingerprint: str
    mapping_number: int
    written_at: datetime
    sections: tuple[Section, ...] = field(default=())

    @property
    def is_draft(self) -> bool:
        """Whether a signature is missing."""
        return self.standing != "signed"

    @property
    def standing_words(self) -> str:
        """The standing as people read it."""
        return STANDING_WORDS[self.standing]

    @property
    def short_fingerprint(self) -> str:
        """Enough of the fingerprint to tell scopes apart on paper."""
        return fingerprint.short(self.fingerprint)

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table, in order."""
        return tuple(table for section in self.sections for table in section.tables)


def cell_text(cell: Cell, kind: Kind) -> str:
    """Write a cell as people read it.

    >>> cell_text(1_234_500_000, "money"), cell_text(0.125, "share"), cell_text(2300, "count"), cell_text(None, "money")
    ('1,234.50', '12.5 %', '2,300', '')
    """
    if cell is None:
        return ""
    if kind == "money":
        return spoken_amount(int(cell))
    if kind == "count":
        return f"{int(cell):,}"
    if kind == "share":
        return f"{100 * float(cell):.1f} %"
    return str(cell)


def column_totals(rows: Iterable[Row], columns: tuple[Column, ...], *, label: str = "Total") -> Row:
    """Add money and counts up over rows; other columns stay empty, but for the label in the first."""
    held = tuple(rows)
    sums: list[Cell] = [
        sum(int(row[place] or 0) for row in held) if column.kind in ("money", "count") else None
        for place, column in enumerate(columns)
    ]
    return (label, *sums[1:])
