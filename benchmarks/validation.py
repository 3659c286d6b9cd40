"""Everything that is found out of a fit by fitting again: folds, decisions of the past, stability."""

import time
from collections.abc import Iterator

from benchmarks.measure import Measure, at_least, at_most
from benchmarks.model import national_panel
from mmm_core.modeling.fit import Fit
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

_FOLDS = 8
_LIMIT = "issue 5: 8 folds <= 40 s"


def measures() -> Iterator[Measure]:
    """Measure the national case, 156 weeks x 10 groups: eight folds, and the whole that follows every full fit."""
    from mmm_core.modeling.fitting import fit_model
    from mmm_core.validation.folds import plan_folds
    from mmm_core.validation.holdout import run_holdout

    panel, specification = national_panel(), ModelSpecification()
    fit = fit_model(panel, specification)
    full = sum(fit.seconds.values())
    plan = plan_folds(panel.data.sizes["period"], period=panel.period, most=_FOLDS)
    started = time.perf_counter()
    run_holdout(panel, specification, plan)
    folds = time.perf_counter() - started
    yield at_most("holdout, 8 folds", folds, "s", 40.0, _LIMIT)
    yield at_most("holdout, 8 folds, to one full fit of the whole", folds / full, "x", 8.0, "a fold is a short run")
    whole = _seconds(panel, fit, _FOLDS)
    yield at_most("validation, 8 folds and 6 refits, with past decisions", whole, "s", 40.0, _LIMIT)
    standing = _seconds(panel, fit, 4)
    yield at_most("validation that follows a full fit: 4 folds and 6 refits", standing, "s", 30.0, "speed of a meeting")
    yield at_least("one fit of it, to a full fit", full / (standing / 10), "x faster", 2.0, "a refit is a short run")


def _seconds(panel: Panel, fit: Fit, folds: int) -> float:
    from mmm_core.validation.folds import plan_folds
    from mmm_core.validation.validate import validate

    started = time.perf_counter()
    validate(panel, fit, plan_folds(panel.data.sizes["period"], period=panel.period, most=folds))
    return time.perf_counter() - started
