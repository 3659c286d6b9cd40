"""Behind a cell of the pivot: its line items, and behind a line item the rows of its files."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmm_core.checks.pivot import ALL_GEOS
from mmm_core.money import MICROS_PER_UNIT, amount_text
from mmm_core.panel.calendar import Calendar
from mmm_core.panel.cube import Cube
from mmm_core.schema import MediaTable
from mmm_core.taxonomy.mapping import Path
from mmm_core.taxonomy.resolution import Resolution


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What somebody looks behind.

    Attributes
    ----------
    path : Path
        A node of the tree; () for everything that is in a group.
    first, last : int
        Positions on the cube's time axis, both inside.
    geo : str
        A region, `ALL_GEOS` for all together.
    """

    path: Path
    first: int
    last: int
    geo: str = ALL_GEOS


def line_items_of(cube: Cube, items: pd.DataFrame, resolution: Resolution, cell: Cell) -> pd.DataFrame:
    """List the line items behind a cell, the largest spend first; their spend adds up to the cell.

    Returns
    -------
    DataFrame
        Index `line_item_id`; `name`, `source`, `spend_micros` (int64), `share` (of the cell's spend, NaN when that is
        0), `exposure` (NaN where none is reported), `cost` (per unit, NaN without exposure), `rows` (int64). Line items
        without a row in the time are left out.
    """
    below = [leaf for leaf, path in enumerate(resolution.leaves) if path[: len(cell.path)] == cell.path]
    member = np.isin(resolution.leaf_of(cube.line_items), below)
    here = member[cube.item] & (cube.period >= cell.first) & (cube.period <= cell.last)
    if cell.geo != ALL_GEOS:
        here &= cube.geo == (cube.geos.index(cell.geo) if cell.geo in cube.geos else -1)
    count = len(cube.line_items)
    at = cube.item[here]
    spend, rows = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    np.add.at(spend, at, cube.micros[here])
    np.add.at(rows, at, cube.rows[here])
    reported = here & ~np.isnan(cube.exposure)
    exposure = np.bincount(cube.item[reported], weights=cube.exposure[reported], minlength=count).astype(np.float64)
    exposure[np.bincount(cube.item[reported], minlength=count) == 0] = np.nan
    seen = np.flatnonzero(np.bincount(at, minlength=count))
    table = pd.DataFrame(
        {"spend_micros": spend[seen], "exposure": exposure[seen], "rows": rows[seen]},
        index=pd.Index(cube.line_items[seen], name="line_item_id"),
    )
    total = int(table["spend_micros"].sum())
    table["share"] = table["spend_micros"] / total if total else np.nan
    units = table["exposure"].where(table["exposure"] > 0)
    table["cost"] = table["spend_micros"] / MICROS_PER_UNIT / units
    named = table.join(items[["name", "source"]])
    return named.sort_values(["spend_micros", "name"], ascending=[False, True])[
        ["name", "source", "spend_micros", "share", "exposure", "cost", "rows"]
    ]


def line_items_text(table: pd.DataFrame) -> pd.DataFrame:
    """Return the line items as their download shows them: money as exact text."""
    text = table.reset_index()
    text.insert(4, "spend", [amount_text(value) for value in table["spend_micros"]])
    return text.drop(columns="spend_micros")


def rows_behind(
    media: Sequence[MediaTable], calendar: Calendar, cube: Cube, line_item: str, cell: Cell
) -> pd.DataFrame:
    """List the file rows of a line item behind a cell, as they count there.

    Returns
    -------
    DataFrame
        `source`, `row` (int64, as the spreadsheet counts), `date` (first day that counts here), `geo`, `spend_micros`
        (int64, in the project's currency, corrections included), `exposure`; a line per row of the file, in its order.
        A row that was spread over days counts with its days inside the cell.
    """
    first, last = cube.first_period + cell.first, cube.first_period + cell.last
    parts = []
    for table in media:
        records = table.records
        own = records[(records["line_item_id"] == line_item).to_numpy()]
        numbers = calendar.number(own["date"])
        own = own[(numbers >= first) & (numbers <= last)]
        if cell.geo != ALL_GEOS and len(cube.geos) > 1:
            own = own[(own["geo"] == cell.geo).to_numpy()]
        own = own.assign(geo=own["geo"].astype(str))
        grouped = own.groupby("row", sort=True)
        added = grouped.agg(date=("date", "min"), geo=("geo", "first"), spend_micros=("spend_micros", "sum"))
        added["exposure"] = grouped["exposure"].sum(min_count=1)
        parts.append(added.reset_index().assign(source=table.source))
    columns = ["source", "row", "date", "geo", "spend_micros", "exposure"]
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True)[columns] if filled else pd.DataFrame(columns=columns)
