"""Log density and gradient of the model, written out for numba: what the sampler asks some ten thousand times.

It is the density of PyMC-Marketing's graph (`build`; a test compares them), with two changes that leave the posterior
as it is and make it quick to explore:

- Intercepts, controls and yearly waves are linear and have normal priors, so they are integrated out in closed form;
  `quick` draws them afterwards, given the rest.
- A group's effect is sampled as the logarithm of what the group brings on average over the panel. Data pin that down,
  while effect and steepness alone are only known together.

A state is (logit of the carry-over, K; log of the steepness, K; log of the average contribution, K; log of the noise,
G). Shapes are read at run time: one compilation serves every number of groups, controls, regions and periods. The
compiled code is kept on disk by numba.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# No fast mathematics that assumes finite numbers: a state far out must come back as "not a number".
_compiled = njit(cache=True, nogil=True, error_model="numpy", fastmath={"nsz", "arcp", "contract", "afn", "reassoc"})


class Inputs(NamedTuple):
    """Data of one model; a tuple, because numba reads it. K groups, G regions, T periods, Q linear columns.

    `spend` (K, G, T + l_max - 1) starts with the periods before the first, in which nothing was spent; `outcome`
    (G, T), less what the means of the linear columns' priors make of it; `linear` (G, Q, T), `squares` (G, Q, Q) its
    products, `precision` (Q,) of its priors; `effect_mean`, `effect_spread` (K,); `priors`: two parameters of the
    carry-over, two of the steepness, one of the noise.
    """

    spend: Floats
    outcome: Floats
    linear: Floats
    squares: Floats
    precision: Floats
    effect_mean: Floats
    effect_spread: Floats
    priors: Floats


class Workspace(NamedTuple):
    """Memory of one chain.

    The curves and their derivatives (K, G, T), what is left of the outcome (G, T), and per group the effect and the
    derivatives of the logarithm of its average curve (3, K).
    """

    value: Floats
    by_carry_over: Floats
    by_steepness: Floats
    left: Floats
    per_group: Floats


def workspace(inputs: Inputs) -> Workspace:
    """Make room for one chain."""
    groups, (regions, periods) = len(inputs.spend), inputs.outcome.shape
    curve = (groups, regions, periods)
    return Workspace(np.empty(curve), np.empty(curve), np.empty(curve), np.empty(curve[1:]), np.empty((3, groups)))


@_compiled
def log_density(state: Floats, inputs: Inputs, work: Workspace, gradient: Floats) -> float:
    """Return the log density of a state up to a constant, and write its gradient."""
    density = _media(state, inputs, work, gradient)
    density += _integrated(state, inputs, work.left, gradient)
    _carry_back(len(inputs.spend), work, gradient)
    return density


@_compiled
def lag_weights(carry_over: float, l_max: int) -> tuple[Floats, Floats]:
    """Return the weights of the lags, which add up to 1, and their derivatives by the logit of the carry-over."""
    weight, slope = np.empty(l_max), np.empty(l_max)
    total, power, mean_lag = 0.0, 1.0, 0.0
    for lag in range(l_max):
        weight[lag] = power
        total += power
        mean_lag += lag * power
        power *= carry_over
    mean_lag /= total
    for lag in range(l_max):
        weight[lag] /= total
        slope[lag] = weight[lag] * (lag - mean_lag) * (1.0 - carry_over)
    return weight, slope


@_compiled
def carried(spend: Floats, weight: Floats, felt: Floats) -> None:
    """Write what spend (T + l_max - 1) makes felt in each period (T)."""
    felt[:] = 0.0
    for lag in range(len(weight)):
        first = len(weight) - 1 - lag
        for period in range(len(felt)):
            felt[period] += weight[lag] * spend[first + period]


@_compiled
def _media(state: Floats, inputs: Inputs, work: Workspace, gradient: Floats) -> float:
    """Subtract what the groups bring from the outcome; return their log prior."""
    groups, l_max = len(inputs.spend), inputs.spend.shape[2] - inputs.outcome.shape[1] + 1
    first, second, shape, rate = inputs.priors[0], inputs.priors[1], inputs.priors[2], inputs.priors[3]
    work.left[:] = inputs.outcome
    density = 0.0
    for group in range(groups):
        carry_over = 1.0 / (1.0 + math.exp(-state[group]))
        steepness = math.exp(state[groups + group])
        average, by_carry_over, by_steepness = _curve(group, carry_over, steepness, l_max, inputs.spend, work)
        log_effect = state[2 * groups + group] - math.log(average)
        work.per_group[0, group] = math.exp(log_effect)
        work.per_group[1, group] = by_carry_over / average
        work.per_group[2, group] = by_steepness / average
        away = (log_effect - inputs.effect_mean[group]) / inputs.effect_spread[group]
        density += first * math.log(carry_over) + second * math.log(1.0 - carry_over)
        density += shape * state[groups + group] - rate * steepness - 0.5 * away * away
        gradient[group] = first - (first + second) * carry_over
        gradient[groups + group] = shape - rate * steepness
        # By the logarithm of the effect; `_carry_back` takes it on to the average contribution.
        gradient[2 * groups + group] = -away / inputs.effect_spread[group]
        for region in range(work.left.shape[0]):
            for period in range(work.left.shape[1]):
                work.left[region, period] -= work.per_group[0, group] * work.value[group, region, period]
    return density


@_compiled
def _curve(
    group: int, carry_over: float, steepness: float, l_max: int, spend: Floats, work: Workspace
) -> tuple[float, float, float]:
    """Write the saturated carry-over of one group and its derivatives; return the averages of the three."""
    weight, slope = lag_weights(carry_over, l_max)
    regions, periods = work.left.shape
    felt, felt_slope = np.empty(periods), np.empty(periods)
    total, by_carry_over, by_steepness = 0.0, 0.0, 0.0
    for region in range(regions):
        carried(spend[group, region], weight, felt)
        carried(spend[group, region], slope, felt_slope)
        for period in range(periods):
            faded = math.exp(-steepness * felt[period])
            value = (1.0 - faded) / (1.0 + faded)
            bend = 0.5 * steepness * (1.0 - value * value)
            work.value[group, region, period] = value
            work.by_carry_over[group, region, period] = bend * felt_slope[period]
            work.by_steepness[group, region, period] = bend * felt[period]
            total += value
            by_carry_over += bend * felt_slope[period]
            by_steepness += bend * felt[period]
    cells = regions * periods
    return total / cells, by_carry_over / cells, by_steepness / cells


@_compiled
def _integrated(state: Floats, inputs: Inputs, left: Floats, gradient: Floats) -> float:
    """Return the log likelihood with the linear columns integrated out, and the noise's log prior.

    With precision A = S^-2 + sum_g X_g'X_g / noise_g^2 and b = sum_g X_g'r_g / noise_g^2 it is
    -0.5 (sum r^2 / noise^2 + 2 T log noise + log |A| - b' A^-1 b). `left` becomes (r - X A^-1 b) / noise^2, its
    gradient.
    """
    regions, periods = left.shape
    start = len(state) - regions
    precision, product, density = _normal_equations(state[start:], inputs, left)
    root = _inverse_root(precision)
    columns = len(product)
    half, middle = np.zeros(columns), np.zeros(columns)
    for column in range(columns):
        for other in range(column + 1):
            half[column] += root[column, other] * product[other]
        density += 0.5 * half[column] * half[column] + math.log(root[column, column])
    for column in range(columns):
        for other in range(column, columns):
            middle[column] += root[other, column] * half[other]
    for region in range(regions):
        log_noise, scale = state[start + region], inputs.priors[4]
        per_noise, squared = math.exp(-2.0 * log_noise), math.exp(2.0 * log_noise) / (scale * scale)
        spread = _unexplained(root, inputs.squares[region])
        for column in range(columns):
            for period in range(periods):
                left[region, period] -= middle[column] * inputs.linear[region, column, period]
        for period in range(periods):
            spread += left[region, period] * left[region, period]
            left[region, period] *= per_noise
        gradient[start + region] = 1.0 - squared - periods + spread * per_noise
        density += log_noise - 0.5 * squared
    return density


@_compiled
def _normal_equations(log_noise: Floats, inputs: Inputs, left: Floats) -> tuple[Floats, Floats, float]:
    """Return A, b and the part of the log likelihood that needs neither."""
    columns, periods = len(inputs.precision), left.shape[1]
    precision, product = np.zeros((columns, columns)), np.zeros(columns)
    density = 0.0
    for column in range(columns):
        precision[column, column] = inputs.precision[column]
    for region in range(len(left)):
        per_noise = math.exp(-2.0 * log_noise[region])
        size = 0.0
        for period in range(periods):
            size += left[region, period] * left[region, period]
        density -= periods * log_noise[region] + 0.5 * per_noise * size
        for column in range(columns):
            along = 0.0
            for period in range(periods):
                along += inputs.linear[region, column, period] * left[region, period]
            product[column] += along * per_noise
            for other in range(columns):
                precision[column, other] += inputs.squares[region, column, other] * per_noise
    return precision, product, density


@_compiled
def _inverse_root(precision: Floats) -> Floats:
    """Return the inverse R of the lower Cholesky factor, so that A^-1 = R'R; "not a number" where there is none.

    Written out: for some ten columns, calling LAPACK takes longer than computing.
    """
    size = len(precision)
    factor, root = np.zeros((size, size)), np.zeros((size, size))
    for row in range(size):
        for column in range(row + 1):
            rest = precision[row, column]
            for before in range(column):
                rest -= factor[row, before] * factor[column, before]
            factor[row, column] = math.sqrt(rest) if row == column else rest / factor[column, column]
    for column in range(size):
        root[column, column] = 1.0 / factor[column, column]
        for row in range(column + 1, size):
            rest = 0.0
            for between in range(column, row):
                rest -= factor[row, between] * root[between, column]
            root[row, column] = rest / factor[row, row]
    return root


@_compiled
def _unexplained(root: Floats, squares: Floats) -> float:
    """Return the trace of A^-1 X'X: what the uncertainty of the linear columns adds to the squared errors."""
    size, total = len(root), 0.0
    for row in range(size):
        for first in range(row + 1):
            along = 0.0
            for second in range(row + 1):
                along += root[row, second] * squares[first, second]
            total += root[row, first] * along
    return total


@_compiled
def _carry_back(groups: int, work: Workspace, gradient: Floats) -> None:
    """Add the gradient of the likelihood, and carry that of the effect on to the average contribution."""
    regions, periods = work.left.shape
    for group in range(groups):
        by_value, by_carry_over, by_steepness = 0.0, 0.0, 0.0
        for region in range(regions):
            for period in range(periods):
                push = work.left[region, period]
                by_value += push * work.value[group, region, period]
                by_carry_over += push * work.by_carry_over[group, region, period]
                by_steepness += push * work.by_steepness[group, region, period]
        effect = work.per_group[0, group]
        gradient[2 * groups + group] += effect * by_value
        by_effect = gradient[2 * groups + group]
        gradient[group] += effect * by_carry_over - by_effect * work.per_group[1, group]
        gradient[groups + group] += effect * by_steepness - by_effect * work.per_group[2, group]


@_compiled
def evaluate_curves(carry_over: Floats, steepness: Floats, spend: Floats, periods: int) -> Floats:
    """Return the saturated carry-over (draws, period, geo, group) of parameters (draws, K).

    Parameters
    ----------
    spend : float64 array (K, G, T + l_max - 1)
        See `Inputs`; `periods` is T.
    """
    draws, groups = carry_over.shape
    l_max = spend.shape[2] - periods + 1
    values = np.empty((draws, periods, spend.shape[1], groups))
    felt = np.empty(periods)
    for draw in range(draws):
        for group in range(groups):
            weight, _ = lag_weights(carry_over[draw, group], l_max)
            for region in range(spend.shape[1]):
                carried(spend[group, region], weight, felt)
                for period in range(periods):
                    faded = math.exp(-steepness[draw, group] * felt[period])
                    values[draw, period, region, group] = (1.0 - faded) / (1.0 + faded)
    return values
