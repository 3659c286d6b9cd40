"""Log density and gradient of the model, written out for numba: what the sampler asks some ten thousand times.

It is the density of PyMC-Marketing's graph (`build`; a test compares them), with two changes that leave the posterior
as it is and make it quick to explore:

- Whatever is linear (intercepts, controls, other drivers, yearly waves) has normal priors, so it is integrated out in
  closed form; `quick` draws the coefficients afterwards, given the rest.
- In place of a group's effect, the logarithm of the share of the outcome that it brings over the window is sampled:
  data pin that down, and people have expectations of it, while effect and bend alone are only known together.

A state is (P parameters of the groups' curves, K of each, on their unbounded scales; logarithm of the share, K;
logarithm of the noise, G). Where regions have effects of their own, two more come before the noise: how far apart these
are (its logarithm, K) and where each region stands (K x (G - 1)); its log effect is log shared effect + apart * where.
Shapes are read at run time: one compilation serves every kind of curve and every number of groups, drivers, regions,
periods and lift tests. The compiled code is kept on disk by numba.
"""

import math
from typing import NamedTuple

import numpy as np

from mmm_core.modeling.curves_compiled import (
    Floats,
    adstock_parameters,
    along,
    carry,
    compiled,
    direction,
    lag_weights,
    saturate,
)
from mmm_core.modeling.regions_compiled import carry_back_to_regions, place_regions


class Inputs(NamedTuple):
    """Data of one model; a tuple, because numba reads it.

    P parameters of K groups, G regions, T periods, Q linear columns, N lift tests.

    `adstock` and `saturation` are kinds of curves; `noise` and `apart` are the scales of their priors. `spend`
    (K, G, T + l_max - 1) starts with the periods before the first, in which nothing was spent; `outcome` (G, T), less
    what the means of the linear columns' priors make of it; `linear` (G, Q, T), `squares` (G, Q, Q) its products,
    `precision` (Q,) of its priors; `share_weight` (G,): the share of the outcome that a scaled contribution of 1 is;
    `share_mean` (K,) and `share_precision` (K, K) of the logarithms of the shares; `bounded` (P,): 1 for a parameter
    between 0 and 1, 0 for a positive one; `shape_priors` (P, K, 2); `tests` (N, 6): group, region, spend before and
    after, lift, its error; `basis` (G, U) turns U free numbers into where the regions stand, which adds up to 0: U is
    G - 1, or 0 where all regions have the same effect.
    """

    adstock: int
    saturation: int
    noise: float
    apart: float
    spend: Floats
    outcome: Floats
    linear: Floats
    squares: Floats
    precision: Floats
    share_weight: Floats
    share_mean: Floats
    share_precision: Floats
    bounded: Floats
    shape_priors: Floats
    tests: Floats
    basis: Floats


class Workspace(NamedTuple):
    """Memory of one chain.

    The curves and their derivatives by felt spend and by the slope (K, G, 3, T), what is left of the outcome (G, T),
    felt spend (T,), weights of the lags and their derivatives (K, 3, l_max), the parameters (P, K). Per group (2, K):
    the shared effect, and the share that a shared effect of 1 brings. Per group and region (K, G, 3): how many times
    the shared effect it has, its part of that share, and the derivative by the logarithm of its effect.
    """

    curves: Floats
    left: Floats
    felt: Floats
    weights: Floats
    shapes: Floats
    per_group: Floats
    regional: Floats


@compiled
def workspace(inputs: Inputs) -> Workspace:
    """Make room for one chain."""
    groups, regions, length = inputs.spend.shape
    periods, parameters = inputs.outcome.shape[1], len(inputs.bounded)
    return Workspace(
        np.empty((groups, regions, 3, periods)),
        np.empty((regions, periods)),
        np.empty(periods),
        np.empty((groups, 3, length - periods + 1)),
        np.empty((parameters, groups)),
        np.empty((2, groups)),
        np.empty((groups, regions, 3)),
    )


@compiled
def log_density(state: Floats, inputs: Inputs, work: Workspace, gradient: Floats) -> float:
    """Return the log density of a state up to a constant, and write its gradient."""
    density = _shapes(state, inputs, work, gradient)
    density += _shares(state, inputs, gradient)
    own = slice((len(inputs.bounded) + 1) * len(inputs.share_mean), len(state) - len(inputs.outcome))
    density += place_regions(state[own], inputs.basis, inputs.apart, work.regional, gradient[own])
    _media(state, inputs, work)
    density += _integrated(state, inputs, work.left, gradient)
    density += _tests(inputs, work, gradient)
    _carry_back(inputs, work, gradient)
    carry_back_to_regions(state[own], inputs.basis, work.regional, work.per_group[1], gradient[own])
    return density


@compiled
def _shapes(state: Floats, inputs: Inputs, work: Workspace, gradient: Floats) -> float:
    """Read the parameters of the curves; return their log prior."""
    parameters, groups = work.shapes.shape
    density = 0.0
    for parameter in range(parameters):
        for group in range(groups):
            at = parameter * groups + group
            first, second = inputs.shape_priors[parameter, group, 0], inputs.shape_priors[parameter, group, 1]
            if inputs.bounded[parameter] > 0.0:
                value = 1.0 / (1.0 + math.exp(-state[at]))
                density += first * math.log(value) + second * math.log(1.0 - value)
                gradient[at] = first - (first + second) * value
            else:
                value = math.exp(state[at])
                density += first * state[at] - second * value
                gradient[at] = first - second * value
            work.shapes[parameter, group] = value
    return density


@compiled
def _shares(state: Floats, inputs: Inputs, gradient: Floats) -> float:
    """Return the log prior of what the groups bring."""
    groups = len(inputs.share_mean)
    start, density = len(inputs.bounded) * groups, 0.0
    for group in range(groups):
        pull = 0.0
        for other in range(groups):
            pull -= inputs.share_precision[group, other] * (state[start + other] - inputs.share_mean[other])
        gradient[start + group] = pull
        density += 0.5 * pull * (state[start + group] - inputs.share_mean[group])
    return density


@compiled
def _media(state: Floats, inputs: Inputs, work: Workspace) -> None:
    """Write curves and effects, and subtract what the groups bring from the outcome."""
    parameters, groups = work.shapes.shape
    work.left[:] = inputs.outcome
    for group in range(groups):
        share = _curve(group, inputs, work)
        shared = math.exp(state[parameters * groups + group] - math.log(share))
        work.per_group[0, group], work.per_group[1, group] = shared, share
        for region in range(len(work.left)):
            effect = shared * work.regional[group, region, 0]
            for period in range(work.left.shape[1]):
                work.left[region, period] -= effect * work.curves[group, region, 0, period]


@compiled
def _curve(group: int, inputs: Inputs, work: Workspace) -> float:
    """Write the curve of one group and its derivatives; return the share that a shared effect of 1 brings."""
    parameters = len(work.shapes)
    first, second = work.shapes[0, group], work.shapes[adstock_parameters(inputs.adstock) - 1, group]
    slope, bend = work.shapes[parameters - 2, group], work.shapes[parameters - 1, group]
    lag_weights(inputs.adstock, first, second, work.weights[group, 0], work.weights[group, 1:])
    share = 0.0
    for region in range(len(work.left)):
        carry(inputs.spend[group, region], work.weights[group, 0], work.felt)
        total = saturate(inputs.saturation, slope, bend, work.felt, work.curves[group, region])
        work.regional[group, region, 1] = inputs.share_weight[region] * work.regional[group, region, 0] * total
        share += work.regional[group, region, 1]
    return share


@compiled
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
        log_noise, scale = state[start + region], inputs.noise
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


@compiled
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


@compiled
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


@compiled
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


@compiled
def _tests(inputs: Inputs, work: Workspace, gradient: Floats) -> float:
    """Return the log likelihood of the lift tests: what saturation makes of more spend, without carry-over."""
    parameters, groups = work.shapes.shape
    slopes, bends = (parameters - 2) * groups, (parameters - 1) * groups
    density, curve = 0.0, np.empty((3, 2))
    for test in inputs.tests:
        group, region, spend = int(test[0]), int(test[1]), test[2:4]
        bend = work.shapes[parameters - 1, group]
        effect = work.per_group[0, group] * work.regional[group, region, 0]
        saturate(inputs.saturation, work.shapes[parameters - 2, group], bend, spend, curve)
        lift = curve[0, 1] - curve[0, 0]
        away = (effect * lift - test[4]) / test[5]
        push = -effect * away / test[5]
        density -= 0.5 * away * away
        work.regional[group, region, 2] += push * lift
        by_bend = curve[1, 1] * spend[1] - curve[1, 0] * spend[0]
        gradient[bends + group] += push * direction(inputs.saturation) * by_bend
        gradient[slopes + group] += push * (curve[2, 1] - curve[2, 0])
    return density


@compiled
def _carry_back(inputs: Inputs, work: Workspace, gradient: Floats) -> None:
    """Carry the gradient by what the groups bring back to their shares and shapes."""
    parameters, groups = work.shapes.shape
    slopes, bends = (parameters - 2) * groups, (parameters - 1) * groups
    by_weight = np.empty(work.weights.shape[2])
    for group in range(groups):
        weight, adstock_slopes = work.weights[group, 0], work.weights[group, 1:]
        by_effect = _by_effect(group, work)
        gradient[parameters * groups + group] += by_effect
        gradient[slopes + group] += _by_curve(group, by_effect, inputs, work, by_weight)
        gradient[bends + group] += direction(inputs.saturation) * along(by_weight, weight)
        for parameter in range(adstock_parameters(inputs.adstock)):
            gradient[parameter * groups + group] += along(by_weight, adstock_slopes[parameter])


@compiled
def _by_effect(group: int, work: Workspace) -> float:
    """Write the gradient of one group by the logarithms of its regions' effects; return their sum."""
    total = 0.0
    for region in range(len(work.left)):
        effect = work.per_group[0, group] * work.regional[group, region, 0]
        work.regional[group, region, 2] += effect * along(work.left[region], work.curves[group, region, 0])
        total += work.regional[group, region, 2]
    return total


@compiled
def _by_curve(group: int, by_effect: float, inputs: Inputs, work: Workspace, by_weight: Floats) -> float:
    """Write the gradient of one group by the weights of the lags; return the one by the slope.

    Given its share, a group's effect falls where its curve rises.
    """
    regions, periods = work.left.shape
    last = len(by_weight) - 1
    by_weight[:] = 0.0
    by_slope, push = 0.0, work.felt
    for region in range(regions):
        times = work.regional[group, region, 0]
        effect = times * work.per_group[0, group]
        fall = times * by_effect * inputs.share_weight[region] / work.per_group[1, group]
        for period in range(periods):
            push[period] = effect * work.left[region, period] - fall
        by_slope += along(push, work.curves[group, region, 2])
        push *= work.curves[group, region, 1]
        for lag in range(last + 1):
            by_weight[lag] += along(push, inputs.spend[group, region, last - lag :])
    return by_slope
