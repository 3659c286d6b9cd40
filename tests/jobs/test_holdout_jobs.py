"""Holdouts as jobs: made once, after the fits that wait, cancelled, failed, refused when late."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from trusting import holdout, measures

from mmm_core.errors import CancelledFit, FailedFit
from mmm_core.jobs import holdout as holdout_jobs
from mmm_core.jobs.crew import Crew
from mmm_core.jobs.holdout import HOLDOUT, HoldoutTask, submit_holdout
from mmm_core.jobs.identity import utc_now
from mmm_core.jobs.running import Ending, run_job
from mmm_core.jobs.task import FitTask
from mmm_core.settings import Installation
from mmm_core.storage.jobs import Job, claim_job, end_job, get_job, request_cancel, resume_job
from mmm_core.storage.opened import Storage
from mmm_core.storage.projects import Project
from mmm_core.storage.validations import StoredValidation, list_validations

Eventually = Callable[[Callable[[], bool]], None]


class NoFits:
    """Work of a worker that makes no fits."""

    def warm(self, say: Callable[[str], None]) -> None: ...

    def run(self, *_: object, **__: object) -> Any:
        raise AssertionError("a holdout is no fit")


def task_of(project: Project, name: str = "a") -> HoldoutTask:
    return HoldoutTask(
        project_id=project.id, fingerprint=name * 64, fit_fingerprint="f" * 64, panel_fingerprint="b" * 64
    )


def submit(storage: Storage, task: HoldoutTask) -> StoredValidation | Job:
    with storage.database.transaction() as session:
        return submit_holdout(session, task, now=utc_now())


def submitted(storage: Storage, task: HoldoutTask) -> Job:
    job = submit(storage, task)
    assert isinstance(job, Job)
    return job


def state_of(storage: Storage, job: Job) -> Job:
    with storage.database.reading() as session:
        return get_job(session, job.id)


@pytest.fixture
def foreseen(monkeypatch: pytest.MonkeyPatch) -> list[HoldoutTask]:
    """Let holdouts cost nothing; returns what was asked for."""
    asked: list[HoldoutTask] = []

    def run(task: HoldoutTask, *_: object, report: Callable[..., None], **__: object) -> dict[str, Any]:
        asked.append(task)
        report(HOLDOUT, {"fold": 1, "folds": 4, "share": 0.1})
        return {"holdout": holdout().as_dict(), "measures": measures().as_dict()}

    monkeypatch.setattr(holdout_jobs, "run_holdout_task", run)
    return asked


def test_a_holdout_is_made_once_and_kept(storage: Storage, project: Project, foreseen: list[HoldoutTask]) -> None:
    job = submitted(storage, task_of(project))
    assert submitted(storage, task_of(project)).id == job.id
    assert run_job(job.id, storage, NoFits(), worker="w") == "done"
    kept = submit(storage, task_of(project))
    assert isinstance(kept, StoredValidation)
    assert kept.fit_fingerprint == "f" * 64
    assert kept.content["measures"]["r2"] == measures().r2
    assert foreseen == [task_of(project)]


def test_a_holdout_that_fails_says_why_and_keeps_nothing(
    storage: Storage, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> dict[str, Any]:
        raise FailedFit("Fold 2 could not be fitted", remedy="Try again")

    monkeypatch.setattr(holdout_jobs, "run_holdout_task", fail)
    job = submitted(storage, task_of(project))
    assert run_job(job.id, storage, NoFits(), worker="w") == "failed"
    assert state_of(storage, job).message["found"] == "Fold 2 could not be fitted"
    with storage.database.reading() as session:
        assert list_validations(session, project.id) == ()


def test_a_running_holdout_is_cancelled_and_keeps_nothing(
    storage: Storage, project: Project, monkeypatch: pytest.MonkeyPatch, eventually: Eventually
) -> None:
    begun = threading.Event()

    def wait(*_: object, stop: Callable[[], bool], **__: object) -> dict[str, Any]:
        begun.set()
        eventually(stop)
        raise CancelledFit("The fit was stopped while sampling")

    monkeypatch.setattr(holdout_jobs, "run_holdout_task", wait)
    job = submitted(storage, task_of(project))
    replies: list[Ending] = []
    thread = threading.Thread(target=lambda: replies.append(run_job(job.id, storage, NoFits(), worker="w")))
    thread.start()
    assert begun.wait(30)
    with storage.database.transaction() as session:
        request_cancel(session, job.id, now=utc_now())
    thread.join(30)
    assert replies == ["cancelled"]
    assert state_of(storage, job).state == "cancelled"
    with storage.database.reading() as session:
        assert list_validations(session, project.id) == ()


def test_the_late_holdout_of_a_revived_worker_is_refused(
    storage: Storage, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = submitted(storage, task_of(project))

    def overtaken(*_: object, **__: object) -> dict[str, Any]:
        with storage.database.transaction() as session:
            end_job(session, job.id, attempt=1, state="interrupted", now=utc_now())
            resume_job(session, job.id)
            claim_job(session, job.id, worker="another", now=utc_now())
        return {}

    monkeypatch.setattr(holdout_jobs, "run_holdout_task", overtaken)
    assert run_job(job.id, storage, NoFits(), worker="w") == "lost"
    with storage.database.reading() as session:
        assert list_validations(session, project.id) == ()
    assert state_of(storage, job).worker == "another"


def test_a_fit_goes_before_a_holdout_that_waited_longer(
    crew: Crew, task: Callable[..., FitTask], project: Project, eventually: Eventually
) -> None:
    running_fit = crew.submit_fit(task("aa", seconds=1.5))
    assert isinstance(running_fit, Job)
    eventually(lambda: crew.job(running_fit.id).state == "running")
    waiting = submitted(crew.storage, task_of(project))
    later = crew.submit_fit(task("bb"))
    assert isinstance(later, Job)
    eventually(lambda: not crew.job(waiting.id).is_open)
    fit, after = crew.job(later.id), crew.job(waiting.id)
    assert fit.state == "done"
    assert fit.ended_at is not None
    assert after.started_at is not None
    assert fit.ended_at <= after.started_at
    assert after.state == "failed", "its draws are not in the store"
    assert after.message["code"] == "not_found"


def test_a_holdout_that_began_just_now_gives_way_to_a_fit_and_is_made_after_it(
    installation: Installation,
    new_crew: Callable[[], Crew],
    task: Callable[..., FitTask],
    project: Project,
    eventually: Eventually,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PROBE_HOLDOUT_SECONDS", "3")
    crew = new_crew()
    waiting = submitted(crew.storage, task_of(project, "e"))
    eventually(lambda: crew.job(waiting.id).state == "running")
    pids = crew.fitter.pids
    fit = crew.submit_fit(task("aa"))
    assert isinstance(fit, Job)
    eventually(lambda: crew.job(fit.id).state == "done")
    eventually(lambda: crew.job(waiting.id).state == "done")
    runs = (installation.data_dir / "runs.log").read_text().split()
    assert runs[::2] == ["eeee", "aa00", "eeee"]
    assert crew.fitter.pids == pids, "nobody was killed for it"
    with crew.storage.database.reading() as session:
        assert [one.fingerprint for one in list_validations(session, project.id)] == ["e" * 64]
