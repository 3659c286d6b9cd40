"""Carry-over and diminishing returns with their derivatives, and the log density of the model.

A state is `theta` = (logit of the carry-over, K; log of the steepness, K; log of the effect, K; coefficients of the
other columns, Q): unbounded, so a Gaussian can sit on it.
"""

from dataclasses import dataclass

import numpy as np

from mmm_core.modeling.scaled_model import CARRY_OVER, STEEPNESS, Floats, ScaledModel

_LOGIT, _LOG = 12.0, 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """Saturated carry-over per state, group and row, and its derivatives by the logit and the log; (..., K, rows)."""

    value: Floats
    by_carry_over: Floats
    by_steepness: Floats


def split(theta: Floats, groups: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return carry-over, steepness, effect, each (..., K), and the other coefficients (..., Q)."""
    logit, steepness, effect = (theta[..., at * groups : (at + 1) * groups] for at in range(3))
    carry_over = 1.0 / (1.0 + np.exp(-np.clip(logit, -_LOGIT, _LOGIT)))
    return (
        carry_over,
        np.exp(np.clip(steepness, -_LOG, _LOG)),
        np.exp(np.minimum(effect, _LOG)),
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


def shapes(model: ScaledModel, theta: Floats) -> Shapes:
    """Evaluate the curves of one state or of many, (P,) or (states, P)."""
    carry_over, steepness, _, _ = split(theta, len(model.groups))
    weight, slope = weights(carry_over, model.lagged.shape[2])
    felt = _carried(model.lagged, weight)
    value = np.tanh(0.5 * steepness[..., None] * felt)
    # (1 - exp(-l x)) / (1 + exp(-l x)) = tanh(l x / 2)
    bend = 0.5 * steepness[..., None] * (1.0 - value * value)
    return Shapes(value=value, by_carry_over=bend * _carried(model.lagged, slope), by_steepness=bend * felt)


def _carried(lagged: Floats, weight: Floats) -> Floats:
    carried: Floats = (
        np.matmul(lagged, weight[..., None])[..., 0]
        if weight.ndim == 2
        else np.matmul(lagged, weight.transpose(1, 2, 0)).transpose(2, 0, 1)
    )
    return carried


def expected(model: ScaledModel, theta: Floats, curve: Shapes) -> Floats:
    """Return the expected scaled outcome of one state, (rows,)."""
    _, _, effect, other = split(theta, len(model.groups))
    return effect @ curve.value + model.others @ other


def jacobian(model: ScaledModel, theta: Floats, curve: Shapes) -> Floats:
    """Return the derivatives of the expected outcome of one state, (rows, P)."""
    effect = split(theta, len(model.groups))[2][:, None]
    media = np.concatenate([effect * curve.by_carry_over, effect * curve.by_steepness, effect * curve.value])
    return np.concatenate([media.T, model.others], axis=1)


def prior(model: ScaledModel, theta: Floats) -> tuple[Floats, Floats, Floats]:
    """Return log prior (the Jacobian of the transforms included), gradient and negative second derivatives.

    Shapes: `theta` (..., P) gives (...), (..., P), (..., P). All second derivatives across parameters are 0.
    """
    groups = len(model.groups)
    carry_over, steepness, _, other = split(theta, groups)
    (first, second), (shape, rate) = CARRY_OVER, STEEPNESS
    effect = theta[..., 2 * groups : 3 * groups] - model.effect_mean
    away = other - model.others_mean
    density = (
        (first * np.log(carry_over) + second * np.log1p(-carry_over)).sum(axis=-1)
        + (shape * np.log(steepness) - rate * steepness).sum(axis=-1)
        - 0.5 * ((effect / model.effect_spread) ** 2).sum(axis=-1)
        - 0.5 * ((away / model.others_spread) ** 2).sum(axis=-1)
    )
    gradient = np.concatenate(
        [
            first - (first + second) * carry_over,
            shape - rate * steepness,
            -effect / model.effect_spread**2,
            -away / model.others_spread**2,
        ],
        axis=-1,
    )
    curvature = np.concatenate(
        [
            (first + second) * carry_over * (1 - carry_over),
            rate * steepness,
            np.broadcast_to(model.effect_spread**-2.0, effect.shape),
            np.broadcast_to(model.others_spread**-2.0, other.shape),
        ],
        axis=-1,
    )
    return density, gradient, curvature


def contribution(model: ScaledModel, theta: Floats, curve: Shapes) -> Floats:
    """Return the contribution of each group over the window, KPI units, (..., K)."""
    return split(theta, len(model.groups))[2] * (curve.value @ model.outcome_scale)
