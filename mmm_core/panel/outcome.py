"""KPI and controls brought to periods, and which periods they cover completely."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmm_core.errors import BadInput, listed
from mmm_core.panel.calendar import Calendar
from mmm_core.schema import WHOLE_MARKET, ControlsTable, KpiTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One or more columns per period and geo.

    Attributes
    ----------
    values : DataFrame
        Index (number, geo) with `number` the calendar number of the period; one float64 column per name.
    days : Series
        Rows of the file behind each period and geo.
    typical_days : int
        Rows that a complete period has: 1 for a weekly file, 7 for a daily one, 5 for working days.
    """

    values: pd.DataFrame
    days: pd.Series
    typical_days: int

    def numbers(self) -> np.ndarray:
        """Return the periods that have at least one row, ascending."""
        return np.unique(self.values.index.get_level_values("number").to_numpy())

    def partial(self) -> np.ndarray:
        """Return the periods in which some geo has fewer rows than a complete period, ascending."""
        short = self.days[self.days < self.typical_days]
        return np.unique(short.index.get_level_values("number").to_numpy())

    def geos(self) -> list[str]:
        """Return the regions, ascending; `WHOLE_MARKET` alone without regions."""
        return sorted(set(self.values.index.get_level_values("geo")))

    def laid_out(self, column: str, numbers: np.ndarray, geos: list[str]) -> pd.DataFrame:
        """Return a column as (period, geo), NaN where there is none; one without regions holds for all of them."""
        wide = self.values[column].unstack("geo").reindex(numbers)
        if list(wide.columns) != [WHOLE_MARKET]:
            return wide.reindex(columns=geos)
        return pd.DataFrame(np.repeat(wide.to_numpy(), len(geos), axis=1), index=wide.index, columns=geos)


def kpi_series(table: KpiTable, calendar: Calendar, *, keep_geo: bool) -> Series:
    """Add the KPI up per period.

    Raises
    ------
    BadInput
        If a file with one row per period has two rows for the same one.
    """
    keys = _keys(table.rows, calendar, keep_geo=keep_geo)
    coarse = _is_coarse(table.rows["date"], calendar)
    if coarse:
        _refuse_second_row(table, calendar)
    grouped = table.rows.groupby(keys, sort=True)
    per_day = table.rows.groupby([*keys, "date"]).size().groupby(["number", "geo"]).size()
    return Series(
        values=grouped[["value"]].sum(min_count=1), days=per_day, typical_days=1 if coarse else _typical(per_day)
    )


def control_series(table: ControlsTable, calendar: Calendar, *, keep_geo: bool) -> Series:
    """Average each control per period: a control describes a state, so daily values are not added up."""
    grouped = table.rows.groupby(_keys(table.rows, calendar, keep_geo=keep_geo), sort=True)
    days = grouped.size()
    return Series(values=grouped[list(table.names)].mean(), days=days, typical_days=_typical(days))


def _keys(rows: pd.DataFrame, calendar: Calendar, *, keep_geo: bool) -> list[pd.Series]:
    """Return period number and geo per row; not as columns, where a control called "number" would be overwritten."""
    number = pd.Series(calendar.number(rows["date"]), index=rows.index, name="number")
    geo = rows["geo"].astype(str) if keep_geo else pd.Series(WHOLE_MARKET, index=rows.index)
    return [number, geo.rename("geo")]


def _is_coarse(dates: pd.Series, calendar: Calendar) -> bool:
    """Tell whether the file has at most one date per period by design."""
    distinct = np.unique(dates.to_numpy(dtype="datetime64[D]").astype(np.int64))
    return len(distinct) < 2 or float(np.median(np.diff(distinct))) >= calendar.days


def _typical(days: pd.Series) -> int:
    return int(days.mode().max()) if len(days) else 1


def _refuse_second_row(table: KpiTable, calendar: Calendar) -> None:
    number = pd.Series(calendar.number(table.rows["date"]), index=table.rows.index)
    geo = table.rows["geo"].astype(str)
    size = number.groupby([number, geo]).transform("size")
    double = size > 1
    if double.any():
        first = int(number[double].iloc[0])
        hit = table.rows.loc[double & (number == first), "row"].tolist()
        raise BadInput(
            f"KPI '{table.name}' has {len(hit)} rows for the {calendar.period} of {calendar.labels([first])[0]}",
            where=f"{table.source}, rows {listed(hit)}",
            expected=f"one row per {calendar.period} was expected, as in the rest of the file",
            remedy="Remove or add up the rows that belong together",
        )
