"""What is believed of the contributions before the data speak."""

import numpy as np
from scipy import stats

from mmm_core.modeling.scaled_model import Floats, ScaledModel

_DRAWS = 400
_SEED = 5
_NINETY = 2 * float(stats.norm.ppf(0.95))
"""Standard deviations that 90 % of a normal distribution span."""


def prior_contribution(model: ScaledModel) -> Floats:
    """Draw contributions over the window from the priors, KPI units, (draws, K); every group from the same chances.

    Groups that are expected to return alike are drawn one by one: what is asked of the draws is each group's own.
    """
    chances = np.random.default_rng(_SEED).standard_normal((_DRAWS, 1))
    result: Floats = model.total_outcome * np.exp(model.share_mean + model.share_spread * chances)
    return result


def prior_width(model: ScaledModel) -> Floats:
    """Return the width of the 90 % interval of the logarithm of each group's contribution, (K,)."""
    return _NINETY * model.share_spread
