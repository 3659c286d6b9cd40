"""What is believed of the contributions before the data speak."""

import numpy as np

from mmm_core.modeling.scaled_model import CARRY_OVER, STEEPNESS, Floats, ScaledModel

_DRAWS = 400
_SEED = 5


def prior_contribution(model: ScaledModel) -> Floats:
    """Draw contributions over the window from the priors, KPI units, (draws, K); every group from the same chances."""
    rng = np.random.default_rng(_SEED)
    groups, _, l_max = model.lagged.shape
    weight = rng.beta(*CARRY_OVER, size=_DRAWS)[:, None] ** np.arange(l_max)
    weight /= weight.sum(axis=1, keepdims=True)
    steepness = rng.gamma(STEEPNESS[0], 1 / STEEPNESS[1], size=_DRAWS)
    effect = np.exp(model.effect_mean + model.effect_spread * rng.standard_normal((_DRAWS, 1)))
    total = np.empty((_DRAWS, groups))
    for at in range(groups):
        felt = model.lagged[at].astype(np.float32) @ weight.T.astype(np.float32)
        total[:, at] = model.outcome_scale @ np.tanh(felt * (0.5 * steepness).astype(np.float32))
    return total * effect


def prior_width(model: ScaledModel) -> Floats:
    """Return the width of the 90 % interval of the logarithm of each group's contribution, (K,)."""
    low, high = np.quantile(np.log(prior_contribution(model)), (0.05, 0.95), axis=0)
    result: Floats = high - low
    return result
