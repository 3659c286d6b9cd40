"""Cells in their places, before header and data are told apart."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmm_core.errors import BadInput

MAX_ROWS = 1_000_000
"""Rows of data."""
MAX_COLUMNS = 200
"""Columns of data, whatever they are called."""
MAX_HEIGHT, MAX_WIDTH = 1_048_576, 2_000
"""Rows and columns of any kind, blank ones and those above the table included, before anything is looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedCells:
    """Rows and columns (0-based within the grid, both ends included) of cells that the file merged."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grid:
    """Equally long string columns; `native` (bool, same shape) tells where the file stored numbers.

    `row_numbers` and `first_column` (0-based) give the origin of each cell as a spreadsheet shows it; `short_rows` are
    the rows above the table that had several cells, but fewer than the table has columns.
    """

    columns: tuple[pa.Array, ...]
    row_numbers: np.ndarray
    first_column: int = 0
    native: tuple[np.ndarray, ...] | None = None
    merged: tuple[MergedCells, ...] = ()
    short_rows: frozenset[int] = frozenset()

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.row_numbers)

    def row(self, index: int) -> list[str]:
        """Return the trimmed texts of one row."""
        return [tidy(column[index].as_py()) for column in self.columns]

    def take(self, keep: np.ndarray) -> "Grid":
        """Return the rows where `keep` is True; places of merged cells would no longer hold and are left out."""
        rows = np.flatnonzero(keep)
        first, count = (int(rows[0]), len(rows)) if len(rows) else (0, 0)
        if count and rows[-1] == first + count - 1:  # rows in one piece are not copied
            part = slice(first, first + count)
            columns = tuple(column.slice(first, count) for column in self.columns)
            native = None if self.native is None else tuple(column[part] for column in self.native)
            numbers = self.row_numbers[part]
        else:
            columns = tuple(column.filter(pa.array(keep)) for column in self.columns)
            native = None if self.native is None else tuple(column[keep] for column in self.native)
            numbers = self.row_numbers[keep]
        return Grid(columns=columns, row_numbers=numbers, first_column=self.first_column, native=native)


def tidy(text: str) -> str:
    """Trim a text and make every run of white space in it one space."""
    return " ".join(text.split())


def column_letters(index: int) -> str:
    """Name a column (0-based) as a spreadsheet does: A, B, ... Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def blank_rows(columns: tuple[pa.Array, ...], height: int) -> np.ndarray:
    """Return, bool of shape (rows,), which rows hold nothing but white space."""
    suspects = np.arange(height)
    for column in columns:
        if not len(suspects):
            break
        texts = column if len(suspects) == height else column.take(pa.array(suspects))
        empty = pc.equal(pc.utf8_trim_whitespace(texts), "").to_numpy(zero_copy_only=False)
        suspects = suspects[empty]
    blank = np.zeros(height, dtype=bool)
    blank[suspects] = True
    return blank


def refuse_too_long(rows: int, *, name: str, most: int = MAX_HEIGHT) -> None:
    """Raise `BadInput` past the largest number of rows that is read."""
    if rows > most:
        raise BadInput(
            f"The file has {rows:,} rows",
            where=name,
            expected=f"at most {most:,} rows were expected",
            remedy="Split the file, or export fewer columns per row group, for instance days instead of hours",
        )


def refuse_too_wide(columns: int, *, name: str, most: int = MAX_WIDTH) -> None:
    """Raise `BadInput` past the largest number of columns that is read."""
    if columns > most:
        raise BadInput(
            f"The table has {columns:,} columns",
            where=name,
            expected=f"at most {most:,} were expected",
            remedy="Remove the columns that are not needed, or set periods below each other instead of side by side",
        )
