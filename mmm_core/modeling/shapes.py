"""The shapes of carry-over and saturation: their parameters, priors, and what people's expectations make of these.

Every parameter is sampled on an unbounded scale: one between 0 and 1 as its logit, with a Beta prior; a positive one as
its logarithm, with a Gamma prior. Names are those of PyMC-Marketing's variables.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from mmm_core.errors import BadInput, counted
from mmm_core.modeling.curves import lag_weights
from mmm_core.modeling.specification import ModelSpecification

Floats = NDArray[np.float64]

LOW, HIGH = 0.05, 0.95
"""Quantiles that the ends of an expected range stand for."""
_UNBOUNDED = {"beta": (-16.0, 14.0), "gamma": (math.log(1e-3), math.log(1e5))}
"""Where the first parameter of a carry-over is looked for, on its unbounded scale."""
_NOTHING = 1e-300
"""What underflow leaves of an effect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShapeParameter:
    """One parameter of a curve, and its prior where nobody expects anything.

    Attributes
    ----------
    name : str
        The library's.
    family : {"beta", "gamma"}
        Of the prior; "beta" for a parameter between 0 and 1, "gamma" for a positive one.
    first, second : float
        Beta's two parameters, or Gamma's shape and rate.
    """

    name: str
    family: Literal["beta", "gamma"]
    first: float
    second: float


# Where the numbers come from. Geometric and logistic: PyMC-Marketing's defaults. Everything else is near its authors'
# priors but keeps away from 0 and infinity, where a parameter says nothing any more and chains get lost:
# - delayed: the carry-over of Jin et al. 2017, Beta(3, 3); a peak after 1.5 periods, 0.4 to 3.1 with a chance of 90 %,
#   where they have a uniform peak and PyMC-Marketing HalfNormal(1).
# - weibull: PyMC-Marketing's mean of 2 for the scale, with a spread of 1.2 for its 2.5, and a shape around 1, at which
#   `_half_life_prior` reads a half-life. Spend works on for 0.6 periods on average; 0.4 with the geometric default.
# - tanh: the logistic curve has twice its steepness, so this is the logistic default.
# - michaelis_menten: half of the effect at about the largest spend, where the return on the next unit is a quarter of
#   that on the first (a fifth with the logistic default); with PyMC-Marketing's HalfNormal(1) chains do not agree.
# - hill: an S that bends at two thirds of the largest spend. Slope and half-way point are hardly told apart by data
#   (Jin et al. 2017), hence their narrow priors, 0.9 to 2.3 and 0.3 to 1.2 with a chance of 90 %.
ADSTOCKS: dict[str, tuple[ShapeParameter, ...]] = {
    "geometric": (ShapeParameter(name="adstock_alpha", family="beta", first=1.0, second=3.0),),
    "delayed": (
        ShapeParameter(name="adstock_alpha", family="beta", first=3.0, second=3.0),
        ShapeParameter(name="adstock_theta", family="gamma", first=3.0, second=2.0),
    ),
    "weibull": (
        ShapeParameter(name="adstock_lam", family="gamma", first=3.0, second=1.5),
        ShapeParameter(name="adstock_k", family="gamma", first=6.0, second=6.0),
    ),
}
SATURATIONS: dict[str, tuple[ShapeParameter, ...]] = {
    "logistic": (ShapeParameter(name="saturation_lam", family="gamma", first=3.0, second=1.0),),
    "tanh": (ShapeParameter(name="saturation_c", family="gamma", first=3.0, second=2.0),),
    "michaelis_menten": (ShapeParameter(name="saturation_lam", family="gamma", first=3.0, second=3.0),),
    "hill": (
        ShapeParameter(name="saturation_slope", family="gamma", first=12.0, second=8.0),
        ShapeParameter(name="saturation_kappa", family="gamma", first=6.0, second=9.0),
    ),
}
EFFECT = {
    "logistic": "saturation_beta",
    "tanh": "saturation_b",
    "michaelis_menten": "saturation_alpha",
    "hill": "saturation_beta",
}
"""The library's name of a group's effect at full saturation."""


def regional_names(effect: str) -> tuple[str, str, str]:
    """Return the names of the effect that regions share, how far theirs are apart, and where each of them stands."""
    return f"{effect}_shared", f"{effect}_apart", f"{effect}_region"


def shape_parameters(specification: ModelSpecification) -> tuple[ShapeParameter, ...]:
    """Return the parameters of a group's curve, those of the carry-over first."""
    return (*ADSTOCKS[specification.adstock], *SATURATIONS[specification.saturation])


def shape_priors(
    specification: ModelSpecification, groups: tuple[str, ...], *, usual_spend: Floats, period_days: int
) -> Floats:
    """Return the two numbers of each prior, (P, K, 2).

    Parameters
    ----------
    usual_spend : float64 array (K,)
        Mean scaled spend of the active periods: where "reached" is meant.

    Raises
    ------
    BadInput
        If a carry-over of this length cannot have the half-life that is expected of a group.
    """
    parameters = shape_parameters(specification)
    priors = np.array([[[one.first, one.second]] * len(groups) for one in parameters])
    saturation = len(ADSTOCKS[specification.adstock]) + len(SATURATIONS[specification.saturation]) - 1
    for at, group in enumerate(groups):
        expected = specification.expectation_of(group)
        if expected.half_life:
            priors[0, at] = _half_life_prior(specification, group, expected.half_life, period_days)
        if expected.reached:
            ends = [_saturation(specification.saturation, share, usual_spend[at]) for share in expected.reached]
            priors[saturation, at] = _between("gamma", min(ends), max(ends))
    return priors


def half_life(adstock: str, parameters: Floats, l_max: int) -> float:
    """Return the periods after which half of the effect of a spend has worked.

    The period of the spend is the first: after one period the weight of lag 0 has worked. Within a period what is left
    fades at a constant pace, so that a geometric carry-over with share `alpha` kept, and no end, has left `alpha ** t`
    after any t; within the last period, after which nothing is left, the effect works evenly.
    """
    weight = lag_weights(adstock, parameters, l_max)
    left = np.append(np.cumsum(weight[::-1])[::-1], 0.0)  # after 0, 1, ... periods
    whole = int(np.flatnonzero(left > 0.5)[-1])
    before, after = left[whole], left[whole + 1]
    if whole + 1 == l_max:
        return float(whole + (before - 0.5) / before)
    return float(whole + math.log(2 * before) / math.log(before / max(after, _NOTHING)))


def _half_life_prior(
    specification: ModelSpecification, group: str, weeks: tuple[float, ...], period_days: int
) -> tuple[float, float]:
    """Return the prior of the first parameter of the carry-over, the other one at its middle."""
    first, *others = ADSTOCKS[specification.adstock]
    middle = [one.first / one.second for one in others]

    def reached(unbounded: float) -> float:
        value = math.exp(unbounded) if first.family == "gamma" else 1 / (1 + math.exp(-unbounded))
        return half_life(specification.adstock, np.array([value, *middle]), specification.adstock_l_max)

    limits = _UNBOUNDED[first.family]
    shortest, longest = (reached(end) for end in limits)
    ends = []
    for told in weeks:
        periods = 7 * told / period_days
        if not shortest < periods < longest:
            limit = (shortest * period_days / 7, longest * period_days / 7)
            raise _out_of_reach(specification, group, told, limit, period_days)
        unbounded = optimize.brentq(lambda at, periods=periods: reached(at) - periods, *limits, xtol=1e-12)
        ends.append(math.exp(unbounded) if first.family == "gamma" else 1 / (1 + math.exp(-unbounded)))
    return _between(first.family, *ends)


def _out_of_reach(
    specification: ModelSpecification, group: str, weeks: float, limit: tuple[float, float], period_days: int
) -> BadInput:
    period = "week" if period_days == 7 else "day"
    if weeks >= limit[1]:
        longer = counted(math.floor(14 * weeks / period_days) + 1, period)
        remedy = f"Lengthen the carry-over to {longer} or more, or expect a shorter half-life"
    else:
        remedy = "Expect a longer half-life, or choose a carry-over that fades from the first period on"
    return BadInput(
        f"A carry-over of {counted(specification.adstock_l_max, period)} cannot have half of its effect after "
        f"{weeks:g} weeks",
        where=f"half-life expected of {group}",
        # Rounded inwards: what is named can be had.
        expected=f"with this carry-over it takes {math.ceil(100 * limit[0] + 0.5) / 100:.2f} to "
        f"{math.floor(100 * limit[1] - 0.5) / 100:.2f} weeks",
        remedy=remedy,
    )


def _saturation(saturation: str, reached: float, spend: float) -> float:
    """Return the last parameter of the saturation at which a spend reaches a share of the full effect."""
    if saturation == "logistic":
        return 2 * math.atanh(reached) / spend
    if saturation == "tanh":
        return math.atanh(reached) / spend
    odds = (1 - reached) / reached
    if saturation == "michaelis_menten":
        return spend * odds
    slope = SATURATIONS["hill"][0]
    return float(spend * odds ** (slope.second / slope.first))


def _between(family: str, low: float, high: float) -> tuple[float, float]:
    return beta_between(low, high) if family == "beta" else gamma_between(low, high)


def gamma_between(low: float, high: float) -> tuple[float, float]:
    """Return shape and rate of the Gamma with 90 % of its mass between two positive numbers, 5 % on either side."""
    # The ratio of two quantiles depends on the shape alone.
    ratio = math.log(high / low)

    def miss(log_shape: float) -> float:
        ends = special.gammaincinv(math.exp(log_shape), [LOW, HIGH])
        return math.log(ends[1] / max(ends[0], 1e-300)) - ratio

    shape = math.exp(optimize.brentq(miss, -2.5, 14.0)) if miss(-2.5) > 0 > miss(14.0) else math.exp(-2.5)
    return shape, float(special.gammaincinv(shape, HIGH) / high)


def beta_between(low: float, high: float) -> tuple[float, float]:
    """Return the two parameters of the Beta with 90 % of its mass between two numbers, 5 % on either side."""
    low, high = max(low, 1e-6), min(high, 1 - 1e-6)
    logits = [math.log(end / (1 - end)) for end in (low, high)]
    middle, spread = sum(logits) / 2, (logits[1] - logits[0]) / (2 * special.ndtri(HIGH))
    # Start at the Beta whose logit has about this mean and spread.
    total = 4 * max(0.5, 1 / spread**2)
    mean = 1 / (1 + math.exp(-middle))

    def miss(logs: Floats) -> Floats:
        found = special.betaincinv(*np.exp(np.clip(logs, -6, 14)), [LOW, HIGH])
        inside = np.clip(found, 1e-12, 1 - 1e-12)
        return np.asarray(np.log(inside / (1 - inside)) - logits)

    start = np.log([max(total * mean, 0.2), max(total * (1 - mean), 0.2)])
    first, second = np.exp(optimize.least_squares(miss, start).x)
    return float(first), float(second)


def middles(priors: Floats) -> Floats:
    """Return the middles of the priors on the unbounded scale, (P, K)."""
    return np.asarray(np.log(priors[..., 0] / priors[..., 1]))  # of either family
