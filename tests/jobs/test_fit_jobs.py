"""A fit job from its submission to its end, with a real worker process."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from mmm_core.errors import FailedFit, NotFound
from mmm_core.jobs.crew import Crew
from mmm_core.jobs.identity import utc_now, worker_name
from mmm_core.jobs.messages import error_of
from mmm_core.jobs.running import run_job
from mmm_core.jobs.task import FitOutcome, FitTask, submit_fit
from mmm_core.storage.artefacts import ArtefactStore
from mmm_core.storage.fits import StoredFit, find_fit, find_provisional, list_fits
from mmm_core.storage.jobs import Job, claim_job, end_job, get_job, resume_job
from mmm_core.storage.opened import Storage
from mmm_core.storage.projects import Project, create_project, delete_project

Eventually = Callable[[Callable[[], bool]], None]
MakeTask = Callable[..., FitTask]


def _submit(crew: Crew, task: FitTask) -> Job:
    job = crew.submit_fit(task)
    assert isinstance(job, Job)
    return job


def test_a_submitted_fit_is_made_and_registered(
    crew: Crew, task: MakeTask, project: Project, eventually: Eventually
) -> None:
    job = _submit(crew, task(seconds=1))
    eventually(lambda: crew.job(job.id).stage == "sample")
    assert crew.job(job.id).state == "running"
    eventually(lambda: crew.job(job.id).state == "done")
    with crew.storage.database.reading() as session:
        (fit,) = list_fits(session, project.id)
    assert fit.summary == {"r2": None, "draws": 7}
    assert (crew.storage.artefacts.folder(fit.artefact_key) / "draws").read_text() == "draws"


def test_a_provisional_fit_stands_in_until_the_full_one_takes_its_place(
    crew: Crew, task: MakeTask, project: Project, eventually: Eventually
) -> None:
    asked = task(seconds=60, provisional="bb")
    job = _submit(crew, asked)
    eventually(lambda: provisional_of(crew, asked) is not None)
    found = provisional_of(crew, asked)
    assert found is not None
    assert (found.provisional_for, found.summary) == (asked.fingerprint, {"draws": 2})
    with crew.storage.database.reading() as session:
        assert list_fits(session, project.id) == ()
        assert find_fit(session, project.id, asked.fingerprint) is None
    crew.cancel(job.id)
    eventually(lambda: crew.job(job.id).state == "cancelled")
    assert provisional_of(crew, asked) == found, "what was drawn stays"

    again = _submit(crew, task(provisional="bb"))
    eventually(lambda: crew.job(again.id).state == "done")
    assert provisional_of(crew, asked) is None
    with crew.storage.database.reading() as session:
        assert [fit.fingerprint for fit in list_fits(session, project.id)] == [asked.fingerprint]


def test_of_every_fit_that_waits_something_is_shown_before_the_first_goes_on(
    crew: Crew, task: MakeTask, tmp_path: Path, eventually: Eventually
) -> None:
    first = _submit(crew, task("aa", seconds=0.5))
    eventually(lambda: crew.job(first.id).state == "running")
    asked = [task(name, seconds=0.2, provisional=f"b{number}") for number, name in enumerate(("cc", "dd", "ee"))]
    jobs = [_submit(crew, one) for one in asked]
    eventually(lambda: all(crew.job(job.id).state == "done" for job in jobs))
    runs = [line[:4] for line in (tmp_path / "runs.log").read_text().splitlines()]
    # The last of them goes on at once: nobody waits for anything better.
    assert runs == ["aa00", "cc00", "dd00", "ee00", "cc00", "dd00"]
    assert [crew.job(job.id).attempt for job in jobs] == [2, 2, 1]


def test_two_fits_with_the_same_short_run_give_way_once_and_are_both_made(
    crew: Crew, task: MakeTask, eventually: Eventually
) -> None:
    """They differ in draws alone, so the one takes the other's stand-in."""
    first = _submit(crew, task("aa", seconds=0.5))
    eventually(lambda: crew.job(first.id).state == "running")
    jobs = [_submit(crew, task(name, seconds=0.1, provisional="b0")) for name in ("cc", "dd")]
    eventually(lambda: all(crew.job(job.id).state == "done" for job in jobs))
    assert all(crew.job(job.id).attempt <= 2 for job in jobs)


def test_the_same_fit_for_another_project_is_nothing_to_give_way_to(
    crew: Crew, task: MakeTask, eventually: Eventually
) -> None:
    with crew.storage.database.transaction() as session:
        other = create_project(session, name="Acme", settings={}, now=utc_now())
    asked = task(seconds=1, provisional="bb")
    job = _submit(crew, asked)
    twin = _submit(crew, replace(asked, project_id=other.id))
    eventually(lambda: not crew.job(twin.id).is_open)
    assert (crew.job(job.id).state, crew.job(job.id).attempt) == ("done", 1)


def provisional_of(crew: Crew, asked: FitTask) -> StoredFit | None:
    with crew.storage.database.reading() as session:
        return find_provisional(session, asked.project_id, asked.fingerprint)


def test_the_same_fit_is_made_once(crew: Crew, task: MakeTask, tmp_path: Path, eventually: Eventually) -> None:
    job = _submit(crew, task(seconds=0.5))
    assert _submit(crew, task(seconds=0.5)).id == job.id
    eventually(lambda: crew.job(job.id).state == "done")
    found = crew.submit_fit(task(seconds=0.5))
    assert isinstance(found, StoredFit)
    assert len((tmp_path / "runs.log").read_text().splitlines()) == 1


def test_two_apps_on_one_database_do_not_make_the_same_fit_twice(
    new_crew: Callable[[], Crew], task: MakeTask, tmp_path: Path, eventually: Eventually
) -> None:
    first, second = new_crew(), new_crew()
    jobs = [_submit(crew, task(f"{number:02x}", seconds=0.1)) for number, crew in enumerate([first, second] * 4)]
    eventually(lambda: all(first.job(job.id).state == "done" for job in jobs))
    runs = [line.split()[0] for line in (tmp_path / "runs.log").read_text().splitlines()]
    assert sorted(runs) == [f"{number:02x}00" for number in range(8)]


def test_waiting_fits_are_made_one_at_a_time_oldest_first(
    crew: Crew, task: MakeTask, tmp_path: Path, eventually: Eventually
) -> None:
    jobs = [_submit(crew, task(name, seconds=0.2)) for name in ("cc", "aa", "bb")]
    eventually(lambda: crew.job(jobs[-1].id).state == "done")
    runs = [line.split()[0] for line in (tmp_path / "runs.log").read_text().splitlines()]
    assert runs == ["cc00", "aa00", "bb00"]
    times = [(job.started_at, job.ended_at) for job in (crew.job(job.id) for job in jobs)]
    assert all(ended <= started for (_, ended), (started, _) in pairwise(times))  # type: ignore[operator]


def test_a_failed_fit_says_why_and_what_to_do(crew: Crew, task: MakeTask, eventually: Eventually) -> None:
    job = _submit(crew, task(fail="foreseen"))
    eventually(lambda: crew.job(job.id).state == "failed")
    error = error_of(crew.job(job.id).message)
    assert isinstance(error, FailedFit)
    assert str(error) == "The sampler found no start. Loosen the priors."


def test_an_unforeseen_error_is_told_in_plain_words_with_the_trace(
    crew: Crew, task: MakeTask, eventually: Eventually
) -> None:
    job = _submit(crew, task(fail="unforeseen"))
    eventually(lambda: crew.job(job.id).state == "failed")
    message = crew.job(job.id).message
    assert "ZeroDivisionError: nobody foresaw this" in message["text"]
    assert "probe_fit.py" in message["trace"]
    assert crew.resume(job.id).state == "queued"


def test_a_fit_that_heeds_cancelling_stops_and_keeps_its_process(
    crew: Crew, task: MakeTask, eventually: Eventually
) -> None:
    job = _submit(crew, task(seconds=60))
    eventually(lambda: crew.job(job.id).stage == "sample")
    pids = crew.fitter.pids
    crew.cancel(job.id)
    eventually(lambda: crew.job(job.id).state == "cancelled")
    eventually(lambda: crew.fitter.state == "ready")
    assert crew.fitter.pids == pids


def test_a_fit_that_does_not_heed_cancelling_is_killed_and_replaced(
    crew: Crew, task: MakeTask, eventually: Eventually
) -> None:
    job = _submit(crew, task(seconds=60, heeds=False))
    eventually(lambda: crew.job(job.id).stage == "sample")
    pids = crew.fitter.pids
    crew.cancel(job.id)
    eventually(lambda: crew.job(job.id).state == "cancelled")
    after = _submit(crew, task("bb"))
    eventually(lambda: crew.job(after.id).state == "done")
    eventually(lambda: len(crew.fitter.pids) == len(pids))
    assert not crew.fitter.pids & pids


def test_a_waiting_fit_is_cancelled_without_ever_starting(crew: Crew, task: MakeTask, tmp_path: Path) -> None:
    _submit(crew, task("aa", seconds=60))
    waiting = _submit(crew, task("bb"))
    assert crew.cancel(waiting.id).state == "cancelled"
    assert "bb" not in ((tmp_path / "runs.log").read_text() if (tmp_path / "runs.log").exists() else "")


def test_the_fit_of_a_deleted_project_is_stopped(
    crew: Crew, task: MakeTask, project: Project, eventually: Eventually
) -> None:
    job = _submit(crew, task(seconds=60, heeds=False))
    eventually(lambda: crew.job(job.id).stage == "sample")
    with crew.storage.database.transaction() as session:
        delete_project(session, project.id, author="Ada", now=utc_now())
    pids = crew.fitter.pids
    eventually(lambda: bool(crew.fitter.pids) and not crew.fitter.pids & pids)
    with pytest.raises(NotFound, match="no such job"):
        crew.job(job.id)


class _TakenOver:
    """Work during which the job is interrupted and claimed by somebody else."""

    def __init__(self, storage: Storage, job: Job) -> None:
        self._storage, self._job = storage, job

    def warm(self, say: Callable[[str], None]) -> None: ...

    def run(
        self,
        task: FitTask,  # noqa: ARG002
        store: ArtefactStore,
        *,
        publish: Callable[[FitOutcome], None],
        **_: object,
    ) -> FitOutcome:
        with self._storage.database.transaction() as session:
            end_job(session, self._job.id, attempt=1, state="interrupted", now=utc_now())
            resume_job(session, self._job.id)
            claim_job(session, self._job.id, worker="another", now=utc_now())
        key = store.put_bytes(b"a late fit")
        publish(FitOutcome(artefact_key=key, summary={}))
        return FitOutcome(artefact_key=key, summary={})


def test_the_late_fit_of_a_revived_worker_is_refused(storage: Storage, task: MakeTask, project: Project) -> None:
    with storage.database.transaction() as session:
        job = submit_fit(session, storage.artefacts, task(), now=utc_now())
    assert isinstance(job, Job)
    assert run_job(job.id, storage, _TakenOver(storage, job), worker=worker_name(1)) == "lost"
    with storage.database.reading() as session:
        now = get_job(session, job.id)
        assert (now.state, now.attempt, now.worker) == ("running", 2, "another")
        assert list_fits(session, project.id) == ()
        assert find_provisional(session, project.id, job.fingerprint) is None
    assert run_job(job.id, storage, _TakenOver(storage, job), worker=worker_name(1)) == "taken"
