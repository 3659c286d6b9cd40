"""The regroup kernel: line items x periods x geos once, any grouping of them in milliseconds, exact to the micro."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmm_core.panel.calendar import Calendar
from mmm_core.schema import WHOLE_MARKET, MediaTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Cube:
    """Spend and exposure per cell that any source reports; cells are sparse, axes are dense.

    Attributes
    ----------
    line_items : Index
        Axis of `item`.
    geos : tuple of str
        Axis of `geo`.
    sources : tuple of str
        Axis of `source`.
    first_period : int
        Calendar number of period 0 on the time axis.
    periods : int
        Length of the time axis.
    item, period, geo, source : int64 arrays (cells,)
        Position of each cell.
    micros : int64 array (cells,)
    exposure : float64 array (cells,)
        NaN where no row of the cell reports exposure.
    rows : int64 array (cells,)
        Number of file rows behind the cell.
    """

    line_items: pd.Index
    geos: tuple[str, ...]
    sources: tuple[str, ...]
    first_period: int
    periods: int
    item: np.ndarray
    period: np.ndarray
    geo: np.ndarray
    source: np.ndarray
    micros: np.ndarray
    exposure: np.ndarray
    rows: np.ndarray


def build_cube(media: Sequence[MediaTable], line_items: pd.Index, calendar: Calendar, *, keep_geo: bool) -> Cube:
    """Add up records per line item, period, geo and source.

    Parameters
    ----------
    line_items : Index
        Every `line_item_id` of the catalogue.
    keep_geo : bool
        False adds regions up to the whole market.
    """
    parts = [_cells(table, position, line_items, calendar, keep_geo=keep_geo) for position, table in enumerate(media)]
    cells = pd.concat(parts, ignore_index=True) if parts else _cells_of_nothing()
    geo_codes, geos = pd.factorize(cells["geo"], sort=True)
    first = int(cells["number"].min()) if len(cells) else 0
    last = int(cells["number"].max()) if len(cells) else -1
    return Cube(
        line_items=line_items,
        geos=tuple(str(geo) for geo in geos),
        sources=tuple(table.source for table in media),
        first_period=first,
        periods=last - first + 1,
        item=cells["item"].to_numpy(dtype=np.int64),
        period=cells["number"].to_numpy(dtype=np.int64) - first,
        geo=np.asarray(geo_codes, dtype=np.int64),
        source=cells["source"].to_numpy(dtype=np.int64),
        micros=cells["micros"].to_numpy(dtype=np.int64),
        exposure=cells["exposure"].to_numpy(dtype=np.float64),
        rows=cells["rows"].to_numpy(dtype=np.int64),
    )


def regroup(cube: Cube, group_of_item: np.ndarray, groups: int, *, values: np.ndarray | None = None) -> np.ndarray:
    """Add cells up to (period, geo, group); cells of items with group -1 are left out.

    Parameters
    ----------
    group_of_item : int64 array (items,)
        Position of each line item's group, -1 for none.
    groups : int
        Number of groups.
    values : array (cells,), optional
        What to add up; money (`cube.micros`, int64 and exact) by default.
    """
    values = cube.micros if values is None else values
    group = group_of_item[cube.item]
    inside = group >= 0
    shape = (cube.periods, len(cube.geos), groups)
    flat = (cube.period[inside] * len(cube.geos) + cube.geo[inside]) * groups + group[inside]
    total = np.zeros(int(np.prod(shape)), dtype=values.dtype)
    np.add.at(total, flat, values[inside])
    return total.reshape(shape)


def regroup_exposure(cube: Cube, group_of_item: np.ndarray, groups: int) -> np.ndarray:
    """Add exposure up to (period, geo, group); NaN for groups that no row reports exposure for."""
    reported = ~np.isnan(cube.exposure)
    total = regroup(cube, group_of_item, groups, values=np.where(reported, cube.exposure, 0.0))
    has_any = regroup(cube, group_of_item, groups, values=reported.astype(np.int64)).sum(axis=(0, 1)) > 0
    return np.where(has_any, total, np.nan)


def _cells(
    table: MediaTable, position: int, line_items: pd.Index, calendar: Calendar, *, keep_geo: bool
) -> pd.DataFrame:
    records = table.records
    ids = records["line_item_id"].astype("category")
    item_of_category = line_items.get_indexer(ids.cat.categories)
    keyed = pd.DataFrame(
        {
            "item": item_of_category[ids.cat.codes.to_numpy()],
            "number": calendar.number(records["date"]),
            "geo": records["geo"].astype("category") if keep_geo else WHOLE_MARKET,
            "micros": records["spend_micros"].to_numpy(dtype=np.int64),
            "exposure": records["exposure"].to_numpy(dtype=np.float64),
        }
    )
    grouped = keyed.groupby(["item", "number", "geo"], observed=True, sort=False)
    cells = grouped.agg(micros=("micros", "sum"), rows=("micros", "size")).reset_index()
    cells["exposure"] = grouped["exposure"].sum(min_count=1).to_numpy()
    return cells.assign(source=position, geo=cells["geo"].astype(object))


def _cells_of_nothing() -> pd.DataFrame:
    return pd.DataFrame({name: [] for name in ("item", "number", "geo", "micros", "rows", "exposure", "source")})
