"""Would we have come out ahead? What the model would have advised at past dates, scored by what was learnt later.

At every fold the budget that was really spent over the horizon is split anew between the groups, each kept within a
bound of what it had, so that the fit of that day expects the most. The fit at hand, which knows how those weeks went,
then says what that split would have brought more, draw by draw.

The judge is of the same kind as the adviser: a later fit of the same model. It can show advice that the model itself
came to regret; it cannot show that the model is right.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from mmm_core.modeling.fit import Fit, thinned
from mmm_core.panel.panel import Panel
from mmm_core.validation.folds import Cut, Fold, FoldPlan
from mmm_core.validation.forecasting import contribution_of
from mmm_core.validation.holdout_record import Holdout
from mmm_core.validation.scores import Floats

BOUND = 0.2
"""How far a group may be moved: a fifth, as much as the scenario sliders move at first. Judgement."""

_STEPS = 40
_ADVISING_DRAWS, _SCORING_DRAWS = 200, 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The advice of one fold and its score.

    Attributes
    ----------
    first, last : str
        First days of the first and last period that it was for.
    moves : tuple of (group, spend, advised)
        Currency units over the horizon, groups in the order of the panel.
    gain, gain_q05, gain_q95 : float
        What the advice would have brought more than what was done, KPI units, carry-over within the panel included.
    ahead : float
        Probability that it would have brought more.
    share : float
        Gain as a share of what all groups brought over the horizon.
    """

    fold: int
    first: str
    last: str
    moves: tuple[tuple[str, float, float], ...]
    gain: float
    gain_q05: float
    gain_q95: float
    ahead: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """All decisions, and their sum from paired draws."""

    bound: float
    decisions: tuple[Decision, ...]
    gain: float
    gain_q05: float
    gain_q95: float
    ahead: float
    share: float

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "Backtest":
        """Undo `as_dict`, also after a journey through JSON."""
        decisions = tuple(
            Decision(**{**decision, "moves": tuple((str(name), *spends) for name, *spends in decision["moves"])})
            for decision in plain["decisions"]
        )
        return cls(**{**plain, "decisions": decisions})


def advise(cut: Cut, fit: Fit, fold: Fold, *, bound: float = BOUND) -> dict[str, float]:
    """Split the horizon's budget anew, as the fit of that day would have it.

    Returns
    -------
    dict of group to float
        What its spend is multiplied by in every period and region, 1 - bound to 1 + bound. The sum of spend stays.
    """
    posterior = thinned(fit.posterior, most_draws=_ADVISING_DRAWS)
    spend = cut.seen.data["spend"].values[fold.known :].sum(axis=(0, 1))
    factors = np.linspace(1 - bound, 1 + bound, _STEPS + 1)
    brought = np.array(
        [
            contribution_of(cut.known, fit, _scaled(cut.seen, fold, np.full(len(spend), factor)), posterior=posterior)
            .sum(axis=(1, 2))
            .mean(axis=0)
            for factor in factors
        ]
    )
    return dict(zip(cut.seen.groups, _split(brought, spend, factors).tolist(), strict=True))


def score_decisions(panel: Panel, fit: Fit, holdout: Holdout, plan: FoldPlan, *, bound: float = BOUND) -> Backtest:
    """Score the advice of every fold by a fit that knows what came.

    Parameters
    ----------
    panel : Panel
        The whole history.
    fit : Fit
        Of that panel.
    holdout : Holdout
        Its folds hold the advice.
    plan : FoldPlan
        The folds of the holdout.
    """
    posterior = thinned(fit.posterior, most_draws=_SCORING_DRAWS)
    decisions, gains, brought = [], [], []
    for fold, result in zip(plan.folds, holdout.folds, strict=True):
        factors = np.array([result.advice.get(name, 1.0) for name in panel.groups])
        lasting = min(fold.known + fold.horizon + fit.specification.adstock_l_max - 1, panel.data.sizes["period"])
        window = lasting - fold.known
        until = panel.data.isel(period=slice(0, lasting))
        seen = Panel(data=until, period=panel.period, kpi_name=panel.kpi_name, currency=panel.currency)
        done, advised = (
            contribution_of(panel, fit, _scaled(seen, fold, by), posterior=posterior, horizon=window)
            for by in (np.ones(len(factors)), factors)
        )
        gain = (advised - done).sum(axis=(1, 2, 3))
        gains.append(gain)
        brought.append(float(done[:, : fold.horizon].sum(axis=(1, 2, 3)).mean()))
        decisions.append(_decision(fold, panel, factors, gain, brought[-1]))
    total = np.sum(gains, axis=0)
    low, high = np.quantile(total, (0.05, 0.95))
    return Backtest(
        bound=bound,
        decisions=tuple(decisions),
        gain=float(total.mean()),
        gain_q05=float(low),
        gain_q95=float(high),
        ahead=float((total > 0).mean()),
        share=_share(float(total.mean()), sum(brought)),
    )


def _scaled(seen: Panel, fold: Fold, factors: Floats) -> Panel:
    """Return the panel with the spend of the fold's horizon multiplied per group."""
    spend = seen.data["spend"].copy(deep=True)
    spend.values[fold.known : fold.known + fold.horizon] *= factors
    data = seen.data.assign(spend=spend)
    return Panel(data=data, period=seen.period, kpi_name=seen.kpi_name, currency=seen.currency)


def _split(brought: Floats, spend: Floats, factors: Floats) -> Floats:
    """Give the budget out in small steps, each to the group that it brings most for; exact where returns diminish.

    Parameters
    ----------
    brought : float64 array (factors, groups)
        What each group brings at each factor.
    """
    step, at = factors[1] - factors[0], np.zeros(len(spend), dtype=np.intp)
    active = spend > 0
    cost = np.where(active, spend * step, 1.0)
    left = float((spend[active] * (1 - factors[0])).sum())
    chosen = np.where(active, factors[0], 1.0)
    while left > 1e-9 * max(float(spend.sum()), 1.0):
        room = active & (at < len(factors) - 1)
        if not room.any():
            break
        following = np.minimum(at + 1, len(factors) - 1)
        groups = np.arange(len(spend))
        worth = np.where(room, (brought[following, groups] - brought[at, groups]) / cost, -math.inf)
        best = int(worth.argmax())
        paid = min(left, float(cost[best]))
        chosen[best] += step * paid / cost[best]
        at[best] += 1
        left -= paid
    return chosen


def _decision(fold: Fold, panel: Panel, factors: Floats, gain: Floats, brought: float) -> Decision:
    ahead = panel.data["spend"].values[fold.known : fold.known + fold.horizon].sum(axis=(0, 1))
    days = np.datetime_as_string(panel.data["period"].values, unit="D")
    low, high = np.quantile(gain, (0.05, 0.95))
    return Decision(
        fold=fold.number,
        first=str(days[fold.known]),
        last=str(days[fold.known + fold.horizon - 1]),
        moves=tuple(
            (name, float(spend), float(spend * factor))
            for name, spend, factor in zip(panel.groups, ahead, factors, strict=True)
        ),
        gain=float(gain.mean()),
        gain_q05=float(low),
        gain_q95=float(high),
        ahead=float((gain > 0).mean()),
        share=_share(float(gain.mean()), brought),
    )


def _share(gain: float, brought: float) -> float:
    return gain / brought if brought else 0.0
