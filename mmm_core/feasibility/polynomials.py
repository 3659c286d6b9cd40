"""Chebyshev's polynomials of carry-over and steepness, in which saturated carry-over is written.

States are columns, with the logits of the carry-over in the first K rows and the logs of the steepness in the next K.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmm_core.modeling.scaled_model import Floats

Singles = NDArray[np.float32]

NODES = (5, 7)
"""Chebyshev nodes along carry-over and steepness: errors of the curves below 0.2 % each (measured)."""
_DEGREES = 1.3
"""Terms whose degrees, each by its number of nodes, add up to more are left out."""
MIDDLE = 4.0
"""Steepness enters as s / (s + 4), in which the saturation is nearly a polynomial of low degree."""
TOP = 0.8
"""Largest s / (s + 4): a steepness of 16, of which the prior expects one in 60,000 to be larger."""
_BOUND = np.float32(15.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Polynomials:
    """Chebyshev's polynomials of carry-over (first K) and steepness (last K), and their derivatives.

    `share` (2 K, states) is where both stand between 0 and 1; `values`, `slopes` (2 K, degrees, states), the slopes by
    the unbounded parameters.
    """

    share: Singles
    values: Singles
    slopes: Singles


def terms_of_low_degree() -> NDArray[np.intp]:
    """Return the degrees of each term that is kept, (2, terms)."""
    first, second = NODES
    kept = [(i, j) for i in range(first) for j in range(second) if i / first + j / second < _DEGREES]
    return np.array(kept, dtype=np.intp).T


def nodes(count: int) -> tuple[Floats, Floats]:
    """Return Chebyshev's nodes moved to 0..1, and the matrix from values at the nodes to coefficients."""
    angle = (np.arange(count) + 0.5) * math.pi / count
    matrix = np.cos(np.outer(np.arange(count), angle)) * 2 / count
    matrix[0] /= 2
    return (np.cos(angle) + 1) / 2, matrix


def polynomials(states: Singles, groups: int) -> Polynomials:
    """Evaluate the polynomials at states, whose first 2 K rows are read."""
    unbounded = states[: 2 * groups].copy()
    unbounded[groups:] -= np.float32(math.log(MIDDLE))
    share = 1 / (1 + np.exp(-unbounded.clip(-_BOUND, _BOUND)))
    stretch = np.full((2 * groups, 1), 2.0, dtype=np.float32)
    stretch[groups:] /= np.float32(TOP)
    place = np.minimum(share * stretch - 1, 1)
    values = np.empty((2 * groups, max(NODES), states.shape[1]), dtype=np.float32)
    slopes = np.empty_like(values)
    values[:, 0], values[:, 1], slopes[:, 0], slopes[:, 1] = 1, place, 0, 1
    twice = 2 * place
    for degree in range(2, max(NODES)):
        values[:, degree] = twice * values[:, degree - 1] - values[:, degree - 2]
        slopes[:, degree] = 2 * values[:, degree - 1] + twice * slopes[:, degree - 1] - slopes[:, degree - 2]
    slopes *= (share * (1 - share) * stretch)[:, None]
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
