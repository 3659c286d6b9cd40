"""Dask, as far as the jobs need it: which workers are there, ask one, end one. Only `own_workers` knows more of it.

What travels is the name of a function of `worker` with plain arguments, and JSON back. Nothing from the database or
the artefacts is unpickled.
"""

import contextlib
import logging
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError
from typing import Any

import dask
from distributed import Client, Future, KilledWorker, get_worker

from mmm_core.errors import FailedWorker
from mmm_core.jobs.messages import as_message

CONNECT_SECONDS = 5.0
_ANSWER_SECONDS = 5.0
_TOPIC = "mmm-workshop-warming"
_log = logging.getLogger(__name__)

__all__ = ["Cluster", "Future", "announce", "by_itself"]


class Cluster:
    """A connection to a scheduler.

    Parameters
    ----------
    address : str
        Of the scheduler. Whoever can reach it can run code on the workers: it is trusted like a database's.
    heed : callable
        Told the address of a worker and what it is about to do while it gets ready.
    wake : callable
        Called when a worker has answered.

    Raises
    ------
    FailedWorker
        If no scheduler answers there.
    """

    def __init__(self, address: str, *, heed: Callable[[str, str], None], wake: Callable[[], None]) -> None:
        self._wake = wake
        try:
            self._client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False, name="mmm-workshop")
        except (OSError, TimeoutError, ValueError) as error:
            raise FailedWorker(
                f"No scheduler answers: {error}",
                where=f"DASK_SCHEDULER_ADDRESS {address}",
                remedy="Start it, or correct the address; it is tried again every few seconds",
            ) from error
        self._client.subscribe_topic(_TOPIC, lambda event: heed(event[1]["worker"], event[1]["stage"]))

    @property
    def is_there(self) -> bool:
        """Whether the scheduler still answers."""
        return bool(self._client.status == "running")

    def workers(self) -> frozenset[str]:
        """Return the addresses of the workers that run."""
        found = self._client.scheduler_info()["workers"]
        return frozenset(address for address, facts in found.items() if facts["status"] == "running")

    def at_work(self) -> frozenset[str]:
        """Return the addresses of the workers that have something to do, for whomever."""
        return frozenset(address for address, keys in self._client.processing().items() if keys)

    def ask(self, address: str, function: Callable[..., Any], *args: Any, **named: Any) -> Future:
        """Have a worker call a function; `answer` has what came of it. It is not asked of another worker instead."""
        future = self._client.submit(
            function, *args, **named, workers=[address], allow_other_workers=False, pure=False, retries=0
        )
        future.add_done_callback(lambda _: self._wake())
        return future

    def answer(self, future: Future) -> dict[str, Any] | None:
        """Return what the function returned, with `trouble` when it could not even be called, None when it got lost."""
        try:
            found: dict[str, Any] = future.result(timeout=_ANSWER_SECONDS)
        except (CancelledError, KilledWorker, TimeoutError, OSError):
            return None  # the worker died, the latest over the last metre
        except Exception as error:  # noqa: BLE001  # another version of the program, or none
            return {"trouble": as_message(error)}
        return found

    def end(self, address: str, function: Callable[..., Any], *args: Any) -> None:
        """Have the nanny of a worker call a function; returns at once."""
        threading.Thread(target=self._ask_nanny, args=(address, function, args), daemon=True).start()

    def close(self) -> None:
        """Leave the scheduler; what the workers are at goes on."""
        with contextlib.suppress(Exception):
            self._client.close(timeout=1)

    def _ask_nanny(self, address: str, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
        try:
            self._client.run(function, *args, workers=[address], nanny=True)
        except Exception:  # noqa: BLE001  # it is tried again
            _log.exception("The nanny of %s could not end its worker; start workers with one.", address)


def by_itself() -> contextlib.AbstractContextManager[object]:
    """Let libraries on a worker compute and lock for themselves.

    Some of them would otherwise ask the scheduler, which may be gone before the work is done.
    """
    setting: contextlib.AbstractContextManager[object] = dask.config.set(scheduler="sync")
    return setting


def announce(stage: str) -> None:
    """Say, on a worker, what it is about to do while it gets ready."""
    worker = get_worker()
    worker.log_event(_TOPIC, {"worker": worker.address, "stage": stage})
