"""A mapping kept as a table: one row per line item, one column per level."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from mmm_core.errors import BadInput, listed
from mmm_core.taxonomy.catalogue import FACTS, dimensions_of
from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Path, Target
from mmm_core.taxonomy.names import comparable
from mmm_core.taxonomy.resolution import WHOLE_NAME

PATH_COLUMN, EXCLUDE_COLUMN = "path", "exclude"
_NAMES = ("line_item_id", "line_item", "name")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableChoices:
    """Choices read from a table, and the rows (as the spreadsheet counts) that fit no line item."""

    choices: dict[str, Target]
    rows_without_line_item: tuple[int, ...]


def choices_from_table(
    table: pd.DataFrame, rows: Sequence[int], items: pd.DataFrame, levels: tuple[str, ...], *, source: str
) -> TableChoices:
    """Turn a mapping table into choices.

    Parameters
    ----------
    table : DataFrame of str
        Columns that name line items (`line_item_id`, `line_item`, or any of the sources' dimensions), and their target:
        one column per level or one column `path`; optionally `exclude` with a reason. A row stands for the line items
        whose values are exactly its cells; if there are none, an empty cell fits everything; if there are none either,
        names are compared as people read them.
    rows : sequence of int
        Row number of each row in the file.
    items : DataFrame
        The catalogue.
    levels : tuple of str
        The tree's levels.

    Raises
    ------
    BadInput
        If no column names line items or targets, or two rows send one line item to different targets.
    """
    columns = [str(column) for column in table.columns]
    level_columns = {level: column for level in levels if (column := _found(columns, level)) is not None}
    by_path = len(level_columns) < len(levels)
    keys = _key_columns(columns, items, source, taken=() if by_path else tuple(level_columns.values()))
    targets = _targets(table, {} if by_path else level_columns, levels, source)
    lookup = {key: _Lookup(items, key) for key in keys.values()}
    choices: dict[str, Target] = {}
    decided_in: dict[str, int] = {}
    without = []
    for position, (row, target) in enumerate(zip(rows, targets, strict=True)):
        if target is None:
            continue
        wanted = {key: str(table[column].iloc[position]) for column, key in keys.items()}
        hit = _hits(lookup, wanted)
        if not hit:
            without.append(int(row))
        for item in sorted(hit):
            if choices.setdefault(item, target) != target:
                raise BadInput(
                    f"Line item '{items.loc[item, 'name']!s}' has two targets",
                    where=f"{source}, rows {decided_in[item]} and {row}",
                    expected="one target per line item was expected",
                    remedy="Remove one of the rows",
                )
            decided_in.setdefault(item, int(row))
    return TableChoices(choices=choices, rows_without_line_item=tuple(without))


def mapping_table(items: pd.DataFrame, choices: dict[str, Target], levels: tuple[str, ...]) -> pd.DataFrame:
    """Write choices as a table that `choices_from_table` reads back."""
    dimensions = list(dimensions_of(items))
    chosen = items.loc[[item for item in items.index if item in choices], dimensions].astype("string").fillna("")
    paths = [choices[item].path or ("",) * len(levels) for item in chosen.index]
    for depth, level in enumerate(levels):
        chosen[level] = [path[depth] for path in paths]
    chosen[EXCLUDE_COLUMN] = [choices[item].exclude for item in chosen.index]
    return chosen.reset_index()


def _found(columns: list[str], name: str, taken: tuple[str, ...] = ()) -> str | None:
    """Return the column of this name, else the one that differs in case only."""
    free = [column for column in columns if column not in taken]
    if name in free:
        return name
    return next((column for column in free if column.casefold() == name.casefold()), None)


def _key_columns(columns: list[str], items: pd.DataFrame, source: str, *, taken: tuple[str, ...]) -> dict[str, str]:
    """Return file column -> catalogue column ('line_item_id' for the index); a level's column names no line item."""
    known = dimensions_of(items)
    keys: dict[str, str] = {}
    for name in known:
        own = _found(columns, name, taken)
        if own is None and name.removesuffix("_") in FACTS:
            own = _found(columns, name.removesuffix("_"), taken)
        if own is not None:
            keys[own] = name
    for name in _NAMES:
        own = _found(columns, name, taken)
        if own is not None and own not in keys:
            keys[own] = "line_item_id" if name == "line_item_id" else "name"
    if keys:
        return keys
    if taken:
        return _key_columns(columns, items, source, taken=())
    raise BadInput(
        "The mapping table names no line items",
        where=f"{source}, columns {listed(columns, most=12)}",
        expected=f"a column line_item or one of {listed(sorted(known), most=12)} was expected",
        remedy="Add such a column",
    )


def _targets(
    table: pd.DataFrame, level_columns: dict[str, str], levels: tuple[str, ...], source: str
) -> list[Target | None]:
    """Return the target of each row, from the levels' columns or, without these, from the column `path`."""
    columns = [str(column) for column in table.columns]
    path_column, reason_column = _found(columns, PATH_COLUMN), _found(columns, EXCLUDE_COLUMN)
    if level_columns:
        names = [table[level_columns[level]].astype(str).str.strip() for level in levels]
        paths: list[Path] = [tuple(path) if any(path) else () for path in zip(*names, strict=True)]
    elif path_column is not None:
        parts = (text.split(PATH_SEPARATOR) for text in table[path_column].astype(str))
        paths = [tuple(filter(None, map(str.strip, names))) for names in parts]
    else:
        missing = [level for level in levels if _found(columns, level) is None]
        raise BadInput(
            f"The mapping table has no column for level {listed(missing)}",
            where=f"{source}, columns {listed(columns, most=12)}",
            expected=f"one column per level ({listed(levels)}) or a column 'path' was expected",
            remedy="Add the column, or name the levels of the tree as the table does",
        )
    reasons = table[reason_column].astype(str) if reason_column is not None else [""] * len(table)
    return [
        Target(exclude=reason.strip()) if reason.strip() else Target(path=path) if path else None
        for path, reason in zip(paths, reasons, strict=True)
    ]


class _Lookup:
    """Line items by the value of one catalogue column, to the letter and as people read it."""

    def __init__(self, items: pd.DataFrame, key: str) -> None:
        values = items.index.to_series() if key == "line_item_id" else items[key].astype("string").fillna("")
        self.exact: dict[str, set[str]] = {}
        self.alike: dict[str, set[str]] = {}
        for item, value, name in zip(items.index, values, items["name"], strict=True):
            # As in rules, `line_item` is the whole name of a line item that has no such dimension.
            for form in (value, name) if key == WHOLE_NAME and not value else (value,):
                self.exact.setdefault(str(form), set()).add(item)
                self.alike.setdefault(comparable(str(form)), set()).add(item)


def _hits(lookup: dict[str, _Lookup], wanted: dict[str, str]) -> set[str]:
    """Find the line items of a row: exactly its cells, else its filled cells, else names that read the same."""
    filled = {key: value for key, value in wanted.items() if value.strip()}
    if not filled:
        return set()
    exact = (
        set.intersection(*(lookup[key].exact.get(value, set()) for key, value in cells.items()))
        for cells in (wanted, filled)
    )
    alike = (set.intersection(*(lookup[key].alike.get(comparable(value), set()) for key, value in filled.items())),)
    return next((hit for hit in (*exact, *alike) if hit), set())
