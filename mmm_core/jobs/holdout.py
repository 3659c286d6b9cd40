"""A holdout as a job: asked for once per fit and plan of folds, made after the fits that wait."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from mmm_core.jobs.bench import Bench, Made
from mmm_core.jobs.identity import utc_now
from mmm_core.jobs.messages import plain
from mmm_core.storage.artefacts import ArtefactStore
from mmm_core.storage.database import Session
from mmm_core.storage.jobs import Job, queue_job
from mmm_core.storage.validations import StoredValidation, find_validation, register_validation

HOLDOUT = "holdout"
"""The kind of job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldoutTask:
    """One holdout to be made.

    Attributes
    ----------
    fingerprint : str
        Of fit and folds, the idempotent key.
    fit_fingerprint, panel_fingerprint : str
        Keys in the artefact store, which hold what the fit was made from and what it found.
    """

    project_id: str
    fingerprint: str
    fit_fingerprint: str
    panel_fingerprint: str

    @classmethod
    def of(cls, job: Job) -> "HoldoutTask":
        """Read the task of a job."""
        return cls(**job.payload)


def submit_holdout(session: Session, task: HoldoutTask, *, now: datetime) -> StoredValidation | Job:
    """Return the validation if it is there, the job if it is queued or running, a newly queued job otherwise.

    Needs a write transaction; call `Crew.wake` after its commit.

    Raises
    ------
    NotFound
        If the project is not there.
    """
    there = find_validation(session, task.project_id, task.fingerprint)
    if there is not None:
        return there
    payload = asdict(task)
    return queue_job(
        session, project_id=task.project_id, kind=HOLDOUT, fingerprint=task.fingerprint, payload=payload, now=now
    )


def run_holdout_job(job: Job, bench: Bench) -> Made:
    """Make the holdout of a job."""
    task = HoldoutTask.of(job)
    content = run_holdout_task(task, bench.storage.artefacts, report=bench.pulse.report, stop=bench.pulse.stop_asked)
    validation = StoredValidation(
        project_id=task.project_id,
        fingerprint=task.fingerprint,
        fit_fingerprint=task.fit_fingerprint,
        panel_fingerprint=task.panel_fingerprint,
        content=content,
        created_at=utc_now(),
    )
    return Made(register=lambda session: register_validation(session, validation))


def run_holdout_task(
    task: HoldoutTask,
    store: ArtefactStore,
    *,
    report: Callable[[str, dict[str, Any]], None],
    stop: Callable[[], bool],
) -> dict[str, Any]:
    """Make the holdout; returns the content of its `StoredValidation`.

    Raises
    ------
    CancelledFit
        If `stop` said yes.
    WorkshopError
        If the history is too short, or a fold cannot be fitted.
    """
    from mmm_core.modeling.fit import load_fit
    from mmm_core.panel.panel import load_panel
    from mmm_core.validation.folds import plan_folds
    from mmm_core.validation.validate import validate

    panel, fit = load_panel(store.folder(task.panel_fingerprint)), load_fit(store.folder(task.fit_fingerprint))
    plan = plan_folds(panel.data.sizes["period"], period=panel.period)
    found = validate(panel, fit, plan, report=lambda progress: report(HOLDOUT, plain(progress.as_dict())), stop=stop)
    content: dict[str, Any] = plain(found.as_dict())
    return content
