"""The workers that carry out jobs, and the foreman over them, seen from the app."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from mmm_core.errors import WorkshopError
from mmm_core.jobs.environment import start_child
from mmm_core.jobs.messages import error_of
from mmm_core.jobs.station import State, Station
from mmm_core.settings import Installation

_STOP_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A worker that is ready.

    Attributes
    ----------
    name : str
        As in the rows of its jobs.
    pid : int
        Process number, on its machine.
    job : str
        What it is at, "" for nothing.
    """

    name: str
    pid: int
    job: str


class Fitter:
    """Carries out the jobs of an installation. Safe to use from any thread.

    Parameters
    ----------
    work : str
        Module with the functions of `task.FitWork`.
    fitted : callable
        Told the fingerprint of a fit that is there now.
    """

    def __init__(self, installation: Installation, work: str, *, fitted: Callable[[str], None]) -> None:
        self._fitted = fitted
        self._lock = threading.Lock()
        self._news: dict[str, Any] = {}
        self.foreman = Station("foreman", partial(start_child, installation, "foreman", work), heed=self._heed)

    @property
    def workers(self) -> tuple[Worker, ...]:
        """The workers that are ready; none while the foreman is away."""
        with self._lock:
            there = self._news.get("workers", ()) if self.foreman.state == "ready" else ()
        return tuple(Worker(**facts) for facts in there)

    @property
    def pids(self) -> frozenset[int]:
        """Process numbers of the workers that are ready."""
        return frozenset(worker.pid for worker in self.workers)

    @property
    def state(self) -> State:
        """Whether a job that is queued now begins at once."""
        if self.foreman.state != "ready":
            return self.foreman.state
        workers = self.workers
        if not workers:
            return "warming"
        return "busy" if all(worker.job for worker in workers) else "ready"

    @property
    def warming(self) -> str:
        """What is being done before the first job can begin, "" when one can."""
        if self.state not in ("warming", "restarting"):
            return ""
        with self._lock:
            said = self._news.get("warming", "") if self.foreman.state == "ready" else ""
        return said or "starting the workers"

    @property
    def trouble(self) -> WorkshopError | None:
        """Why the workers, or one of them, cannot get ready."""
        with self._lock:
            told = self.foreman.trouble or (self.foreman.state == "ready" and self._news.get("trouble"))
        return error_of(told) if told else None

    def start(self) -> None:
        """Start the foreman, who starts the workers; returns at once."""
        self.foreman.start()

    def wake(self) -> None:
        """Have the foreman look at the rows now."""
        self.foreman.tell({"do": "wake"})

    def stop(self) -> None:
        """End the foreman, and its own workers with it; their jobs wait for the next start."""
        self.foreman.stop(grace=_STOP_SECONDS)

    def _heed(self, news: dict[str, Any]) -> None:
        if "fit" in news:
            self._fitted(news["fit"])
            return
        with self._lock:
            self._news = news
