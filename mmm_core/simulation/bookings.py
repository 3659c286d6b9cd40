"""From a group's weekly spend to whole cents per line item, per day or per week."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.simulation.line_items import AD_PLATFORMS, BLOCK_WEEKS, LineItem
from mmm_core.simulation.response import Floats

Cents = NDArray[np.int64]
SMALLEST_DAY_CENTS = 50
"""Platforms do not bill less; keeps the export free of rows without meaning."""
SMALLEST_WEEK_CENTS = 5_000

_WEEKDAYS = np.array([1.0, 0.95, 0.95, 1.0, 1.1, 1.05, 1.15])


def booked_cents(rng: np.random.Generator, items: Sequence[LineItem], group_spend: pd.DataFrame) -> tuple[Cents, Cents]:
    """Split the groups' weekly spend over their line items.

    Parameters
    ----------
    rng : Generator
    items : sequence of LineItem
    group_spend : DataFrame (weeks, groups)
        Currency units that the groups set out to spend.

    Returns
    -------
    daily : int64 array (items, days)
        Cents; rows of items of weekly files are 0.
    weekly : int64 array (items, weeks)
        Cents; the sums of `daily` for items of the daily file.
    """
    weeks = len(group_spend)
    shares = _shares(rng, items, weeks)
    wanted = np.stack([group_spend[item.group].to_numpy(dtype=np.float64) for item in items]) * shares
    is_daily = np.array([item.source == AD_PLATFORMS for item in items])
    daily = np.zeros((len(items), weeks * 7), dtype=np.int64)
    daily[is_daily] = _days(rng, wanted[is_daily])
    weekly = _rounded(wanted, SMALLEST_WEEK_CENTS)
    weekly[is_daily] = daily[is_daily].reshape(-1, weeks, 7).sum(axis=2)
    return daily, weekly


def _shares(rng: np.random.Generator, items: Sequence[LineItem], weeks: int) -> Floats:
    """Return (items, weeks) shares that add up to 1 per group and week."""
    number = -(-weeks // BLOCK_WEEKS)
    active = np.stack([np.repeat(item.active_blocks(rng, number), BLOCK_WEEKS)[:weeks] for item in items])
    size = np.array([item.weight for item in items]) * rng.lognormal(0.0, 0.15, len(items))
    sizes = active * size[:, None] * rng.lognormal(0.0, 0.2, active.shape)
    groups = np.array([item.group for item in items])
    for group in np.unique(groups):
        of_group = groups == group
        sizes[of_group] /= sizes[of_group].sum(axis=0)
    result: Floats = sizes
    return result


def _days(rng: np.random.Generator, wanted: Floats) -> Cents:
    items, weeks = wanted.shape
    pattern = _WEEKDAYS * rng.lognormal(0.0, 0.12, (items, weeks, 7))
    pattern /= pattern.sum(axis=2, keepdims=True)
    return _rounded((wanted[:, :, None] * pattern).reshape(items, weeks * 7), SMALLEST_DAY_CENTS)


def _rounded(wanted: Floats, smallest: int) -> Cents:
    cents = np.rint(wanted * 100).astype(np.int64)
    cents[cents < smallest] = 0
    return cents
