"""kill -9 of worker, scheduler and app, many times in a row: `python -m benchmarks.crash [kills] [seed]`.

The driver queues cheap fits, keeps an app process with its crew alive, and kills at random moments: while jobs run,
while artefacts are written, while processes start. In the end every job must be done and registered once, every row
must point at an artefact that is whole, and no process may be left.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from mmm_core.errors import WorkshopError
from mmm_core.fingerprint import of_bytes
from mmm_core.jobs.crew import start_crew, stop_crews
from mmm_core.jobs.identity import is_gone, utc_now, worker_name
from mmm_core.jobs.task import FitTask, submit_fit
from mmm_core.settings import Installation
from mmm_core.storage.fits import StoredFit, find_provisional, list_fits
from mmm_core.storage.jobs import Job, list_jobs, resume_job
from mmm_core.storage.opened import Storage, close_storage, open_storage
from mmm_core.storage.projects import create_project

Victim = Literal["worker", "scheduler", "app"]
VICTIMS: tuple[Victim, ...] = ("worker", "scheduler", "app")
WORK = "benchmarks.crash_work"
_ROOT = Path(__file__).resolve().parents[1]
_OPEN_JOBS = 3
_GONE_SECONDS = 5.0
_PATIENCE_SECONDS = 240.0


@dataclass(frozen=True, kw_only=True)
class Crash:
    """What was counted.

    Attributes
    ----------
    taken_up : int
        Jobs that a kill hit while they ran: another worker made them from the start.
    lost : int
        Jobs that did not end as done.
    unregistered : int
        Done jobs without exactly one full fit, or with a provisional one left beside it.
    orphans : int
        Processes that outlived by more than 5 s the kill of what they belong to.
    damaged : int
        Rows that point at an artefact that is not there or not whole.
    asked_again : int
        How often a job was given up after three dead workers and asked for again, as a person would.
    """

    kills: int
    jobs: int
    taken_up: int
    lost: int
    unregistered: int
    orphans: int
    damaged: int
    asked_again: int
    seconds: float

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost, left or damaged."""
        return not (self.lost or self.unregistered or self.orphans or self.damaged)


def run(installation: Installation, victims: Sequence[Victim], *, seed: int) -> Crash:
    """Kill each victim in turn, which takes some seconds each; the installation must be empty."""
    started, chance = time.monotonic(), random.Random(seed)
    storage = open_storage(installation)
    with storage.database.transaction() as session:
        project = create_project(session, name="Crash", settings={}, now=utc_now()).id
    app, orphans, again = _App(installation), 0, 0
    try:
        for victim in victims:
            _queue_more(storage, project, chance)
            _await_moment(storage, project, chance)
            orphans += _left(app.kill(victim), within=_GONE_SECONDS)
            again += _ask_again(storage, project)
        while any(job.is_open for job in _jobs(storage, project)):
            _wait(lambda: not all(job.is_open for job in _jobs(storage, project)), "jobs did not end")
            again += _ask_again(storage, project)
            time.sleep(0.2)
    finally:
        app.end()
    orphans += _left(_named(_of(installation)), within=_GONE_SECONDS)
    counted = _counted(storage, project)
    close_storage(installation)
    seconds = round(time.monotonic() - started, 1)
    return Crash(kills=len(victims), orphans=orphans, asked_again=again, seconds=seconds, **counted)


class _App:
    """An app process that has nothing but its crew."""

    def __init__(self, installation: Installation) -> None:
        self._environment = {
            **os.environ,
            "MMM_WORKSHOP_DATA": str(installation.data_dir),
            "DATABASE_URL": installation.database_url,
        }
        self._process = self._started()

    def kill(self, victim: Victim) -> list[str]:
        """Kill one; return the names of those that must end with it."""
        pid = _wait(lambda: self._pid(victim), f"there is no {victim}")
        doomed = _named([pid, *_below(pid)])
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        if victim == "app":
            self._process.communicate()
            self._process = self._started()
        return doomed

    def end(self) -> None:
        """Let it end in order."""
        self._process.communicate()

    def _started(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "benchmarks.crash", "app"]
        return subprocess.Popen(command, cwd=_ROOT, env=self._environment, stdin=subprocess.PIPE)

    def _pid(self, victim: Victim) -> int:
        """Return the process number of a victim, 0 while there is none."""
        app = self._process.pid
        if victim == "app":
            return app
        foreman = next((pid for pid in _children(app) if "foreman" in _words(pid)), 0)
        if victim == "scheduler" or not foreman:
            return foreman
        return next((pid for pid in _children(foreman) if "spawn_main" in _words(pid)), 0)


def _app() -> None:
    """Be the app: keep a crew until the input ends."""
    start_crew(Installation.from_environment(), fit_work=WORK, evaluation_work=WORK)
    sys.stdin.read()
    stop_crews()


def _queue_more(storage: Storage, project: str, chance: random.Random) -> None:
    panel = storage.artefacts.put_bytes(b"panel")
    jobs = _jobs(storage, project)
    for number in range(len(jobs), len(jobs) + _OPEN_JOBS - sum(job.is_open for job in jobs)):
        key = of_bytes(f"fit {number}".encode())
        task = FitTask(
            project_id=project,
            fingerprint=key,
            panel_fingerprint=panel,
            specification={
                "seconds": chance.uniform(0.1, 1.0),
                "provisional": of_bytes(f"provisional {number}".encode()),
            },
            mapping_number=1,
            specification_number=1,
        )
        with storage.database.transaction() as session:
            submit_fit(session, storage.artefacts, task, now=utc_now())


def _ask_again(storage: Storage, project: str) -> int:
    given_up = [job for job in _jobs(storage, project) if job.state == "interrupted"]
    for job in given_up:
        with storage.database.transaction() as session:
            resume_job(session, job.id)
    return len(given_up)


def _await_moment(storage: Storage, project: str, chance: random.Random) -> None:
    """Wait for the moment to strike: while everything starts again, in the middle of a job, or around its end."""
    moment = chance.choice(("start", "middle", "end"))
    if moment == "middle":
        _wait(lambda: _is_at_work(storage, project), "no job began")
    elif moment == "end":
        before = _done(storage, project)
        _wait(lambda: _done(storage, project) > before, "no job was done")
    time.sleep(chance.uniform(0.0, 1.5))


def _done(storage: Storage, project: str) -> int:
    return sum(job.state == "done" for job in _jobs(storage, project))


def _is_at_work(storage: Storage, project: str) -> bool:
    """Tell whether a worker that lives has a job."""
    return any(job.state == "running" and not is_gone(job.worker) for job in _jobs(storage, project))


def _jobs(storage: Storage, project: str) -> tuple[Job, ...]:
    with storage.database.reading() as session:
        return list_jobs(session, project, most=10_000)


def _counted(storage: Storage, project: str) -> dict[str, int]:
    jobs = _jobs(storage, project)
    with storage.database.reading() as session:
        fits = list_fits(session, project)
        left = [find_provisional(session, project, job.fingerprint) for job in jobs]
    full = [fit.fingerprint for fit in fits]
    provisional = [fit for fit in left if fit is not None]
    once = sum(full.count(job.fingerprint) == 1 for job in jobs)
    return {
        "jobs": len(jobs),
        "taken_up": sum(job.attempt > 1 for job in jobs),
        "lost": sum(job.state != "done" for job in jobs),
        "unregistered": len(jobs) - once + len(provisional),
        "damaged": sum(not _is_whole(storage, fit) for fit in [*fits, *provisional]),
    }


def _is_whole(storage: Storage, fit: StoredFit) -> bool:
    try:
        for key in (fit.artefact_key, fit.panel_fingerprint):
            storage.artefacts.folder(key)
    except WorkshopError:
        return False
    return True


def _wait[Found](look: Callable[[], Found], otherwise: str) -> Found:
    until = time.monotonic() + _PATIENCE_SECONDS
    while not (found := look()):
        if time.monotonic() > until:
            raise TimeoutError(otherwise)
        time.sleep(0.05)
    return found


def _left(names: Iterable[str], *, within: float) -> int:
    """Count those that have not ended in time."""
    until, left = time.monotonic() + within, list(names)
    while left and time.monotonic() < until:
        left = [name for name in left if not is_gone(name)]
        time.sleep(0.05)
    for name in left:
        print(f"left: {name} {_words(int(name.rsplit('/', 2)[1]))}", file=sys.stderr)
    return len(left)


def _named(pids: Iterable[int]) -> list[str]:
    """Name processes for good; one that has just ended has no name."""
    return [name for name in map(worker_name, pids) if not name.endswith("/")]


def _of(installation: Installation) -> Iterator[int]:
    """Find every process of an installation by its environment, whoever its parent is now."""
    mark = f"MMM_WORKSHOP_DATA={installation.data_dir}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                yield int(folder.name)


def _below(pid: int) -> list[int]:
    return [found for child in _children(pid) for found in (child, *_below(child))]


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    return []


def _words(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


def main(words: list[str]) -> int:
    """Be the app, or the driver; as the driver, say what was counted."""
    if words == ["app"]:
        _app()
        return 0
    kills, seed = map(int, [*words, *("50", "1")[len(words) :]])
    victims = random.Random(seed).choices(VICTIMS, k=kills)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder).resolve()
        found = run(
            Installation(data_dir=data, database_url=f"sqlite:///{data / 'workshop.sqlite'}"), victims, seed=seed
        )
    for name, value in asdict(found).items():
        print(f"{name:<14} {value}")
    print("clean" if found.is_clean else "NOT CLEAN")
    return 0 if found.is_clean else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
