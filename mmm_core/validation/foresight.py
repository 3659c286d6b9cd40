"""A holdout in a few figures: accuracy, skill against a plain forecast, coverage, by how far ahead."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mmm_core.validation.holdout_record import ForeseenPeriod, Holdout
from mmm_core.validation.limits import LIMITS, TrustLimits
from mmm_core.validation.scores import Floats, chance_of_no_gain, mape, sign_test

Rival = Literal["season", "average"]
RIVALS: dict[Rival, str] = {"season": "last year's figures", "average": "last year's average"}
"""Plain forecasts, and what they are called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AheadScore:
    """Every forecast that looked so many periods ahead; scores in KPI units, errors as shares."""

    ahead: int
    mape: float
    rival_mape: float
    crps: float
    rival_crps: float
    hits: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Foresight:
    """All held-out periods together.

    Attributes
    ----------
    periods, folds : int
    rival : Rival
        The better of the plain forecasts over all held-out periods: the model has to beat both.
    folds_won : int
        Folds in which the model's score is better than the rival's.
    mape, rival_mape : float
        Mean absolute error by the actual.
    crps, rival_crps : float
        Mean scores, KPI units.
    skill : float
        1 - crps / rival_crps: 0 as good as the rival, 1 perfect, below 0 worse.
    no_gain : float
        Probability of such a gain, period by period, from a model that is no better than the rival.
    hits : tuple of int
        Actuals within the 50, 80 and 90 % ranges.
    too_low : int
        Actuals above the middle of their forecast.
    one_sided : float
        Probability of misses at least so one-sided from a sound model.
    beyond : int
        Periods with notable spend above anything known.
    beyond_hits : int
        Of these, actuals within the 90 % range.
    by_ahead : tuple of AheadScore
    """

    periods: int
    folds: int
    rival: Rival
    folds_won: int
    mape: float
    rival_mape: float
    crps: float
    rival_crps: float
    skill: float
    no_gain: float
    hits: tuple[int, ...]
    too_low: int
    one_sided: float
    beyond: int
    beyond_hits: int
    by_ahead: tuple[AheadScore, ...]


def sum_up(holdout: Holdout, limits: TrustLimits = LIMITS) -> Foresight:
    """Score a holdout."""
    rows = holdout.periods
    rival = min(RIVALS, key=lambda name: float(_column(rows, f"{name}_crps").mean()))
    own, other = _column(rows, "crps"), _column(rows, f"{rival}_crps")
    far = [row for row in rows if row.beyond >= limits.beyond_spend.value]
    too_low = sum(row.below > 0.5 for row in rows)
    gains = [(row.fold, float(gain)) for row, gain in zip(rows, other - own, strict=True)]
    return Foresight(
        periods=len(rows),
        folds=len(holdout.folds),
        rival=rival,
        folds_won=sum(sum(gain for at, gain in gains if at == fold.number) > 0 for fold in holdout.folds),
        mape=mape(_column(rows, "mean"), _column(rows, "actual")),
        rival_mape=mape(_column(rows, rival), _column(rows, "actual")),
        crps=float(own.mean()),
        rival_crps=float(other.mean()),
        skill=float(1 - own.mean() / other.mean()),
        no_gain=chance_of_no_gain(other - own),
        hits=(_inside(rows, "q25", "q75"), _inside(rows, "q10", "q90"), _inside(rows, "q05", "q95")),
        too_low=too_low,
        one_sided=sign_test(too_low, len(rows)),
        beyond=len(far),
        beyond_hits=_inside(far, "q05", "q95"),
        by_ahead=tuple(_ahead(rows, rival, ahead) for ahead in sorted({row.ahead for row in rows})),
    )


def _column(rows: Sequence[ForeseenPeriod], name: str) -> Floats:
    return np.array([getattr(row, name) for row in rows], dtype=np.float64)


def _inside(rows: Sequence[ForeseenPeriod], low: str, high: str) -> int:
    return sum(getattr(row, low) <= row.actual <= getattr(row, high) for row in rows)


def _ahead(rows: Sequence[ForeseenPeriod], rival: Rival, ahead: int) -> AheadScore:
    own = [row for row in rows if row.ahead == ahead]
    actual = _column(own, "actual")
    return AheadScore(
        ahead=ahead,
        mape=mape(_column(own, "mean"), actual),
        rival_mape=mape(_column(own, rival), actual),
        crps=float(_column(own, "crps").mean()),
        rival_crps=float(_column(own, f"{rival}_crps").mean()),
        hits=_inside(own, "q05", "q95"),
        of=len(own),
    )
