"""The numbers: accuracy, sharpness and coverage of forecasts given as draws, and what residuals still hold."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]

LEVELS = (0.5, 0.8, 0.9)
"""Central intervals that are judged."""


def crps_of_draws(draws: Floats, actual: Floats) -> Floats:
    """Return the continuous ranked probability score of a forecast: 0 is best, in the outcome's own unit.

    Parameters
    ----------
    draws : float64 array (D, n)
        D equally likely forecasts of n values.
    actual : float64 array (n,)

    Returns
    -------
    float64 array (n,)
        E|X - y| - 0.5 E|X - X'|; for a single draw the absolute error.

    References
    ----------
    Gneiting & Raftery 2007, doi:10.1198/016214506000001437, formula 21.
    """
    count = len(draws)
    ranked = np.sort(draws, axis=0)
    # Over ranked draws, the mean distance of two draws is a weighted sum.
    weight = (2 * np.arange(1, count + 1) - count - 1) / count**2
    result: Floats = np.abs(draws - actual).mean(axis=0) - weight @ ranked
    return result


def crps_of_normal(mean: Floats, spread: Floats, actual: Floats) -> Floats:
    """Return the same score of normal forecasts, in closed form (ibid., section 4.2)."""
    z = (actual - mean) / spread
    result: Floats = spread * (
        z * (2 * special.ndtr(z) - 1) + (math.sqrt(2) * np.exp(-0.5 * z * z) - 1) / math.sqrt(math.pi)
    )
    return result


def covered(draws: Floats, actual: Floats, level: float) -> int:
    """Count the actuals (n,) that lie in the central interval of the draws (D, n)."""
    low, high = np.quantile(draws, ((1 - level) / 2, (1 + level) / 2), axis=0)
    return int(((actual >= low) & (actual <= high)).sum())


def chance_of_so_few(hits: int, of: int, level: float) -> float:
    """Return the probability of this many hits or fewer, if each has the chance `level`."""
    return float(special.bdtr(hits, of, level))


def chance_of_so_many(hits: int, of: int, level: float) -> float:
    """Return the probability of this many hits or more, if each has the chance `level`."""
    return float(special.bdtrc(hits - 1, of, level)) if hits else 1.0


def sign_test(above: int, of: int) -> float:
    """Return the probability that so many or more of `of` fall on one side, if each side has the same chance."""
    most = max(above, of - above)
    return min(1.0, 2 * chance_of_so_many(most, of, 0.5))


def r2(expected: Floats, actual: Floats) -> float:
    """Return the share of the outcome's variance that is explained; NaN for an outcome that never changes."""
    about = float(((actual - actual.mean()) ** 2).sum())
    return 1 - float(((actual - expected) ** 2).sum()) / about if about > 0 else math.nan


def nrmse(expected: Floats, actual: Floats) -> float:
    """Return the root mean squared error by the range of the actuals; NaN without a range."""
    extent = float(np.ptp(actual))
    return float(np.sqrt(((actual - expected) ** 2).mean())) / extent if extent > 0 else math.nan


def mape(expected: Floats, actual: Floats) -> float:
    """Return the mean absolute error by the actual, over actuals other than 0; NaN without any."""
    there = actual != 0
    return float(np.abs(1 - expected[there] / actual[there]).mean()) if there.any() else math.nan


def lag_correlation(residuals: Floats, lag: int = 1) -> float:
    """Return how far a period's error repeats `lag` periods later, -1 to 1; 0 for residuals that never change."""
    centred = residuals - residuals.mean()
    about = float((centred**2).sum())
    return float((centred[lag:] * centred[:-lag]).sum()) / about if about > 0 else 0.0


def durbin_watson(residuals: Floats) -> float:
    """Return the statistic of Durbin & Watson 1950: near 2 without correlation, towards 0 when errors repeat."""
    about = float((residuals**2).sum())
    return float((np.diff(residuals) ** 2).sum()) / about if about > 0 else 2.0


def ljung_box(residuals: Floats, *, lags: int = 10) -> float:
    """Return the probability of correlations this strong in independent errors.

    References
    ----------
    Ljung & Box 1978, doi:10.1093/biomet/65.2.297.
    """
    count = len(residuals)
    most = max(1, min(lags, count // 5))
    total = sum(lag_correlation(residuals, lag) ** 2 / (count - lag) for lag in range(1, most + 1))
    return float(special.chdtrc(most, count * (count + 2) * total))


def chance_of_no_gain(gain: Floats) -> float:
    """Return the one-sided p that a forecast is no better than another.

    Parameters
    ----------
    gain : float64 array (n,)
        Score of the other less its own, period by period in order of time.

    Returns
    -------
    float
        Small where it is clearly better. Neighbouring gains may be correlated (Bartlett weights, one lag).

    References
    ----------
    Diebold & Mariano 1995, doi:10.1080/07350015.1995.10524599; Harvey, Leybourne & Newbold 1997 for few periods.
    """
    count = len(gain)
    centred = gain - gain.mean()
    own = float((centred**2).mean())
    if own == 0.0:
        return 0.0 if gain.mean() > 0 else 1.0
    neighbours = float((centred[1:] * centred[:-1]).sum()) / count
    error = math.sqrt(max(own, own + neighbours) / (count - 1))
    return float(special.stdtr(count - 1, -gain.mean() / error))
