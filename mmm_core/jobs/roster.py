"""Which workers are there, which of them are ready, and what they are at."""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from mmm_core.errors import FailedWorker
from mmm_core.jobs import worker as asked
from mmm_core.jobs.cluster import Cluster, Future
from mmm_core.jobs.messages import as_message
from mmm_core.storage.artefacts import ArtefactStore

_LONGEST_PAUSE = 30.0
_DEATHS = 3
"""So many in a row are no accident."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class KnownWorker:
    """A worker as the foreman knows it.

    Attributes
    ----------
    name : str
        As in the rows of its jobs; "" until it is ready.
    future : Future or None
        What it was asked last and has not answered yet: to get ready, or to carry out `job_id`.
    begun : bool
        Whether its job was seen to be its own.
    unwanted_since : float
        Since when it should have stopped, 0 while it should not.
    """

    address: str
    name: str = ""
    pid: int = 0
    stage: str = ""
    trouble: dict[str, Any] = field(default_factory=dict)
    future: Future | None = None
    job_id: str = ""
    asked_at: float = 0.0
    begun: bool = False
    unwanted_since: float = 0.0
    failures: int = 0

    @property
    def is_free(self) -> bool:
        """Whether it is ready and has nothing to do."""
        return bool(self.name) and not self.job_id


class Roster:
    """The workers behind one scheduler.

    Parameters
    ----------
    work : str
        Module with the functions of `task.FitWork`.
    own : bool
        Whether they are our own, below this process.
    """

    def __init__(self, store: ArtefactStore, work: str, mark: bytes, *, own: bool) -> None:
        self._store, self._work, self._mark = store, work, mark
        self.own = own
        self._known: dict[str, KnownWorker] = {}
        self._deaths = 0  # of workers that were not ready yet, one after the other

    def __iter__(self) -> Iterator[KnownWorker]:
        return iter(list(self._known.values()))

    @property
    def is_staffed(self) -> bool:
        """Whether there is a worker at all, ready or not; each then wakes the foreman when it has something to say."""
        return bool(self._known)

    def look(self, cluster: Cluster) -> list[KnownWorker]:
        """Take note of who came; return those that went."""
        there = cluster.workers()
        gone = [self._known.pop(address) for address in sorted(set(self._known) - there)]
        for one in gone:
            self._deaths += not one.name
        for address in sorted(there - set(self._known)):
            self._known[address] = KnownWorker(address, failures=self._deaths, trouble=self._dying())
        for one in self:
            if not one.name and one.future is None and time.monotonic() >= one.asked_at + _pause(one.failures):
                self._warm(one, cluster)
            elif not one.name and one.future is not None and one.future.done():
                self._warmed(one, cluster.answer(one.future))
        return gone

    def forget(self) -> None:
        """Forget everybody: the scheduler is another one now."""
        self._known.clear()

    def hear(self, address: str, stage: str) -> None:
        """Take note of what a worker is about to do while it gets ready."""
        if address in self._known:
            self._known[address].stage = stage

    def give(self, one: KnownWorker, job_id: str, cluster: Cluster) -> None:
        """Have a free worker carry out a job."""
        one.future = cluster.ask(one.address, asked.carry_out, job_id, self._work)
        one.job_id, one.asked_at, one.begun, one.unwanted_since = job_id, time.monotonic(), False, 0.0

    def take_back(self, one: KnownWorker, answer: dict[str, Any] | None) -> None:
        """Take note that a worker has ended its job; after trouble, or silence, it has to get ready again."""
        if one.future is not None and not one.future.done():
            one.future.cancel()
        one.future, one.job_id = None, ""
        if answer is None or "trouble" in answer:
            one.name = ""
            self._troubled(one, answer or {})

    def end(self, one: KnownWorker, cluster: Cluster) -> None:
        """Kill a worker that does not answer."""
        _log.warning("Worker %s does not stop and is killed.", one.name or one.address)
        one.unwanted_since = time.monotonic()
        cluster.end(one.address, asked.end_process, one.pid)

    def stages(self) -> str:
        """Say what the workers are doing to get ready, "" once one is."""
        if any(one.name for one in self):
            return ""
        return next((one.stage for one in self if one.stage), "starting the workers")

    def trouble(self) -> dict[str, Any]:
        """Return why a worker is of no use, {} when all are."""
        return next((one.trouble for one in self if one.trouble), {})

    def _warm(self, one: KnownWorker, cluster: Cluster) -> None:
        mark = self._store.put_bytes(self._mark)
        one.asked_at = time.monotonic()
        one.future = cluster.ask(one.address, asked.get_ready, self._work, mark, polite=self.own)

    def _warmed(self, one: KnownWorker, answer: dict[str, Any] | None) -> None:
        one.future = None
        if answer is None or "trouble" in answer:
            self._troubled(one, answer or {})
            return
        one.name, one.pid = answer["worker"], answer["pid"]
        one.stage, one.trouble, one.failures, self._deaths = "", {}, 0, 0

    def _troubled(self, one: KnownWorker, answer: dict[str, Any]) -> None:
        one.failures += bool(answer)
        one.trouble = answer.get("trouble", {})

    def _dying(self) -> dict[str, Any]:
        if self._deaths < _DEATHS:
            return {}
        found = f"Workers ended before they were ready, {self._deaths} in a row"
        return as_message(FailedWorker(found, remedy="Look into the log of the fitter, and at the free memory"))


def _pause(failures: int) -> float:
    return min(_LONGEST_PAUSE, 0.25 * 2**failures) if failures else 0.0
