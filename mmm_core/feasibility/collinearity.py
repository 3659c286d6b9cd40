"""The classical checks of a grouping: what moves with what, before any model is asked.

Everything here looks at spend as the model sees it: a group in a region scaled by its largest spend there.
"""

from dataclasses import dataclass

import numpy as np

from mmm_core.feasibility.threads import one_thread
from mmm_core.modeling.scaled_model import Floats, yearly_waves
from mmm_core.panel.panel import Panel

SEASON_WAVES = 2
_LARGEST_FACTOR = 1e9
"""Above it a group is taken to be a mixture of the others, and its inflation factor to be infinite."""
_NOTHING, _STEADY = 1e-12, 1e-9
"""Size of a direction, and of a movement, that is rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairFacts:
    """How two groups move.

    Attributes
    ----------
    correlation : float
        Pearson's r of scaled spend over periods and regions; 0 where one of them never moves.
    in_step, compared : int
        Periods in which both spend more or both spend no more than they usually do (the median), of how many.
    """

    first: str
    second: str
    correlation: float
    in_step: int
    compared: int


def pair_facts(panel: Panel) -> tuple[PairFacts, ...]:
    """Compare every two groups."""
    correlation = correlations(scaled_spend(panel))
    total = panel.data["spend"].values.sum(axis=1)
    above = total > np.median(total, axis=0)
    groups = panel.groups
    return tuple(
        PairFacts(
            first=groups[i],
            second=groups[j],
            correlation=float(correlation[i, j]),
            in_step=int((above[:, i] == above[:, j]).sum()),
            compared=len(above),
        )
        for i in range(len(groups))
        for j in range(i + 1, len(groups))
    )


def inflation_factors(panel: Panel) -> Floats:
    """Return the variance inflation factor of each group's spend, (groups,).

    1 where a group moves on its own, infinite where the others add up to it; 1 for a group that never moves.

    References
    ----------
    Marquardt (1970), Technometrics 12:591; Kutner et al. (2005), Applied Linear Statistical Models, section 10.5.
    """
    values = _centred(scaled_spend(panel))
    length = np.sqrt((values**2).sum(axis=0))
    moving = length > 0
    factors = np.ones(values.shape[1])
    if moving.any():
        # The diagonal of the inverse of the correlation matrix, by singular values: they show what adds up to nothing.
        with one_thread():
            _, size, directions = np.linalg.svd(values[:, moving] / length[moving], full_matrices=False)
        found = ((directions / np.maximum(size, _NOTHING)[:, None]) ** 2).sum(axis=0)
        factors[moving] = np.where(found < _LARGEST_FACTOR, found, np.inf)
    return factors


def seasonal_shares(panel: Panel) -> Floats:
    """Return the share of each group's variance that yearly waves explain, 0 to 1, (groups,).

    0 for a window of less than a year, in which a season cannot be told from anything else.
    """
    total = panel.data["spend"].values.sum(axis=1)
    periods = len(total)
    per_year = 52 if panel.period == "week" else 365
    if periods < per_year:
        return np.zeros(total.shape[1])
    waves = _centred(yearly_waves(panel, SEASON_WAVES))
    values = _centred(total)
    left = values - waves @ np.linalg.lstsq(waves, values, rcond=None)[0]
    variance = (values**2).sum(axis=0)
    explained = 1 - np.divide((left**2).sum(axis=0), variance, out=np.ones_like(variance), where=variance > 0)
    # Waves explain a little of anything; what they would explain of noise does not count.
    free = max(periods - 2 * SEASON_WAVES - 1, 1)
    adjusted: Floats = np.clip(1 - (1 - explained) * (periods - 1) / free, 0, 1)
    return adjusted


def control_correlations(panel: Panel) -> Floats:
    """Return Pearson's r of each group's spend with each control, (groups, controls); 0 where one never moves."""
    spend = scaled_spend(panel)
    controls = panel.data["controls"].values.reshape(len(spend), -1)
    both = correlations(np.concatenate([spend, controls], axis=1))
    groups = spend.shape[1]
    found: Floats = both[:groups, groups:]
    return found


def regional_shares(panel: Panel) -> Floats | None:
    """Return the share of each group's variation that regions do not have in common, (groups,).

    0: every region spends in the same rhythm, so that regions teach nothing about the group that the whole market does
    not. None for a panel without regions.
    """
    spend = panel.data["spend"].values
    if spend.shape[1] < 2:
        return None
    mean = spend.mean(axis=0)
    relative = np.divide(spend, mean, out=np.zeros_like(spend), where=mean > 0) - (mean > 0)
    common = relative.mean(axis=1, keepdims=True)
    variation = (relative**2).sum(axis=(0, 1))
    own = ((relative - common) ** 2).sum(axis=(0, 1))
    shares: Floats = np.divide(own, variation, out=np.zeros_like(own), where=variation > 0)
    return shares


def scaled_spend(panel: Panel) -> Floats:
    """Return spend as the model sees it, (periods x regions, groups)."""
    spend = panel.data["spend"].values
    largest = spend.max(axis=0)
    scaled = np.divide(spend, largest, out=np.zeros_like(spend), where=largest > 0)
    flat: Floats = scaled.reshape(-1, spend.shape[2])
    return flat


def correlations(values: Floats) -> Floats:
    """Return Pearson's r of every two columns; 0 with a column that never moves, 1 with itself."""
    centred = _centred(values)
    length = np.sqrt((centred**2).sum(axis=0))
    steady = length <= _STEADY * np.maximum(np.abs(values).max(axis=0, initial=0), 1e-300)
    unit = np.divide(centred, length, out=np.zeros_like(centred), where=~steady)
    r: Floats = np.clip(unit.T @ unit, -1.0, 1.0)
    np.fill_diagonal(r, 1.0)
    return r


def _centred(values: Floats) -> Floats:
    centred: Floats = values - values.mean(axis=0)
    return centred
