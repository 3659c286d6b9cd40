"""Small matrices on one thread: on a busy machine the threads of the linear algebra wait for each other."""

from contextlib import AbstractContextManager
from functools import cache

from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]  # it has no types


def one_thread() -> AbstractContextManager[object]:
    """Keep the linear algebra on one thread; twice as fast for what is done here when other processes work.

    The limit holds for the process; should two callers overlap, it may stay: harmless, nothing here gains from threads.
    """
    limit: AbstractContextManager[object] = _controller().limit(limits=1, user_api="blas")
    return limit


@cache
def _controller() -> ThreadpoolController:
    """Look for the libraries once: it takes milliseconds."""
    return ThreadpoolController()
