"""What if the prior of what a group brings were wider or tighter."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mmm_core.errors import BadInput
from mmm_core.feasibility.resolution import GroupResolution, describe_groups
from mmm_core.feasibility.resolvability import Resolvability, resolve_model
from mmm_core.modeling.scaled_model import Floats, ScaledModel

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
    return _under(found, tighter)[at]


def try_alike(found: Resolvability, groups: Sequence[str], *, likeness: float) -> tuple[GroupResolution, ...]:
    """Predict groups that are expected to return alike, in the order given.

    Parameters
    ----------
    groups : sequence of str
        Two or more.
    likeness : float
        Share of the variance of a group's log return that all of them have in common, above 0 and below 1.

    Raises
    ------
    BadInput
        If there is no such group, or the likeness is out of bounds.
    """
    places = [found.place(group) for group in groups]
    if not 0 < likeness < 1:
        raise BadInput(f"A likeness of {likeness:g} cannot be", expected="a number above 0 and below 1")
    shared, model = found.state.model.share_likeness.copy(), found.state.model
    block = np.ix_(places, places)
    shared[block] = np.maximum(shared[block], likeness)
    described = _under(found, replace(model, share_likeness=shared))
    return tuple(described[at] for at in places)


def _under(found: Resolvability, model: ScaledModel) -> tuple[GroupResolution, ...]:
    """Describe every group under other priors of the shares: draws weighed anew, drawn anew where few would count."""
    known = found.state.model
    away = np.log(found.state.draws.contribution / known.total_outcome) - known.share_mean
    # With groups that are expected to return alike, what is known of one tells of the others.
    gained = known.share_precision - model.share_precision
    weight = weights_of(0.5 * ((away @ gained) * away).sum(axis=1))
    if effective(weight) < LEAST_EFFECTIVE_DRAWS:
        return resolve_model(model, found.fingerprint, warm=found).groups
    return describe_groups(model, found.state.draws, weight)


def weights_of(log_weight: Floats) -> Floats:
    """Return weights that add up to 1."""
    weight: Floats = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    return weight


def effective(weight: Floats) -> float:
    """Return how many equal draws weighted ones stand for (Kish 1965)."""
    return float(weight.sum() ** 2 / (weight**2).sum())
