"""The regroup kernel: line items x periods x geos once, any grouping of them in milliseconds, exact to the micro."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from mmm_core.panel.calendar import Calendar
from mmm_core.schema import WHOLE_MARKET, MediaTable, file_rows

_MOST_DENSE_CELLS = 20_000_000
"""Up to here (160 MB per matrix) line items x periods x geos are also kept as a matrix, which regroups faster."""


@dataclass(frozen=True, kw_only=True)
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
        Number of file rows behind the cell; one that was spread over days counts in the cell of its first day.
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

    @cached_property
    def matrix(self) -> np.ndarray | None:
        """Spend in micros (item, period x geo), int64; None where that would be too large."""
        return self._matrix(self.micros)

    @cached_property
    def exposure_matrix(self) -> np.ndarray | None:
        """Exposure (item, period x geo), 0 where none is reported; None where that would be too large."""
        return self._matrix(np.nan_to_num(self.exposure))

    @cached_property
    def reports_exposure(self) -> np.ndarray:
        """Whether any row of an item reports exposure; bool (items,)."""
        seen = np.zeros(len(self.line_items), dtype=bool)
        seen[self.item[~np.isnan(self.exposure)]] = True
        return seen

    def _matrix(self, values: np.ndarray) -> np.ndarray | None:
        width = self.periods * len(self.geos)
        if len(self.line_items) * width > _MOST_DENSE_CELLS:
            return None
        matrix = np.zeros((len(self.line_items), width), dtype=values.dtype)
        np.add.at(matrix, (self.item, self.period * len(self.geos) + self.geo), values)
        return matrix


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
    if values is None:
        if cube.matrix is not None:
            return _regroup_rows(cube, cube.matrix, group_of_item, groups)
        values = cube.micros
    group = group_of_item[cube.item]
    inside = group >= 0
    shape = (cube.periods, len(cube.geos), groups)
    flat = (cube.period[inside] * len(cube.geos) + cube.geo[inside]) * groups + group[inside]
    total = np.zeros(int(np.prod(shape)), dtype=values.dtype)
    np.add.at(total, flat, values[inside])
    return total.reshape(shape)


def regroup_exposure(cube: Cube, group_of_item: np.ndarray, groups: int) -> np.ndarray:
    """Add exposure up to (period, geo, group); NaN for groups that no row reports exposure for."""
    has_any = np.zeros(groups, dtype=bool)
    has_any[group_of_item[cube.reports_exposure & (group_of_item >= 0)]] = True
    if not has_any.any():
        return np.full((cube.periods, len(cube.geos), groups), np.nan)
    if cube.exposure_matrix is not None:
        total = _regroup_rows(cube, cube.exposure_matrix, group_of_item, groups)
    else:
        total = regroup(cube, group_of_item, groups, values=np.nan_to_num(cube.exposure))
    return np.where(has_any, total, np.nan)


def _regroup_rows(cube: Cube, matrix: np.ndarray, group_of_item: np.ndarray, groups: int) -> np.ndarray:
    """Add up rows of a matrix (item, period x geo) per group."""
    total = np.zeros((groups, matrix.shape[1]), dtype=matrix.dtype)
    order = np.argsort(group_of_item, kind="stable")
    ordered = group_of_item[order]
    inside = order[np.searchsorted(ordered, 0) :]
    present, starts = np.unique(ordered[np.searchsorted(ordered, 0) :], return_index=True)
    if len(present):
        total[present] = np.add.reduceat(matrix[inside], starts, axis=0)
    return total.reshape(groups, cube.periods, len(cube.geos)).transpose(1, 2, 0)


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
            "rows": file_rows(records).to_numpy(),
        }
    )
    grouped = keyed.groupby(["item", "number", "geo"], observed=True, sort=False)
    cells = grouped.agg(micros=("micros", "sum"), rows=("rows", "sum")).reset_index()
    cells["exposure"] = grouped["exposure"].sum(min_count=1).to_numpy()
    return cells.assign(source=position, geo=cells["geo"].astype(object))


def _cells_of_nothing() -> pd.DataFrame:
    return pd.DataFrame({name: [] for name in ("item", "number", "geo", "micros", "rows", "exposure", "source")})
