"""What a unit of exposure cost in each row, how far that is from usual, and runs of rows that are off alike."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmm_core.checks.grids import SourceGrid
from mmm_core.checks.thresholds import Thresholds

_MAD_TO_SD = 1.4826
"""A normal distribution's standard deviation per median absolute deviation."""
_IQR_TO_SD = 1.349


@dataclass(frozen=True, kw_only=True)
class Prices:
    """Prices of the rows that have both spend and exposure; all in decades (log10).

    Attributes
    ----------
    code : int64 array (prices,)
        Position of the line item in the grid.
    day : int64 array (prices,)
        Days since 1970.
    record : int64 array (prices,)
        Position in the table's records.
    apart : float64 array (prices,)
        Distance from the line item's median; NaN where it has too few prices.
    usual, noise : float64 arrays (items,)
        Median and robust standard deviation of each line item; NaN without a price.
    first, last : int64 arrays (items,)
        First and last day with a price; 0 without one.
    """

    code: np.ndarray
    day: np.ndarray
    record: np.ndarray
    apart: np.ndarray
    usual: np.ndarray
    noise: np.ndarray
    first: np.ndarray
    last: np.ndarray


def item_of_record(grid: SourceGrid) -> np.ndarray:
    """Return the position in the grid of each record's line item, -1 where it is not looked at."""
    ids = grid.table.records["line_item_id"].astype("category")
    return grid.items.index.get_indexer(ids.cat.categories)[ids.cat.codes.to_numpy()]


def prices_of(grid: SourceGrid, thresholds: Thresholds) -> Prices:
    """Work out the price of a unit of exposure in every row that has both."""
    records = grid.table.records
    spend = records["spend_micros"].to_numpy(dtype=np.float64)
    exposure = records["exposure"].to_numpy(dtype=np.float64)
    item = item_of_record(grid)
    record = np.flatnonzero((spend > 0) & (exposure > 0) & (item >= 0))
    log, code = np.log10(spend[record] / exposure[record]), item[record]
    day = records["date"].to_numpy(dtype="datetime64[D]").astype(np.int64)[record]
    size = len(grid.items)
    of_item = pd.DataFrame({"log": log, "day": day}).groupby(code, sort=True)
    usual = _spread_out(of_item["log"].median(), size)
    apart = log - usual[code]
    noise = _spread_out(pd.Series(np.abs(apart)).groupby(code, sort=True).median(), size) * _MAD_TO_SD
    few = np.bincount(code, minlength=size) < thresholds.fewest_prices
    apart[few[code]] = np.nan
    first, last = (
        np.nan_to_num(_spread_out(days, size)).astype(np.int64) for days in (of_item["day"].min(), of_item["day"].max())
    )
    return Prices(code=code, day=day, record=record, apart=apart, usual=usual, noise=noise, first=first, last=last)


def steady_runs(prices: Prices, thresholds: Thresholds) -> pd.DataFrame:
    """Find runs of rows of one line item whose price is off by one and the same factor.

    Returns
    -------
    DataFrame
        item, decades (median distance from usual), rows, first, last (days since 1970), unit (2, 3 or 6 with its sign
        where the factor is 100, 1000 or a million; 0 for another).
    """
    limit = np.maximum(np.log10(thresholds.slip_least_factor), thresholds.slip_noise * prices.noise)
    off = np.abs(prices.apart) > limit[prices.code]
    columns = ["item", "decades", "rows", "first", "last", "unit"]
    if not off.any():
        return pd.DataFrame(columns=columns)
    touched = np.zeros(len(prices.usual), dtype=bool)
    touched[prices.code[off]] = True
    at = np.flatnonzero(touched[prices.code])
    at = at[np.lexsort((prices.record[at], prices.day[at], prices.code[at]))]
    code, side = prices.code[at], np.where(off[at], np.sign(prices.apart[at]), 0)
    starts = np.append(True, (code[1:] != code[:-1]) | (side[1:] != side[:-1]))
    rows = pd.DataFrame(
        {"run": np.cumsum(starts), "item": code, "apart": prices.apart[at], "day": prices.day[at], "side": side}
    )
    rows = rows[rows["side"] != 0]
    of_run = rows.groupby("run", sort=True)
    runs = of_run.agg(
        item=("item", "first"),
        decades=("apart", "median"),
        rows=("apart", "size"),
        first=("day", "min"),
        last=("day", "max"),
    )
    spread = of_run["apart"].quantile(0.75) - of_run["apart"].quantile(0.25)
    allowed = np.maximum(
        thresholds.slip_steadiness, 2 * _IQR_TO_SD * prices.noise[runs["item"].to_numpy(dtype=np.int64)]
    )
    runs = runs[(runs["rows"] >= thresholds.slip_fewest_rows) & (spread <= allowed)]
    runs = runs.assign(unit=_unit(runs["decades"].to_numpy(dtype=float), thresholds))
    return pd.DataFrame(runs[columns].reset_index(drop=True))


def _unit(decades: np.ndarray, thresholds: Thresholds) -> np.ndarray:
    """Return the power of ten of a unit of counting that a factor is, with its sign; 0 for another factor."""
    unit = np.zeros(len(decades), dtype=np.int64)
    for power in (2, 3, 6):
        unit[np.abs(np.abs(decades) - power) <= thresholds.slip_tolerance] = power
    result: np.ndarray = unit * np.sign(decades).astype(np.int64)
    return result


def _spread_out(values: "pd.Series", size: int) -> np.ndarray:
    result = np.full(size, np.nan)
    result[values.index.to_numpy(dtype=np.int64)] = values.to_numpy()
    return result
