"""What if two groups that run in step took turns for some weeks: the same money, but the data could tell them apart."""

from dataclasses import dataclass, replace

import numpy as np

from mmm_core.errors import BadInput
from mmm_core.feasibility.curves import expected, shapes
from mmm_core.feasibility.resolution import GroupResolution, PairResolution
from mmm_core.feasibility.resolvability import Resolvability, resolve_model
from mmm_core.modeling.scaled_model import Floats, ScaledModel, lay_out_lags

LONGEST_WEEKS = 52
_SEED = 8
_SAME_SEASON_DAYS = 364
_LONG_TURNS = (16, 4)
"""From so many weeks on, turns last so many weeks, so that carry-over fades within a turn; else two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimingTrial:
    """Two groups after some more weeks, run as before or in turns.

    Widths are of contributions over the window of the panel, so they compare with those of today.

    Attributes
    ----------
    as_before, in_turns : tuple of GroupResolution
        First and second group.
    pair_as_before, pair_in_turns : PairResolution
        Both together.
    schedule, schedule_as_before : float64 array (weeks or days, 2)
        Spend of both groups in all regions, currency units per period; the totals are the same.
    """

    weeks: int
    as_before: tuple[GroupResolution, GroupResolution]
    in_turns: tuple[GroupResolution, GroupResolution]
    pair_as_before: PairResolution
    pair_in_turns: PairResolution
    schedule: Floats
    schedule_as_before: Floats


def try_other_timing(found: Resolvability, first: str, second: str, *, weeks: int) -> TimingTrial:
    """Predict both groups after `weeks` in which they take turns, and after the same weeks run as before.

    All spend and all other columns repeat the same season of last year, or the last weeks of a shorter panel; the
    outcome is what the estimate expects, with residuals drawn from the panel's, the same for both.

    Parameters
    ----------
    weeks : int
        From 4 to 52.

    Raises
    ------
    BadInput
        If there is no such pair, or `weeks` is out of bounds.
    """
    pair = [found.place(first), found.place(second)]
    if pair[0] == pair[1] or not 4 <= weeks <= LONGEST_WEEKS:
        raise BadInput(
            f"'{first}' and '{second}' cannot take turns for {weeks} weeks",
            expected=f"two groups, and 4 to {LONGEST_WEEKS} weeks",
        )
    model = found.state.model
    periods = weeks * 7 // model.period_days
    as_before = _next_spend(model, periods)
    in_turns = _taking_turns(as_before, pair, _turns(model, weeks, periods))
    then = [_extended(found, spend) for spend in (as_before, in_turns)]
    money = [(spend[:, :, pair] * model.spend_scale[:, pair]).sum(axis=1) for spend in (as_before, in_turns)]
    return TimingTrial(
        weeks=weeks,
        as_before=(then[0].group(first), then[0].group(second)),
        in_turns=(then[1].group(first), then[1].group(second)),
        pair_as_before=then[0].pair(first, second),
        pair_in_turns=then[1].pair(first, second),
        schedule=money[1],
        schedule_as_before=money[0],
    )


def _next_spend(model: ScaledModel, periods: int) -> Floats:
    """Return scaled spend of the next periods, (periods, regions, K)."""
    spent = model.lagged[:, :, 0].reshape(len(model.groups), -1, model.regions)
    return spent[:, _same_season(model, periods)].transpose(1, 2, 0)


def _same_season(model: ScaledModel, periods: int) -> list[int]:
    """Return the past period that stands for each future one."""
    past = len(model.outcome) // model.regions
    season = min(_SAME_SEASON_DAYS // model.period_days, past)
    return [past - season + ahead % season for ahead in range(periods)]


def _turns(model: ScaledModel, weeks: int, periods: int) -> Floats:
    """Return 1 where it is the first group's turn, else 0; (periods,)."""
    turn = _LONG_TURNS[1] if weeks >= _LONG_TURNS[0] else 2
    week = np.arange(periods) * model.period_days // 7
    on: Floats = (week // turn % 2 == 0).astype(np.float64)
    return on


def _taking_turns(spend: Floats, pair: list[int], first_on: Floats) -> Floats:
    """Spread each group's total evenly over its turns."""
    changed = spend.copy()
    for group, on in zip(pair, (first_on, 1 - first_on), strict=True):
        changed[:, :, group] = spend[:, :, group].sum(axis=0) * (on / on.sum())[:, None]
    return changed


def _extended(found: Resolvability, spend: Floats) -> Resolvability:
    """Resolve the model with further periods, which count in the likelihood but not in the contributions."""
    model, theta = found.state.model, found.state.estimate.theta
    periods = len(spend)
    groups, rows, l_max = model.lagged.shape
    past = model.lagged[:, :, 0].reshape(groups, -1, model.regions).transpose(1, 2, 0)
    lagged = lay_out_lags(np.concatenate([past, spend]), l_max)
    columns = model.others.reshape(-1, model.regions, model.others.shape[1])[_same_season(model, periods)]
    others = columns.reshape(-1, model.others.shape[1])
    region = np.tile(np.arange(model.regions), periods)
    extended = replace(
        model,
        lagged=lagged,
        others=np.concatenate([model.others, others]),
        region=np.concatenate([model.region, region]),
        outcome_scale=np.concatenate([model.outcome_scale, np.zeros(len(region))]),
    )
    noise = found.state.estimate.noise[region] * np.random.default_rng(_SEED).standard_normal(len(region))
    outcome = expected(extended, theta, shapes(extended, theta))[rows:] + noise
    extended = replace(extended, outcome=np.concatenate([model.outcome, outcome]))
    return resolve_model(extended, found.fingerprint, warm=found)
