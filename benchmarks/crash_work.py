"""Work for a crew whose processes get killed: it costs nothing, and takes its time where a kill could do harm."""

import time

from mmm_core.errors import CancelledFit
from mmm_core.jobs.task import FitOutcome

_FILES, _BYTES = 8, 200_000


def warm(say=lambda _: None):
    say("getting up")


def run(task, store, *, report, stop, publish):
    asked = task.specification
    if publish is not None:
        provisional = str(asked["provisional"])
        store.put_folder(provisional, lambda folder: _write(folder, asked["seconds"] / 4))
        publish(FitOutcome(artefact_key=provisional, summary={"draws": 2}))
    until, step = time.monotonic() + asked["seconds"], 0
    while time.monotonic() < until:
        step += 1
        report("sample", {"step": step})
        if asked.get("heeds", True) and stop():
            raise CancelledFit("The fit was cancelled")
        time.sleep(0.02)
    store.put_folder(task.fingerprint, lambda folder: _write(folder, asked["seconds"] / 2))
    return FitOutcome(artefact_key=task.fingerprint, summary={"draws": step})


def answer(request, store):
    return {"do": request["do"], "kept": [store.has(key) for key in (request["fit"],)]}


def _write(folder, seconds):
    for number in range(_FILES):
        (folder / f"draws-{number}").write_bytes(bytes([number]) * _BYTES)
        time.sleep(seconds / _FILES)
