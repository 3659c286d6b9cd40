"""Which job is next, which has died, which must be stopped by force: looked after twice per second."""

import logging
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from mmm_core.errors import CancelledFit, FailedWorker, NotFound
from mmm_core.jobs.holdout import HOLDOUT
from mmm_core.jobs.identity import is_gone, utc_now
from mmm_core.jobs.messages import as_message
from mmm_core.jobs.station import Station
from mmm_core.jobs.task import FIT
from mmm_core.storage.database import Session
from mmm_core.storage.holds import sweep
from mmm_core.storage.jobs import Job, end_job, get_job, jobs_in
from mmm_core.storage.opened import Storage

ROUND_SECONDS = 0.5
STALE_AFTER = timedelta(seconds=10)
CANCEL_SECONDS = 2.0
"""How long the fitter has to stop by itself before it is killed."""

HUNG_SECONDS = 120.0
"""No answer of the evaluator takes as long, not even the first one after a fit."""

_STALE_EVERY = 5.0
_SWEEP_EVERY = 3600.0
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Running:
    """The job that the fitter has: since when it should have stopped, 0 while it should not."""

    job_id: str
    future: "Future[dict[str, Any]]"
    begun: bool = False
    unwanted_since: float = 0.0


class Dispatch:
    """A thread that brings rows and processes together."""

    def __init__(self, storage: Storage, fitter: Station, evaluator: Station) -> None:
        self._storage, self._fitter, self._evaluator = storage, fitter, evaluator
        self._running: _Running | None = None
        self._wake, self._over = threading.Event(), threading.Event()
        self._last_round = self._last_stale = self._last_sweep = 0.0
        self._thread = threading.Thread(target=self._go_on, name="dispatch", daemon=True)

    def start(self) -> None:
        """Begin to look after the jobs."""
        self._thread.start()

    def wake(self) -> None:
        """Look now instead of half a second later."""
        self._wake.set()

    def stop(self) -> None:
        """Stop; what the fitter was doing is interrupted. Stop the stations before."""
        self._over.set()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=10)

    def _go_on(self) -> None:
        while True:
            over = self._over.is_set()
            try:
                self._settle()
                if not over:
                    self._look()
            except Exception:  # noqa: BLE001  # this thread must outlive a database that is away
                _log.exception("The jobs could not be looked after; the next round may do better.")
            if over:
                return
            self._wake.wait(ROUND_SECONDS)
            self._wake.clear()

    def _look(self) -> None:
        now = time.time()
        if now - self._last_round > STALE_AFTER.total_seconds() / 2:
            # The first round, or the machine slept: give living workers time for a heartbeat before judging them.
            self._last_stale = now
            self._interrupt_lost(by_heartbeat=False)
        elif now - self._last_stale > _STALE_EVERY:
            self._last_stale = now
            self._interrupt_lost(by_heartbeat=True)
        self._last_round = now
        self._stop_unwanted()
        self._begin_next()
        if self._evaluator.busy_seconds > HUNG_SECONDS:
            self._evaluator.kill()
        if now - self._last_sweep > _SWEEP_EVERY:
            self._last_sweep = now
            with self._storage.database.transaction() as session:
                sweep(session, self._storage.artefacts)

    def _begin_next(self) -> None:
        if self._running is not None or self._fitter.state != "ready":
            return
        with self._storage.database.reading() as session:
            waiting = jobs_in(session, "queued")
        # A fit goes before every holdout: people wait for it at the table.
        queued = [job for kind in (FIT, HOLDOUT) for job in waiting if job.kind == kind]
        if queued:
            future = self._fitter.submit({"job": queued[0].id})
            future.add_done_callback(lambda _: self._wake.set())
            self._running = _Running(queued[0].id, future)

    def _settle(self) -> None:
        """Take note that the fitter has ended its job, or has died over it."""
        running = self._running
        if running is None or not running.future.done():
            return
        self._running = None
        error = running.future.exception()
        if error is not None:
            self._close_row(running.job_id, error)
        elif running.future.result()["state"] == "done" and running.future.result()["fit"]:
            self._evaluator.submit({"do": "prepare", "fit": running.future.result()["fit"]})

    def _close_row(self, job_id: str, error: BaseException) -> None:
        with self._storage.database.transaction() as session:
            try:
                job = get_job(session, job_id)
            except NotFound:
                return  # deleted with its project
            if job.state == "running" and job.worker == self._fitter.worker:
                _end_without_fit(session, job, error)

    def _stop_unwanted(self) -> None:
        """Kill the fitter when it goes on with a job that was cancelled, deleted or given to somebody else."""
        running = self._running
        if running is None:
            return
        job = self._row(running.job_id)
        ours = job is not None and job.state == "running" and job.worker == self._fitter.worker
        running.begun = running.begun or ours
        wanted = ours and job is not None and not job.cancel_requested
        if wanted or not running.begun:
            running.unwanted_since = 0.0
        elif not running.unwanted_since:
            running.unwanted_since = time.monotonic()
        elif time.monotonic() - running.unwanted_since > CANCEL_SECONDS and not running.future.done():
            self._fitter.kill()

    def _row(self, job_id: str) -> Job | None:
        with self._storage.database.reading() as session:
            try:
                return get_job(session, job_id)
            except NotFound:
                return None

    def _interrupt_lost(self, *, by_heartbeat: bool) -> None:
        """Mark running jobs as interrupted whose worker has ended, or has been silent for too long."""
        with self._storage.database.reading() as session:
            running = jobs_in(session, "running")
        now = utc_now()
        for job in running:
            silent = by_heartbeat and (job.heartbeat_at is None or now - job.heartbeat_at > STALE_AFTER)
            if not silent and not is_gone(job.worker):
                continue
            error = FailedWorker("The background process ended before the fit was ready", remedy="Take it up again")
            with self._storage.database.transaction() as session:
                _end_without_fit(session, job, error)


def _end_without_fit(session: Session, job: Job, error: BaseException) -> None:
    """End a job whose worker is gone: cancelled when that was wanted, interrupted otherwise."""
    state: Literal["cancelled", "interrupted"] = "interrupted"
    if job.cancel_requested:
        state, error = "cancelled", CancelledFit("The fit was cancelled", remedy="Start it again when you are ready")
    end_job(session, job.id, attempt=job.attempt, state=state, message=as_message(error), now=utc_now())
