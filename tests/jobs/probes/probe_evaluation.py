"""Work for the evaluator that costs nothing. Named to `Crew` instead of `evaluation_work`."""

import os
import signal
import time

from mmm_core.errors import BadInput

prepared = []


def warm():
    time.sleep(float(os.environ.get("PROBE_WARM_SECONDS", "0")))


def answer(request, store):
    print("a library prints")  # noqa: T201
    if request["do"] == "prepare":
        prepared.append(request["fit"])
        return {"ready": True}
    plan = request["plans"][0]
    if plan.get("die"):
        os.kill(os.getpid(), signal.SIGKILL)
    if plan.get("bad"):
        raise BadInput("The plan names an unknown group", remedy="Take one of the panel")
    time.sleep(plan.get("seconds", 0))
    return {"echo": request["plans"], "prepared": prepared, "pid": os.getpid()}
