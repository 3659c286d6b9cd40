"""A child process of the crew, seen from inside: `python -m mmm_core.jobs.child NAME WORK PARENT`.

One JSON object per line. Out: first `{"ready": WORKER}` (or `{"trouble": {...}}` and the end). The evaluator then
answers each `{"id": 7, "request": {...}}` with `{"id": 7, "reply": {...}}` or `{"id": 7, "error": {...}}`; for the
foreman see `foreman`.
"""

import importlib
import json
import logging
import os
import queue
import sys
import threading
from typing import IO, TYPE_CHECKING, Any, cast

from mmm_core.jobs.identity import worker_name
from mmm_core.jobs.lifeline import die_with_parent
from mmm_core.jobs.messages import as_message

if TYPE_CHECKING:
    from mmm_core.jobs.foreman import Foreman
    from mmm_core.jobs.task import EvaluationWork
    from mmm_core.storage.artefacts import ArtefactStore

_log = logging.getLogger(__name__)


def main(name: str, work: str, parent: int) -> None:
    """Work until the parent goes away."""
    die_with_parent(parent)
    incoming, outgoing = _take_over_pipes()
    try:
        (_foreman if name == "foreman" else _evaluator)(work, incoming, outgoing)
    except BaseException as error:
        _log.exception("The %s could not get ready.", name)
        _say(outgoing, {"trouble": as_message(error)})
        raise


def _foreman(work: str, incoming: IO[bytes], outgoing: IO[bytes]) -> None:
    """Give out jobs; the other end of the pipe only wakes, or ends."""
    from mmm_core.jobs.environment import scheduler_address
    from mmm_core.jobs.own_workers import start_own_workers

    own = None if scheduler_address() else start_own_workers()  # they need longer than everything that follows
    from mmm_core.jobs.foreman import Foreman

    foreman = Foreman(work, own, lambda news: _say(outgoing, {"news": news}))
    wake = threading.Thread(target=_wake, args=(incoming, foreman), name="listen", daemon=True)
    _say(outgoing, {"ready": worker_name(os.getpid())})
    wake.start()
    foreman.work()
    os._exit(0)  # no farewell to Dask: the workers are gone already, or belong to somebody else


def _wake(incoming: IO[bytes], foreman: "Foreman") -> None:
    for _ in incoming:
        foreman.wake()
    foreman.stop()


def _evaluator(work: str, incoming: IO[bytes], outgoing: IO[bytes]) -> None:
    """Warm up, then answer requests."""
    from mmm_core.settings import Installation
    from mmm_core.storage.artefacts import ArtefactStore

    requests: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(incoming, requests), name="listen", daemon=True).start()
    store = ArtefactStore(Installation.from_environment().artefacts)
    evaluates = cast("EvaluationWork", importlib.import_module(work))
    evaluates.warm()
    _say(outgoing, {"ready": worker_name(os.getpid())})
    while True:
        asked = requests.get()
        _say(outgoing, {"id": asked["id"], **_answered(evaluates, asked["request"], store)})


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


def _answered(evaluates: "EvaluationWork", request: dict[str, Any], store: "ArtefactStore") -> dict[str, Any]:
    try:
        return {"reply": evaluates.answer(request, store)}
    except Exception as error:  # noqa: BLE001  # it is answered, not swallowed
        _log.exception("A request could not be answered.")
        return {"error": as_message(error)}


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
