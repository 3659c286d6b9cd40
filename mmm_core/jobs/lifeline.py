"""A child never outlives its parent, not even one that was killed outright."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int) -> None:
    """Ask Linux to kill this process when the thread that started it ends.

    Other systems rely on the end of the standard input, which `child` watches everywhere, and of the pipe that a worker
    shares with its nanny.

    Parameters
    ----------
    parent : int
        Process number of the parent; when it has ended already, this process ends at once.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def dask_setup(_worker: object) -> None:
    """Bind a worker to its nanny: Dask calls this in each worker of our own before it gets any work."""
    die_with_parent(os.getppid())
