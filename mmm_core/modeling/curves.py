"""Carry-over and saturation in NumPy, as the model has them: for pictures and checks, not for the sampler.

Parameters come in the order of `mmm_core.modeling.shapes`, each with any leading dims.

References
----------
Jin et al. 2017, Bayesian methods for media mix modeling with carryover and shape effects, for the geometric and the
delayed carry-over and the Hill curve.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def lag_weights(adstock: str, parameters: Floats, l_max: int) -> Floats:
    """Return the weights of the lags, (..., l_max), which add up to 1.

    Parameters
    ----------
    parameters : float64 array (parameters of the carry-over, ...)
    """
    lag = np.arange(l_max)
    first = parameters[0][..., None]
    if adstock == "geometric":
        raw = first**lag
    elif adstock == "delayed":
        raw = first ** ((lag - parameters[1][..., None]) ** 2)
    else:  # what is left of a Weibull's mass after each lag, multiplied up
        raw = np.exp(-np.cumsum((lag / first) ** parameters[1][..., None], axis=-1))
    return np.asarray(raw / raw.sum(axis=-1, keepdims=True))


def saturate(saturation: str, parameters: Floats, felt: Floats) -> Floats:
    """Return the share of the full effect that felt spend reaches, on the scale of the largest spend.

    Parameters
    ----------
    parameters : float64 array (parameters of the saturation, ...)
        Broadcast against `felt`.
    """
    return _SATURATIONS[saturation](parameters, felt)


def _hill(parameters: Floats, felt: Floats) -> Floats:
    slope, kappa = parameters
    with np.errstate(divide="ignore"):
        return np.asarray(1 / (1 + (kappa / felt) ** slope))  # 0 at no spend


_SATURATIONS: dict[str, Callable[[Floats, Floats], Floats]] = {
    "logistic": lambda parameters, felt: np.tanh(0.5 * parameters[0] * felt),
    "tanh": lambda parameters, felt: np.tanh(parameters[0] * felt),
    "michaelis_menten": lambda parameters, felt: felt / (parameters[0] + felt),
    "hill": _hill,
}
