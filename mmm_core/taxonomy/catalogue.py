"""All line items of a project in one table, whatever file they came from."""

from collections.abc import Sequence

import pandas as pd

from mmm_core.schema import MediaTable, file_rows

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
    if together.index.has_duplicates:
        together = _each_once(together)
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


def _each_once(together: pd.DataFrame) -> pd.DataFrame:
    """Add up the line items that several files hold."""
    of_item = together.groupby(level=0, sort=False)
    first = [column for column in together.columns if column not in FACTS or column == "name"]
    once = of_item[first].first()
    once[["rows", "spend_micros"]] = of_item[["rows", "spend_micros"]].sum()
    once["exposure"] = of_item["exposure"].sum(min_count=1)
    once["first_date"], once["last_date"] = of_item["first_date"].min(), of_item["last_date"].max()
    pairs = together["source"].reset_index().drop_duplicates()
    several = pairs.duplicated(pairs.columns[0], keep=False)
    once["source"] = pairs[~several].set_index(pairs.columns[0])["source"].reindex(once.index)
    joined = pairs[several].groupby(pairs.columns[0], sort=False)["source"].agg(", ".join)
    once.loc[joined.index, "source"] = joined
    return once[list(together.columns)]


def _facts(table: MediaTable) -> pd.DataFrame:
    counted = table.records.assign(file_rows=file_rows(table.records))
    grouped = counted.groupby("line_item_id", observed=True, sort=False)
    facts = grouped.agg(
        rows=("file_rows", "sum"),
        spend_micros=("spend_micros", "sum"),
        first_date=("date", "min"),
        last_date=("date", "max"),
    )
    facts.index = facts.index.astype(object)
    return facts.assign(source=table.source, exposure=grouped["exposure"].sum(min_count=1).to_numpy())


def _dimensions(table: MediaTable) -> pd.DataFrame:
    renamed = {name: f"{name}_" for name in table.dimensions if name in FACTS}
    values = table.line_items[list(table.dimensions)].rename(columns=renamed).astype("string")
    filled = values.fillna("").to_numpy(dtype=object)
    values.index = values.index.astype(object)
    return values.assign(name=pd.array([NAME_SEPARATOR.join(row) for row in filled], dtype="string"))
