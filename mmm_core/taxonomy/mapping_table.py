"""A mapping kept as a table: one row per line item, one column per level."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from mmm_core.errors import BadInput, listed
from mmm_core.taxonomy.catalogue import dimensions_of
from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Path, Target

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
        Columns that name line items (`line_item_id`, `line_item`, or any of the sources' dimensions; an empty cell fits
        everything), and their target: one column per level or one column `path`; optionally `exclude` with a reason.
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
    column_of = {str(column).casefold(): str(column) for column in table.columns}
    keys = _key_columns(column_of, items, source, table.columns)
    targets = _targets(table, column_of, levels, source)
    lookup = {key: _index_of(items, key) for key in keys.values()}
    choices: dict[str, Target] = {}
    decided_in: dict[str, int] = {}
    without = []
    for position, (row, target) in enumerate(zip(rows, targets, strict=True)):
        if target is None:
            continue
        wanted = {key: str(table[column].iloc[position]) for column, key in keys.items()}
        hit = _hits(lookup, {key: value for key, value in wanted.items() if value})
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


def _key_columns(
    column_of: dict[str, str], items: pd.DataFrame, source: str, columns: Iterable[object]
) -> dict[str, str]:
    """Return file column -> catalogue column ('line_item_id' for the index)."""
    known = {name.casefold(): name for name in dimensions_of(items)}
    keys = {column_of[name]: target for name, target in known.items() if name in column_of}
    for name in _NAMES:
        if name in column_of and column_of[name] not in keys:
            keys[column_of[name]] = "line_item_id" if name == "line_item_id" else "name"
    if not keys:
        raise BadInput(
            "The mapping table names no line items",
            where=f"{source}, columns {listed([str(c) for c in columns], most=12)}",
            expected=f"a column line_item or one of {listed(sorted(known.values()), most=12)} was expected",
            remedy="Add such a column",
        )
    return keys


def _targets(
    table: pd.DataFrame, column_of: dict[str, str], levels: tuple[str, ...], source: str
) -> list[Target | None]:
    missing = [level for level in levels if level.casefold() not in column_of]
    if missing and PATH_COLUMN not in column_of:
        raise BadInput(
            f"The mapping table has no column for level {listed(missing)}",
            where=f"{source}, columns {listed([str(c) for c in table.columns], most=12)}",
            expected=f"one column per level ({listed(levels)}) or a column 'path' was expected",
            remedy="Add the column, or name the levels of the tree as the table does",
        )
    if missing:
        paths: list[Path] = [tuple(filter(None, text.split(PATH_SEPARATOR))) for text in table[column_of[PATH_COLUMN]]]
    else:
        names = [table[column_of[level.casefold()]].astype(str).str.strip() for level in levels]
        paths = [tuple(path) if any(path) else () for path in zip(*names, strict=True)]
    reasons = table[column_of[EXCLUDE_COLUMN]].astype(str) if EXCLUDE_COLUMN in column_of else [""] * len(table)
    return [
        Target(exclude=reason.strip()) if reason.strip() else Target(path=path) if path else None
        for path, reason in zip(paths, reasons, strict=True)
    ]


def _index_of(items: pd.DataFrame, key: str) -> dict[str, set[str]]:
    values = items.index if key == "line_item_id" else items[key].astype("string").fillna("")
    index: dict[str, set[str]] = {}
    for item, value in zip(items.index, values, strict=True):
        index.setdefault(str(value), set()).add(item)
    return index


def _hits(lookup: dict[str, dict[str, set[str]]], wanted: dict[str, str]) -> set[str]:
    found = [lookup[key].get(value, set()) for key, value in wanted.items()]
    return set.intersection(*found) if found else set()
