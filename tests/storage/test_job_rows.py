"""Jobs as rows: idempotent, claimed once, fenced."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from mmm_core.errors import NotFound
from mmm_core.storage import jobs
from mmm_core.storage.database import Database
from mmm_core.storage.projects import Project, delete_project


def _queue(database: Database, project: Project, now: datetime, fingerprint: str = "a1") -> jobs.Job:
    with database.transaction() as session:
        return jobs.queue_job(
            session, project_id=project.id, kind="fit", fingerprint=fingerprint, payload={"seed": 1}, now=now
        )


def _claim(database: Database, job: jobs.Job, now: datetime, worker: str = "w") -> jobs.Job:
    with database.transaction() as session:
        claimed = jobs.claim_job(session, job.id, worker=worker, now=now)
    assert claimed is not None
    return claimed


def _end(database: Database, job: jobs.Job, state: str, now: datetime) -> bool:
    with database.transaction() as session:
        return jobs.end_job(session, job.id, attempt=job.attempt, state=state, now=now)  # type: ignore[arg-type]


def _state(database: Database, job: jobs.Job) -> str:
    with database.reading() as session:
        return jobs.get_job(session, job.id).state


def test_the_same_work_is_queued_once(database: Database, project: Project, now: datetime) -> None:
    first = _queue(database, project, now)
    assert _queue(database, project, now) == first
    running = _claim(database, first, now)
    assert _queue(database, project, now) == running
    assert _queue(database, project, now, fingerprint="b2").id != first.id


def test_of_many_claims_one_succeeds(database: Database, project: Project, now: datetime) -> None:
    job = _queue(database, project, now)

    def claim(worker: int) -> jobs.Job | None:
        with database.transaction() as session:
            return jobs.claim_job(session, job.id, worker=str(worker), now=now)

    with ThreadPoolExecutor(8) as threads:
        claimed = [found for found in threads.map(claim, range(8)) if found is not None]
    assert [(found.state, found.attempt) for found in claimed] == [("running", 1)]


def test_a_revived_worker_writes_nothing_after_another_took_over(
    database: Database, project: Project, now: datetime
) -> None:
    old = _claim(database, _queue(database, project, now), now, worker="old")
    assert _end(database, old, "interrupted", now)
    with database.transaction() as session:
        jobs.resume_job(session, old.id)
    new = _claim(database, old, now, worker="new")
    assert new.attempt == old.attempt + 1
    with database.transaction() as session:
        late = jobs.write_progress(session, old.id, attempt=old.attempt, stage="sample", progress={}, now=now)
    assert late is None
    assert not _end(database, old, "done", now)
    with database.reading() as session:
        assert jobs.get_job(session, old.id) == new


def test_an_interrupted_job_is_taken_up_again_when_asked_for(
    database: Database, project: Project, now: datetime
) -> None:
    job = _claim(database, _queue(database, project, now), now)
    _end(database, job, "interrupted", now)
    again = _queue(database, project, now)
    assert (again.id, again.state) == (job.id, "queued")


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_an_ended_job_can_be_resumed(database: Database, project: Project, now: datetime, state: str) -> None:
    job = _claim(database, _queue(database, project, now), now)
    _end(database, job, state, now)
    with database.transaction() as session:
        resumed = jobs.resume_job(session, job.id)
    assert (resumed.state, resumed.cancel_requested, resumed.message) == ("queued", False, {})


def test_resuming_beside_the_same_work_returns_that_work(database: Database, project: Project, now: datetime) -> None:
    failed = _claim(database, _queue(database, project, now), now)
    _end(database, failed, "failed", now)
    newer = _queue(database, project, now)
    assert newer.id != failed.id
    with database.transaction() as session:
        assert jobs.resume_job(session, failed.id) == newer


def test_a_done_job_is_not_resumed(database: Database, project: Project, now: datetime) -> None:
    job = _claim(database, _queue(database, project, now), now)
    _end(database, job, "done", now)
    with database.transaction() as session:
        assert jobs.resume_job(session, job.id).state == "done"


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_is_asked(
    database: Database, project: Project, now: datetime
) -> None:
    waiting = _queue(database, project, now)
    running = _claim(database, _queue(database, project, now, fingerprint="b2"), now)
    with database.transaction() as session:
        assert jobs.request_cancel(session, waiting.id, now=now).state == "cancelled"
        asked = jobs.request_cancel(session, running.id, now=now)
    assert (asked.state, asked.cancel_requested) == ("running", True)
    _end(database, running, "done", now)
    with database.transaction() as session:
        assert jobs.request_cancel(session, running.id, now=now).state == "done"


def test_jobs_wait_in_the_order_in_which_they_were_queued(database: Database, project: Project, now: datetime) -> None:
    later = _queue(database, project, now.replace(hour=11), fingerprint="a1")
    earlier = _queue(database, project, now, fingerprint="b2")
    with database.reading() as session:
        assert jobs.jobs_in(session, "queued") == (earlier, later)
        assert jobs.list_jobs(session, project.id) == (later, earlier)


def test_the_jobs_of_a_deleted_project_are_gone(database: Database, project: Project, now: datetime) -> None:
    job = _claim(database, _queue(database, project, now), now)
    with database.transaction() as session:
        delete_project(session, project.id, author="Ada", now=now)
    assert not _end(database, job, "done", now)
    with pytest.raises(NotFound, match="no such job"):
        _state(database, job)


def test_a_running_job_that_gives_way_waits_again_and_its_worker_writes_nothing_more(
    database: Database, project: Project, now: datetime
) -> None:
    job = _claim(database, _queue(database, project, now), now)
    with database.transaction() as session:
        assert jobs.give_way(session, job.id, attempt=job.attempt)
        assert not jobs.give_way(session, job.id, attempt=job.attempt), "it does not run any more"
    assert _state(database, job) == "queued"
    assert not _end(database, job, "done", now)
    assert _claim(database, job, now).attempt == 2


def test_a_job_that_somebody_cancels_does_not_wait_again(database: Database, project: Project, now: datetime) -> None:
    job = _claim(database, _queue(database, project, now), now)
    with database.transaction() as session:
        jobs.request_cancel(session, job.id, now=now)
        assert not jobs.give_way(session, job.id, attempt=job.attempt)
