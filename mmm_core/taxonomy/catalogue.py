"""All line items of a project in one table, whatever file they came from."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from mmm_core.schema import MediaTable

NAME_SEPARATOR = " / "
FACTS = ("name", "source", "rows", "spend_micros", "exposure", "first_date", "last_date")
"""Columns of the catalogue beside the dimensions; a dimension of the same name gets a trailing underscore."""


def catalogue(media: Sequence[MediaTable]) -> pd.DataFrame:
    """List every line item once.

    Returns
    -------
    DataFrame
        Index `line_item_id`, ordered by spend (largest first), then name. One string column per dimension, <NA> where
        the dimension does not apply; `name` (the values joined), `source` (joined when in several), `rows` (int),
        `spend_micros` (int64), `exposure` (float64, NaN where no row reports any), `first_date`, `last_date`.
    """
    if not media:
        return pd.DataFrame(columns=list(FACTS)).rename_axis("line_item_id")
    parts = [_facts(table).join(_dimensions(table)) for table in media]
    together = pd.concat(parts)
    dimensions = [column for column in together.columns if column not in FACTS]
    how: dict[str, Any] = {
        **dict.fromkeys(dimensions, "first"),
        "name": "first",
        "source": lambda names: ", ".join(dict.fromkeys(names)),
        "rows": "sum",
        "spend_micros": "sum",
        "exposure": lambda values: values.sum(min_count=1),
        "first_date": "min",
        "last_date": "max",
    }
    if together.index.has_duplicates:
        together = together.groupby(level=0, sort=False).agg(how)
    return together.rename_axis("line_item_id").sort_values(["spend_micros", "name"], ascending=[False, True])


def dimensions_of(items: pd.DataFrame) -> tuple[str, ...]:
    """Return the names of the dimension columns of a catalogue."""
    return tuple(column for column in items.columns if column not in FACTS)


def column_of_dimension(items: pd.DataFrame, dimension: str) -> str | None:
    """Return the column that holds a dimension, named as the client's file names it; None where there is none."""
    known = dimensions_of(items)
    return next(
        (name for name in (f"{dimension}_" if dimension in FACTS else dimension, dimension) if name in known), None
    )


def _facts(table: MediaTable) -> pd.DataFrame:
    grouped = table.records.groupby("line_item_id", observed=True, sort=False)
    facts = grouped.agg(
        rows=("row", "size"),
        spend_micros=("spend_micros", "sum"),
        first_date=("date", "min"),
        last_date=("date", "max"),
    )
    facts.index = facts.index.astype(object)
    return facts.assign(source=table.source, exposure=grouped["exposure"].sum(min_count=1).to_numpy())


def _dimensions(table: MediaTable) -> pd.DataFrame:
    renamed = {name: f"{name}_" for name in table.dimensions if name in FACTS}
    values = table.line_items[list(table.dimensions)].rename(columns=renamed).astype("string")
    joined = values.fillna("").agg(NAME_SEPARATOR.join, axis=1)
    values.index = values.index.astype(object)
    return values.assign(name=joined.to_numpy())
