"""Every kind of job and what carries it out. A new kind is a module with its task and runner, and one line here."""

from collections.abc import Mapping
from types import MappingProxyType

from mmm_core.jobs.bench import Runner
from mmm_core.jobs.holdout import HOLDOUT, run_holdout_job
from mmm_core.jobs.task import FIT, run_fit_job
from mmm_core.storage.database import Session
from mmm_core.storage.jobs import Job, jobs_in, nothing_to_show

KINDS: Mapping[str, Runner] = MappingProxyType({FIT: run_fit_job, HOLDOUT: run_holdout_job})
"""The order is the precedence: people wait for a fit at the table, so it goes before every holdout."""


def by_precedence(session: Session) -> list[Job]:
    """Return the queued jobs of known kinds, those that go first at the front, the oldest first among equals.

    Among the fits those go first of which there is nothing to show yet, not even something provisional.
    """
    order, unseen = list(KINDS), {job.id for job in nothing_to_show(session, FIT)}
    known = [job for job in jobs_in(session, "queued") if job.kind in KINDS]
    return sorted(known, key=lambda job: (order.index(job.kind), job.kind == FIT and job.id not in unseen))
