"""How soon the fitter is ready, a job begins, a cancel is acknowledged and a process is gone; with cheap work."""

import os
import signal
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.crash import WORK
from benchmarks.measure import Measure, at_most
from mmm_core.fingerprint import of_bytes
from mmm_core.jobs.crew import EVALUATION_WORK, FIT_WORK, Crew
from mmm_core.jobs.identity import is_gone, utc_now
from mmm_core.jobs.task import FitTask
from mmm_core.settings import Installation
from mmm_core.storage.jobs import Job
from mmm_core.storage.opened import close_storage
from mmm_core.storage.projects import create_project

_CANCEL = "issue 5: cancel acknowledged <= 2 s, processes gone <= 5 s"
_TIMES = 5


def measures() -> Iterator[Measure]:
    """Measure the crew of an app, first with the real libraries, then with work that costs nothing."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder).resolve()
        installation = Installation(data_dir=data, database_url=f"sqlite:///{data / 'workshop.sqlite'}")
        try:
            yield from _starts(installation)
            yield from _jobs(installation)
        finally:
            close_storage(installation)


def _starts(installation: Installation) -> Iterator[Measure]:
    first, second = (_seconds_to_ready(installation) for _ in range(2))
    yield at_most("start of the app to a warm fitter, nothing compiled", first, "s", 45.0, "issue 5: after a restart")
    yield at_most("start of the app to a warm fitter, compiled before", second, "s", 10.0, "own: before people look up")


def _seconds_to_ready(installation: Installation) -> float:
    crew = Crew(installation, fit_work=FIT_WORK, evaluation_work=EVALUATION_WORK)
    started = time.perf_counter()
    crew.start()
    _wait(lambda: crew.fitter.state == "ready")
    taken = time.perf_counter() - started
    _wait(lambda: crew.evaluator.state == "ready")
    crew.stop()
    return taken


def _jobs(installation: Installation) -> Iterator[Measure]:
    crew = Crew(installation, fit_work=WORK, evaluation_work=WORK)
    crew.start()
    _wait(lambda: crew.fitter.state == "ready")
    ask = _asking(crew)
    begun = statistics.median(_seconds_to_begin(crew, ask) for _ in range(_TIMES))
    yield at_most("a job queued to a job begun, warm", begun, "s", 0.5, "own: a person does not notice it")
    heeded = max(_seconds_to_cancel(crew, ask, heeds=True) for _ in range(_TIMES))
    yield at_most("cancel to its acknowledgement, the slowest of 5", heeded, "s", 2.0, _CANCEL)
    killed = max(_seconds_to_cancel(crew, ask, heeds=False) for _ in range(_TIMES))
    yield at_most("the same to the end of a process that does not heed it", killed, "s", 5.0, _CANCEL)
    again = max(_seconds_to_take_up(crew, ask) for _ in range(_TIMES))
    yield at_most("kill -9 of a worker to its job begun by the next", again, "s", 10.0, "own: nobody has to ask for it")
    taken = _seconds_to_stop(crew, ask)
    yield at_most("stop of the app to the end of its workers", taken, "s", 5.0, _CANCEL)


def _asking(crew: Crew) -> Callable[..., Job]:
    """Return a function that queues a long job, another one each time."""
    with crew.storage.database.transaction() as session:
        project = create_project(session, name="Jobs", settings={}, now=utc_now()).id
    panel = crew.storage.artefacts.put_bytes(b"panel")
    numbers = iter(range(1_000_000))

    def ask(*, heeds: bool) -> Job:
        name = f"job {next(numbers)}"
        asked = {"seconds": 20.0, "heeds": heeds, "provisional": of_bytes(f"short {name}".encode())}
        task = FitTask(
            project_id=project,
            fingerprint=of_bytes(name.encode()),
            panel_fingerprint=panel,
            specification=asked,
            mapping_number=1,
            specification_number=1,
        )
        job = crew.submit_fit(task)
        assert isinstance(job, Job)
        return job

    return ask


def _runs(crew: Crew, job: str) -> bool:
    return crew.job(job).state == "running"


def _seconds_to_begin(crew: Crew, ask: Callable[..., Job]) -> float:
    started = time.perf_counter()
    job = ask(heeds=True).id
    _wait(lambda: _runs(crew, job))
    taken = time.perf_counter() - started
    _cancel(crew, job)
    return taken


def _seconds_to_cancel(crew: Crew, ask: Callable[..., Job], *, heeds: bool) -> float:
    job = ask(heeds=heeds).id
    _wait(lambda: crew.job(job).stage == "sample")
    worker = crew.job(job).worker
    started = time.perf_counter()
    crew.cancel(job)
    _wait(lambda: crew.job(job).state == "cancelled" if heeds else is_gone(worker))
    taken = time.perf_counter() - started
    _cancel(crew, job)
    return taken


def _seconds_to_take_up(crew: Crew, ask: Callable[..., Job]) -> float:
    job = ask(heeds=True).id
    _wait(lambda: crew.job(job).stage == "sample")
    worker = crew.job(job).worker
    started = time.perf_counter()
    os.kill(int(worker.rsplit("/", 2)[1]), signal.SIGKILL)
    _wait(lambda: _runs(crew, job) and crew.job(job).worker != worker)
    taken = time.perf_counter() - started
    _cancel(crew, job)
    return taken


def _seconds_to_stop(crew: Crew, ask: Callable[..., Job]) -> float:
    job = ask(heeds=False).id
    _wait(lambda: crew.job(job).stage == "sample")
    worker = crew.job(job).worker
    started = time.perf_counter()
    crew.stop()
    _wait(lambda: is_gone(worker))
    return time.perf_counter() - started


def _cancel(crew: Crew, job: str) -> None:
    crew.cancel(job)
    _wait(lambda: not crew.job(job).is_open and crew.fitter.state == "ready")


def _wait(look: Callable[[], bool]) -> bool:
    until = time.monotonic() + 240
    while not look():
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.005)
    return True
