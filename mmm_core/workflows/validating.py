"""Ask whether a fit can be trusted: check it at hand, hold periods out, keep what came of it."""

from dataclasses import dataclass
from datetime import datetime

from mmm_core import fingerprint
from mmm_core.errors import BadInput
from mmm_core.jobs.crew import Crew
from mmm_core.jobs.holdout import HOLDOUT, HoldoutTask, submit_holdout
from mmm_core.modeling.fit import load_fit
from mmm_core.panel.panel import Panel, load_panel
from mmm_core.storage import jobs, validations
from mmm_core.storage.audit import AuditEntry, record
from mmm_core.storage.fits import StoredFit
from mmm_core.storage.jobs import Job
from mmm_core.storage.opened import Storage
from mmm_core.storage.validations import StoredValidation
from mmm_core.validation.backtest import Backtest
from mmm_core.validation.check import Check
from mmm_core.validation.fit_checks import check_fit
from mmm_core.validation.folds import FoldPlan, plan_folds
from mmm_core.validation.foresight import sum_up
from mmm_core.validation.health import Health, health_of
from mmm_core.validation.holdout_checks import check_holdout
from mmm_core.validation.holdout_record import Holdout
from mmm_core.validation.measures import FitMeasures, measure_fit
from mmm_core.validation.verdicts import Verdict, judge
from mmm_core.workflows.clock import now

HOLDOUT_SCHEMA = 1
"""Raised whenever the same fit and folds would give another holdout than before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationState:
    """What is known of a fit outside its sample, and the newest job that finds it out.

    Attributes
    ----------
    validation : StoredValidation or None
    job : Job or None
    plan : FoldPlan or None
        None where the history is too short.
    why_not : str
        Why it cannot be tested, "" where it can.
    """

    validation: StoredValidation | None
    job: Job | None
    plan: FoldPlan | None
    why_not: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Everything that is said of one fit."""

    measures: FitMeasures
    holdout: Holdout | None
    backtest: Backtest | None
    checks: tuple[Check, ...]
    verdicts: tuple[Verdict, ...]
    health: Health


@dataclass(frozen=True, slots=True, kw_only=True)
class PastHealth:
    """One validation of the past in a line; judged by the thresholds of today."""

    at: datetime
    fit_fingerprint: str
    known_until: str
    points: int
    mape: float
    rival_mape: float
    skill: float
    hits: int
    periods: int


def measures_of(storage: Storage, fit: StoredFit) -> FitMeasures:
    """Read a fit and collect its figures; about a second.

    Raises
    ------
    NotFound, DamagedArtefact
        If its draws are not in the store, or not as they were written.
    """
    panel = load_panel(storage.artefacts.folder(fit.panel_fingerprint))
    return measure_fit(panel, load_fit(storage.artefacts.folder(fit.artefact_key)))


def trust_of(found: FitMeasures, state: ValidationState) -> Trust:
    """Judge a fit by its own figures and by what it foresaw."""
    if state.validation is None:
        return _judged(found, None, None, state.why_not)
    content = state.validation.content
    return _judged(found, Holdout.from_dict(content["holdout"]), Backtest.from_dict(content["backtest"]))


def validation_state(storage: Storage, fit: StoredFit, panel: Panel) -> ValidationState:
    """Return the validation of a fit, or how far it is.

    Parameters
    ----------
    panel : Panel
        The panel of the fit.
    """
    try:
        plan = plan_folds(panel.data.sizes["period"], period=panel.period)
    except BadInput as error:
        return ValidationState(validation=None, job=None, plan=None, why_not=f"{error.found}; {error.expected}.")
    wanted = holdout_fingerprint(fit, plan)
    with storage.database.reading() as session:  # the job first: when it has ended well, its validation is there
        found = [job for job in jobs.list_jobs(session, fit.project_id) if job.kind == HOLDOUT]
    with storage.database.reading() as session:
        there = validations.find_validation(session, fit.project_id, wanted)
    job = next((job for job in found if job.fingerprint == wanted), None)
    return ValidationState(validation=there, job=job, plan=plan, why_not="")


def is_tested(storage: Storage, fit: StoredFit) -> bool:
    """Tell whether held-out periods have been foreseen for this fit."""
    with storage.database.reading() as session:
        return validations.has_validation(session, fit.project_id, fit.artefact_key)


def start_holdout(crew: Crew, fit: StoredFit, panel: Panel, *, author: str) -> StoredValidation | Job:
    """Ask for the holdout of a fit; the same fit twice is one holdout.

    Raises
    ------
    BadInput
        If the history is too short, or the fit is a provisional one.
    """
    plan = plan_folds(panel.data.sizes["period"], period=panel.period)
    if fit.is_provisional:
        raise BadInput(
            "This is the provisional fit, which the full one is about to replace",
            expected="held-out periods are foreseen for the full fit",
            remedy="Wait for the full fit",
        )
    task = HoldoutTask(
        project_id=fit.project_id,
        fingerprint=holdout_fingerprint(fit, plan),
        fit_fingerprint=fit.artefact_key,
        panel_fingerprint=fit.panel_fingerprint,
    )
    with crew.storage.database.transaction() as session:
        asked = submit_holdout(session, task, now=now())
        detail = {"fit": fit.fingerprint, "folds": len(plan.folds), "foreseen": plan.foreseen}
        entry = AuditEntry(project_id=fit.project_id, at=now(), author=author, action="holdout.asked", detail=detail)
        record(session, entry)
    crew.wake()
    return asked


def holdout_fingerprint(fit: StoredFit, plan: FoldPlan) -> str:
    """Name a holdout by the fit and the folds."""
    return fingerprint.of_content({"code": HOLDOUT_SCHEMA, "fit": fit.fingerprint, "plan": plan.as_dict()})


def past_health(storage: Storage, project_id: str) -> tuple[PastHealth, ...]:
    """Return every validation of a project in a line each, the oldest first."""
    with storage.database.reading() as session:
        kept = validations.list_validations(session, project_id)
    return tuple(_past(validation) for validation in reversed(kept))


def _past(validation: StoredValidation) -> PastHealth:
    holdout = Holdout.from_dict(validation.content["holdout"])
    trust = _judged(FitMeasures.from_dict(validation.content["measures"]), holdout, None)
    seen = sum_up(holdout)
    return PastHealth(
        at=validation.created_at,
        fit_fingerprint=validation.fit_fingerprint,
        known_until=holdout.periods[-1].period,
        points=trust.health.points,
        mape=seen.mape,
        rival_mape=seen.rival_mape,
        skill=seen.skill,
        hits=seen.hits[-1],
        periods=seen.periods,
    )


def _judged(found: FitMeasures, holdout: Holdout | None, backtest: Backtest | None, why_not: str = "") -> Trust:
    checks = (*check_fit(found), *check_holdout(holdout, found, why_not=why_not))
    verdicts = judge(found, holdout, checks)
    return Trust(
        measures=found,
        holdout=holdout,
        backtest=backtest,
        checks=checks,
        verdicts=verdicts,
        health=health_of(checks),
    )
