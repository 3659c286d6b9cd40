"""Figures of a fit and of its refits, judged by the thresholds of today."""

from dataclasses import dataclass

from mmm_core.validation.backtest import Backtest
from mmm_core.validation.check import Check
from mmm_core.validation.fit_checks import check_fit
from mmm_core.validation.health import Health, health_of
from mmm_core.validation.holdout_checks import check_holdout
from mmm_core.validation.holdout_record import Holdout
from mmm_core.validation.measures import FitMeasures
from mmm_core.validation.stability_checks import check_refits
from mmm_core.validation.stability_record import Stability
from mmm_core.validation.validate import Validation
from mmm_core.validation.verdicts import Verdict, judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Everything that is said of one fit; `holdout`, `stability` and `backtest` are None until they were made."""

    measures: FitMeasures
    holdout: Holdout | None
    stability: Stability | None
    backtest: Backtest | None
    checks: tuple[Check, ...]
    verdicts: tuple[Verdict, ...]
    health: Health


def trust_in(found: FitMeasures, validation: Validation | None, *, why_not: str = "") -> Trust:
    """Judge a fit by its own figures and by what its refits found.

    Parameters
    ----------
    found : FitMeasures
    validation : Validation, optional
        None as long as nothing was refitted.
    why_not : str
        Why there cannot be a validation, as a sentence.
    """
    holdout = validation.holdout if validation is not None else None
    stability = validation.stability if validation is not None else None
    checks = (
        *check_fit(found),
        *check_holdout(holdout, found, why_not=why_not),
        *check_refits(holdout, stability, found, why_not=why_not),
    )
    return Trust(
        measures=found,
        holdout=holdout,
        stability=stability,
        backtest=validation.backtest if validation is not None else None,
        checks=checks,
        verdicts=judge(found, holdout, checks, stability=stability),
        health=health_of(checks),
    )
