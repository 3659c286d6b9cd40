"""Subtotals as a pivot: nodes of one level (or node x region) against time, in exact micros, in milliseconds."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from mmm_core.errors import BadInput
from mmm_core.money import MICROS_PER_UNIT, amount_text
from mmm_core.panel.calendar import Calendar
from mmm_core.panel.cube import Cube, regroup
from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Mapping, Path
from mmm_core.taxonomy.resolution import Resolution

Grain = Literal["day", "week", "month", "quarter", "year"]
Measure = Literal["spend", "exposure", "cost"]
Against = Literal["none", "difference", "percent"]

ALL_GEOS = ""
_UNITS = {"month": "datetime64[M]", "quarter": "datetime64[M]", "year": "datetime64[Y]"}
_A_YEAR = {"day": 364, "week": 52, "month": 12, "quarter": 4, "year": 1}
"""Steps of a grain to the same one a year before; days and weeks keep their weekday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The time axis of a pivot.

    Attributes
    ----------
    grain : str
    numbers : int64 array (columns,)
        Running number of each column; neighbours in time differ by 1.
    starts : int64 array (columns,)
        Position on the cube's time axis at which each column begins.
    periods : int
        Length of the cube's time axis.
    labels : tuple of str
        "2025-03-03", "2025-03", "2025 Q1" or "2025".
    complete : bool array (columns,)
        Whether the files cover every period of the column; the first and the last may be cut.
    """

    grain: Grain
    numbers: np.ndarray
    starts: np.ndarray
    periods: int
    labels: tuple[str, ...]
    complete: np.ndarray

    def span(self, column: int) -> tuple[int, int]:
        """Return the positions on the cube's time axis, first and last inside, that a column adds up."""
        end = self.starts[column + 1] if column + 1 < len(self.starts) else self.periods
        return int(self.starts[column]), int(end) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Pivot:
    """Sums per row (a node, or a node in a region) and column of time.

    Attributes
    ----------
    level : str
    paths : tuple of Path
        Node of each row.
    geos : tuple of str
        Region of each row, `ALL_GEOS` for all together.
    spend : int64 array (rows, columns)
        Micros.
    exposure : float64 array (rows, columns)
        NaN for nodes of which no line item reports any.
    priced : int64 array (rows, columns)
        Micros of the line items that report exposure: what a cost per unit is made from.
    """

    level: str
    columns: Columns
    paths: tuple[Path, ...]
    geos: tuple[str, ...]
    spend: np.ndarray
    exposure: np.ndarray
    priced: np.ndarray

    def total(self) -> "Pivot":
        """Return all rows added up, as a pivot of one row with the path ()."""
        nothing = np.isnan(self.exposure).all(axis=0) if len(self.paths) else np.True_
        exposure = np.where(nothing, np.nan, np.nansum(self.exposure, axis=0))
        geos = {*self.geos}
        return Pivot(
            level=self.level,
            columns=self.columns,
            paths=((),),
            geos=(next(iter(geos)) if len(geos) == 1 else ALL_GEOS,),
            spend=self.spend.sum(axis=0, keepdims=True),
            exposure=np.broadcast_to(exposure, (1, len(self.columns.labels))),
            priced=self.priced.sum(axis=0, keepdims=True),
        )

    def in_order(self, order: np.ndarray) -> "Pivot":
        """Return the same pivot with its rows in another order, int64 (rows,)."""
        return replace(
            self,
            paths=tuple(self.paths[row] for row in order),
            geos=tuple(self.geos[row] for row in order),
            spend=self.spend[order],
            exposure=self.exposure[order],
            priced=self.priced[order],
        )

    def values(self, measure: Measure, against: Against = "none") -> np.ndarray:
        """Return what is shown, float64 (rows, columns): spend and cost in currency units, percent as a share.

        Against last year, columns without a comparison are NaN: those a year before which the files hold nothing, and
        those that the files, now or then, cover in part; percent also where nothing stood a year before.
        """
        now = _measured(self.spend, self.exposure, self.priced, measure)
        if against == "none":
            return now
        earlier = self.compared_with()
        before = np.where(earlier >= 0, now[:, earlier], np.nan)
        return now - before if against == "difference" else _growth(now, before)

    def sums(self, measure: Measure, against: Against = "none") -> np.ndarray:
        """Return the total of each row, float64 (rows,); against last year over the columns with a comparison."""
        earlier = self.compared_with()
        late = earlier >= 0
        if against != "none" and not late.any():
            return np.full(len(self.paths), np.nan)
        here = np.ones(len(earlier), dtype=bool) if against == "none" else late
        now = self._added(here, measure)
        if against == "none":
            return now
        before = self._added(np.isin(np.arange(len(earlier)), earlier[late]), measure)
        return now - before if against == "difference" else _growth(now, before)

    def compared_with(self) -> np.ndarray:
        """Return the position of each column's comparison a year before, -1 where there is none; int64 (columns,)."""
        columns = self.columns
        wanted = columns.numbers - _A_YEAR[columns.grain]
        place = np.searchsorted(columns.numbers, wanted)
        there = (wanted >= columns.numbers[0]) if len(columns.numbers) else np.zeros(0, dtype=bool)
        place = np.where(there, place, -1)
        return np.where(there & columns.complete & columns.complete[place], place, -1)

    def _added(self, here: np.ndarray, measure: Measure) -> np.ndarray:
        spend, priced = self.spend[:, here].sum(axis=1), self.priced[:, here].sum(axis=1)
        unknown = np.isnan(self.exposure[:, here]).all(axis=1)
        exposure = np.where(unknown, np.nan, np.nansum(self.exposure[:, here], axis=1))
        return _measured(spend, exposure, priced, measure)


def columns_of(cube: Cube, calendar: Calendar, grain: Grain) -> Columns:
    """Cut the cube's time axis into columns; a period counts whole to the column that holds its first day.

    Raises
    ------
    BadInput
        If days are asked for in a project of weeks.
    """
    if grain == "day" and calendar.period == "week":
        raise BadInput("The project knows weeks, not days", remedy="Choose week, month, quarter or year")
    numbers = _numbers(cube.first_period + np.arange(cube.periods), calendar, grain)
    distinct, starts = np.unique(numbers, return_index=True)
    outside = _numbers(np.array([cube.first_period - 1, cube.first_period + cube.periods]), calendar, grain)
    complete = ~np.isin(distinct, outside)
    return Columns(
        grain=grain,
        numbers=distinct,
        starts=starts.astype(np.int64),
        periods=cube.periods,
        labels=tuple(_labels(distinct, calendar, grain)),
        complete=complete,
    )


def pivot(
    cube: Cube,
    resolution: Resolution,
    mapping: Mapping,
    calendar: Calendar,
    *,
    level: str,
    grain: Grain,
    geo: str = ALL_GEOS,
    geo_rows: bool = False,
) -> Pivot:
    """Add the line items in groups up per node of a level and column of time.

    Parameters
    ----------
    level : str
        Name of one of the tree's levels.
    geo : str
        One region, or all of them together.
    geo_rows : bool
        A row per node and region instead; `geo` is not looked at then.

    Raises
    ------
    BadInput
        If the tree has no such level, the files no such region, or the project knows weeks only and days are asked for.
    """
    if level not in mapping.levels or (geo and geo not in cube.geos):
        raise BadInput(
            f"'{level if level not in mapping.levels else geo}' is not known",
            expected="a level of the tree and a region of the files were expected",
            remedy="Choose again; the tree or the files may have changed",
        )
    columns = columns_of(cube, calendar, grain)
    depth = mapping.levels.index(level) + 1
    heads = [path[:depth] for path in resolution.leaves]
    nodes = list(dict.fromkeys(heads))
    at = {node: place for place, node in enumerate(nodes)}
    node_of_leaf = np.array([at[head] for head in heads] + [-1], dtype=np.int64)
    node_of_item = node_of_leaf[resolution.leaf_of(cube.line_items)]
    reporting = np.where(cube.reports_exposure, node_of_item, -1)
    wanted = cube.geos.index(geo) if geo and not geo_rows else None

    def laid_out(table: np.ndarray) -> np.ndarray:
        return _laid_out(table, columns, geo=wanted, geo_rows=geo_rows)

    spend = laid_out(regroup(cube, node_of_item, len(nodes)))
    every = np.array_equal(reporting, node_of_item)
    priced = spend if every else laid_out(regroup(cube, reporting, len(nodes)))
    exposure = laid_out(_exposure(cube, reporting, len(nodes)))
    rows = cube.geos if geo_rows else (geo,)
    return Pivot(
        level=level,
        columns=columns,
        paths=tuple(node for node in nodes for _ in rows),
        geos=tuple(region for _ in nodes for region in rows),
        spend=spend,
        exposure=exposure,
        priced=priced,
    )


def pivot_text(table: Pivot, currency: str) -> pd.DataFrame:
    """Return a pivot in full, as its download shows it: a line per row and column, money as exact text."""
    rows, width = len(table.paths), len(table.columns.labels)
    return pd.DataFrame(
        {
            "level": table.level,
            "node_path": np.repeat([PATH_SEPARATOR.join(path) for path in table.paths], width),
            "geo": np.repeat(list(table.geos), width),
            table.columns.grain: list(table.columns.labels) * rows,
            f"spend_{currency}": [amount_text(value) for value in table.spend.ravel()],
            "exposure": table.exposure.ravel(),
        }
    )


def _exposure(cube: Cube, group_of_item: np.ndarray, groups: int) -> np.ndarray:
    """Add exposure up to (period, geo, group); NaN for groups that no line item reports any for."""
    known = np.unique(group_of_item[group_of_item >= 0])
    total = np.full((cube.periods, len(cube.geos), groups), np.nan)
    if not len(known):
        return total
    position = np.full(groups + 1, -1, dtype=np.int64)
    position[known] = np.arange(len(known))
    if cube.exposure_matrix is not None:
        rows = np.flatnonzero(group_of_item >= 0)
        order = rows[np.argsort(group_of_item[rows], kind="stable")]
        _, starts = np.unique(group_of_item[order], return_index=True)
        added = np.add.reduceat(cube.exposure_matrix[order], starts, axis=0)
        total[:, :, known] = added.reshape(len(known), cube.periods, len(cube.geos)).transpose(1, 2, 0)
    else:
        values = np.nan_to_num(cube.exposure)
        total[:, :, known] = regroup(cube, position[group_of_item], len(known), values=values)
    return total


def _laid_out(table: np.ndarray, columns: Columns, *, geo: int | None, geo_rows: bool) -> np.ndarray:
    """Turn (period, geo, node) into (row, column)."""
    if not geo_rows:
        table = table[:, geo : geo + 1] if geo is not None else table.sum(axis=1, keepdims=True)
    added = np.add.reduceat(table, columns.starts, axis=0) if len(columns.starts) else table
    rows = added.transpose(2, 1, 0)
    return np.ascontiguousarray(rows.reshape(-1, rows.shape[2]))


def _measured(spend: np.ndarray, exposure: np.ndarray, priced: np.ndarray, measure: Measure) -> np.ndarray:
    if measure == "spend":
        return np.asarray(spend / MICROS_PER_UNIT)
    if measure == "exposure":
        return exposure
    with np.errstate(divide="ignore", invalid="ignore"):
        cost = priced / MICROS_PER_UNIT / exposure
    return np.where(exposure > 0, cost, np.nan)


def _growth(now: np.ndarray, before: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(before > 0, now / before - 1, np.nan)


def _numbers(periods: np.ndarray, calendar: Calendar, grain: Grain) -> np.ndarray:
    """Return the running number of the column that holds the first day of each period."""
    days = calendar.first_day(periods)
    if grain == "day" or (grain == "week" and calendar.period == "week"):
        return np.asarray(periods, dtype=np.int64)
    if grain == "week":
        return Calendar(period="week", week_start=calendar.week_start).number(days)
    counted = days.astype(_UNITS[grain]).astype(np.int64)
    return np.floor_divide(counted, 3) if grain == "quarter" else counted


def _labels(numbers: np.ndarray, calendar: Calendar, grain: Grain) -> list[str]:
    if grain == "day":
        return list(calendar.labels(numbers))
    if grain == "week":
        return list(Calendar(period="week", week_start=calendar.week_start).labels(numbers))
    if grain == "quarter":
        return [f"{1970 + number // 4} Q{number % 4 + 1}" for number in numbers.tolist()]
    return [str(label) for label in np.datetime_as_string(numbers.astype(_UNITS[grain]))]
