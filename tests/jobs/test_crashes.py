"""Killed children, killed apps: the row says what happened, nobody is left behind, the work is taken up again."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mmm_core.jobs import dispatch
from mmm_core.jobs.crew import Crew
from mmm_core.jobs.identity import is_gone, utc_now, worker_name
from mmm_core.jobs.task import FitTask, submit_fit
from mmm_core.settings import Installation
from mmm_core.storage.database import Database
from mmm_core.storage.jobs import Job, claim_job, get_job
from mmm_core.storage.opened import Storage
from mmm_core.storage.projects import list_projects

Eventually = Callable[[Callable[[], bool]], None]
MakeTask = Callable[..., FitTask]

# The app: starts its crew from a thread that ends, as a page's script does, and submits a long fit.
_APP = """
import json, os, sys, threading, time
from pathlib import Path
from mmm_core.jobs.crew import start_crew
from mmm_core.jobs.task import FitTask
from mmm_core.settings import Installation

installation = Installation(data_dir=Path(sys.argv[1]), database_url=sys.argv[2])
works = {"fit_work": "probe_fit", "evaluation_work": "probe_evaluation"}

def page():
    started = start_crew(installation, **works)
    while {started.fitter.state, started.evaluator.state} != {"ready"}:
        time.sleep(0.02)

thread = threading.Thread(target=page)
thread.start()
thread.join()
time.sleep(0.5)
crew = start_crew(installation)
job = crew.submit_fit(FitTask(**json.loads(sys.argv[3])))
while crew.job(job.id).stage != "sample":
    time.sleep(0.02)
children = [crew.fitter.foreman.pid, *crew.fitter.pids, crew.evaluator.pid]
print(json.dumps({"job": job.id, "children": children}), flush=True)
if sys.argv[4] == "stay":
    time.sleep(120)
"""


def _start_app(installation: Installation, task: FitTask, then: str) -> tuple["subprocess.Popen[str]", str, list[int]]:
    payload = {name: getattr(task, name) for name in FitTask.__dataclass_fields__}
    arguments = [str(installation.data_dir), installation.database_url, json.dumps(payload), then]
    app = subprocess.Popen([sys.executable, "-c", _APP, *arguments], stdout=subprocess.PIPE, text=True)
    assert app.stdout is not None
    told = json.loads(app.stdout.readline())
    app.stdout.close()
    return app, told["job"], told["children"]


def _lives(pid: int) -> bool:
    return not is_gone(worker_name(pid)) and bool(worker_name(pid).rsplit("/", 1)[1])


def _job(database: Database, job_id: str) -> Job:
    with database.reading() as session:
        return get_job(session, job_id)


def _begun(crew: Crew, task: FitTask, eventually: Eventually) -> Job:
    job = crew.submit_fit(task)
    assert isinstance(job, Job)
    eventually(lambda: crew.job(job.id).stage == "sample")
    return job


def test_the_job_of_a_killed_worker_is_taken_up_by_the_next(crew: Crew, task: MakeTask, eventually: Eventually) -> None:
    job = _begun(crew, task(seconds=3), eventually)
    (pid,) = crew.fitter.pids
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: crew.job(job.id).state == "done")
    assert crew.job(job.id).attempt == 2


def test_the_jobs_of_a_killed_scheduler_are_taken_up_and_its_workers_end(
    crew: Crew, task: MakeTask, eventually: Eventually
) -> None:
    job = _begun(crew, task(seconds=3), eventually)
    pids, scheduler = crew.fitter.pids, crew.fitter.foreman.pid
    assert scheduler is not None
    os.kill(scheduler, signal.SIGKILL)
    eventually(lambda: not any(_lives(pid) for pid in pids))
    eventually(lambda: crew.job(job.id).state == "done")
    assert crew.job(job.id).attempt == 2


def test_a_job_that_kills_its_process_is_not_tried_for_ever(
    crew: Crew, task: MakeTask, tmp_path: Path, eventually: Eventually
) -> None:
    job = crew.submit_fit(task(die=True))
    assert isinstance(job, Job)
    eventually(lambda: crew.job(job.id).state == "interrupted")
    assert "The worker ended before the work was done, 3 times in a row" in crew.job(job.id).message["text"]
    eventually(lambda: crew.fitter.state == "ready")
    assert len((tmp_path / "runs.log").read_text().splitlines()) == dispatch.MOST_DEATHS
    resumed = crew.resume(job.id)
    assert (resumed.state, resumed.message) == ("queued", {}), "whoever asks again begins to count anew"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_killed_app_leaves_no_process_and_its_job_is_taken_up_by_the_next(
    installation: Installation,
    storage: Storage,
    task: MakeTask,
    new_crew: Callable[[], Crew],
    eventually: Eventually,
) -> None:
    app, job_id, children = _start_app(installation, task(seconds=2), "stay")
    assert all(_lives(pid) for pid in children), "children survive the thread that started the crew"
    app.kill()
    app.wait()
    eventually(lambda: not any(_lives(pid) for pid in children))
    with storage.database.reading() as session:
        assert [project.name for project in list_projects(session)] == ["Acme"]
    assert _job(storage.database, job_id).state == "running"
    crew = new_crew()
    eventually(lambda: crew.job(job_id).state == "done")


def test_an_app_that_ends_in_order_leaves_its_job_to_the_next_and_no_process(
    installation: Installation, storage: Storage, task: MakeTask, eventually: Eventually
) -> None:
    app, job_id, children = _start_app(installation, task(seconds=60), "end")
    assert app.wait(timeout=30) == 0
    assert _job(storage.database, job_id).state == "queued"
    eventually(lambda: not any(_lives(pid) for pid in children))


def test_the_foreman_and_its_workers_end_when_its_input_ends(crew: Crew, eventually: Eventually) -> None:
    eventually(lambda: crew.fitter.state == "ready")
    foreman, pids = crew.fitter.foreman.pid, crew.fitter.pids
    assert foreman is not None
    crew.fitter.foreman._said.close()  # what every system does when the app is gone
    eventually(lambda: crew.fitter.foreman.pid not in (foreman, None))
    eventually(lambda: not any(_lives(pid) for pid in (foreman, *pids)))


def test_an_evaluator_ends_when_its_input_ends(crew: Crew, eventually: Eventually) -> None:
    eventually(lambda: crew.evaluator.state == "ready")
    pid = crew.evaluator.pid
    assert pid is not None
    crew.evaluator._said.close()
    eventually(lambda: crew.evaluator.pid not in (pid, None))
    assert not _lives(pid)


def test_a_job_without_a_heartbeat_is_taken_up(
    storage: Storage, task: MakeTask, new_crew: Callable[[], Crew], eventually: Eventually
) -> None:
    long_ago = utc_now() - 2 * dispatch.STALE_AFTER
    with storage.database.transaction() as session:
        job = submit_fit(session, storage.artefacts, task(), now=long_ago)
        assert isinstance(job, Job)
        claim_job(session, job.id, worker="elsewhere/1/2/3", now=long_ago)
    new_crew()
    eventually(lambda: _job(storage.database, job.id).state == "done")
    assert _job(storage.database, job.id).attempt == 2


def test_a_silent_worker_is_replaced_and_its_job_taken_up(crew: Crew, task: MakeTask, eventually: Eventually) -> None:
    job = _begun(crew, task(seconds=2), eventually)
    (pid,) = crew.fitter.pids
    os.kill(pid, signal.SIGSTOP)
    eventually(lambda: not _lives(pid))
    eventually(lambda: crew.job(job.id).state == "done")
    assert crew.job(job.id).attempt == 2


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_worker_is_gone_only_when_that_is_sure() -> None:
    own = worker_name(os.getpid())
    machine, pid, started = own.rsplit("/", 2)
    assert not is_gone(own)
    assert is_gone(f"{machine}/{pid}/{int(started) - 1}"), "the number was given to a later process"
    assert not is_gone(f"elsewhere/1/{pid}/1"), "nobody can know about another machine"
    assert not is_gone("")
