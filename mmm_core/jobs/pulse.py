"""The heartbeat of a running job: writes progress, learns of a wish to cancel."""

import logging
import threading
import time
from typing import Any, Self

from mmm_core.jobs.identity import utc_now
from mmm_core.storage.database import Database
from mmm_core.storage.jobs import Job, write_progress

TICK_SECONDS = 0.5
"""Progress is written at most this often; the work itself may report as often as it likes."""

BEAT_SECONDS = 1.0
"""Without progress, the heartbeat alone is written this often."""

_log = logging.getLogger(__name__)


class Pulse:
    """Beats in a thread of its own from entering to leaving the `with` block."""

    def __init__(self, database: Database, job: Job) -> None:
        self._database, self._job = database, job
        self._news: tuple[str, dict[str, Any]] = ("", {})
        self._written: tuple[str, dict[str, Any]] | None = None
        self._last = time.monotonic()
        self._over = threading.Event()
        self._stop = False
        self._thread = threading.Thread(target=self._beat_on, name="pulse", daemon=True)

    def report(self, stage: str, progress: dict[str, Any]) -> None:
        """Take note of the progress; it is written at the next tick."""
        self._news = (stage, progress)

    def stop_asked(self) -> bool:
        """Tell whether to stop: somebody cancelled, or the job was given to another attempt."""
        return self._stop

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _beat_on(self) -> None:
        while not self._over.wait(TICK_SECONDS):
            news = self._news
            if news is self._written and time.monotonic() - self._last < BEAT_SECONDS:
                continue
            try:
                self._beat(news)
            except Exception:  # noqa: BLE001  # a heartbeat that fails must not end the fit
                _log.exception("The heartbeat could not be written; the next one may be.")

    def _beat(self, news: tuple[str, dict[str, Any]]) -> None:
        stage, progress = news
        with self._database.transaction() as session:
            job = write_progress(
                session, self._job.id, attempt=self._job.attempt, stage=stage, progress=progress, now=utc_now()
            )
        self._written, self._last = news, time.monotonic()
        self._stop = self._stop or job is None or job.cancel_requested
