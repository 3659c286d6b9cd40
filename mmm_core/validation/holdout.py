"""Rolling origin: refit on what was known at each point, and hold what it foresees against what came."""

import math
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import xarray as xr

from mmm_core.modeling.fit import Fit
from mmm_core.modeling.fitting import fit_model
from mmm_core.modeling.progress import Progress
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel
from mmm_core.validation import scores
from mmm_core.validation.backtest import advise
from mmm_core.validation.folds import Cut, Fold, FoldPlan, cut_panel
from mmm_core.validation.forecasting import forecast
from mmm_core.validation.holdout_record import (
    QUANTILES,
    FoldResult,
    ForeseenPeriod,
    Holdout,
    HoldoutProgress,
)
from mmm_core.validation.limits import LIMITS
from mmm_core.validation.naive import plain_average, same_season
from mmm_core.validation.scores import Floats


def run_holdout(
    panel: Panel,
    specification: ModelSpecification,
    plan: FoldPlan,
    *,
    report: Callable[[HoldoutProgress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> Holdout:
    """Refit at every fold with a short run, and foresee its horizon with the spend and controls that came about.

    Parameters
    ----------
    panel : Panel
        The whole history.
    specification : ModelSpecification
        Of the fit that is tested; its structure and priors are kept, its run is shortened.
    plan : FoldPlan
    report : callable
        Told how far it is.
    stop : callable
        As for `fit_model`.

    Raises
    ------
    CancelledFit
        If `stop` said yes.
    BadInput, FailedFit
        If a fold cannot be fitted.
    """
    started = time.monotonic()
    short = short_run(specification)
    folds, periods = [], []
    for fold in plan.folds:
        clock = _FoldClock(fold, len(plan.folds), started, report)
        cut = cut_panel(panel, fold)
        fit = fit_model(cut.known, short, report=clock.heard, stop=stop)
        folds.append(_result(fold, cut, fit))
        periods.extend(_foreseen(fold, cut, fit, plan.season))
    return Holdout(folds=tuple(folds), periods=tuple(periods), seconds=round(time.monotonic() - started, 1))


def short_run(specification: ModelSpecification) -> ModelSpecification:
    """Return the specification with the run of a provisional fit: its ranges are those of the full one within 3 %."""
    return specification.provisional() or replace(specification, until_settled=False)


class _FoldClock:
    """Turns the progress of one fit into that of the whole."""

    def __init__(self, fold: Fold, folds: int, started: float, report: Callable[[HoldoutProgress], None]) -> None:
        self._done, self._folds, self._started, self._report = fold.number - 1, folds, started, report
        self._say(0.0)

    def heard(self, progress: Progress) -> None:
        if progress.share is not None:
            self._say(progress.share)

    def _say(self, share: float) -> None:
        elapsed = time.monotonic() - self._started
        whole = (self._done + share) / self._folds
        eta = elapsed * (1 - whole) / whole if self._done and whole > 0 else None
        self._report(
            HoldoutProgress(
                fold=self._done + 1, folds=self._folds, share=whole, elapsed_seconds=elapsed, eta_seconds=eta
            )
        )


def _result(fold: Fold, cut: Cut, fit: Fit) -> FoldResult:
    total = fit.draws["contribution"].sum(("period", "geo"), dtype=np.float64)
    roi = total / cut.known.data["spend"].sum(("period", "geo"))
    quantiles = roi.quantile([0.25, 0.5, 0.75], ("chain", "draw")).transpose("group", "quantile").values
    return FoldResult(
        number=fold.number,
        known=fold.known,
        r_hat_max=max((attempt.r_hat_max for attempt in fit.attempts[-1:]), default=math.nan),
        left_out=cut.left_out,
        roi={
            str(name): (float(row[0]), float(row[1]), float(row[2]))
            for name, row in zip(total["group"].values, quantiles, strict=True)
        },
        advice=advise(cut, fit, fold),
    )


def _foreseen(fold: Fold, cut: Cut, fit: Fit, season: int) -> list[ForeseenPeriod]:
    drawn = forecast(cut.known, fit, cut.seen).sum(axis=2)
    actual = cut.seen.data["kpi"].sum("geo").values[fold.known :]
    before = cut.known.data["kpi"].sum("geo").values
    plain = {
        "season": same_season(before, fold.horizon, season),
        "average": plain_average(before, fold.horizon, season),
    }
    columns: dict[str, Floats] = {
        "actual": actual,
        "mean": drawn.mean(axis=0),
        **{name: np.quantile(drawn, level, axis=0) for name, level in QUANTILES.items()},
        "below": (drawn < actual).mean(axis=0),
        "crps": scores.crps_of_draws(drawn, actual),
        "beyond": _beyond(cut, fold),
    }
    for name, forecasted in plain.items():
        spread = np.full(fold.horizon, forecasted.spread)
        columns[name], columns[f"{name}_spread"] = forecasted.mean, spread
        columns[f"{name}_crps"] = scores.crps_of_normal(forecasted.mean, spread, actual)
    days = pd.DatetimeIndex(cut.seen.data["period"].values[fold.known :])
    return [
        ForeseenPeriod(
            period=f"{day:%Y-%m-%d}",
            fold=fold.number,
            ahead=at + 1,
            **{name: float(values[at]) for name, values in columns.items()},
        )
        for at, day in enumerate(days)
    ]


def _beyond(cut: Cut, fold: Fold) -> Floats:
    """Return per period the share of its spend in groups that spend more than ever before in their region."""
    spend = cut.seen.data["spend"]
    highest = cut.known.data["spend"].max("period")
    ahead = spend.isel(period=slice(fold.known, None))
    above = ahead > highest * (1 + LIMITS.beyond_margin.value)
    total = ahead.sum(("geo", "group"))
    share: xr.DataArray = (ahead.where(above, 0.0).sum(("geo", "group")) / total.where(total > 0)).fillna(0.0)
    return np.asarray(share.values, dtype=np.float64)
