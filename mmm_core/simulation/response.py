"""Carry-over and diminishing returns, in the same formulas as the model's defaults, in NumPy."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def geometric_adstock(spend: Floats, alpha: float, *, l_max: int = 8) -> Floats:
    """Spread spend over the periods after it, with geometric weights that add up to 1.

    Parameters
    ----------
    spend : float64 array (periods,) or (periods, items)
        Spend per period; nothing is assumed to have been spent before the first period.
    alpha : float
        Retention per period, 0 to 1.
    l_max : int, default 8
        Number of periods that feel the spend, its own included.

    Returns
    -------
    float64 array of the same shape
        Effective spend, same unit.

    References
    ----------
    Jin et al. 2017, Bayesian methods for media mix modeling with carryover and shape effects, section 2.1.

    Examples
    --------
    >>> geometric_adstock(np.array([3.0, 0.0, 0.0]), 0.5, l_max=2).tolist()
    [2.0, 1.0, 0.0]
    """
    weights = alpha ** np.arange(l_max, dtype=np.float64)
    weights /= weights.sum()
    carried = np.zeros_like(spend, dtype=np.float64)
    for lag, weight in enumerate(weights[: len(spend)]):
        carried[lag:] += weight * spend[: len(spend) - lag]
    return carried


def logistic_saturation(x: Floats, lam: float) -> Floats:
    """Return (1 - exp(-lam x)) / (1 + exp(-lam x)): 0 at 0, towards 1 for large x.

    Parameters
    ----------
    x : float64 array
        Scaled effective spend, dimensionless.
    lam : float
        How early returns diminish, > 0.
    """
    decay = np.exp(-lam * x)
    result: Floats = (1.0 - decay) / (1.0 + decay)
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """How one group's spend becomes outcome.

    Attributes
    ----------
    alpha : float
        Retention per period.
    lam : float
        Saturation, per unit of scaled spend.
    beta : float
        Ceiling of the contribution per period, KPI units.
    scale : float
        Spend that counts as 1, currency units per period: the largest spend of the history.
    l_max : int
        Length of the carry-over, periods.
    """

    alpha: float
    lam: float
    beta: float
    scale: float
    l_max: int = 8

    def contribution(self, spend: Floats) -> Floats:
        """Return the outcome caused per period, KPI units, for spend per period in currency units."""
        return self.beta * logistic_saturation(self.effective(spend) / self.scale, self.lam)

    def effective(self, spend: Floats) -> Floats:
        """Return the spend as it is felt per period, after carry-over, in currency units."""
        return geometric_adstock(spend, self.alpha, l_max=self.l_max)

    def steady(self, level: float) -> float:
        """Return the outcome per period when the same amount is spent every period."""
        return float(self.beta * logistic_saturation(np.array([level / self.scale]), self.lam)[0])
