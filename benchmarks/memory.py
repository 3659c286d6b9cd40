"""Peak memory of one ingest, watched from outside in a fresh process; Linux only, elsewhere nothing is measured.

`python -m benchmarks.memory FILE` reads one file as the app does when it is large.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.workbook import workbook

_WATCH_SECONDS = 0.002
_SMALL_CSV = b"date,campaign,spend\n2024-01-01,a,1\n2024-01-08,b,2\n"


def peak_bytes(content: bytes, suffix: str) -> int:
    """Return the memory that reading a file takes beyond that of reading a tiny one, children included.

    It is the sum of the high-water marks of all processes, hence an upper bound of what is in use at one time. The tiny
    file goes through a child process as well: what an interpreter takes by itself does not grow with the file.
    """
    small = workbook(10) if suffix == ".xlsx" else _SMALL_CSV
    with tempfile.TemporaryDirectory() as folder:
        marks = []
        for number, part in enumerate((small, content)):
            path = Path(folder) / f"{number}{suffix}"
            path.write_bytes(part)
            marks.append(_watched([sys.executable, "-m", "benchmarks.memory", str(path)]))
    return marks[1] - marks[0]


def _watched(command: list[str]) -> int:
    """Run a command and add up the high-water marks of it and its children, as the system last showed them."""
    marks: dict[int, int] = {}
    with subprocess.Popen(command) as process:
        while process.poll() is None:
            for pid in (process.pid, *_children(process.pid)):
                marks[pid] = max(marks.get(pid, 0), _high_water(pid))
            time.sleep(_WATCH_SECONDS)
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return sum(marks.values())


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _high_water(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM")), 0)


def main(path: Path) -> None:
    """Read a file as the app does when it is large."""
    from mmm_core.ingest import sandbox
    from mmm_core.ingest.guess import guess_media
    from mmm_core.ingest.typed import read_media

    sandbox.LARGEST_TEXT_HERE = 0
    table = sandbox.read_upload(path.read_bytes(), name=path.name)
    read_media(table, guess_media(table).reading)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
