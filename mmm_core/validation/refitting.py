"""One refit of a model with a short run, and what it says of the return of each group."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from mmm_core.modeling.fit import Fit
from mmm_core.modeling.fitting import fit_model
from mmm_core.modeling.progress import Progress
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel
from mmm_core.validation.folds import Cut, Fold, cut_panel, known_model
from mmm_core.validation.holdout_record import Quartiles


def short_run(specification: ModelSpecification) -> ModelSpecification:
    """Return the specification with the run of a provisional fit.

    Its ranges are as wide as those of the full one: in 24 groups of six simulated clients 0.94 to 1.08 times, median 1.
    """
    return specification.provisional() or replace(specification, until_settled=False)


def fit_fold(
    panel: Panel,
    specification: ModelSpecification,
    fold: Fold,
    *,
    report: Callable[[Progress], None],
    stop: Callable[[], bool],
) -> tuple[Cut, Fit]:
    """Fit what was known at a fold, as it could have been specified then.

    Raises
    ------
    CancelledFit
        If `stop` said yes.
    BadInput, FailedFit
        If it cannot be fitted.
    """
    cut = cut_panel(panel, fold)
    known = known_model(specification, panel, fold, cut)
    return cut, fit_model(cut.known, short_run(known), report=report, stop=stop)


def returns_of(panel: Panel, fit: Fit) -> tuple[dict[str, Quartiles], dict[str, float]]:
    """Return the quartiles and the mean of the ROI per group over the panel of the fit."""
    total = fit.draws["contribution"].sum(("period", "geo"), dtype=np.float64)
    roi = total / panel.data["spend"].sum(("period", "geo"))
    quartiles = roi.quantile([0.25, 0.5, 0.75], ("chain", "draw")).transpose("group", "quantile").values
    names = [str(name) for name in total["group"].values]
    means = roi.mean(("chain", "draw")).values
    return (
        {name: (float(row[0]), float(row[1]), float(row[2])) for name, row in zip(names, quartiles, strict=True)},
        dict(zip(names, map(float, means), strict=True)),
    )


def r_hat_of(fit: Fit) -> float:
    """Return the largest r-hat of a refit, NaN where it was not kept."""
    return max((attempt.r_hat_max for attempt in fit.attempts[-1:]), default=math.nan)
