"""One fit job from claim to end, inside the fitter."""

from dataclasses import replace
from functools import partial
from typing import Any, Literal

from mmm_core.errors import CancelledFit
from mmm_core.jobs.holdout import HOLDOUT, HoldoutTask, run_holdout_task
from mmm_core.jobs.identity import utc_now
from mmm_core.jobs.messages import as_message, plain
from mmm_core.jobs.pulse import Pulse
from mmm_core.jobs.task import FIT, FitOutcome, FitTask, FitWork
from mmm_core.storage.fits import StoredFit, register_fit
from mmm_core.storage.jobs import Job, claim_job, end_job, get_job
from mmm_core.storage.opened import Storage
from mmm_core.storage.validations import StoredValidation, register_validation

Ending = Literal["done", "failed", "cancelled", "taken", "lost"]
"""`taken`: another worker was first; `lost`: the job was given to another attempt meanwhile, nothing was written."""


def run_job(job_id: str, storage: Storage, work: FitWork, *, worker: str) -> dict[str, Any]:
    """Claim the job, make the fit, register it and end the job in one transaction.

    Returns
    -------
    dict
        `state` (an `Ending`) and `fit`, the fit's fingerprint ("" where no fit was made).
    """
    with storage.database.transaction() as session:
        job = claim_job(session, job_id, worker=worker, now=utc_now())
    if job is None:
        return {"state": "taken", "fit": ""}
    with Pulse(storage.database, job) as pulse:
        ending = _work(job, storage, work, pulse)
    return {"state": ending, "fit": job.fingerprint if job.kind == FIT else ""}


def _work(job: Job, storage: Storage, work: FitWork, pulse: Pulse) -> Ending:
    try:
        if job.kind == HOLDOUT:
            return _hold_out(job, storage, pulse)
        task = FitTask.of(job)
        publish = partial(_publish, job, storage, task)
        outcome = work.run(task, storage.artefacts, report=pulse.report, stop=pulse.stop_asked, publish=publish)
        return _register(job, storage, task, outcome)
    except CancelledFit as error:
        return _end(job, storage, "cancelled", as_message(error))
    except Exception as error:  # noqa: BLE001  # whatever broke is written into the row
        return _end(job, storage, "failed", as_message(error))


def _register(job: Job, storage: Storage, task: FitTask, outcome: FitOutcome) -> Ending:
    with storage.database.transaction() as session:
        if not end_job(session, job.id, attempt=job.attempt, state="done", now=utc_now()):
            return "lost"
        register_fit(session, storage.artefacts, _stored(task, outcome, fingerprint=task.fingerprint))
    return "done"


def _publish(job: Job, storage: Storage, task: FitTask, outcome: FitOutcome) -> None:
    """Register a provisional fit, unless the job was given to another attempt meanwhile."""
    fit = replace(_stored(task, outcome, fingerprint=outcome.artefact_key), provisional_for=task.fingerprint)
    with storage.database.transaction() as session:
        now = get_job(session, job.id)
        if (now.state, now.attempt) == ("running", job.attempt):
            register_fit(session, storage.artefacts, fit)


def _stored(task: FitTask, outcome: FitOutcome, *, fingerprint: str) -> StoredFit:
    return StoredFit(
        project_id=task.project_id,
        fingerprint=fingerprint,
        panel_fingerprint=task.panel_fingerprint,
        mapping_number=task.mapping_number,
        specification_number=task.specification_number,
        artefact_key=outcome.artefact_key,
        summary=plain(outcome.summary),
        created_at=utc_now(),
    )


def _hold_out(job: Job, storage: Storage, pulse: Pulse) -> Ending:
    task = HoldoutTask.of(job)
    content = run_holdout_task(task, storage.artefacts, report=pulse.report, stop=pulse.stop_asked)
    validation = StoredValidation(
        project_id=task.project_id,
        fingerprint=task.fingerprint,
        fit_fingerprint=task.fit_fingerprint,
        panel_fingerprint=task.panel_fingerprint,
        content=content,
        created_at=utc_now(),
    )
    with storage.database.transaction() as session:
        if not end_job(session, job.id, attempt=job.attempt, state="done", now=validation.created_at):
            return "lost"
        register_validation(session, validation)
    return "done"


def _end(job: Job, storage: Storage, state: Literal["failed", "cancelled"], message: dict[str, Any]) -> Ending:
    with storage.database.transaction() as session:
        written = end_job(session, job.id, attempt=job.attempt, state=state, message=message, now=utc_now())
    return state if written else "lost"
