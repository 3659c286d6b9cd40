"""Chebyshev's polynomials of carry-over and steepness, in which saturated carry-over is written.

States are columns, with the logits of the carry-over in the first K rows and the logs of the steepness in the next K.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from mmm_core.modeling.scaled_model import Floats

Singles = NDArray[np.float32]

NODES = (6, 7)
"""Chebyshev nodes along carry-over and steepness: errors of the curves below 0.2 % each (measured)."""
_DEGREES = 1.3
"""Terms whose degrees, each by its number of nodes, add up to more are left out."""
_MIDDLE = 4 / 3
"""Steepness enters as s / (s + middle), in which saturation is nearly a polynomial of low degree: the middle lies so
much above the mean of its prior."""
_BEYOND = 1e-7
"""Chance, a priori, of a carry-over or steepness beyond either end of the polynomials' range."""
_AROUND = 3.0
"""Standard deviations on either side of the estimate that the range covers."""
_BOUND = np.float32(15.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranges:
    """Where the priors of the shapes lie, and with them the polynomials.

    Attributes
    ----------
    low, high : float32 array (2 K, 1)
        Ends of the range: of the carry-over, and of the steepness as s / (s + middle).
    log_middle : float32 array (K, 1)
    """

    low: Singles
    high: Singles
    log_middle: Singles

    def nodes(self) -> tuple[Floats, Floats, Floats]:
        """Return carry-over (K, nodes), steepness (K, nodes) and its s / (s + middle) at Chebyshev's nodes."""
        groups = len(self.log_middle)
        low, width = self.low.astype(np.float64), (self.high - self.low).astype(np.float64)
        first, second = (chebyshev(count)[0] for count in NODES)
        carry_over, share = low[:groups] + width[:groups] * first, low[groups:] + width[groups:] * second
        return carry_over, np.exp(self.log_middle.astype(np.float64)) * share / (1 - share), share


@dataclass(frozen=True, slots=True, kw_only=True)
class Polynomials:
    """Chebyshev's polynomials of carry-over (first K) and steepness (last K), and their derivatives.

    `share` (2 K, states) is where both stand between 0 and 1; `values`, `slopes` (2 K, degrees, states), the slopes by
    the unbounded parameters.
    """

    share: Singles
    values: Singles
    slopes: Singles


def ranges_of(priors: Floats, middle: Floats, spread: Floats) -> Ranges:
    """Cover what the priors of carry-over and steepness, (2, K, 2), hold for possible, and what the data say.

    `middle` and `spread` (2 K,) are of the estimate, whose shapes may lie where nobody expected them.
    """
    (first, second), (shape, rate) = np.moveaxis(priors, 2, 1)
    log_middle = np.log(_MIDDLE * shape / rate)
    ends = [
        np.concatenate([special.betaincinv(first, second, _BEYOND), special.gammaincinv(shape, _BEYOND) / rate]),
        np.concatenate([1 - special.betaincinv(second, first, _BEYOND), special.gammainccinv(shape, _BEYOND) / rate]),
    ]
    groups = len(log_middle)
    for end in ends:
        end[groups:] /= end[groups:] + np.exp(log_middle)
    centre = middle - np.concatenate([np.zeros(groups), log_middle])
    low, high = (special.expit(centre + side * spread) for side in (-_AROUND, _AROUND))
    return Ranges(
        low=np.minimum(ends[0], low).astype(np.float32)[:, None],
        high=np.maximum(ends[1], high).astype(np.float32)[:, None],
        log_middle=log_middle.astype(np.float32)[:, None],
    )


def terms_of_low_degree() -> NDArray[np.intp]:
    """Return the degrees of each term that is kept, (2, terms)."""
    first, second = NODES
    kept = [(i, j) for i in range(first) for j in range(second) if i / first + j / second < _DEGREES]
    return np.array(kept, dtype=np.intp).T


def chebyshev(count: int) -> tuple[Floats, Floats]:
    """Return Chebyshev's nodes moved to 0..1, and the matrix from values at the nodes to coefficients."""
    angle = (np.arange(count) + 0.5) * math.pi / count
    matrix = np.cos(np.outer(np.arange(count), angle)) * 2 / count
    matrix[0] /= 2
    return (np.cos(angle) + 1) / 2, matrix


def polynomials(states: Singles, ranges: Ranges) -> Polynomials:
    """Evaluate the polynomials at states, whose first 2 K rows are read."""
    groups = len(ranges.log_middle)
    unbounded = states[: 2 * groups].copy()
    unbounded[groups:] -= ranges.log_middle
    share = 1 / (1 + np.exp(-unbounded.clip(-_BOUND, _BOUND)))
    stretch = 2 / (ranges.high - ranges.low)
    place = ((share - ranges.low) * stretch - 1).clip(-1, 1)
    values = np.empty((2 * groups, max(NODES), states.shape[1]), dtype=np.float32)
    slopes = np.empty_like(values)
    values[:, 0], values[:, 1], slopes[:, 0], slopes[:, 1] = 1, place, 0, 1
    twice = 2 * place
    for degree in range(2, max(NODES)):
        values[:, degree] = twice * values[:, degree - 1] - values[:, degree - 2]
        slopes[:, degree] = 2 * values[:, degree - 1] + twice * slopes[:, degree - 1] - slopes[:, degree - 2]
    slopes *= (share * (1 - share) * stretch * (np.abs(place) < 1))[:, None]
    return Polynomials(share=share, values=values, slopes=slopes)


def values_of(shape: Polynomials, terms: NDArray[np.intp]) -> Singles:
    """Return each term at each state, (K, terms, states)."""
    groups = len(shape.share) // 2
    result: Singles = shape.values[:groups].take(terms[0], axis=1) * shape.values[groups:].take(terms[1], axis=1)
    return result


def by_shape(shape: Polynomials, terms: NDArray[np.intp], by_term: Singles) -> Singles:
    """Return the derivatives by carry-over and steepness, (2 K, states)."""
    groups = len(by_term)
    along = shape.slopes[:groups].take(terms[0], axis=1) * shape.values[groups:].take(terms[1], axis=1)
    across = shape.values[:groups].take(terms[0], axis=1) * shape.slopes[groups:].take(terms[1], axis=1)
    return np.concatenate([(along * by_term).sum(axis=1), (across * by_term).sum(axis=1)])
