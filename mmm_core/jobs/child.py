"""A child process of the crew, seen from inside: `python -m mmm_core.jobs.child NAME WORK PARENT`.

One JSON object per line. In: `{"id": 7, "request": {...}}`. Out: first `{"ready": WORKER}` (or `{"trouble": {...}}` and
the end), then per request `{"id": 7, "reply": {...}}` or `{"id": 7, "error": {...}}`.
"""

import importlib
import json
import logging
import os
import queue
import sys
import threading
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any, cast

from mmm_core.jobs.identity import worker_name
from mmm_core.jobs.lifeline import die_with_parent
from mmm_core.jobs.messages import as_message

if TYPE_CHECKING:
    from mmm_core.jobs.task import EvaluationWork, FitWork

_log = logging.getLogger(__name__)
Answer = Callable[[dict[str, Any]], dict[str, Any]]
_POLITENESS = 5
"""Niceness of the fitter: a fit uses every core, and a slider move must not wait for it."""


def main(name: str, work: str, parent: int) -> None:
    """Warm up, then answer requests until the parent goes away."""
    die_with_parent(parent)
    incoming, outgoing = _take_over_pipes()
    requests: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(incoming, requests), name="listen", daemon=True).start()
    try:
        answer = _fitter(work) if name == "fitter" else _evaluator(work)
    except BaseException as error:
        _log.exception("The %s could not get ready.", name)
        _say(outgoing, {"trouble": as_message(error)})
        raise
    _say(outgoing, {"ready": worker_name(os.getpid())})
    while True:
        asked = requests.get()
        _say(outgoing, {"id": asked["id"], **_answered(answer, asked["request"])})


def _take_over_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Keep the pipes to the parent for the protocol alone: what a library prints goes to the log."""
    incoming = os.fdopen(os.dup(0), "rb")
    outgoing = os.fdopen(os.dup(1), "wb", buffering=0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    logging.basicConfig(format="%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s", level=logging.INFO)
    return incoming, outgoing


def _listen(incoming: IO[bytes], requests: "queue.SimpleQueue[dict[str, Any]]") -> None:
    for line in incoming:
        requests.put(json.loads(line))
    os._exit(0)  # the parent is gone: nobody waits for an answer, and the row tells what was not finished


def _say(outgoing: IO[bytes], message: dict[str, Any]) -> None:
    left = memoryview(json.dumps(message, allow_nan=False).encode() + b"\n")
    while left:  # an unbuffered write may take only a part
        left = left[outgoing.write(left) or 0 :]


def _answered(answer: Answer, request: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"reply": answer(request)}
    except Exception as error:  # noqa: BLE001  # it is answered, not swallowed
        _log.exception("A request could not be answered.")
        return {"error": as_message(error)}


def _fitter(work: str) -> Answer:
    from mmm_core.jobs.running import run_job
    from mmm_core.settings import Installation
    from mmm_core.storage.opened import open_storage

    if hasattr(os, "nice"):
        os.nice(_POLITENESS)
    storage = open_storage(Installation.from_environment())
    makes_fits = cast("FitWork", importlib.import_module(work))
    makes_fits.warm()
    return lambda request: run_job(request["job"], storage, makes_fits, worker=worker_name(os.getpid()))


def _evaluator(work: str) -> Answer:
    from mmm_core.settings import Installation
    from mmm_core.storage.artefacts import ArtefactStore

    store = ArtefactStore(Installation.from_environment().artefacts)
    evaluates = cast("EvaluationWork", importlib.import_module(work))
    evaluates.warm()
    return lambda request: evaluates.answer(request, store)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
