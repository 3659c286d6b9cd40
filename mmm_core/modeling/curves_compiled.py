"""Curves of carry-over and saturation with their derivatives, for numba.

Compiled code is kept on disk by numba, which notices changes of a function's own file alone, although `density` and
`native` hold the code of these functions too: what was compiled of other sources is kept apart.

Parameters are those of `mmm_core.modeling.shapes`, one or two of the carry-over, then one or two of the saturation. The
last one says where the curve bends; a slope comes before it. Derivatives are by the unbounded scales: the logit of a
parameter between 0 and 1, the logarithm of a positive one.
"""

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numba import config, njit
from numpy.typing import NDArray

from mmm_core.modeling.choices import Adstock, Saturation
from mmm_core.modeling.shapes import EFFECT, shape_parameters
from mmm_core.modeling.sources import sources_mark
from mmm_core.modeling.specification import ModelSpecification

Floats = NDArray[np.float64]

# Numba's own setting: the folder that somebody has named, or one beside the sources.
_CODE = Path(config.CACHE_DIR or Path(__file__).parent / "__pycache__")  # type: ignore[attr-defined]
config.CACHE_DIR = str(_CODE / sources_mark())  # type: ignore[attr-defined]

# No fast mathematics that assumes finite numbers: a state far out must come back as "not a number".
compiled = njit(cache=True, nogil=True, error_model="numpy", fastmath={"nsz", "arcp", "contract", "afn", "reassoc"})

GEOMETRIC, DELAYED, WEIBULL = range(3)
LOGISTIC, TANH, MICHAELIS_MENTEN, HILL = range(4)
_PER_LOG_2 = 1 / math.log(2)
_LOG_2, _LOG_2_BEYOND = 0.6931471803691238, 1.9082149292705877e-10
"""The logarithm of 2 in two parts, the first of which has room for an exact multiple."""
_ORDER = 13
_EXPONENT_OF_1, _MANTISSA = np.int64(1023), np.int64(52)
ADSTOCK_KINDS: dict[Adstock, int] = {"geometric": GEOMETRIC, "delayed": DELAYED, "weibull": WEIBULL}
SATURATION_KINDS: dict[Saturation, int] = {
    "logistic": LOGISTIC,
    "tanh": TANH,
    "michaelis_menten": MICHAELIS_MENTEN,
    "hill": HILL,
}


@compiled
def exponential(power: float) -> float:
    """Return e to a power from -700 to 700, as `math.exp` does but for a few last digits; beyond that, e to these.

    A loop that calls the mathematics library takes one period after the other, and most of a gradient's time. This is
    arithmetic alone, of which the processor does several at a time: 2 to a whole number, which are bits of a float,
    times the series of what is left.
    """
    bounded = min(max(power, -700.0), 700.0)
    whole = math.floor(bounded * _PER_LOG_2 + 0.5)
    rest = bounded - whole * _LOG_2 - whole * _LOG_2_BEYOND
    series = 1.0
    for order in range(_ORDER, 0, -1):
        series = 1.0 + series * rest / order
    bits = (np.int64(np.int32(whole)) + _EXPONENT_OF_1) << _MANTISSA
    return series * np.int64(bits).view(np.float64)


@compiled
def lag_weights(adstock: int, first: float, second: float, weight: Floats, slope: Floats) -> None:
    """Write the weights of the lags (l_max), which add up to 1, and their derivatives by the parameters (2, l_max)."""
    if adstock == WEIBULL:
        # What is left at a lag is the product over the lags up to it of exp(-(lag / first) ** second).
        faded, turned = 0.0, 0.0
        for lag in range(len(weight)):
            if lag > 0:
                rate = (lag / first) ** second
                faded += rate
                turned += rate * math.log(lag / first)
            weight[lag], slope[0, lag], slope[1, lag] = -faded, second * faded, -second * turned
    elif adstock == DELAYED:
        fade = math.log(first)
        for lag in range(len(weight)):
            away = lag - second
            weight[lag], slope[0, lag], slope[1, lag] = (
                away * away * fade,
                away * away * (1.0 - first),
                -2.0 * away * second * fade,
            )
    else:
        fade = math.log(first)
        for lag in range(len(weight)):
            weight[lag], slope[0, lag], slope[1, lag] = lag * fade, lag * (1.0 - first), 0.0
    _normalise(weight, slope)


@compiled
def _normalise(weight: Floats, slope: Floats) -> None:
    """Turn logarithms and their derivatives into weights that add up to 1, and theirs."""
    highest, total, mean, second_mean = weight[0], 0.0, 0.0, 0.0
    for lag in range(1, len(weight)):
        highest = max(highest, weight[lag])
    for lag in range(len(weight)):
        weight[lag] = math.exp(weight[lag] - highest)
        total += weight[lag]
        mean += weight[lag] * slope[0, lag]
        second_mean += weight[lag] * slope[1, lag]
    for lag in range(len(weight)):
        weight[lag] /= total
        slope[0, lag] = weight[lag] * (slope[0, lag] - mean / total)
        slope[1, lag] = weight[lag] * (slope[1, lag] - second_mean / total)


@compiled
def along(first: Floats, second: Floats) -> float:
    """Return the product of a vector with the beginning of another."""
    total = 0.0
    for place in range(len(first)):
        total += first[place] * second[place]
    return total


@compiled
def carry(spend: Floats, weight: Floats, felt: Floats) -> None:
    """Write what spend (T + l_max - 1) makes felt in each period (T)."""
    felt[:] = 0.0
    for lag in range(len(weight)):
        # One share, and one run of spend: so the compiler can tell that several periods may be added at a time.
        share, spent = weight[lag], spend[len(weight) - 1 - lag :]
        for period in range(len(felt)):
            felt[period] += share * spent[period]


@compiled
def saturate(saturation: int, slope: float, bend: float, felt: Floats, curve: Floats) -> float:
    """Write how much of its full effect felt spend (T) reaches, by how much more with more of it, and with more slope.

    All curves depend on felt spend times or over the bend, so the derivative by the bend is the one by felt spend times
    it, with the sign of `direction`.

    Parameters
    ----------
    curve : float64 array (3, T)
        Written: the value and its derivatives by felt spend and by the slope.

    Returns
    -------
    float
        The sum of the values.
    """
    value, by_felt, by_slope = curve[0], curve[1], curve[2]
    total = 0.0
    by_slope[:] = 0.0
    if saturation == HILL:
        middle = math.log(bend)
        for period in range(len(felt)):
            if felt[period] <= 0.0:
                # Its derivative may be infinite, but meets a spend of nothing.
                value[period], by_felt[period] = 0.0, 0.0
                continue
            steps = slope * (math.log(felt[period]) - middle)
            value[period] = 1.0 / (1.0 + math.exp(-steps))
            rise = value[period] * (1.0 - value[period])
            by_felt[period], by_slope[period] = slope * rise / felt[period], steps * rise
            total += value[period]
    elif saturation == MICHAELIS_MENTEN:
        for period in range(len(felt)):
            per = 1.0 / (bend + felt[period])
            value[period], by_felt[period] = felt[period] * per, bend * per * per
            total += value[period]
    else:
        steepness = 2.0 * bend if saturation == TANH else bend
        for period in range(len(felt)):
            faded = exponential(-steepness * felt[period])
            value[period] = (1.0 - faded) / (1.0 + faded)
            by_felt[period] = 0.5 * steepness * (1.0 - value[period] * value[period])
            total += value[period]
    return total


@compiled
def direction(saturation: int) -> float:
    """Return 1 where a larger bend means more of the effect, as a steepness, and -1 for a half-way point."""
    return 1.0 if saturation in (LOGISTIC, TANH) else -1.0


@compiled
def adstock_parameters(adstock: int) -> int:
    """Return the number of parameters of a carry-over."""
    return 1 if adstock == GEOMETRIC else 2


def contributions_of(
    specification: ModelSpecification, parameters: Mapping[str, Floats], spend: Floats, periods: int
) -> Floats:
    """Return scaled contributions (draws, period, geo, group).

    Parameters
    ----------
    parameters : mapping
        Name to values (draws, K); effects may be (draws, G x K), region by region.
    spend : float64 array (K, G, T + l_max - 1)
        See `density.Inputs`; `periods` is T.
    """
    shapes = np.stack([parameters[one.name] for one in shape_parameters(specification)], axis=1)
    effect = parameters[EFFECT[specification.saturation]].reshape(len(shapes), 1, -1, len(spend))
    adstock, saturation = ADSTOCK_KINDS[specification.adstock], SATURATION_KINDS[specification.saturation]
    values: Floats = evaluate_curves(adstock, saturation, shapes, spend, periods)
    values *= effect
    return values


@compiled
def evaluate_curves(adstock: int, saturation: int, shapes: Floats, spend: Floats, periods: int) -> Floats:
    """Return the saturated carry-over (draws, period, geo, group) of parameters (draws, P, K).

    Parameters
    ----------
    spend : float64 array (K, G, T + l_max - 1)
        See `density.Inputs`; `periods` is T.
    """
    draws, parameters, groups = shapes.shape
    second, slope = adstock_parameters(adstock) - 1, parameters - 2
    l_max = spend.shape[2] - periods + 1
    values = np.empty((draws, periods, spend.shape[1], groups))
    weight, unused, felt, curve = np.empty(l_max), np.empty((2, l_max)), np.empty(periods), np.empty((3, periods))
    for draw in range(draws):
        for group in range(groups):
            lag_weights(adstock, shapes[draw, 0, group], shapes[draw, second, group], weight, unused)
            bend = shapes[draw, parameters - 1, group]
            for region in range(spend.shape[1]):
                carry(spend[group, region], weight, felt)
                saturate(saturation, shapes[draw, slope, group], bend, felt, curve)
                values[draw, :, region, group] = curve[0]
    return values
