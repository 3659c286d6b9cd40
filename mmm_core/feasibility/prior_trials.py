"""What if the prior of what a group brings were wider or tighter."""

from dataclasses import replace

import numpy as np

from mmm_core.errors import BadInput
from mmm_core.feasibility.resolution import GroupResolution, describe_groups
from mmm_core.feasibility.resolvability import Resolvability, resolve_model
from mmm_core.modeling.scaled_model import Floats

LEAST_EFFECTIVE_DRAWS = 200.0
"""Weighted draws that stand for fewer equal ones are drawn anew: their 5 % tails hold ten draws each."""


def with_prior_doubled(found: Resolvability) -> Resolvability:
    """Fill in how much wider every group gets when the priors of all shares are twice as wide.

    Ratio 1: told by the data; 2 and more: told by the prior.
    """
    model = found.state.model
    wider = resolve_model(replace(model, share_spread=2 * model.share_spread), found.fingerprint, warm=found)
    groups = tuple(
        replace(now, prior_doubled_width_ratio=then.contribution.width / now.contribution.width)
        for now, then in zip(found.groups, wider.groups, strict=True)
    )
    return replace(found, groups=groups)


def try_tighter_prior(found: Resolvability, group: str, *, spread: float) -> GroupResolution:
    """Predict a group under a tighter prior of what it brings, with the same median.

    A tighter prior narrows what is known of the logarithm. The width in KPI units can still grow where the
    prior's median lies far above what the data say: the interval then moves up.

    Parameters
    ----------
    spread : float
        Spread of the logarithm of what the group brings, > 0, at most that of the model.

    Raises
    ------
    BadInput
        If there is no such group, or the spread is not tighter.
    """
    at, model = found.place(group), found.state.model
    now = float(model.share_spread[at])
    if not 0 < spread <= now:
        raise BadInput(
            f"A prior of spread {spread:g} for '{group}' is not tighter",
            expected=f"a number above 0, at most {now:g} as in the model",
        )
    tighter = replace(model, share_spread=np.where(np.arange(len(model.groups)) == at, spread, model.share_spread))
    away = np.log(found.state.draws.contribution / model.total_outcome) - model.share_mean
    # With groups that are expected to return alike, what is known of one tells of the others.
    gained = model.share_precision - tighter.share_precision
    weight = weights_of(0.5 * ((away @ gained) * away).sum(axis=1))
    if effective(weight) < LEAST_EFFECTIVE_DRAWS:
        return resolve_model(tighter, found.fingerprint, warm=found).groups[at]
    return describe_groups(tighter, found.state.draws, weight)[at]


def weights_of(log_weight: Floats) -> Floats:
    """Return weights that add up to 1."""
    weight: Floats = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    return weight


def effective(weight: Floats) -> float:
    """Return how many equal draws weighted ones stand for (Kish 1965)."""
    return float(weight.sum() ** 2 / (weight**2).sum())
