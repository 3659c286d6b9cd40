"""The process between app and workers: owns the scheduler and the workers, or knows a cluster, and gives out the jobs.

The app writes `{"do": "wake"}` when it has queued or cancelled a job; the end of its pipe is the order to stop. The
foreman writes `{"news": {...}}` whenever something has changed, and every few seconds all the same:

- `workers`: per ready worker its `name`, `pid` and `job` ("" for none),
- `warming`: what the workers are doing to get ready, "" once one is,
- `trouble`: why there is none, or one of no use,
- `fit`: fingerprint of a fit that is there since the last news, in news of its own.
"""

import logging
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

from mmm_core.jobs.cluster import Cluster
from mmm_core.jobs.dispatch import Dispatch
from mmm_core.jobs.environment import scheduler_address
from mmm_core.jobs.messages import as_message
from mmm_core.jobs.own_workers import OwnWorkers
from mmm_core.jobs.roster import Roster
from mmm_core.settings import Installation
from mmm_core.storage.opened import open_storage

ROUND_SECONDS = 0.5
_STARTING_ROUND_SECONDS = 0.1
_TROUBLED_ROUND_SECONDS = 2.0
_NEWS_SECONDS = 5.0
_log = logging.getLogger(__name__)

News = dict[str, Any]


class Foreman:
    """Goes round and round until it is told to stop.

    Parameters
    ----------
    work : str
        Module with the functions of `task.FitWork`.
    own : OwnWorkers or None
        Workers below this process; without them, `DASK_SCHEDULER_ADDRESS` names the scheduler.
    tell : callable
        Takes the news to the app.
    """

    def __init__(self, work: str, own: OwnWorkers | None, tell: Callable[[News], None]) -> None:
        self._tell = tell
        self._wake, self._over = threading.Event(), threading.Event()
        self._own = own
        storage = open_storage(Installation.from_environment())
        self._roster = Roster(storage.artefacts, work, uuid.uuid4().bytes, own=own is not None)
        self._dispatch = Dispatch(storage, self._roster, fitted=lambda fit: tell({"fit": fit}))
        self._cluster: Cluster | None = None
        self._trouble: dict[str, Any] = {}
        self._told: tuple[float, News] = (0.0, {})

    def wake(self) -> None:
        """Look now instead of half a second later."""
        self._wake.set()

    def stop(self) -> None:
        """Stop after this round."""
        self._over.set()
        self._wake.set()

    def work(self) -> None:
        """Give out jobs until told to stop."""
        while not self._over.is_set():
            try:
                self._round()
            except Exception as error:  # noqa: BLE001  # it must outlive a database that is away
                _log.exception("The jobs could not be looked after; the next round may do better.")
                self._trouble = as_message(error)
            self._report()
            self._wake.wait(self._pause())
            self._wake.clear()
        self._dispatch.stop()

    def _pause(self) -> float:
        if self._trouble:
            return _TROUBLED_ROUND_SECONDS
        return _STARTING_ROUND_SECONDS if self._own is not None and not self._roster.is_staffed else ROUND_SECONDS

    def _round(self) -> None:
        if self._cluster is None or not self._cluster.is_there:
            self._dispatch.interrupt_lost()  # whatever is away, what died has died
            self._connect()
        if self._cluster is not None:
            self._dispatch.round(self._cluster)
        self._trouble = {}

    def _connect(self) -> None:
        """Reach the scheduler."""
        if self._cluster is not None:
            self._cluster.close()
            self._cluster = None
            self._roster.forget()
        address = scheduler_address() if self._own is None else self._own.address
        self._cluster = Cluster(address, heed=self._heed, wake=self.wake)

    def _heed(self, address: str, stage: str) -> None:
        self._roster.hear(address, stage)
        self.wake()

    def _report(self) -> None:
        """Tell the app what has changed."""
        ready = [{"name": one.name, "pid": one.pid, "job": one.job_id} for one in self._roster if one.name]
        trouble = self._trouble or self._roster.trouble()
        news: News = {"workers": ready, "warming": self._roster.stages(), "trouble": trouble}
        when, told = self._told
        if news != told or time.monotonic() - when > _NEWS_SECONDS:
            self._told = (time.monotonic(), news)
            self._tell(news)
