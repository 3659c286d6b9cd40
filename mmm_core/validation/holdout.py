"""Rolling origin: refit on what was known at each point, and hold what it foresees against what came."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import xarray as xr

from mmm_core.modeling.fit import Fit
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel
from mmm_core.validation import scores
from mmm_core.validation.backtest import advise
from mmm_core.validation.folds import Cut, Fold, FoldPlan
from mmm_core.validation.forecasting import forecast
from mmm_core.validation.holdout_record import QUANTILES, FoldResult, ForeseenPeriod, Holdout
from mmm_core.validation.limits import LIMITS
from mmm_core.validation.naive import plain_average, same_season
from mmm_core.validation.pace import Pace, Report
from mmm_core.validation.refitting import fit_fold, r_hat_of, returns_of
from mmm_core.validation.scores import Floats


def run_holdout(
    panel: Panel,
    specification: ModelSpecification,
    plan: FoldPlan,
    *,
    report: Report = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    pace: Pace | None = None,
) -> Holdout:
    """Refit at every fold with a short run, and foresee its horizon with the spend and controls that came about.

    Parameters
    ----------
    panel : Panel
        The whole history.
    specification : ModelSpecification
        Of the fit that is tested; its structure and priors are kept, its run is shortened, and a fold does not know
        what became known after it, see `folds.known_model`.
    plan : FoldPlan
    report : callable
        Told how far it is.
    stop : callable
        As for `fit_model`.
    pace : Pace, optional
        In place of `report`, where the holdout is a part of something longer.

    Raises
    ------
    CancelledFit
        If `stop` said yes.
    BadInput, FailedFit
        If a fold cannot be fitted.
    """
    pace = pace or Pace(folds=len(plan.folds), refits=0, report=report)
    before = pace.seconds
    folds, periods = [], []
    for fold in plan.folds:
        cut, fit = fit_fold(panel, specification, fold, report=pace.begin(), stop=stop)
        folds.append(_result(fold, cut, fit))
        periods.extend(_foreseen(fold, cut, fit, plan.season))
    return Holdout(folds=tuple(folds), periods=tuple(periods), seconds=round(pace.seconds - before, 1))


def _result(fold: Fold, cut: Cut, fit: Fit) -> FoldResult:
    roi, mean = returns_of(cut.known, fit)
    return FoldResult(
        number=fold.number,
        known=fold.known,
        r_hat_max=r_hat_of(fit),
        left_out=cut.left_out,
        roi=roi,
        roi_mean=mean,
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
