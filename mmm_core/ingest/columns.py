"""Whether the columns and values that somebody named exist."""

import difflib
from collections.abc import Sequence

from mmm_core.errors import BadInput, listed
from mmm_core.ingest.table import RawTable


def require_columns(table: RawTable, *names: str | None) -> None:
    """Raise `BadInput` for a named column that the table does not have, with the closest name that it has."""
    for name in names:
        if name is None or name in table.columns:
            continue
        folded = {column.casefold(): column for column in table.columns}
        close = difflib.get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.6)
        hint = f"Did you mean {folded[close[0]]!r}?" if close else "Choose one of these"
        raise BadInput(
            f"There is no column {name!r}",
            where=table.label,
            expected=f"the columns are {listed(tuple(map(repr, table.columns)), most=10)}",
            remedy=hint,
        )


def require_values(table: RawTable, column: str, present: Sequence[str], wanted: Sequence[str]) -> None:
    """Raise `BadInput` for a value that no row of a column has, with the closest one that there is."""
    for value in wanted:
        if value.strip() in present:
            continue
        folded = {text.casefold(): text for text in present}
        close = difflib.get_close_matches(value.casefold(), list(folded), n=1, cutoff=0.6)
        raise BadInput(
            f"Column {column!r} has no {value!r}",
            where=table.label,
            expected=f"it has {listed(tuple(map(repr, sorted(present))), most=10)}",
            remedy=f"Did you mean {folded[close[0]]!r}?" if close else "Choose one of these",
        )
