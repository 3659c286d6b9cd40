"""Work for the fitter that costs nothing: `specification` says what happens. Named to `Crew` instead of `fit_work`."""

import os
import signal
import sys
import time
from pathlib import Path

from mmm_core.errors import CancelledFit, FailedFit
from mmm_core.jobs import holdout
from mmm_core.jobs.task import FitOutcome


def warm(say):
    print("a library greets on standard output")  # noqa: T201
    say("greeting")
    time.sleep(float(os.environ.get("PROBE_FIT_WARM_SECONDS", "0")))
    if os.environ.get("PROBE_CANNOT_WARM"):
        raise RuntimeError("no such library")
    if "PROBE_HOLDOUT_SECONDS" in os.environ:
        holdout.run_holdout_task = hold_out


def hold_out(task, store, *, report, stop):
    """Take the place of a holdout in this process."""
    with Path(os.environ["PROBE_LOG"]).open("a") as log:
        log.write(f"{task.fingerprint[:4]} {os.getpid()}\n")
    until = time.monotonic() + float(os.environ["PROBE_HOLDOUT_SECONDS"])
    while time.monotonic() < until:
        if stop():
            raise CancelledFit("The probe was cancelled")
        time.sleep(0.02)
    return {}


def run(task, store, *, report, stop, publish):
    asked = task.specification
    print("a library prints while it works")  # noqa: T201
    os.write(1, b"a library in C prints too\n")
    with Path(os.environ["PROBE_LOG"]).open("a") as log:
        log.write(f"{task.fingerprint[:4]} {os.getpid()}\n")
    if asked.get("fail") == "foreseen":
        raise FailedFit("The sampler found no start", remedy="Loosen the priors")
    if asked.get("fail"):
        raise ZeroDivisionError("nobody foresaw this")
    if asked.get("provisional") and publish is not None:
        key = str(asked["provisional"]).ljust(64, "0")
        store.put_folder(key, lambda folder: (folder / "draws").write_text("few draws"))
        publish(FitOutcome(artefact_key=key, summary={"draws": 2}))
    until = time.monotonic() + asked.get("seconds", 0)
    step = 0
    while time.monotonic() < until:
        step += 1
        report("sample", {"step": step})
        if asked.get("heeds", True) and stop():
            raise CancelledFit("The probe was cancelled")
        time.sleep(0.02)
    if asked.get("die"):
        os.kill(os.getpid(), signal.SIGKILL)
    store.put_folder(task.fingerprint, lambda folder: (folder / "draws").write_text("draws"))
    print("done", file=sys.stderr)  # noqa: T201
    return FitOutcome(artefact_key=task.fingerprint, summary={"r2": float("nan"), "draws": 7})
