"""Everything that is found out of a fit by fitting again: held-out periods, decisions of the past, stability."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mmm_core.modeling.fit import Fit
from mmm_core.panel.panel import Panel
from mmm_core.validation.backtest import Backtest, score_decisions
from mmm_core.validation.folds import FoldPlan
from mmm_core.validation.holdout import run_holdout
from mmm_core.validation.holdout_record import Holdout
from mmm_core.validation.measures import FitMeasures, measure_fit
from mmm_core.validation.pace import Pace, Report
from mmm_core.validation.stability import plan_refits, run_stability
from mmm_core.validation.stability_record import Stability


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """Figures of one fit, never judgements: those follow the thresholds of the day on which they are read.

    `stability` is None in records of before there was one.
    """

    holdout: Holdout
    stability: Stability | None
    measures: FitMeasures
    backtest: Backtest

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        parts = {name: getattr(self, name) for name in ("holdout", "stability", "measures", "backtest")}
        return {name: part.as_dict() for name, part in parts.items() if part is not None}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "Validation":
        """Undo `as_dict`, also after a journey through JSON."""
        return cls(
            holdout=Holdout.from_dict(plain["holdout"]),
            stability=Stability.from_dict(plain["stability"]) if "stability" in plain else None,
            measures=FitMeasures.from_dict(plain["measures"]),
            backtest=Backtest.from_dict(plain["backtest"]),
        )


def validate(
    panel: Panel,
    fit: Fit,
    plan: FoldPlan,
    *,
    report: Report = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> Validation:
    """Refit a model as often as it takes to see what it is worth.

    Parameters
    ----------
    panel : Panel
        The panel of the fit.
    fit : Fit
    plan : FoldPlan
        Folds of the holdout.
    report : callable
        Told how far the whole is.
    stop : callable
        As for `fit_model`.

    Raises
    ------
    CancelledFit
        If `stop` said yes.
    BadInput, FailedFit
        If a refit cannot be made.
    """
    planned = plan_refits(panel, fit.specification, plan)
    pace = Pace(folds=len(plan.folds), refits=len(planned), report=report)
    holdout = run_holdout(panel, fit.specification, plan, stop=stop, pace=pace)
    return Validation(
        holdout=holdout,
        stability=run_stability(panel, fit.specification, planned, stop=stop, pace=pace),
        measures=measure_fit(panel, fit),
        backtest=score_decisions(panel, fit, holdout, plan),
    )
