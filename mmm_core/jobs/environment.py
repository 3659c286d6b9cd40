"""The environment of a child process: where the state is, where compiled code is kept, how many workers there are."""

import os
import subprocess
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import IO

import mmm_core
from mmm_core.errors import BadInput
from mmm_core.settings import Installation

CORES_PER_WORKER = 4
"""A fit draws four chains at a time, each on a core of its own where there are as many."""

_LARGEST_LOG = 5_000_000


def child_environment(installation: Installation) -> dict[str, str]:
    """Return the environment for a child of this installation."""
    environment = dict(os.environ)
    environment["MMM_WORKSHOP_DATA"] = str(installation.data_dir)
    environment["DATABASE_URL"] = installation.database_url  # not an argument: it may hold a password
    keep_compiled_code(installation, environment)
    root = str(Path(mmm_core.__file__).parents[1])
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [root, environment.get("PYTHONPATH", "")]))
    environment["PYTHONUNBUFFERED"] = "1"
    return environment


def keep_compiled_code(installation: Installation, environment: MutableMapping[str, str]) -> None:
    """Let compiled code be kept in the installation; to be done before the libraries that compile are imported.

    PyTensor keeps numba's compiled code below its `base_compiledir`; `NUMBA_CACHE_DIR` is for functions of our own and
    of other libraries. Whoever has set either keeps it: tests and several installations may share one folder.
    """
    cache = installation.data_dir / "cache"
    environment.setdefault("NUMBA_CACHE_DIR", str(cache / "numba"))
    flags = environment.get("PYTENSOR_FLAGS", "")
    if "base_compiledir" not in flags:
        environment["PYTENSOR_FLAGS"] = ",".join(filter(None, [flags, f"base_compiledir={cache / 'pytensor'}"]))


def scheduler_address() -> str:
    """Read `DASK_SCHEDULER_ADDRESS`, the existing cluster that carries out the jobs; "" for workers of our own."""
    return os.environ.get("DASK_SCHEDULER_ADDRESS", "").strip()


def worker_count() -> int:
    """Read `MMM_WORKSHOP_WORKERS`, by default one worker per four cores, and one at least.

    Raises
    ------
    BadInput
        If it is no whole number from 1 on.
    """
    named = os.environ.get("MMM_WORKSHOP_WORKERS", "").strip()
    if not named:
        return max(1, (os.cpu_count() or 1) // CORES_PER_WORKER)
    if not named.isdecimal() or int(named) < 1:
        raise BadInput(
            f"MMM_WORKSHOP_WORKERS is '{named}'",
            expected="it must be the number of workers, 1 or more",
            remedy="Correct it, or leave it out, and start the app again",
        )
    return int(named)


def start_child(installation: Installation, name: str, work: str) -> "subprocess.Popen[bytes]":
    """Start a child. It ends with the thread that calls this, so that thread must live as long as the app.

    Parameters
    ----------
    name : str
        "foreman" or "evaluator".
    work : str
        Module with the functions of `task.FitWork` or `task.EvaluationWork`.
    """
    # -P: a file of the user's current folder must never be imported in place of a library.
    command = [sys.executable, "-P", "-m", "mmm_core.jobs.child", name, work, str(os.getpid())]
    with _log(installation, name) as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=child_environment(installation),
            start_new_session=True,  # Ctrl+C in the terminal is for the app, which then ends its children
        )


def _log(installation: Installation, name: str) -> IO[bytes]:
    folder = installation.data_dir / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.log"
    if path.exists() and path.stat().st_size > _LARGEST_LOG:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")
