"""The crew of an app process: a fitter for jobs, an evaluator for slider moves."""

import atexit
import threading
from concurrent.futures import Future
from functools import partial
from typing import Any

from mmm_core.errors import FailedWorker
from mmm_core.jobs.environment import start_child
from mmm_core.jobs.fitter import Fitter
from mmm_core.jobs.identity import utc_now
from mmm_core.jobs.messages import error_of, plain
from mmm_core.jobs.station import Station
from mmm_core.jobs.task import FitTask, submit_fit
from mmm_core.settings import Installation
from mmm_core.storage.fits import StoredFit
from mmm_core.storage.jobs import Job, get_job, request_cancel, resume_job
from mmm_core.storage.opened import Storage, open_storage

FIT_WORK = "mmm_core.jobs.fit_work"
EVALUATION_WORK = "mmm_core.jobs.evaluation_work"
EVALUATE_SECONDS = 30.0
HUNG_SECONDS = 120.0
"""No answer of the evaluator takes as long, not even the first one after a fit; the foreman speaks more often."""

_LOOK_SECONDS = 2.0


class Crew:
    """Background work of one installation in this process; safe to use from any thread. See `start_crew`.

    Parameters
    ----------
    installation : Installation
    fit_work, evaluation_work : str
        Modules that do the work, see `task.FitWork` and `task.EvaluationWork`. Tests name cheap ones.
    """

    def __init__(
        self, installation: Installation, *, fit_work: str = FIT_WORK, evaluation_work: str = EVALUATION_WORK
    ) -> None:
        self.storage: Storage = open_storage(installation)
        self.fitter = Fitter(installation, fit_work, fitted=self._prepare_soon)
        self.evaluator = Station("evaluator", partial(start_child, installation, "evaluator", evaluation_work))
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._keep_watch, name="watch", daemon=True)

    def start(self) -> None:
        """Start both; returns at once."""
        self.fitter.start()
        self.evaluator.start()
        self._watch.start()

    def stop(self) -> None:
        """End both; what runs on workers of our own waits for the next start, what runs on a cluster goes on."""
        self._over.set()
        self.fitter.stop()
        self.evaluator.stop()

    def submit_fit(self, task: FitTask) -> StoredFit | Job:
        """Return the fit, or the job that makes it, see `task.submit_fit`."""
        with self.storage.database.transaction() as session:
            found = submit_fit(session, self.storage.artefacts, task, now=utc_now())
        self.wake()
        return found

    def wake(self) -> None:
        """Look for queued jobs now; to be called after the commit of a transaction that queued one."""
        self.fitter.wake()

    def job(self, job_id: str) -> Job:
        """Return the job as it is now; raises `NotFound`."""
        with self.storage.database.reading() as session:
            return get_job(session, job_id)

    def cancel(self, job_id: str) -> Job:
        """Ask for the job to stop; its worker has 2 s to do so, then it is killed and replaced."""
        with self.storage.database.transaction() as session:
            job = request_cancel(session, job_id, now=utc_now())
        self.wake()
        return job

    def resume(self, job_id: str) -> Job:
        """Take up a job again that was interrupted, failed or cancelled."""
        with self.storage.database.transaction() as session:
            job = resume_job(session, job_id)
        self.wake()
        return job

    def prepare(self, fit_fingerprint: str) -> "Future[dict[str, Any]]":
        """Load the fit into the evaluator and compile its scenario engine, in the background."""
        return self.evaluator.submit({"do": "prepare", "fit": fit_fingerprint})

    def _prepare_soon(self, fit_fingerprint: str) -> None:
        self.prepare(fit_fingerprint)

    def evaluate(
        self, fit_fingerprint: str, plans: list[dict[str, Any]], *, timeout: float = EVALUATE_SECONDS
    ) -> dict[str, Any]:
        """Evaluate scenarios under a fit and wait for the answer.

        Parameters
        ----------
        fit_fingerprint : str
            A fit whose artefact is in the store.
        plans : list of dict
            Scenarios as JSON, see `mmm_core.jobs.evaluation_work`.
        timeout : float
            Seconds, the time in the queue included.

        Raises
        ------
        FailedWorker
            If there is no answer in time (says whether the evaluator is still getting ready) or it died.
        WorkshopError
            What the evaluation itself objects to.
        """
        request = {"do": "evaluate", "fit": fit_fingerprint, "plans": plain(plans)}
        future = self.evaluator.submit(request, first=True)
        try:
            return future.result(timeout)
        except TimeoutError:
            future.cancel()
            raise self._late(timeout) from None

    def status(self) -> dict[str, str]:
        """Return how it stands.

        Returns
        -------
        dict
            `fitter` and `evaluator`: warming, ready, busy, restarting or stopped; `warming`: what the fitter is doing
            to get ready, in a few words, "" when it is.
        """
        return {"fitter": self.fitter.state, "evaluator": self.evaluator.state, "warming": self.fitter.warming}

    def trouble(self) -> str:
        """Say why somebody cannot get ready, "" when nobody has trouble."""
        evaluator = error_of(self.evaluator.trouble) if self.evaluator.trouble else None
        return " ".join(str(error) for error in (self.fitter.trouble, evaluator) if error is not None)

    def _keep_watch(self) -> None:
        """Kill who hangs; a new one gets ready at once."""
        while not self._over.wait(_LOOK_SECONDS):
            if self.evaluator.busy_seconds > HUNG_SECONDS:
                self.evaluator.kill()
            if self.fitter.foreman.silent_seconds > HUNG_SECONDS:
                self.fitter.foreman.kill()

    def _late(self, timeout: float) -> FailedWorker:
        if self.evaluator.state in ("warming", "restarting"):
            return FailedWorker("The scenario engine is still getting ready", remedy="Try again in a few seconds")
        return FailedWorker(f"The scenario engine gave no answer within {timeout:g} s", remedy="Try again")


_crews: dict[Installation, Crew] = {}
_lock = threading.Lock()


def start_crew(installation: Installation, **works: str) -> Crew:
    """Start the crew of this process, or return the one that is there. It is stopped when the process ends."""
    with _lock:
        if installation not in _crews:
            if not _crews:
                atexit.register(stop_crews)
            crew = Crew(installation, **works)
            crew.start()
            _crews[installation] = crew
        return _crews[installation]


def crew_status(installation: Installation) -> dict[str, str]:
    """Return the state of the crew without starting one."""
    crew = _crews.get(installation)
    return crew.status() if crew is not None else {"fitter": "stopped", "evaluator": "stopped", "warming": ""}


def stop_crews() -> None:
    """Stop every crew of this process."""
    with _lock:
        crews = list(_crews.values())
        _crews.clear()
    for crew in crews:
        crew.stop()
