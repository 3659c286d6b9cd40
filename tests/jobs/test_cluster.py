"""Jobs on a cluster that was there before the app: a scheduler and two workers on loopback, started as people do."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mmm_core.jobs.crew import Crew
from mmm_core.jobs.environment import child_environment
from mmm_core.jobs.identity import is_gone, worker_name
from mmm_core.jobs.task import FitTask
from mmm_core.settings import Installation
from mmm_core.storage.jobs import Job

Eventually = Callable[[Callable[[], bool]], None]
MakeTask = Callable[..., FitTask]
NewCrew = Callable[[], Crew]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

_APP = """
import json, sys, time
from pathlib import Path
from mmm_core.jobs.crew import start_crew
from mmm_core.jobs.task import FitTask
from mmm_core.settings import Installation

installation = Installation(data_dir=Path(sys.argv[1]), database_url=sys.argv[2])
crew = start_crew(installation, fit_work="probe_fit", evaluation_work="probe_evaluation")
job = crew.submit_fit(FitTask(**json.loads(sys.argv[3])))
while crew.job(job.id).stage != "sample":
    time.sleep(0.02)
print(json.dumps({"job": job.id, "foreman": crew.fitter.foreman.pid}), flush=True)
time.sleep(120)
"""


class Cluster:
    """A scheduler and its workers, each a process as `dask scheduler` and `dask worker` make them."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self._environment, self._folder = environment, folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{self._port}"
        self._processes: list[subprocess.Popen[bytes]] = []

    def scheduler(self) -> "subprocess.Popen[bytes]":
        return self._start("scheduler", "--host", "127.0.0.1", "--port", str(self._port))

    def worker(self, **environment: str) -> "subprocess.Popen[bytes]":
        options = ["--nthreads", "1", "--memory-limit", "0", "--local-directory", str(self._folder / "scratch")]
        return self._start("worker", self.address, *options, **environment)

    def end(self) -> None:
        """Kill them all; the process below each nanny ends when it is gone."""
        for process in reversed(self._processes):
            process.kill()
            process.wait()

    def _start(self, *words: str, **environment: str) -> "subprocess.Popen[bytes]":
        log = (self._folder / f"dask-{len(self._processes)}.log").open("wb")
        with log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *words, "--no-dashboard"],
                stdout=log,
                stderr=log,
                env={**self._environment, **environment},
            )
        self._processes.append(process)
        return process


@pytest.fixture
def cluster(installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """Give a cluster that the app is pointed to, without a process yet."""
    cluster = Cluster(child_environment(installation), tmp_path)
    monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", cluster.address)
    yield cluster
    cluster.end()


@pytest.fixture
def two_workers(cluster: Cluster) -> Cluster:
    """Start the cluster with two workers."""
    cluster.scheduler()
    cluster.worker()
    cluster.worker()
    return cluster


def _submit(crew: Crew, task: FitTask) -> Job:
    job = crew.submit_fit(task)
    assert isinstance(job, Job)
    return job


def _lives(pid: int) -> bool:
    return not is_gone(worker_name(pid)) and bool(worker_name(pid).rsplit("/", 1)[1])


@pytest.mark.usefixtures("two_workers")
def test_two_fits_are_made_side_by_side_and_the_app_starts_no_workers(
    new_crew: NewCrew, task: MakeTask, tmp_path: Path, eventually: Eventually
) -> None:
    crew = new_crew()
    jobs = [_submit(crew, task(name, seconds=60)) for name in ("aa", "bb")]
    eventually(lambda: all(crew.job(job.id).stage == "sample" for job in jobs))
    assert len({crew.job(job.id).worker for job in jobs}) == 2
    foreman = crew.fitter.foreman.pid
    assert Path(f"/proc/{foreman}/task/{foreman}/children").read_text() == ""
    for job in jobs:
        crew.cancel(job.id)
    eventually(lambda: all(crew.job(job.id).state == "cancelled" for job in jobs))
    after = _submit(crew, task("cc"))
    eventually(lambda: crew.job(after.id).state == "done")
    assert len((tmp_path / "runs.log").read_text().splitlines()) == 3


@pytest.mark.usefixtures("two_workers")
def test_a_worker_that_does_not_heed_cancelling_is_restarted_by_its_nanny(
    new_crew: NewCrew, task: MakeTask, eventually: Eventually
) -> None:
    crew = new_crew()
    eventually(lambda: len(crew.fitter.pids) == 2)
    pids = crew.fitter.pids
    job = _submit(crew, task(seconds=60, heeds=False))
    eventually(lambda: crew.job(job.id).stage == "sample")
    worker = int(crew.job(job.id).worker.rsplit("/", 2)[1])
    crew.cancel(job.id)
    eventually(lambda: crew.job(job.id).state == "cancelled")
    assert not _lives(worker)
    eventually(lambda: len(crew.fitter.pids - {worker}) == 2)
    assert crew.fitter.pids & pids == pids - {worker}


@pytest.mark.usefixtures("two_workers")
def test_a_fit_outlives_the_app_that_asked_for_it_and_is_not_made_twice(
    installation: Installation, task: MakeTask, new_crew: NewCrew, tmp_path: Path, eventually: Eventually
) -> None:
    asked = task(seconds=4)
    payload = json.dumps({name: getattr(asked, name) for name in FitTask.__dataclass_fields__})
    arguments = [str(installation.data_dir), installation.database_url, payload]
    app = subprocess.Popen([sys.executable, "-c", _APP, *arguments], stdout=subprocess.PIPE, text=True)
    assert app.stdout is not None
    with app.stdout:
        told = json.loads(app.stdout.readline())
    app.kill()
    app.wait()
    eventually(lambda: not _lives(told["foreman"]))
    crew = new_crew()
    eventually(lambda: crew.job(told["job"]).state == "done")
    assert crew.job(told["job"]).attempt == 1
    assert len((tmp_path / "runs.log").read_text().splitlines()) == 1


def test_a_worker_that_sees_other_artefacts_says_so_and_gets_no_job(
    cluster: Cluster, new_crew: NewCrew, task: MakeTask, tmp_path: Path, eventually: Eventually
) -> None:
    cluster.scheduler()
    cluster.worker(MMM_WORKSHOP_DATA=str(tmp_path / "elsewhere"))
    crew = new_crew()
    eventually(lambda: "A worker does not see the app's artefacts" in crew.trouble())
    assert "elsewhere" in crew.trouble()
    job = _submit(crew, task())
    cluster.worker()
    eventually(lambda: crew.job(job.id).state == "done")


def test_a_worker_that_sees_another_database_says_so_and_leaves_the_job_to_others(
    cluster: Cluster, new_crew: NewCrew, task: MakeTask, tmp_path: Path, eventually: Eventually
) -> None:
    cluster.scheduler()
    cluster.worker(DATABASE_URL=f"sqlite:///{tmp_path / 'another.sqlite'}")
    crew = new_crew()
    job = _submit(crew, task())
    eventually(lambda: "A worker does not see the app's jobs" in crew.trouble())
    assert crew.job(job.id).state == "queued"
    cluster.worker()
    eventually(lambda: crew.job(job.id).state == "done")


def test_a_scheduler_that_is_away_is_named_and_waited_for(
    cluster: Cluster, new_crew: NewCrew, task: MakeTask, eventually: Eventually
) -> None:
    crew = new_crew()
    job = _submit(crew, task(seconds=3))
    eventually(lambda: cluster.address in crew.trouble())
    assert crew.status()["fitter"] == "warming"
    scheduler = cluster.scheduler()
    cluster.worker()
    eventually(lambda: crew.job(job.id).stage == "sample")
    assert crew.trouble() == ""
    os.kill(scheduler.pid, signal.SIGKILL)
    scheduler.wait()
    cluster.scheduler()
    cluster.worker()
    eventually(lambda: crew.job(job.id).state == "done")
