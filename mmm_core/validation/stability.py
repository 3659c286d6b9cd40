"""Refits that know less or believe otherwise: how much of what a fit says hangs on its last weeks and its priors."""

from collections.abc import Callable

from mmm_core.modeling.fitting import fit_model
from mmm_core.modeling.reach import beyond_quick
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel
from mmm_core.validation.folds import Fold, FoldPlan, shorter_by
from mmm_core.validation.pace import Pace, Report
from mmm_core.validation.priors_resampled import PriorVariant, resampled
from mmm_core.validation.refitting import fit_fold, r_hat_of, returns_of, short_run
from mmm_core.validation.stability_record import Refit, Stability

FEWER_WEEKS = (13, 26)
"""A quarter and half a year."""


def plan_refits(
    panel: Panel, specification: ModelSpecification, plan: FoldPlan
) -> tuple[tuple[Fold, ...], tuple[PriorVariant, ...]]:
    """Return what is to be refitted: stretches that no fold of the holdout knows already, and variants of the priors.

    Nothing where a refit takes minutes.
    """
    if beyond_quick(panel, specification):
        return (), ()
    known = {fold.known for fold in plan.folds}
    shorter = [shorter_by(panel, weeks) for weeks in FEWER_WEEKS]
    return tuple(fold for fold in shorter if fold is not None and fold.known not in known), resampled(specification)


def run_stability(
    panel: Panel,
    specification: ModelSpecification,
    plan: FoldPlan,
    *,
    report: Report = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    pace: Pace | None = None,
) -> Stability:
    """Refit with short runs: without the last 13 and 26 weeks, and with four draws of other priors.

    Parameters
    ----------
    panel : Panel
        The whole history.
    specification : ModelSpecification
        Of the fit that is tested.
    plan : FoldPlan
        Folds of the holdout, which need no second refit.
    report, stop, pace
        As for `run_holdout`.

    Raises
    ------
    CancelledFit
        If `stop` said yes.
    BadInput, FailedFit
        If it cannot be refitted.
    """
    shorter, variants = plan_refits(panel, specification, plan)
    pace = pace or Pace(folds=0, refits=len(shorter) + len(variants), report=report)
    before = pace.seconds
    refits = []
    for fold in shorter:
        cut, fit = fit_fold(panel, specification, fold, report=pace.begin(), stop=stop)
        changed = {"periods": float(fold.horizon)}
        refits.append(Refit(kind="weeks", changed=changed, r_hat_max=r_hat_of(fit), roi=returns_of(cut.known, fit)))
    for variant in variants:
        fit = fit_model(panel, short_run(variant.specification), report=pace.begin(), stop=stop)
        refits.append(
            Refit(kind="priors", changed=variant.changed, r_hat_max=r_hat_of(fit), roi=returns_of(panel, fit))
        )
    beyond = "" if refits else beyond_quick(panel, specification)
    return Stability(
        refits=tuple(refits),
        why_not=f"In this model {beyond}: each refit would take minutes" if beyond else "",
        seconds=round(pace.seconds - before, 1),
    )
