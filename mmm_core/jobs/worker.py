"""What a worker is asked to do: functions with plain arguments, sent by name and run in the worker's process.

A worker is a process of Dask. It reads where the state is from its own environment, on whatever machine it is: no
address of a database and no password travels.
"""

import importlib
import logging
import os
import signal
import threading
from collections.abc import Callable
from typing import Any, cast

from mmm_core.errors import FailedWorker, NotFound
from mmm_core.fingerprint import short
from mmm_core.jobs.cluster import announce, by_itself
from mmm_core.jobs.environment import keep_compiled_code
from mmm_core.jobs.identity import worker_name
from mmm_core.jobs.messages import as_message
from mmm_core.jobs.running import Ending, run_job
from mmm_core.jobs.task import FitWork
from mmm_core.settings import Installation
from mmm_core.storage.artefacts import ArtefactStore
from mmm_core.storage.jobs import get_job
from mmm_core.storage.opened import Storage, open_storage

_POLITENESS = 5
"""Niceness of our own workers: a fit uses every core, and a slider move must not wait for it."""

_log = logging.getLogger(__name__)
_turn = threading.Lock()
"""One job at a time, whatever number of threads somebody gave the worker."""


def get_ready(work: str, mark: str, *, polite: bool) -> dict[str, Any]:
    """Reach the storage, then import and compile what jobs need; announce each step.

    Parameters
    ----------
    work : str
        Module with the functions of `task.FitWork`.
    mark : str
        Key of an artefact that the app has just put: who does not see it has another folder.
    polite : bool
        Whether to give way to the other processes of this machine.

    Returns
    -------
    dict
        `worker`, the name that it writes into the rows of its jobs, and `pid`; or `trouble`, why it is of no use.
    """
    return _answered(lambda: _get_ready(work, mark, polite=polite))


def carry_out(job_id: str, work: str) -> dict[str, Any]:
    """Carry out a job.

    Returns
    -------
    dict
        `ended`, see `running.Ending`; or `trouble`, why this worker could not even begin. The row has the rest.
    """
    return _answered(lambda: {"ended": _carry_out(job_id, work)})


def end_process(pid: int) -> None:
    """Kill a worker that does not answer; asked of its nanny, which then starts a new one."""
    os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))


def _answered(act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        with _turn:
            return act()
    except Exception as error:  # noqa: BLE001  # it is answered, not swallowed
        _log.exception("This worker is in trouble.")
        return {"trouble": as_message(error)}


def _get_ready(work: str, mark: str, *, polite: bool) -> dict[str, Any]:
    if polite and hasattr(os, "nice") and os.nice(0) < _POLITENESS:
        os.nice(_POLITENESS)
    installation = Installation.from_environment()
    _same_folder(installation, mark)
    keep_compiled_code(installation, os.environ)
    open_storage(installation)
    _work(work).warm(announce)
    return {"worker": worker_name(os.getpid()), "pid": os.getpid()}


def _carry_out(job_id: str, work: str) -> Ending:
    storage = open_storage(Installation.from_environment())
    _same_database(storage, job_id)
    with by_itself():
        return run_job(job_id, storage, _work(work), worker=worker_name(os.getpid()))


def _work(name: str) -> FitWork:
    return cast("FitWork", importlib.import_module(name))


def _same_folder(installation: Installation, mark: str) -> None:
    if not ArtefactStore(installation.artefacts).has(mark):
        raise FailedWorker(
            "A worker does not see the app's artefacts",
            where=f"{worker_name(os.getpid()).partition('/')[0]}, folder {installation.artefacts}, {short(mark)}",
            expected="every worker needs the same MMM_WORKSHOP_DATA and DATABASE_URL as the app",
            remedy="Set both in the worker's environment, share the folder, and start the worker again",
        )


def _same_database(storage: Storage, job_id: str) -> None:
    try:
        with storage.database.reading() as session:
            get_job(session, job_id)
    except NotFound:
        raise FailedWorker(
            "A worker does not see the app's jobs",
            where=f"{worker_name(os.getpid()).partition('/')[0]}, job {job_id}",
            expected="every worker needs the same DATABASE_URL as the app",
            remedy="Set it in the worker's environment and start the worker again",
        ) from None
