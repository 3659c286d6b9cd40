"""The standing check: a fit that is there is tested on held-out periods without anybody asking."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from mmm_core.errors import FailedFit
from mmm_core.jobs.holdout import HOLDOUT, HoldoutTask
from mmm_core.jobs.identity import utc_now
from mmm_core.jobs.running import run_job
from mmm_core.jobs.task import FitOutcome, FitTask, submit_fit
from mmm_core.storage.artefacts import ArtefactStore
from mmm_core.storage.fits import find_fit
from mmm_core.storage.jobs import Job, end_job, list_jobs, resume_job
from mmm_core.storage.opened import Storage

WANTED = "e" * 64


class Fits:
    """Work of a fitter that keeps two words for draws; `before` happens first."""

    def __init__(self, before: Callable[[], object] = lambda: None) -> None:
        self._before = before

    def warm(self, _say: object) -> None: ...

    def run(self, task: FitTask, store: ArtefactStore, **_: Any) -> FitOutcome:
        self._before()
        store.put_folder(task.fingerprint, lambda folder: (folder / "draws").write_text("two draws"))
        return FitOutcome(artefact_key=task.fingerprint, summary={})


def submitted(storage: Storage, task: FitTask) -> Job:
    with storage.database.transaction() as session:
        job = submit_fit(session, storage.artefacts, task, now=utc_now())
    assert isinstance(job, Job)
    return job


def holdouts(storage: Storage, task: FitTask) -> list[Job]:
    with storage.database.reading() as session:
        return [job for job in list_jobs(session, task.project_id) if job.kind == HOLDOUT]


@pytest.fixture
def wished(task: Callable[..., FitTask]) -> FitTask:
    return replace(task("aa"), holdout=WANTED)


def test_a_fit_and_the_wish_to_test_it_are_there_at_once(storage: Storage, wished: FitTask) -> None:
    assert run_job(submitted(storage, wished).id, storage, Fits(), worker="w") == "done"
    (job,) = holdouts(storage, wished)
    assert (job.state, job.fingerprint) == ("queued", WANTED)
    asked = HoldoutTask.of(job)
    assert (asked.fit_fingerprint, asked.panel_fingerprint) == (wished.fingerprint, wished.panel_fingerprint)


def test_a_fit_that_nobody_wishes_to_test_is_only_kept(storage: Storage, task: Callable[..., FitTask]) -> None:
    plain = task("aa")
    assert run_job(submitted(storage, plain).id, storage, Fits(), worker="w") == "done"
    assert holdouts(storage, plain) == []


def test_a_fit_that_failed_is_not_tested(storage: Storage, wished: FitTask) -> None:
    def fail() -> None:
        raise FailedFit("The sampler found no start", remedy="Loosen the priors")

    assert run_job(submitted(storage, wished).id, storage, Fits(fail), worker="w") == "failed"
    assert holdouts(storage, wished) == []


def test_a_worker_that_comes_too_late_queues_nothing(storage: Storage, wished: FitTask) -> None:
    job = submitted(storage, wished)

    def overtaken() -> None:
        with storage.database.transaction() as session:
            end_job(session, job.id, attempt=1, state="interrupted", now=utc_now())
            resume_job(session, job.id)

    assert run_job(job.id, storage, Fits(overtaken), worker="w") == "lost"
    with storage.database.reading() as session:
        assert find_fit(session, wished.project_id, wished.fingerprint) is None
    assert holdouts(storage, wished) == []
