"""Carry-over and diminishing returns with their derivatives, and the prior of the model.

A state is `theta` = (logit of the carry-over, K; log of the steepness, K; log of the share of the outcome that a group
brings over the window, K; coefficients of the other columns, Q): unbounded, so a Gaussian can sit on it.

The model's effect of a group at full saturation is no part of it: effect = share / (the group's curve, added up over
the window). Given the shapes the logarithms of effect and share differ by a constant, so densities are the same in
both. People have expectations of shares and data speak about them, so priors and ridges are simpler this way.
"""

from dataclasses import dataclass

import numpy as np

from mmm_core.modeling.scaled_model import Floats, ScaledModel

_LOGIT, _LOG = 12.0, 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """Curves per state and group, and their derivatives by the logit and the log.

    Attributes
    ----------
    value, by_carry_over, by_steepness : float64 array (..., K, rows)
        Scaled contribution per share of the outcome.
    log_total, total_by_carry_over, total_by_steepness : float64 array (..., K)
        Logarithm of the share of the outcome per effect at full saturation.
    """

    value: Floats
    by_carry_over: Floats
    by_steepness: Floats
    log_total: Floats
    total_by_carry_over: Floats
    total_by_steepness: Floats


def split(theta: Floats, groups: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return carry-over, steepness, share of the outcome, each (..., K), and the other coefficients (..., Q)."""
    logit, steepness, share = (theta[..., at * groups : (at + 1) * groups] for at in range(3))
    carry_over = 1.0 / (1.0 + np.exp(-np.clip(logit, -_LOGIT, _LOGIT)))
    return (
        carry_over,
        np.exp(np.clip(steepness, -_LOG, _LOG)),
        np.exp(np.minimum(share, _LOG)),
        theta[..., 3 * groups :],
    )


def weights(carry_over: Floats, l_max: int) -> tuple[Floats, Floats]:
    """Return the weights of the lags, which add up to 1, and their derivatives by the logit; (..., l_max)."""
    lags = np.arange(l_max)
    powers = carry_over[..., None] ** lags
    total = powers.sum(axis=-1, keepdims=True)
    weight = powers / total
    # d a^l / d logit(a) = l a^l (1 - a)
    mean_lag = (weight * lags).sum(axis=-1, keepdims=True)
    return weight, weight * (lags - mean_lag) * (1.0 - carry_over[..., None])


def saturated(steepness: Floats, felt: Floats) -> Floats:
    """Return the share of its full effect that a felt spend reaches."""
    # (1 - exp(-l x)) / (1 + exp(-l x)) = tanh(l x / 2)
    reached: Floats = np.tanh(0.5 * steepness * felt)
    return reached


def shapes(model: ScaledModel, theta: Floats) -> Shapes:
    """Evaluate the curves of one state or of many, (P,) or (states, P)."""
    carry_over, steepness, _, _ = split(theta, len(model.groups))
    weight, slope = weights(carry_over, model.lagged.shape[2])
    felt = _carried(model.lagged, weight)
    value = saturated(steepness[..., None], felt)
    bend = 0.5 * steepness[..., None] * (1.0 - value * value)
    by_carry_over, by_steepness = bend * _carried(model.lagged, slope), bend * felt
    total, first, second = (part @ model.share_weight for part in (value, by_carry_over, by_steepness))
    first, second = first / total, second / total
    value = value / total[..., None]
    return Shapes(
        value=value,
        by_carry_over=by_carry_over / total[..., None] - value * first[..., None],
        by_steepness=by_steepness / total[..., None] - value * second[..., None],
        log_total=np.log(total),
        total_by_carry_over=first,
        total_by_steepness=second,
    )


def _carried(lagged: Floats, weight: Floats) -> Floats:
    carried: Floats = (
        np.matmul(lagged, weight[..., None])[..., 0]
        if weight.ndim == 2
        else np.matmul(lagged, weight.transpose(1, 2, 0)).transpose(2, 0, 1)
    )
    return carried


def expected(model: ScaledModel, theta: Floats, curve: Shapes) -> Floats:
    """Return the expected scaled outcome of one state, (rows,)."""
    _, _, share, other = split(theta, len(model.groups))
    return share @ curve.value + model.others @ other


def jacobian(model: ScaledModel, theta: Floats, curve: Shapes) -> Floats:
    """Return the derivatives of the expected outcome of one state, (rows, P)."""
    share = split(theta, len(model.groups))[2][:, None]
    media = np.concatenate([share * curve.by_carry_over, share * curve.by_steepness, share * curve.value])
    return np.concatenate([media.T, model.others], axis=1)


def expected_lifts(model: ScaledModel, theta: Floats, curve: Shapes) -> tuple[Floats, Floats]:
    """Return what the model's lift tests should have measured in one state, (N,), and its derivatives, (N, P)."""
    groups, tests, at = len(model.groups), model.tests, model.tests.group
    _, steepness, share, _ = split(theta, groups)
    steepness, effect = steepness[at], share[at] / np.exp(curve.log_total[at])
    low, high = (saturated(steepness, spend) for spend in (tests.before, tests.after))
    lift = effect * (high - low)
    bend = 0.5 * effect * steepness * (tests.after * (1 - high**2) - tests.before * (1 - low**2))
    slopes = np.zeros((len(at), len(theta)))
    row = np.arange(len(at))
    slopes[row, at] = -lift * curve.total_by_carry_over[at]
    slopes[row, groups + at] = bend - lift * curve.total_by_steepness[at]
    slopes[row, 2 * groups + at] = lift
    return lift, slopes


def prior(model: ScaledModel, theta: Floats) -> tuple[Floats, Floats]:
    """Return log prior (the Jacobian of the transforms included) and gradient; `theta` (..., P) gives (...), (..., P).

    Shapes: Beta in the logit, Gamma in the logarithm. Shares: normal logarithms, of groups that are alike correlated.
    """
    groups = len(model.groups)
    carry_over, steepness, _, other = split(theta, groups)
    (first, second), (shape, rate) = np.moveaxis(model.shape_priors, 2, 1)
    missing, away = model.share_mean - theta[..., 2 * groups : 3 * groups], other - model.others_mean
    pull = missing @ model.share_precision
    density = (
        (first * np.log(carry_over) + second * np.log1p(-carry_over)).sum(axis=-1)
        + (shape * np.log(steepness) - rate * steepness).sum(axis=-1)
        - 0.5 * (pull * missing).sum(axis=-1)
        - 0.5 * ((away / model.others_spread) ** 2).sum(axis=-1)
    )
    by_shape = (first - (first + second) * carry_over, shape - rate * steepness)
    gradient = (*by_shape, pull, -away / model.others_spread**2)
    return density, np.concatenate(gradient, axis=-1)


def prior_precision(model: ScaledModel, theta: Floats) -> Floats:
    """Return the negative second derivatives of the log prior at one state, (P, P)."""
    groups = len(model.groups)
    carry_over, steepness, _, _ = split(theta, groups)
    (first, second), (_, rate) = np.moveaxis(model.shape_priors, 2, 1)
    along = [(first + second) * carry_over * (1 - carry_over), rate * steepness, np.zeros(groups)]
    precision = np.diag(np.concatenate([*along, model.others_spread**-2.0]))
    shares = slice(2 * groups, 3 * groups)
    precision[shares, shares] = model.share_precision
    return precision


def contribution(model: ScaledModel, theta: Floats) -> Floats:
    """Return the contribution of each group over the window, KPI units, (..., K)."""
    return split(theta, len(model.groups))[2] * model.total_outcome
