"""Figures of fits and holdouts that tests change one at a time."""

from dataclasses import replace
from typing import Any

import numpy as np

from mmm_core.validation.backtest import Backtest, Decision
from mmm_core.validation.check import Check
from mmm_core.validation.fit_checks import check_fit
from mmm_core.validation.holdout_checks import check_holdout
from mmm_core.validation.holdout_record import FoldResult, ForeseenPeriod, Holdout
from mmm_core.validation.measures import FitMeasures, GroupMeasure
from mmm_core.validation.stability_checks import check_refits
from mmm_core.validation.stability_record import Kind, Refit, Stability


def group(name: str = "TV", **changes: Any) -> GroupMeasure:
    """Return a group that the data know well: 60 % of its range told by them, ROI about 2."""
    plain: dict[str, Any] = {
        "group": name,
        "spend": 100.0,
        "roi_mean": 2.0,
        "roi_q05": 1.6,
        "roi_q25": 1.8,
        "roi_q50": 2.0,
        "roi_q75": 2.2,
        "roi_q95": 2.4,
        "contraction": 0.6,
        "shift": 0.2,
        "bend_contraction": 0.5,
    }
    return GroupMeasure(**plain | changes)


def measures(**changes: Any) -> FitMeasures:
    """Return a fit with nothing to object to: 100 weeks, three groups in a clear order."""
    plain: dict[str, Any] = {
        "r_hat_max": 1.004,
        "ess_min": 900.0,
        "divergences": 0,
        "provisional": False,
        "periods": 100,
        "period": "week",
        "r2": 0.9,
        "nrmse": 0.05,
        "mape": 0.02,
        "crps": 0.012,
        "hits": (51, 79, 90),
        "lag_correlation": 0.05,
        "durbin_watson": 1.9,
        "ljung_box": 0.4,
        "baseline_negative": 0.0,
        "baseline_negative_periods": 0.0,
        "media_share": 0.3,
        "rssd": 0.1,
        "in_money": True,
        "groups": (group("TV"), group("Search"), group("Radio")),
        "pairs": (("TV", "Search", 0.95), ("TV", "Radio", 0.99), ("Search", "Radio", 0.6)),
    }
    return FitMeasures(**plain | changes)


def foreseen(at: int = 0, *, error: float = 1.0, **changes: Any) -> ForeseenPeriod:
    """Return the `at`-th held-out week of four folds of eight: 100 with a spread of 2, missed by `error`."""
    ways = {"q05": -3.3, "q10": -2.6, "q25": -1.35, "q50": 0.0, "q75": 1.35, "q90": 2.6, "q95": 3.3}
    plain: dict[str, Any] = {
        "period": str(np.datetime64("2025-01-06") + 7 * at),
        "fold": at // 8 + 1,
        "ahead": at % 8 + 1,
        "actual": 100.0 + error,
        "mean": 100.0,
        **{name: 100.0 + way for name, way in ways.items()},
        "below": 0.7 if error > 0 else 0.3,
        "crps": 0.5 + 0.1 * abs(error),
        "season": 110.0,
        "season_spread": 8.0,
        "season_crps": 4.0 + 0.3 * (at % 3),
        "average": 95.0,
        "average_spread": 9.0,
        "average_crps": 3.0 + 0.3 * (at % 3),
        "beyond": 0.0,
    }
    return ForeseenPeriod(**plain | changes)


def holdout(**changes: Any) -> Holdout:
    """Return four folds that foresaw well; `changes` apply to every period."""
    # Errors of a sound forecast: half within the 50 % range, two in 32 outside of the 90 % range, on both sides.
    errors = [0.5, -0.6, 2.0, -2.2, 1.0, -1.1, 3.0, -2.9] * 3 + [0.7, -0.8, 1.9, -2.1, 0.9, -1.2, 3.5, -3.6]
    periods = tuple(replace(foreseen(at, error=error), **changes) for at, error in enumerate(errors))
    roi = dict.fromkeys(("TV", "Search", "Radio"), (1.8, 2.0, 2.2))
    folds = tuple(
        FoldResult(number=number, known=60 + 8 * number, r_hat_max=1.02, left_out=(), roi=roi)
        for number in (1, 2, 3, 4)
    )
    return Holdout(folds=folds, periods=periods, seconds=9.0)


def refit(kind: Kind = "priors", **roi: tuple[float, float, float]) -> Refit:
    """Return a refit that says what the fit says, but of the groups named."""
    changed = {"periods": 26.0} if kind == "weeks" else {"media_share": 0.3}
    said = dict.fromkeys(("TV", "Search", "Radio"), (1.8, 2.0, 2.2)) | roi
    return Refit(kind=kind, changed=changed, r_hat_max=1.02, roi=said)


def stability(*refits: Refit) -> Stability:
    """Return two refits with fewer weeks and four with other priors; those given take places of their kind."""
    numbers: dict[Kind, int] = {"weeks": 2, "priors": 4}
    plain = []
    for kind, number in numbers.items():
        own = [one for one in refits if one.kind == kind]
        plain += [*own, *(refit(kind) for _ in range(number - len(own)))]
    return Stability(refits=tuple(plain), seconds=6.0)


def backtest(**changes: Any) -> Backtest:
    """Return two past decisions that a later fit approves of."""
    first = Decision(
        fold=1,
        first="2025-05-05",
        last="2025-06-23",
        moves=(("TV", 1000.0, 1200.0), ("Radio", 1000.0, 800.0)),
        gain=50.0,
        gain_q05=10.0,
        gain_q95=90.0,
        ahead=0.97,
        share=0.02,
    )
    plain: dict[str, Any] = {
        "bound": 0.2,
        "decisions": (first, replace(first, fold=2, first="2025-06-30", last="2025-08-18")),
        "gain": 100.0,
        "gain_q05": 40.0,
        "gain_q95": 160.0,
        "ahead": 0.98,
        "share": 0.02,
    }
    return Backtest(**plain | changes)


def checks(
    found: FitMeasures | None = None, held_out: Holdout | None = None, refitted: Stability | None = None
) -> dict[str, Check]:
    """Return every check by its code; a holdout comes with refits that agree unless others are given."""
    found = found or measures()
    refitted = refitted or (stability() if held_out is not None else None)
    every = (*check_fit(found), *check_holdout(held_out, found), *check_refits(held_out, refitted, found))
    return {check.code: check for check in every}
