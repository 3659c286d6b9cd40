"""A scheduler and workers of our own: on loopback, in and below this process, gone with it."""

import asyncio
import logging
import os
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import dask
from distributed import Nanny, Scheduler, Security

from mmm_core.jobs.environment import worker_count
from mmm_core.settings import Installation

_LOOPBACK = "127.0.0.1"
_START_SECONDS = 60.0
_PAUSE_SECONDS = 0.5
_log = logging.getLogger(__name__)

SETTINGS = {
    # The threads of a fit are its own affair, and so is its memory.
    "distributed.nanny.pre-spawn-environ": {},
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": False,
    # Nothing but jobs, each for a worker by name: nothing to steal, to measure or to show.
    "distributed.worker.profile.enabled": False,
    "distributed.scheduler.work-stealing": False,
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.nanny.http.routes": [],
}


def start_own_workers() -> "OwnWorkers":
    """Start as many workers as the environment says, for the installation that it names; raises `BadInput`."""
    folder = Installation.from_environment().data_dir / "cache" / "workers"
    workers = OwnWorkers(worker_count(), folder)
    workers.start()
    return workers


class OwnWorkers:
    """Starts them, and starts them again when they die.

    Parameters
    ----------
    count : int
        Workers; each takes one job at a time.
    folder : Path
        For what Dask keeps of a worker.
    """

    def __init__(self, count: int, folder: Path) -> None:
        self._count, self._folder = count, folder
        self._address: Future[str] = Future()
        self._thread = threading.Thread(target=self._serve, name="own-workers", daemon=True)

    def start(self) -> None:
        """Start the scheduler and the workers; returns at once."""
        self._thread.start()

    @property
    def address(self) -> str:
        """Where the scheduler is, once it is there; the workers come later."""
        return self._address.result(timeout=_START_SECONDS)

    def _serve(self) -> None:
        dask.config.set(SETTINGS)
        try:
            asyncio.run(self._keep_all())
        except Exception as error:  # noqa: BLE001  # it is told, or ends the process
            if self._address.done():
                _log.exception("The scheduler ended.")
                os._exit(1)  # the app starts this process again
            self._address.set_exception(error)

    async def _keep_all(self) -> None:
        protocol = "tls://" if Security().require_encryption else "tcp://"
        options: dict[str, Any] = {"host": _LOOPBACK, "protocol": protocol, "dashboard_address": f"{_LOOPBACK}:0"}
        async with Scheduler(port=0, dashboard=False, **options) as scheduler:
            self._address.set_result(scheduler.address)
            await asyncio.gather(*(self._keep_one(scheduler.address, options) for _ in range(self._count)))

    async def _keep_one(self, scheduler: str, options: dict[str, Any]) -> None:
        """Keep one worker; its nanny starts it again when it dies, unless it dies while starting."""
        while True:
            try:
                async with Nanny(
                    scheduler,
                    nthreads=1,
                    memory_limit=0,
                    local_directory=str(self._folder),
                    death_timeout=_START_SECONDS,
                    preload=["mmm_core.jobs.lifeline"],
                    **options,
                ) as nanny:
                    await nanny.finished()
            except Exception:  # noqa: BLE001  # whatever it was, the next one may do better
                _log.exception("A worker could not be started; it is tried again.")
            await asyncio.sleep(_PAUSE_SECONDS)
