"""The log density of the model at thousands of states per second, whatever the number of rows.

What a group contributes per share of the outcome depends on two numbers, its carry-over and its steepness. Over the
whole range that the priors allow it is a polynomial of both (Chebyshev, error below 1 %), and the polynomials of a
group span few directions in the space of the rows. So the sum of squares of a state needs only the inner products of
these directions with each other and with the outcome: they are taken once, and a state then costs the same for 60 weeks
as for 1,000 days.

The columns that are linear (intercept, controls, waves) are integrated out: their priors are normal. What is left are
the shapes and shares of the groups and the noise; the ridge along which a share trades for the intercept is gone.

States are columns here, (3 K + 1, states): carry-over, steepness and share as in `mmm_core.feasibility.curves` with a
last row for the log of the noise, relative to the noise of the estimate (one factor for all regions).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmm_core.feasibility.curves import saturated, weights
from mmm_core.feasibility.estimate import Estimate
from mmm_core.feasibility.polynomials import (
    NODES,
    Polynomials,
    Ranges,
    Singles,
    by_shape,
    chebyshev,
    polynomials,
    ranges_of,
    terms_of_low_degree,
    values_of,
)
from mmm_core.feasibility.tested import Tested, tested
from mmm_core.modeling.scaled_model import NOISE, Floats, ScaledModel

_DIRECTIONS = 7
"""Directions kept per group: what they leave out moves the log density by 0.1 to 0.2 over the draws (measured)."""
_LIKELY, _WIDER, _ANYWHERE, _SEED = 64, 1.5, 0.03, 3
"""Shapes for which directions are chosen: so many around the estimate, from its Gaussian made so much wider; the whole
range of the priors counts so much beside them. Chosen by error of the density: a third of what it is when the whole
range counts alone."""
_LARGEST_BLOCK = 200_000
"""Multiplications in one product: above 262,144 OpenBLAS starts threads, which wait for each other on busy machines."""
_NO_VARIANCE = 1e-10
"""Share of the largest variance below which a direction of the linear columns counts as none."""
_LARGEST_LOG = np.float32(6.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearColumns:
    """The columns that are integrated out, in directions of the rows in which they do not mix.

    Attributes
    ----------
    coefficients : float64 array (Q, Q)
        From the directions to the coefficients.
    mean : float64 array (Q,)
        Of the coefficients, a priori.
    variance : float32 array (Q, 1)
        How much of the outcome's variance along a direction the columns can take up, in units of the noise.
    at_origin : float32 array (Q, 1)
        What the media of the estimate leave unexplained along each direction.
    by_media : float32 array (Q, D)
        Inner products with the directions of the media.
    """

    coefficients: Floats
    mean: Floats
    variance: Singles
    at_origin: Singles
    by_media: Singles


@dataclass(frozen=True, slots=True, kw_only=True)
class CompressedDensity:
    """Inner products of one model, around an estimate; single precision suffices for differences from it.

    Attributes
    ----------
    model : ScaledModel
    ranges : Ranges
        Of the polynomials.
    expand : float32 array (K, directions, terms)
        From the terms of the polynomial to the directions of a group.
    products : float32 array (blocks, rows of a block, D)
        Inner products of all D directions, less what the linear columns take up, cut into blocks, zeros at the end.
    slope : float32 array (D, 1)
        Inner products of the directions with what the estimate leaves unexplained.
    origin : float32 array (D, 1)
        Where the estimate stands.
    unexplained : float
        Sum of squares at the estimate, in units of the noise.
    linear : LinearColumns
    noise_squares : float
        Sum over regions of the squared noise of the estimate, scaled.
    terms : int array (2, terms)
        Degrees of each term.
    log_total : float32 array (K, terms)
        Polynomials of the logarithm of the share of the outcome per effect, less that of s / (s + middle).
    tested : Tested
        What the model's lift tests say.
    priors : float32 array (2, 2, K, 1)
        Of carry-over and steepness: their two numbers.
    centre, precision : float32 array (K, 1), (K, K)
        Normal prior of the logarithms of the shares.
    """

    model: ScaledModel
    ranges: Ranges
    expand: Singles
    products: Singles
    slope: Singles
    origin: Singles
    unexplained: float
    linear: LinearColumns
    noise_squares: float
    terms: NDArray[np.intp]
    log_total: Singles
    tested: Tested
    priors: Singles
    centre: Singles
    precision: Singles

    def contribution(self, states: Singles) -> Floats:
        """Return contributions over the window, KPI units, (states, K)."""
        share: Floats = self._shares(states).T.astype(np.float64)
        return share * self.model.total_outcome

    def effects(self, states: Singles) -> Floats:
        """Return the scaled effects at full saturation, (states, K)."""
        shape = polynomials(states, self.ranges)
        total = (self.log_total[:, :, None] * values_of(shape, self.terms)).sum(axis=1)
        effect: Floats = self._shares(states) / (np.exp(total) * shape.share[len(self.model.groups) :])
        return np.ascontiguousarray(effect.T, dtype=np.float64)

    def log_density(self, states: Singles) -> Floats:
        """Return the log posterior density, up to a constant, (states,)."""
        return self._evaluate(states, slopes=False)[0]

    def with_gradient(self, states: Singles) -> tuple[Floats, Singles]:
        """Return the log density (states,) and its gradient (3 K + 1, states)."""
        return self._evaluate(states, slopes=True)

    def other_coefficients(self, states: Singles, rng: np.random.Generator) -> Floats:
        """Draw the coefficients of the linear columns, given states, (states, Q)."""
        shape = polynomials(states, self.ranges)
        media = self._shares(states)[:, None] * (self.expand @ values_of(shape, self.terms))
        left = self.linear.at_origin - self.linear.by_media @ (media.reshape(-1, states.shape[1]) - self.origin)
        known = self.linear.variance + np.exp(2 * states[-1])
        middle = np.sqrt(self.linear.variance) * left / known
        drawn = middle + np.exp(states[-1]) / np.sqrt(known) * rng.standard_normal(left.shape)
        result: Floats = self.linear.mean + (self.linear.coefficients @ drawn).T
        return result

    def _evaluate(self, states: Singles, *, slopes: bool) -> tuple[Floats, Singles]:
        groups, count = len(self.model.groups), states.shape[1]
        shape = polynomials(states, self.ranges)
        terms, share = values_of(shape, self.terms), self._shares(states)
        directions = self.expand @ terms
        away = (share[:, None] * directions).reshape(-1, count) - self.origin
        force = self.slope - (self.products @ away).reshape(-1, count)[: len(away)]
        squares = self.unexplained - ((force + self.slope) * away).sum(axis=0)
        noise = np.exp(2 * states[-1])
        # Along a direction that linear columns take up, the outcome varies by their variance and the noise.
        left = self.linear.at_origin - self.linear.by_media @ away
        known = self.linear.variance + noise
        free = len(self.model.outcome) - len(left)
        density, gradient = self._prior(states, shape.share[:groups])
        density -= 0.5 * (squares / noise + (left * left / known + np.log(known)).sum(axis=0)) + free * states[-1]
        if slopes:
            force = force / noise + self.linear.by_media.T @ (left / known)
            by_direction = force.reshape(directions.shape) * share[:, None]
            by_term = self.expand.transpose(0, 2, 1) @ by_direction
            gradient[: 2 * groups] += by_shape(shape, self.terms, by_term)
            gradient[2 * groups : -1] += (by_direction * directions).sum(axis=1)
            gradient[-1] += squares / noise - free + (noise / known * (left * left / known - 1)).sum(axis=0)
        if len(self.model.tests.group):
            density += self._agreement(states, shape, terms, gradient)
        return density.astype(np.float64), gradient

    def _agreement(self, states: Singles, shape: Polynomials, terms: Singles, gradient: Singles) -> Singles:
        """Return how well states agree with the lift tests, and add the slopes of that to a gradient."""
        groups = len(self.model.groups)
        share = shape.share[groups:]
        log_total = (self.log_total[:, :, None] * terms).sum(axis=1) + np.log(share)
        found = self.tested.agree(states[groups : 2 * groups], states[2 * groups : -1] - log_total)
        gradient[: 2 * groups] -= by_shape(shape, self.terms, self.log_total[:, :, None] * found.by_effect[:, None])
        gradient[groups : 2 * groups] += found.by_steepness - found.by_effect * (1 - share)
        gradient[2 * groups : -1] += found.by_effect
        return found.density

    def _prior(self, states: Singles, carry_over: Singles) -> tuple[Singles, Singles]:
        """Return log prior and gradient; as `curves.prior`, in single precision and with the noise."""
        groups, regions = len(self.model.groups), self.model.regions
        (first, second), (shape, rate) = self.priors
        log_steepness = states[groups : 2 * groups]
        steepness = rate * np.exp(np.minimum(log_steepness, _LARGEST_LOG))
        away = states[2 * groups : -1] - self.centre
        weighed = self.precision @ away
        squared = np.exp(2 * states[-1]) * np.float32(self.noise_squares / NOISE**2)
        gradient = np.empty_like(states)
        gradient[:groups] = first - (first + second) * carry_over
        gradient[groups : 2 * groups] = shape - steepness
        np.negative(weighed, out=gradient[2 * groups : -1])
        gradient[-1] = regions - squared
        shapes = first * np.log(carry_over) + second * np.log(1 - carry_over) + shape * log_steepness - steepness
        density = shapes.sum(axis=0) - 0.5 * ((away * weighed).sum(axis=0) + squared) + regions * states[-1]
        return density, gradient

    def _shares(self, states: Singles) -> Singles:
        groups = len(self.model.groups)
        result: Singles = np.exp(np.minimum(states[2 * groups : -1], _LARGEST_LOG))
        return result


def compress(model: ScaledModel, estimate: Estimate) -> CompressedDensity:
    """Take the inner products."""
    groups, rows, _ = model.lagged.shape
    by_noise = 1.0 / estimate.noise[model.region]
    terms, shapes = terms_of_low_degree(), slice(2 * groups)
    spread = np.sqrt(np.diag(estimate.covariance)[shapes])
    ranges = ranges_of(model.shape_priors, estimate.theta[shapes], spread)
    coefficients, log_total = _coefficients(model, terms, ranges)
    basis, small = np.linalg.qr(coefficients * by_noise[:, None])
    axes = _main_axes(small, values_of(polynomials(_likely_shapes(estimate, groups), ranges), terms))
    kept = axes.transpose(0, 2, 1) @ small
    flat = (basis @ axes).transpose(1, 0, 2).reshape(rows, -1)
    state = np.append(estimate.theta[: 3 * groups], 0.0).astype(np.float32)[:, None]
    at_estimate = (kept @ values_of(polynomials(state, ranges), terms))[:, :, 0]
    origin = (np.exp(estimate.theta[2 * groups : 3 * groups, None]) * at_estimate).ravel()
    columns = model.others * by_noise[:, None]
    left = model.outcome * by_noise - flat @ origin - columns @ model.others_mean
    linear, taken_up = _linear(model, columns, flat, left)
    flat_left = flat - taken_up @ (taken_up.T @ flat)
    left -= taken_up @ (taken_up.T @ left)
    return CompressedDensity(
        model=model,
        ranges=ranges,
        expand=np.ascontiguousarray(kept, dtype=np.float32),
        products=_in_blocks(flat_left.T @ flat_left),
        slope=(flat_left.T @ left).astype(np.float32)[:, None],
        origin=origin.astype(np.float32)[:, None],
        unexplained=float(left @ left),
        linear=linear,
        noise_squares=float((estimate.noise**2).sum()),
        terms=terms,
        log_total=log_total.astype(np.float32),
        tested=tested(model),
        priors=np.moveaxis(model.shape_priors, 2, 1).astype(np.float32)[..., None],
        centre=model.share_mean.astype(np.float32)[:, None],
        precision=model.share_precision.astype(np.float32),
    )


def _likely_shapes(estimate: Estimate, groups: int) -> Singles:
    """Draw shapes around the estimate, group by group, (2 K, shapes)."""
    chances = _WIDER * np.random.default_rng(_SEED).standard_normal((2, _LIKELY))
    drawn = np.empty((2 * groups, _LIKELY), dtype=np.float32)
    for at in range(groups):
        own = [at, groups + at]
        root = np.linalg.cholesky(estimate.covariance[np.ix_(own, own)])
        drawn[own] = estimate.theta[own, None] + root @ chances
    return drawn


def _main_axes(small: Floats, likely: Singles) -> Floats:
    """Return the directions in which the curves differ most, (K, terms, directions)."""
    curves = np.concatenate([small @ likely / math.sqrt(_LIKELY), _ANYWHERE * small], axis=2)
    axes: Floats = np.linalg.svd(curves, full_matrices=False)[0]
    return axes[:, :, :_DIRECTIONS]


def _linear(model: ScaledModel, columns: Floats, flat: Floats, left: Floats) -> tuple[LinearColumns, Floats]:
    """Return the linear columns and their directions in the space of the rows, (rows, Q); 0 where there are too few."""
    spread = columns * model.others_spread
    variance, turn = np.linalg.eigh(spread.T @ spread)
    variance = np.where(variance > _NO_VARIANCE * variance.max(), variance, 0.0)
    directions = np.divide(spread @ turn, np.sqrt(variance), out=np.zeros_like(spread), where=variance > 0)
    linear = LinearColumns(
        coefficients=model.others_spread[:, None] * turn,
        mean=model.others_mean,
        variance=variance.astype(np.float32)[:, None],
        at_origin=(directions.T @ left).astype(np.float32)[:, None],
        by_media=(directions.T @ flat).astype(np.float32),
    )
    return linear, directions


def _coefficients(model: ScaledModel, terms: NDArray[np.intp], ranges: Ranges) -> tuple[Floats, Floats]:
    """Return the polynomials of each group, from values at the nodes.

    Per row of what it contributes per share of the outcome, (K, rows, terms); and of the logarithm of the share per
    effect, less that of s / (s + middle), (K, terms).
    """
    groups, rows, l_max = model.lagged.shape
    carry_over, steepness, share = ranges.nodes()
    weight = weights(carry_over, l_max)[0]
    felt = model.lagged @ weight.transpose(0, 2, 1)
    values = saturated(steepness[:, None, None], felt[..., None]).reshape(groups, rows, -1)
    total = model.share_weight @ values
    at_carry_over, at_steepness = (chebyshev(count)[1][terms[axis]] for axis, count in enumerate(NODES))
    both = (at_carry_over[:, :, None] * at_steepness[:, None, :]).reshape(terms.shape[1], -1).T
    log_total = np.log(total.reshape(groups, *NODES) / share[:, None]).reshape(groups, -1)
    values /= total[:, None]
    return values @ both, log_total @ both


def _in_blocks(products: Floats, *, states: int = 96) -> Singles:
    """Cut rows into blocks whose product with `states` columns stays small."""
    size = len(products)
    rows = max(1, min(size, _LARGEST_BLOCK // (size * states)))
    blocks = -(-size // rows)
    padded = np.zeros((blocks * rows, size), dtype=np.float32)
    padded[:size] = products
    return padded.reshape(blocks, rows, size)
