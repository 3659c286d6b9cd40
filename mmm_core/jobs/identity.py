"""Which process is at work, so that another one can tell whether it still lives."""

import socket
from datetime import UTC, datetime
from pathlib import Path


def utc_now() -> datetime:
    """Read the clock; the one place in `jobs` that does."""
    return datetime.now(UTC)


def worker_name(pid: int) -> str:
    """Name a process of this machine for good: a later process with the same number has another name."""
    return f"{_machine()}/{pid}/{_started(pid)}"


def is_gone(worker: str) -> bool:
    """Tell whether the named process has surely ended; False when it is on another machine or nobody can know."""
    machine, pid, started = (["", "", *worker.rsplit("/", 2)])[-3:]
    if machine != _machine() or not pid.isdigit() or not started:
        return False
    return _started(int(pid)) != started


def _machine() -> str:
    """Host and process namespace: containers may share a host name, but not their process numbers."""
    try:
        space = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        space = 0
    return f"{socket.gethostname()}/{space}"


def _started(pid: int) -> str:
    """Return when the process was started (ticks since boot), "" when it has ended or the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    ended = fields[0] in ("Z", "X")
    return "" if ended else fields[19]
