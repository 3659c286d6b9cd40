"""The most plausible state of the model: penalised least squares by Levenberg-Marquardt."""

from dataclasses import dataclass

import numpy as np

from mmm_core.feasibility.curves import Shapes, expected, expected_lifts, jacobian, prior, prior_precision, shapes
from mmm_core.modeling.scaled_model import Floats, ScaledModel
from mmm_core.modeling.shapes import middles

_STEPS = 40
_CLOSE = 1e-3
"""The climb ends when the next step promises less than this in log density."""
_LEAST_NOISE = 1e-4
_LONGEST_STEP = 2.0
_FIRST_DAMPING, _LEAST_DAMPING, _LARGEST_DAMPING = 1e-3, 1e-9, 1e6
_LEAST_FREE_SHARE = 0.1
"""Of the rows, as degrees of freedom of the noise, however many parameters there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A mode and the Gaussian around it.

    Attributes
    ----------
    theta : float64 array (P,)
        As in `mmm_core.feasibility.curves`.
    noise : float64 array (regions,)
        Standard deviation of the scaled outcome around its expectation, with degrees of freedom.
    covariance : float64 array (P, P)
        Inverse of the Gauss-Newton approximation of the curvature.
    effective : float
        Number of parameters that the data determine.
    """

    theta: Floats
    noise: Floats
    covariance: Floats
    effective: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Point:
    theta: Floats
    curve: Shapes
    left: Floats

    def log_density(self, model: ScaledModel, noise: Floats) -> float:
        squares = ((self.left / noise[model.region]) ** 2).sum()
        if len(model.tests.group):
            lift, _ = expected_lifts(model, self.theta, self.curve)
            squares += (((model.tests.lift - lift) / model.tests.error) ** 2).sum()
        return float(prior(model, self.theta)[0] - 0.5 * squares)


def find_estimate(model: ScaledModel, start: Floats) -> Estimate:
    """Climb from a start to the mode, with the noise of the residuals at every step."""
    point, damping, effective = _point(model, start), _FIRST_DAMPING, 0.0
    noise = _noise(model, point.left, effective)
    for _ in range(_STEPS):
        precision, slope = _quadratic(model, point, noise)
        found = _better(model, point, noise, precision, slope, damping)
        if found is None:
            break
        step = found[0].theta - point.theta
        point, damping = found
        effective = _effective(model, point.theta, precision)
        noise_before, noise = noise, _noise(model, point.left, effective)
        if slope @ step < _CLOSE and np.allclose(noise, noise_before, rtol=1e-3):
            break
    precision, _ = _quadratic(model, point, noise)
    covariance = np.linalg.inv(precision).astype(np.float64)
    return Estimate(theta=point.theta, noise=noise, covariance=covariance, effective=effective)


def default_start(model: ScaledModel) -> Floats:
    """Start from the middle of the priors, with the other columns fitted by penalised least squares."""
    media = np.concatenate([middles(model.shape_priors).ravel(), model.share_mean])
    theta = np.concatenate([media, model.others_mean])
    left = _point(model, theta).left
    variance = max(float(left.var()), _LEAST_NOISE**2)
    precision = model.others.T @ model.others / variance + np.diag(model.others_spread**-2.0)
    theta[len(media) :] += np.linalg.solve(precision, model.others.T @ left / variance)
    return theta


def _point(model: ScaledModel, theta: Floats) -> _Point:
    curve = shapes(model, theta)
    return _Point(theta=theta, curve=curve, left=model.outcome - expected(model, theta, curve))


def _better(
    model: ScaledModel, point: _Point, noise: Floats, precision: Floats, slope: Floats, damping: float
) -> tuple[_Point, float] | None:
    """Step uphill, more cautiously as long as it goes down; None when no step helps."""
    before = point.log_density(model, noise)
    while damping < _LARGEST_DAMPING:
        step = np.linalg.solve(precision + damping * np.diag(np.diag(precision)), slope)
        step *= min(1.0, _LONGEST_STEP / max(float(np.abs(step).max()), 1e-12))
        tried = _point(model, point.theta + step)
        if tried.log_density(model, noise) >= before:
            return tried, max(damping / 5, _LEAST_DAMPING)
        damping *= 8
    return None


def _quadratic(model: ScaledModel, point: _Point, noise: Floats) -> tuple[Floats, Floats]:
    """Return the Gauss-Newton curvature and the slope of the log density."""
    by_row = 1.0 / noise[model.region]
    slopes = jacobian(model, point.theta, point.curve) * by_row[:, None]
    precision = slopes.T @ slopes + prior_precision(model, point.theta)
    slope = slopes.T @ (point.left * by_row) + prior(model, point.theta)[1]
    if len(model.tests.group):
        lift, lifts = expected_lifts(model, point.theta, point.curve)
        lifts /= model.tests.error[:, None]
        precision += lifts.T @ lifts
        slope += lifts.T @ ((model.tests.lift - lift) / model.tests.error)
    return precision, slope


def _effective(model: ScaledModel, theta: Floats, precision: Floats) -> float:
    return len(theta) - float(np.trace(np.linalg.solve(precision, prior_precision(model, theta))))


def _noise(model: ScaledModel, left: Floats, effective: float) -> Floats:
    rows = len(left)
    squares = np.bincount(model.region, weights=left**2, minlength=model.regions)
    free = max(rows - effective, _LEAST_FREE_SHARE * rows) / model.regions
    return np.maximum(np.sqrt(squares / free), _LEAST_NOISE)
