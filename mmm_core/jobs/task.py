"""A fit as a job: what is asked, what comes of it, how it is queued and carried out."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from mmm_core.errors import CancelledFit
from mmm_core.jobs.bench import Bench, Made
from mmm_core.jobs.holdout import HoldoutTask, submit_holdout
from mmm_core.jobs.identity import utc_now
from mmm_core.jobs.messages import plain
from mmm_core.storage.artefacts import ArtefactStore
from mmm_core.storage.database import Session
from mmm_core.storage.fits import StoredFit, find_fit, find_provisional, register_fit
from mmm_core.storage.holds import hold
from mmm_core.storage.jobs import Job, get_job, give_way, nothing_to_show, queue_job

FIT = "fit"
"""The kind of job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FitTask:
    """One fit to be made.

    Attributes
    ----------
    fingerprint : str
        Of the fit, known before it is there: `mmm_core.modeling.fit_fingerprint`. The idempotent key of the job.
    panel_fingerprint : str
        Key of the panel in the artefact store.
    specification : dict
        `ModelSpecification.as_dict()`.
    mapping_number, specification_number : int
        Revisions that the panel and the specification stem from; 0 for none.
    holdout : str
        Fingerprint of the holdout that is queued with the fit's registration, "" for none.
    """

    project_id: str
    fingerprint: str
    panel_fingerprint: str
    specification: dict[str, Any]
    mapping_number: int
    specification_number: int
    holdout: str = ""

    @classmethod
    def of(cls, job: Job) -> "FitTask":
        """Read the task of a job."""
        return cls(**job.payload)


@dataclass(frozen=True, slots=True, kw_only=True)
class FitOutcome:
    """What the work leaves: the artefact's key in the store, which is the fit's fingerprint, and a summary as JSON."""

    artefact_key: str
    summary: dict[str, Any]


class FitWork(Protocol):
    """A module that makes fits; `fit_work` is the real one. Tests name another one to `Crew`."""

    def warm(self, say: Callable[[str], None]) -> None:
        """Import and compile ahead of the first task; say in a few words what is at hand."""

    def run(
        self,
        task: FitTask,
        store: ArtefactStore,
        *,
        report: Callable[[str, dict[str, Any]], None],
        stop: Callable[[], bool],
        publish: Callable[[FitOutcome], None] | None,
    ) -> FitOutcome:
        """Make the fit; report (stage, progress as JSON) at will; raise `CancelledFit` when `stop` says so.

        What `publish` is given is shown as provisional until the fit is there; None where something is shown already.
        It raises `CancelledFit` when the fit has to give way.
        """


class EvaluationWork(Protocol):
    """A module that answers scenario requests; `evaluation_work` is the real one."""

    def warm(self) -> None:
        """Import ahead of the first request."""

    def answer(self, request: dict[str, Any], store: ArtefactStore) -> dict[str, Any]:
        """Answer a request; both are JSON."""


def submit_fit(session: Session, store: ArtefactStore, task: FitTask, *, now: datetime) -> StoredFit | Job:
    """Return the fit if the project has it, the job if it is queued or running, a newly queued job otherwise.

    Needs a write transaction; call `Crew.wake` after its commit to begin at once instead of within a second.

    Raises
    ------
    NotFound
        If the project or the panel's artefact is not there.
    """
    there = find_fit(session, task.project_id, task.fingerprint)
    if there is not None and store.has(there.artefact_key):
        return there
    hold(session, store, project_id=task.project_id, key=task.panel_fingerprint, now=now)
    return queue_job(
        session, project_id=task.project_id, kind=FIT, fingerprint=task.fingerprint, payload=asdict(task), now=now
    )


def run_fit_job(job: Job, bench: Bench) -> Made:
    """Make the fit of a job; what it finds on the way is shown as provisional until the fit is there.

    When something is shown, the rest gives way to fits of which nothing is: people look at all of them side by side.
    """
    task = FitTask.of(job)
    with bench.storage.database.reading() as session:
        shown = find_provisional(session, task.project_id, task.fingerprint) is not None
    outcome = bench.work.run(
        task,
        bench.storage.artefacts,
        report=bench.pulse.report,
        stop=bench.pulse.stop_asked,
        publish=None if shown else partial(_publish, job, bench, task),
    )
    fit = _stored(task, outcome, fingerprint=task.fingerprint)
    return Made(register=partial(_register, bench, task, fit))


def _register(bench: Bench, task: FitTask, fit: StoredFit, session: Session) -> None:
    """Register the fit, and queue the holdout that tests it, if that is wished."""
    register_fit(session, bench.storage.artefacts, fit)
    if task.holdout:
        test = HoldoutTask(
            project_id=task.project_id,
            fingerprint=task.holdout,
            fit_fingerprint=task.fingerprint,
            panel_fingerprint=task.panel_fingerprint,
        )
        submit_holdout(session, test, now=fit.created_at)


def _publish(job: Job, bench: Bench, task: FitTask, outcome: FitOutcome) -> None:
    """Register a provisional fit, unless the job was given to another attempt meanwhile; give way to who waits.

    Raises
    ------
    CancelledFit
        If the job is queued again.
    """
    fit = replace(_stored(task, outcome, fingerprint=outcome.artefact_key), provisional_for=task.fingerprint)
    with bench.storage.database.transaction() as session:
        now = get_job(session, job.id)
        if (now.state, now.attempt) != ("running", job.attempt):
            return
        register_fit(session, bench.storage.artefacts, fit)
        # Once only: two fits whose short runs are the same have one result to show between them.
        waits = job.attempt == 1 and nothing_to_show(session, FIT)
        if not (waits and give_way(session, job.id, attempt=job.attempt)):
            return
    raise CancelledFit("The fit gave way to one that nothing is known of yet", remedy="It goes on by itself")


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
