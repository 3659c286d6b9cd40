"""Where the header ends and the data begin, and what the columns are called."""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from mmm_core.errors import BadInput, listed
from mmm_core.ingest.date_grammar import looks_like_date, read_span
from mmm_core.ingest.grid import Grid, MergedCells, column_letters
from mmm_core.ingest.number_grammar import EMPTY, looks_like_number
from mmm_core.ingest.vocabulary import TOTAL_LABEL

_SAMPLE_ROWS = 60
_HEADER_ROWS = 3
_JOIN = " / "
_TOTAL = re.compile(TOTAL_LABEL)
_YEAR = re.compile(r"(?:19|20)\d{2}")
Kind = Literal["empty", "number", "date", "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """`names` per grid column ("" where there is none), and the columns of dates and of numbers.

    `row` is the lowest row with names and `first_data` the first below it with data, both as positions in the grid.
    """

    names: tuple[str, ...]
    row: int
    first_data: int
    date_columns: tuple[int, ...]
    number_columns: tuple[int, ...] = ()


def find_header(grid: Grid, blank: np.ndarray, *, name: str, header_row: int | None = None) -> Header:
    """Tell header and data apart by what the cells of the start of the table look like.

    Parameters
    ----------
    grid : Grid
        All rows of the file.
    blank : ndarray
        Bool, shape (rows,): which rows are blank.
    name : str
        File name for messages.
    header_row : int, optional
        Number of the row that is said to hold the names; it alone is the header then.

    Raises
    ------
    BadInput
        If there is no header, no data below it, or fewer than two columns.
    """
    if header_row is not None:
        return _declared_header(grid, blank, header_row, name)
    filled = np.flatnonzero(~blank)[:_SAMPLE_ROWS].tolist()
    if not filled:
        raise BadInput("The table is empty", where=name, expected="a header row and data rows were expected")
    rows = {index: grid.row(index) for index in filled}
    kinds = {index: [kind_of(cell) for cell in cells] for index, cells in rows.items()}
    typed = _typed_columns(_bulk(filled, kinds, rows), len(grid.columns))
    first = _first_data(filled, kinds, typed, rows)
    position = filled.index(first) if first is not None else len(filled)
    if first is None or position in (0, len(filled)):
        raise _incomplete(grid, filled[max(0, position - 1)], name, has_header=position > 0)
    heads = _header_rows(filled[:position], rows, grid)
    _refuse_short(grid, heads[-1], name)
    return _header(_joined(heads, rows, grid), heads[-1], first, typed)


def _declared_header(grid: Grid, blank: np.ndarray, header_row: int, name: str) -> Header:
    """Take the row that somebody named for the header."""
    place = np.flatnonzero((grid.row_numbers == header_row) & ~blank)
    if not len(place):
        raise BadInput(
            f"Row {header_row:,} holds no names of columns",
            where=f"{name}, rows {grid.row_numbers[0]:,} to {grid.row_numbers[-1]:,}",
            expected="the row with the names of the columns was expected",
            remedy="Name another row, or none, so that it is found out",
        )
    row = int(place[0])
    below = (row + 1 + np.flatnonzero(~blank[row + 1 :])[:_SAMPLE_ROWS]).tolist()
    if not below:
        raise _incomplete(grid, row, name, has_header=True)
    _refuse_short(grid, row, name)
    rows = {index: grid.row(index) for index in below}
    kinds = {index: [kind_of(cell) for cell in cells] for index, cells in rows.items()}
    typed = _typed_columns(_bulk(below, kinds, rows), len(grid.columns))
    return _header(tuple(grid.row(row)), row, below[0], typed)


def _bulk(filled: list[int], kinds: dict[int, list[Kind]], rows: dict[int, list[str]]) -> list[list[Kind]]:
    """Return the kinds of the lower half of the sample, totals left out."""
    return [kinds[index] for index in filled[len(filled) // 2 :] if not any(map(_TOTAL.match, rows[index]))]


def _header(names: tuple[str, ...], row: int, first: int, typed: dict[int, Kind]) -> Header:
    dates = tuple(column for column, kind in typed.items() if kind == "date")
    numbers = tuple(column for column, kind in typed.items() if kind == "number")
    return Header(names=names, row=row, first_data=first, date_columns=dates, number_columns=numbers)


def _refuse_short(grid: Grid, row: int, name: str) -> None:
    if row in grid.short_rows:
        raise BadInput(
            "The header has fewer cells than the rows below it",
            where=f"row {grid.row_numbers[row]} of {name}",
            expected="one name per column was expected",
            remedy="Name every column in the header row",
        )


def _incomplete(grid: Grid, row: int, name: str, *, has_header: bool) -> BadInput:
    place = f"row {grid.row_numbers[row]} of {name}"
    if not has_header:
        return BadInput(
            "The first row already holds values",
            where=place,
            expected="a header row with column names was expected",
            remedy="Add a row with column names above the data",
        )
    return BadInput(
        "The table has a header but no data",
        where=place,
        expected="at least one data row was expected",
        remedy="Export the file again",
    )


def kind_of(cell: str) -> Kind:
    """Classify one cell."""
    if cell in EMPTY:
        return "empty"
    if looks_like_date(cell):
        return "date"
    return "number" if looks_like_number(cell.rstrip("%")) else "text"


def _typed_columns(sample: list[list[Kind]], width: int) -> dict[int, Kind]:
    """Return the columns of which four in five filled cells are dates or numbers."""
    typed: dict[int, Kind] = {}
    for column in range(width):
        counts = Counter(kinds[column] for kinds in sample if kinds[column] != "empty")
        for kind in ("date", "number"):
            if counts and counts[kind] >= 0.8 * counts.total():
                typed[column] = kind
    return typed


def _first_data(
    filled: list[int], kinds: dict[int, list[Kind]], typed: dict[int, Kind], rows: dict[int, list[str]]
) -> int | None:
    """Find the first row that looks like the bulk; without typed columns, the row below the first full one."""
    if not typed:
        widest = max(sum(bool(cell) for cell in cells) for cells in rows.values())
        full = next(index for index in filled if sum(bool(cell) for cell in rows[index]) == widest)
        below = [index for index in filled if index > full]
        return below[0] if below else None
    matches = {index: sum(kinds[index][column] == kind for column, kind in typed.items()) for index in filled}
    strong = next(
        (
            index
            for index in filled
            if _is_strong(kinds[index], typed, matches[index])
            and not _stands_above(index, filled, rows, matches)
            and not _names_periods(index, filled, rows, typed)
        ),
        None,
    )
    if strong is None:
        return None
    position = filled.index(strong)
    # A row above with a value in its column is data whose other cells are wrong; it must not vanish in the header.
    while (
        position > 1 and matches[filled[position - 1]] and not _names_periods(filled[position - 1], filled, rows, typed)
    ):
        position -= 1
    return filled[position]


def _names_periods(index: int, filled: list[int], rows: dict[int, list[str]], typed: dict[int, Kind]) -> bool:
    """Tell whether numbers at the top of the table are its header: years, or dates such as 20240101 that ascend."""
    above = [other for other in filled if other < index and not _is_year_row(rows[other], typed)]
    if any(sum(bool(cell) for cell in rows[other]) > 1 for other in above):
        return False
    if _is_year_row(rows[index], typed):
        return True
    named = [rows[index][column] for column, kind in typed.items() if kind == "number" and rows[index][column]]
    spans = [read_span(text, "dmy") for text in named]
    days = [span.first for span in spans if span is not None]
    return len(days) == len(named) > 1 and all(first < second for first, second in pairwise(days))


def _is_year_row(cells: list[str], typed: dict[int, Kind]) -> bool:
    named = [cells[column] for column, kind in typed.items() if kind == "number" and cells[column]]
    return bool(named) and all(map(_YEAR.fullmatch, named)) and named == sorted(named)


def _stands_above(index: int, filled: list[int], rows: dict[int, list[str]], matches: dict[int, int]) -> bool:
    """Tell whether a row is a lone cell above the header, such as the range of dates of a report."""
    if sum(bool(cell) for cell in rows[index]) > 1:
        return False
    below = filled[filled.index(index) + 1 :]
    return any(not matches[other] and sum(bool(cell) for cell in rows[other]) > 1 for other in below[:_HEADER_ROWS])


def _is_strong(kinds: list[Kind], typed: dict[int, Kind], matches: int) -> bool:
    """Tell whether a row has a date in a date column, or values in most of the columns that hold values."""
    filled = sum(kinds[column] != "empty" for column in typed)
    has_date = any(kind == "date" and kinds[column] == "date" for column, kind in typed.items())
    return has_date or (matches > 0 and matches >= 0.6 * filled and matches >= 0.5 * len(typed))


def _header_rows(above: list[int], rows: dict[int, list[str]], grid: Grid) -> list[int]:
    """Take the row right above the data, and up to two more that name what it leaves open."""
    heads = [above[-1]]
    for index in reversed(above[:-1]):
        lower = rows[heads[0]]
        if len(heads) == _HEADER_ROWS or index != heads[0] - 1 or not _names_more(index, rows[index], lower, grid):
            break
        heads.insert(0, index)
    return heads


def _names_more(index: int, upper: list[str], lower: list[str], grid: Grid) -> bool:
    """Tell whether a row is part of the header: it spans columns, or fills gaps and tells equal names apart."""
    if _complete_dates(_spanned(upper, index, grid), lower):
        return True
    covered = sum(bool(cell) for cell in _spanned(upper, index, grid))
    if sum(bool(cell) for cell in upper) < 2 or covered < 0.5 * sum(bool(cell) for cell in lower):
        return False
    gaps = any(high and not low for high, low in zip(upper, lower, strict=True))
    named = [cell for cell in lower if cell]
    return gaps or len(set(named)) < len(named) or bool(_merged_across(grid, index))


def _complete_dates(upper: list[str], lower: list[str]) -> bool:
    """Tell whether two rows give dates together that the lower one does not give alone: a year above its months."""
    pairs = [(high, low) for high, low in zip(upper, lower, strict=True) if high and low and _YEAR.fullmatch(high)]
    made = [low for high, low in pairs if read_span(f"{high} {low}", "dmy") or read_span(f"{low} {high}", "dmy")]
    return len(made) > 1 and not any(looks_like_date(low) for low in made)


def _spanned(cells: list[str], index: int, grid: Grid) -> list[str]:
    """Repeat a text over the columns it spans: as merged, or up to the next text when the row has no merged cells."""
    merged = _merged_across(grid, index)
    filled, last = [], ""
    for column, cell in enumerate(cells):
        last = cell if cell or merged else last
        filled.append(next((cells[part.left] for part in merged if part.left <= column <= part.right), last))
    return filled


def _merged_across(grid: Grid, index: int) -> list[MergedCells]:
    return [part for part in grid.merged if part.top <= index <= part.bottom and part.right > part.left]


def _joined(heads: list[int], rows: dict[int, list[str]], grid: Grid) -> tuple[str, ...]:
    """Join the header rows column by column; only the upper rows span columns."""
    layers = [*(_spanned(rows[index], index, grid) for index in heads[:-1]), rows[heads[-1]]]
    names = []
    for parts in zip(*layers, strict=True):
        named = [part for part in parts if part]
        names.append(_JOIN.join(part for position, part in enumerate(named) if part not in named[:position]))
    return tuple(names)


def refuse_duplicates(names: tuple[str, ...], first_column: int, *, name: str) -> None:
    """Raise `BadInput` when two columns have the same name."""
    doubled = tuple(label for label, count in Counter(names).items() if count > 1)
    if doubled:
        places = [column_letters(index + first_column) for index, label in enumerate(names) if label == doubled[0]]
        raise BadInput(
            f"{len(doubled)} column name(s) appear more than once",
            where=f"{listed(tuple(map(repr, doubled)))}; the first in columns {', '.join(places)} of {name}",
            expected="every column needs a name of its own",
            remedy="Rename or remove the extra columns in the file",
        )
