"""Ask whether a fit can be trusted: check it at hand, hold periods out, keep what came of it."""

from dataclasses import dataclass
from datetime import datetime

from mmm_core.errors import BadInput
from mmm_core.jobs.crew import Crew
from mmm_core.jobs.holdout import HOLDOUT, HoldoutTask, submit_holdout
from mmm_core.modeling.fit import load_fit
from mmm_core.panel.panel import Panel
from mmm_core.storage import jobs, validations
from mmm_core.storage.audit import AuditEntry, record
from mmm_core.storage.fits import StoredFit
from mmm_core.storage.jobs import Job
from mmm_core.storage.opened import Storage
from mmm_core.storage.validations import StoredValidation
from mmm_core.validation.folds import FoldPlan, holdout_fingerprint, plan_folds
from mmm_core.validation.foresight import sum_up
from mmm_core.validation.measures import FitMeasures, measure_fit
from mmm_core.validation.trust import Trust, trust_in
from mmm_core.validation.validate import Validation
from mmm_core.validation.verdicts import Answer
from mmm_core.workflows.clock import now
from mmm_core.workflows.fitting import panel_of


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
class PastHealth:
    """One validation of the past in a line; judged by the thresholds of today."""

    at: datetime
    fit_fingerprint: str
    known_until: str
    points: int
    can_forecast: Answer
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
    return measure_fit(panel_of(storage, fit), load_fit(storage.artefacts.folder(fit.artefact_key)))


def trust_of(found: FitMeasures, state: ValidationState) -> Trust:
    """Judge a fit by its own figures and by what it foresaw."""
    return trust_in(found, _validation(state.validation), why_not=state.why_not)


def trust_after(state: ValidationState) -> Trust | None:
    """Judge a fit by what was kept of it, without reading its draws; None as long as it was not tested."""
    kept = _validation(state.validation)
    return trust_in(kept.measures, kept) if kept is not None else None


def _validation(stored: StoredValidation | None) -> Validation | None:
    return Validation.from_dict(stored.content) if stored is not None else None


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
    wanted = holdout_fingerprint(fit.fingerprint, plan)
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
        fingerprint=holdout_fingerprint(fit.fingerprint, plan),
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


def past_health(storage: Storage, project_id: str) -> tuple[PastHealth, ...]:
    """Return every validation of a project in a line each, the oldest first."""
    with storage.database.reading() as session:
        kept = validations.list_validations(session, project_id)
    return tuple(_past(validation) for validation in reversed(kept))


def _past(stored: StoredValidation) -> PastHealth:
    kept = Validation.from_dict(stored.content)
    trust, seen = trust_in(kept.measures, kept), sum_up(kept.holdout)
    return PastHealth(
        at=stored.created_at,
        fit_fingerprint=stored.fit_fingerprint,
        known_until=kept.holdout.periods[-1].period,
        points=trust.health.points,
        can_forecast=trust.verdicts[0].answer,
        mape=seen.mape,
        rival_mape=seen.rival_mape,
        skill=seen.skill,
        hits=seen.hits[-1],
        periods=seen.periods,
    )
