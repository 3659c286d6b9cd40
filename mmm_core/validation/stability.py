"""Refits that know less or believe otherwise: how much of what a fit says hangs on its last weeks and its priors."""

from collections.abc import Callable
from dataclasses import dataclass

from mmm_core.modeling.fitting import fit_model
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel
from mmm_core.validation.folds import Fold, FoldPlan, shorter_by
from mmm_core.validation.pace import Pace
from mmm_core.validation.priors_resampled import PriorVariant, resampled
from mmm_core.validation.refitting import fit_fold, r_hat_of, returns_of, short_run
from mmm_core.validation.stability_record import Refit, Stability

FEWER_WEEKS = (13, 26)
"""A quarter and half a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefitPlan:
    """What is to be refitted: stretches that no fold of the holdout knows already, and variants of the priors."""

    shorter: tuple[Fold, ...] = ()
    variants: tuple[PriorVariant, ...] = ()

    def __len__(self) -> int:
        return len(self.shorter) + len(self.variants)


def plan_refits(panel: Panel, specification: ModelSpecification, plan: FoldPlan) -> RefitPlan:
    """Plan the refits beside the folds of a holdout."""
    known = {fold.known for fold in plan.folds}
    shorter = [shorter_by(panel, weeks) for weeks in FEWER_WEEKS]
    return RefitPlan(
        shorter=tuple(fold for fold in shorter if fold is not None and fold.known not in known),
        variants=resampled(specification),
    )


def run_stability(
    panel: Panel,
    specification: ModelSpecification,
    planned: RefitPlan,
    *,
    pace: Pace,
    stop: Callable[[], bool] = lambda: False,
) -> Stability:
    """Refit with short runs: without the last 13 and 26 weeks, and with four draws of other priors.

    Parameters
    ----------
    panel : Panel
        The whole history.
    specification : ModelSpecification
        Of the fit that is tested.
    planned : RefitPlan
    pace, stop
        As for `run_holdout`.

    Raises
    ------
    CancelledFit
        If `stop` said yes.
    BadInput, FailedFit
        If it cannot be refitted.
    """
    before = pace.seconds
    refits = []
    for fold in planned.shorter:
        cut, fit = fit_fold(panel, specification, fold, report=pace.begin(), stop=stop)
        changed = {"periods": float(fold.horizon)}
        roi, mean = returns_of(cut.known, fit)
        refits.append(Refit(kind="weeks", changed=changed, r_hat_max=r_hat_of(fit), roi=roi, mean=mean))
    for variant in planned.variants:
        fit = fit_model(panel, short_run(variant.specification), report=pace.begin(), stop=stop)
        roi, mean = returns_of(panel, fit)
        refits.append(Refit(kind="priors", changed=variant.changed, r_hat_max=r_hat_of(fit), roi=roi, mean=mean))
    return Stability(refits=tuple(refits), seconds=round(pace.seconds - before, 1))
