"""What a holdout found: one record per held-out period and per fold, small enough for a row."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

QUANTILES = {"q05": 0.05, "q10": 0.1, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q90": 0.9, "q95": 0.95}

Quartiles = tuple[float, float, float]
"""Lower quartile, middle, upper quartile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeseenPeriod:
    """One held-out period, summed over geos, KPI units.

    Attributes
    ----------
    period : str
        Its first day, as 2026-03-02.
    fold, ahead : int
        Which fold foresaw it, and how many periods ahead (1 is the first).
    actual : float
    mean, q05, q10, q25, q50, q75, q90, q95 : float
        The forecast, observation noise included.
    below : float
        Share of the draws below the actual: 0.5 where it lies in the middle.
    crps : float
    season, season_spread, season_crps : float
        The forecast by the same season last year: mean, standard deviation and score.
    average, average_spread, average_crps : float
        The forecast by last year's average.
    beyond : float
        Share of the period's spend in groups that spent more than ever before.
    """

    period: str
    fold: int
    ahead: int
    actual: float
    mean: float
    q05: float
    q10: float
    q25: float
    q50: float
    q75: float
    q90: float
    q95: float
    below: float
    crps: float
    season: float
    season_spread: float
    season_crps: float
    average: float
    average_spread: float
    average_crps: float
    beyond: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldResult:
    """How one fold went.

    Attributes
    ----------
    known : int
        Periods that its fit saw.
    r_hat_max : float
    left_out : tuple of str
        Groups and controls that the known periods could not teach.
    roi : dict of group to (q25, q50, q75)
        What its fit said of the ROI over the known periods.
    roi_mean : dict of group to float
        The mean of the same; empty in records of before there were any.
    advice : dict of group to float
        What its fit would have multiplied the spend of the horizon by, see `backtest`.
    """

    number: int
    known: int
    r_hat_max: float
    left_out: tuple[str, ...]
    roi: dict[str, Quartiles] = field(default_factory=dict)
    roi_mean: dict[str, float] = field(default_factory=dict)
    advice: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdout:
    """Everything that a holdout found; small enough for a row."""

    folds: tuple[FoldResult, ...]
    periods: tuple[ForeseenPeriod, ...]
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "Holdout":
        """Undo `as_dict`, also after a journey through JSON."""
        folds = tuple(
            FoldResult(
                **{
                    **fold,
                    "r_hat_max": math.nan if fold["r_hat_max"] is None else float(fold["r_hat_max"]),
                    "left_out": tuple(fold["left_out"]),
                    "roi": {str(name): tuple(values) for name, values in fold["roi"].items()},
                }
            )
            for fold in plain["folds"]
        )
        periods = tuple(ForeseenPeriod(**period) for period in plain["periods"])
        return cls(folds=folds, periods=periods, seconds=float(plain["seconds"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldoutProgress:
    """A holdout at one moment.

    `refit` counts the refits that follow the folds, 0 before them; `eta_seconds` comes from the fits that are done and
    is None in the first.
    """

    fold: int
    folds: int
    refit: int
    refits: int
    share: float
    elapsed_seconds: float
    eta_seconds: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)
