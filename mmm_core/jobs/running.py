"""One job from claim to end, on the worker that carries it out."""

from typing import Literal

from mmm_core.errors import CancelledFit
from mmm_core.jobs.bench import Bench, Made
from mmm_core.jobs.identity import utc_now
from mmm_core.jobs.kinds import KINDS
from mmm_core.jobs.messages import as_message
from mmm_core.jobs.pulse import Pulse
from mmm_core.jobs.task import FitWork
from mmm_core.storage.jobs import Job, claim_job, end_job
from mmm_core.storage.opened import Storage

Ending = Literal["done", "failed", "cancelled", "taken", "lost"]
"""`taken`: another worker was first; `lost`: the job was given to another attempt meanwhile, nothing was written."""


def run_job(job_id: str, storage: Storage, work: FitWork, *, worker: str) -> Ending:
    """Claim the job, carry it out, register what it made and end the job in one transaction."""
    with storage.database.transaction() as session:
        job = claim_job(session, job_id, worker=worker, now=utc_now())
    if job is None:
        return "taken"
    with Pulse(storage.database, job) as pulse:
        try:
            made = KINDS[job.kind](job, Bench(storage=storage, pulse=pulse, work=work))
            return _register(job, storage, made)
        except CancelledFit as error:
            return _end(job, storage, "cancelled", error)
        except Exception as error:  # noqa: BLE001  # whatever broke is written into the row
            return _end(job, storage, "failed", error)


def _register(job: Job, storage: Storage, made: Made) -> Ending:
    with storage.database.transaction() as session:
        if not end_job(session, job.id, attempt=job.attempt, state="done", now=utc_now()):
            return "lost"
        made.register(session)
    return "done"


def _end(job: Job, storage: Storage, state: Literal["failed", "cancelled"], error: BaseException) -> Ending:
    with storage.database.transaction() as session:
        message = as_message(error)
        written = end_job(session, job.id, attempt=job.attempt, state=state, message=message, now=utc_now())
    return state if written else "lost"
