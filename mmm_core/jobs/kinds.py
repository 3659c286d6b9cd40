"""Every kind of job and what carries it out. A new kind is a module with its task and runner, and one line here."""

from collections.abc import Mapping
from types import MappingProxyType

from mmm_core.jobs.bench import Runner
from mmm_core.jobs.holdout import HOLDOUT, run_holdout_job
from mmm_core.jobs.task import FIT, run_fit_job
from mmm_core.storage.jobs import Job

KINDS: Mapping[str, Runner] = MappingProxyType({FIT: run_fit_job, HOLDOUT: run_holdout_job})
"""The order is the precedence: people wait for a fit at the table, so it goes before every holdout."""


def by_precedence(jobs: tuple[Job, ...]) -> list[Job]:
    """Return the jobs of known kinds, those that go first at the front; within a kind in the given order."""
    return [job for kind in KINDS for job in jobs if job.kind == kind]
