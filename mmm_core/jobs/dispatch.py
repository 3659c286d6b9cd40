"""Which job is next, which has lost its worker, which must be stopped by force: looked after twice per second."""

import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Literal

from mmm_core.errors import CancelledFit, FailedWorker
from mmm_core.jobs.cluster import Cluster
from mmm_core.jobs.holdout import HOLDOUT
from mmm_core.jobs.identity import is_gone, utc_now
from mmm_core.jobs.kinds import by_precedence
from mmm_core.jobs.messages import as_message
from mmm_core.jobs.roster import KnownWorker, Roster
from mmm_core.jobs.task import FIT
from mmm_core.storage.database import Session
from mmm_core.storage.holds import sweep
from mmm_core.storage.jobs import Job, end_job, find_job, give_way, jobs_in, resume_job
from mmm_core.storage.opened import Storage

STALE_AFTER = timedelta(seconds=10)
CANCEL_SECONDS = 2.0
"""How long a worker has to stop by itself before it is killed."""

MOST_DEATHS = 3
"""A job over which as many workers died is not taken up again until somebody asks for it: it may be what kills them."""

_BEGIN_SECONDS = 10.0
"""A worker that is free takes milliseconds to begin a job."""

_YIELD_SECONDS = 15.0
"""How long a holdout can have taken for a fit to interrupt it: what is done so far is done again."""

_STALE_EVERY = 5.0
_SWEEP_EVERY = 3600.0


class Dispatch:
    """Brings rows and workers together, a round at a time.

    Parameters
    ----------
    fitted : callable
        Told the fingerprint of a fit that is there now.
    """

    def __init__(self, storage: Storage, roster: Roster, *, fitted: Callable[[str], None]) -> None:
        self._storage, self._roster, self._fitted = storage, roster, fitted
        self._last_round = self._last_stale = self._last_sweep = 0.0

    def round(self, cluster: Cluster) -> None:
        """Look after everything once."""
        self.interrupt_lost(self._roster.look(cluster))
        self._settle(cluster)
        with self._storage.database.reading() as session:
            running = {job.worker: job for job in jobs_in(session, "running")}
            waiting = by_precedence(session)
        for one in self._roster:
            self._stop_unwanted(one, running.get(one.name), cluster)
        self._begin_next(waiting, list(running.values()), cluster)
        if time.time() - self._last_sweep > _SWEEP_EVERY:
            self._last_sweep = time.time()
            with self._storage.database.transaction() as session:
                sweep(session, self._storage.artefacts)

    def interrupt_lost(self, gone: Sequence[KnownWorker] = ()) -> None:
        """Take running jobs from workers that have ended, or have been silent for too long."""
        now = time.time()
        by_heartbeat = False
        if now - self._last_round > STALE_AFTER.total_seconds() / 2:
            # The first round, or the machine slept: give living workers time for a heartbeat before judging them.
            self._last_stale = now
        elif now - self._last_stale > _STALE_EVERY:
            self._last_stale, by_heartbeat = now, True
        self._last_round = now
        gone_names = {one.name for one in gone}
        names = gone_names | {one.name for one in self._roster}
        with self._storage.database.reading() as session:
            running = jobs_in(session, "running")
        for job in running:
            silent = by_heartbeat and (job.heartbeat_at is None or utc_now() - job.heartbeat_at > STALE_AFTER)
            if job.worker in gone_names or silent or is_gone(job.worker):
                # A worker that nobody here knows went down with its app: not by any fault of its job.
                self._lost(job, blamed=silent or job.worker in names)

    def stop(self) -> None:
        """End what our own workers do; their jobs wait for the next start. Those of a cluster go on."""
        names = {one.name for one in self._roster if one.name}
        if not self._roster.own:
            return
        for one in self._roster:
            if one.pid:
                with suppress(OSError):
                    os.kill(one.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        with self._storage.database.reading() as session:
            ours = [job for job in jobs_in(session, "running") if job.worker in names]
        for job in ours:
            self._lost(job, blamed=False)

    def _begin_next(self, waiting: Sequence[Job], running: Sequence[Job], cluster: Cluster) -> None:
        given = {one.job_id for one in self._roster}
        # The same work for another project waits: it then finds the artefact, see `claim_job`.
        at_work = {(job.kind, job.fingerprint) for job in running}
        nexts = [job for job in waiting if job.id not in given and (job.kind, job.fingerprint) not in at_work]
        if not nexts:
            return
        free = [one for one in self._roster if one.is_free]
        if free:
            busy = cluster.at_work()  # with jobs of other apps, too
            free = [one for one in free if one.address not in busy]
        for one, job in zip(free, nexts, strict=False):
            self._roster.give(one, job.id, cluster)
        self._make_room(nexts[len(free) :], running)

    def _make_room(self, waiting: Sequence[Job], running: Sequence[Job]) -> None:
        """Have holdouts that began just now give way to the fits that nobody is free for, one each."""
        stopping = sum(one.unwanted_since > 0 for one in self._roster)
        fits = list(dict.fromkeys(job.fingerprint for job in waiting if job.kind == FIT))[stopping:]
        ours = {one.job_id for one in self._roster}
        young = [
            job
            for job in running
            if job.kind == HOLDOUT
            and job.id in ours
            and job.started_at is not None
            and (utc_now() - job.started_at).total_seconds() < _YIELD_SECONDS
        ]
        for _, job in zip(fits, young, strict=False):
            with self._storage.database.transaction() as session:
                give_way(session, job.id, attempt=job.attempt)

    def _settle(self, cluster: Cluster) -> None:
        """Take note of workers that have ended their job."""
        for one in self._roster:
            if not one.job_id or one.future is None or not one.future.done():
                continue
            job_id = one.job_id
            self._roster.take_back(one, cluster.answer(one.future))
            with self._storage.database.reading() as session:
                job = find_job(session, job_id)
            if job is not None and job.kind == FIT and job.state == "done":
                self._fitted(job.fingerprint)

    def _stop_unwanted(self, one: KnownWorker, row: Job | None, cluster: Cluster) -> None:
        """Kill a worker that goes on with a job that was cancelled, deleted or given to somebody else."""
        ours = row is not None and row.id == one.job_id
        one.begun = one.begun or ours
        if not one.job_id:
            wanted = row is None or not row.cancel_requested  # what an app before this one has given it
        elif one.begun:
            wanted = ours and row is not None and not row.cancel_requested
        else:
            wanted = time.monotonic() - one.asked_at < _BEGIN_SECONDS
            if not wanted and not self._roster.own:
                self._roster.take_back(one, None)  # it may have something to do for somebody else
                return
        if wanted:
            one.unwanted_since = 0.0
        elif not one.unwanted_since:
            one.unwanted_since = time.monotonic()
        elif time.monotonic() - one.unwanted_since > CANCEL_SECONDS:
            self._roster.end(one, cluster)

    def _lost(self, job: Job, *, blamed: bool) -> None:
        """End a job whose worker is gone: cancelled when that was wanted, otherwise queued again or interrupted."""
        with self._storage.database.transaction() as session:
            if job.cancel_requested:
                wanted = CancelledFit("The fit was cancelled", remedy="Start it again when you are ready")
                _end(session, job, "cancelled", wanted)
                return
            deaths = int(job.message.get("deaths", 0)) + blamed
            found = f"The worker ended before the work was done, {deaths} times in a row"
            ended = _end(session, job, "interrupted", FailedWorker(found, remedy="Take it up again"))
            if ended and deaths < MOST_DEATHS:
                resume_job(session, job.id, deaths=deaths)


def _end(
    session: Session, job: Job, state: Literal["cancelled", "interrupted"], error: CancelledFit | FailedWorker
) -> bool:
    return end_job(session, job.id, attempt=job.attempt, state=state, message=as_message(error), now=utc_now())
