"""The forecasts that a model has to beat: the same season last year and last year's average, with their own errors."""

import math
from dataclasses import dataclass

import numpy as np

from mmm_core.validation.scores import Floats

_FEWEST_DIFFERENCES = 13
"""Fewer seasonal differences than a quarter of a year of weeks do not make a standard deviation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainForecast:
    """Normal forecasts of the next periods: means (horizon,) and their common standard deviation, KPI units."""

    mean: Floats
    spread: float


def same_season(known: Floats, horizon: int, season: int) -> PlainForecast:
    """Forecast by the outcome one season before.

    The error is the root mean squared difference from one season to the next in what is known; where that is too short,
    the deviation of the difference of two periods taken at random.

    Parameters
    ----------
    known : float64 array (n,)
        Outcome until now, at least one season long.
    horizon : int
        Periods to foresee, at most a season.
    season : int

    References
    ----------
    Hyndman & Athanasopoulos, Forecasting: principles and practice, 3rd edition, sections 5.2 and 5.5.
    """
    start = len(known) - season
    difference = known[season:] - known[:-season]
    if len(difference) >= _FEWEST_DIFFERENCES:
        spread = float(np.sqrt((difference**2).mean()))
    else:
        spread = math.sqrt(2) * float(known.std())
    return PlainForecast(mean=known[start : start + horizon], spread=max(spread, _smallest(known)))


def plain_average(known: Floats, horizon: int, season: int) -> PlainForecast:
    """Forecast every period by the average of the last season, with the deviation about it.

    Last year's figure carries last year's noise; an outcome without a season is better foreseen by its average, so a
    model that knows nothing would beat the other forecast.
    """
    last = known[-season:]
    return PlainForecast(
        mean=np.full(horizon, float(last.mean())), spread=max(float(last.std(ddof=1)), _smallest(known))
    )


def _smallest(known: Floats) -> float:
    """Return a spread that keeps scores finite for an outcome that never changes."""
    return 1e-9 * max(float(np.abs(known).max()), 1.0)
