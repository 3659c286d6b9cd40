"""One child process, seen from the app: started, asked, restarted when it dies."""

import itertools
import json
import logging
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import IO, Any, Literal, cast

from mmm_core.errors import FailedWorker
from mmm_core.jobs.messages import error_of

State = Literal["warming", "ready", "busy", "restarting", "stopped"]
Reply = dict[str, Any]
_LONGEST_PAUSE = 30.0
_log = logging.getLogger(__name__)


class Station:
    """Keeps one child alive. Safe to use from any thread.

    Parameters
    ----------
    name : str
        For messages and the log.
    start_child : callable
        Starts the child, with pipes for standard input and output.
    heed : callable
        Given what the child says unasked.
    """

    def __init__(
        self,
        name: str,
        start_child: "Callable[[], subprocess.Popen[bytes]]",
        *,
        heed: Callable[[dict[str, Any]], None] = lambda _: None,
    ) -> None:
        self._name, self._start_child, self._heed = name, start_child, heed
        self._lock = threading.RLock()
        self._numbers = itertools.count(1)
        self._waiting: deque[tuple[dict[str, Any], Future[Reply]]] = deque()
        self._current: tuple[int, Future[Reply], float] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes]
        self._state: State = "warming"
        self._stopping = threading.Event()
        self._deaths = 0
        self._heard_at = time.monotonic()
        self.trouble: dict[str, Any] = {}
        """Why the last child could not get ready; {} when it could."""
        # The child dies with the thread that started it, so one thread starts it and lives as long as the app.
        self._keeper = threading.Thread(target=self._keep, name=f"{name}-keeper", daemon=True)

    @property
    def state(self) -> State:
        """What the child does now."""
        with self._lock:
            return "busy" if self._state == "ready" and self._current is not None else self._state

    @property
    def pid(self) -> int | None:
        """Process number of the child."""
        with self._lock:
            return None if self._process is None else self._process.pid

    @property
    def busy_seconds(self) -> float:
        """How long the current request has been running, 0 without one."""
        with self._lock:
            return 0.0 if self._current is None else time.monotonic() - self._current[2]

    @property
    def silent_seconds(self) -> float:
        """How long the child has not said anything."""
        with self._lock:
            return time.monotonic() - self._heard_at

    def start(self) -> None:
        """Start the child; returns at once, the child gets ready meanwhile."""
        self._keeper.start()

    def submit(self, request: dict[str, Any], *, first: bool = False) -> "Future[Reply]":
        """Ask the child; requests are answered one at a time, `first` ones before the others.

        The future fails with `FailedWorker` when the child dies over the request, and with the child's own
        `WorkshopError` otherwise. Cancelling it takes back a request that waits.
        """
        future: Future[Reply] = Future()
        with self._lock:
            if self._state == "stopped":
                future.set_exception(self._died())
                return future
            (self._waiting.appendleft if first else self._waiting.append)((request, future))
            self._send_next()
        return future

    def tell(self, message: dict[str, Any]) -> None:
        """Say something that needs no answer; nothing is said to a child that is not there."""
        with self._lock:
            if self._process is not None and self._state != "stopped":
                self._say(message)

    def kill(self) -> None:
        """Kill the child; a new one gets ready at once."""
        with self._lock:
            if self._process is not None:
                self._process.kill()

    def stop(self, *, grace: float = 0.0) -> None:
        """End the child for good and wait until it is gone; it has so many seconds to do so by itself."""
        with self._lock:
            self._state = "stopped"
            self._stopping.set()
            left, self._waiting = self._waiting, deque()
            process = self._process
            if process is not None and grace:
                with suppress(OSError):
                    self._said.close()
        if process is not None and grace:
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=grace)
        self.kill()
        for _, future in left:
            if future.set_running_or_notify_cancel():
                future.set_exception(self._died())
        if self._keeper.ident is not None:
            self._keeper.join(timeout=10)

    def _keep(self) -> None:
        while not self._stopping.is_set():
            process = self._begin()
            if process is not None:
                self._listen(process)
                self._mourn(process.returncode)
            if self._deaths > 1:
                self._stopping.wait(min(_LONGEST_PAUSE, 0.5 * 2**self._deaths))

    def _begin(self) -> "subprocess.Popen[bytes] | None":
        with self._lock:
            if self._stopping.is_set():
                return None
            try:
                self._process = self._start_child()
            except OSError:
                _log.exception("The %s could not be started.", self._name)
                self._deaths += 1
                return None
            self._state, self._said = "warming", _pipes(self._process)[1]
            self._heard_at = time.monotonic()
            return self._process

    def _listen(self, process: "subprocess.Popen[bytes]") -> None:
        """Hear what the child says until it is gone."""
        heard, said = _pipes(process)
        for line in heard:
            try:
                message = json.loads(line)
            except ValueError:
                _log.warning("The %s was killed in the middle of a sentence.", self._name)
                break
            self._hear(message)
        process.kill()  # it closed its output: whatever it still does is of no use
        process.wait()
        heard.close()
        with suppress(OSError):  # what it never read is lost
            said.close()

    def _hear(self, message: dict[str, Any]) -> None:
        if "news" in message:
            with self._lock:
                self._heard_at = time.monotonic()
            self._heed(message["news"])
            return
        with self._lock:
            self._heard_at = time.monotonic()
            if "ready" in message:
                self.trouble, self._deaths = {}, 0
                self._state = "stopped" if self._stopping.is_set() else "ready"
            elif "trouble" in message:
                self.trouble = message["trouble"]
                return
            current = None
            if self._current is not None and self._current[0] == message.get("id"):
                current, self._current = self._current[1], None
            self._send_next()
        if current is None:
            return
        if "error" in message:
            current.set_exception(error_of(message["error"]))
        else:
            current.set_result(message["reply"])

    def _send_next(self) -> None:
        """Send the next request that somebody still waits for; the caller holds the lock."""
        while self._state == "ready" and self._current is None and self._waiting:
            request, future = self._waiting.popleft()
            if not future.set_running_or_notify_cancel():
                continue
            number = next(self._numbers)
            self._current = (number, future, time.monotonic())
            self._say({"id": number, "request": request})

    def _say(self, message: dict[str, Any]) -> None:
        with suppress(OSError, ValueError):  # the child has just died: the keeper notices and tells whoever waits
            self._said.write(json.dumps(message, allow_nan=False).encode() + b"\n")
            self._said.flush()

    def _mourn(self, code: int) -> None:
        """Tell who waited for the child that it is gone."""
        with self._lock:
            current, self._current = self._current, None
            self._process = None
            self._deaths += 1
            if not self._stopping.is_set():
                self._state = "restarting"
                _log.warning("The %s ended (code %s) and is started again.", self._name, code)
        if current is not None:
            current[1].set_exception(self._died())

    def _died(self) -> FailedWorker:
        return FailedWorker(
            f"The {self._name} ended while it was at work", remedy="It is starting again: try once more"
        )


def _pipes(process: "subprocess.Popen[bytes]") -> tuple[IO[bytes], IO[bytes]]:
    """Return what the child says, and what is said to it."""
    return cast("IO[bytes]", process.stdout), cast("IO[bytes]", process.stdin)
