"""Scenario requests from many threads to one warm process."""

import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mmm_core.errors import BadInput, FailedWorker
from mmm_core.jobs.crew import Crew
from mmm_core.jobs.task import FitTask

Eventually = Callable[[Callable[[], bool]], None]
FIT = "ab" * 32


def test_every_thread_gets_its_own_answer(crew: Crew) -> None:
    def ask(number: int) -> object:
        return crew.evaluate(FIT, [{"name": str(number)}])["echo"][0]["name"]

    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(ask, range(64))) == [str(number) for number in range(64)]


def test_a_large_request_gets_through(crew: Crew) -> None:
    plan = {"spend": list(range(200_000))}
    assert crew.evaluate(FIT, [plan])["echo"] == [plan]


def test_an_objection_comes_back_as_the_same_error(crew: Crew) -> None:
    with pytest.raises(BadInput, match=r"unknown group\. Take one of the panel\."):
        crew.evaluate(FIT, [{"bad": True}])


def test_a_request_over_which_the_evaluator_dies_fails_and_the_next_succeeds(crew: Crew) -> None:
    with pytest.raises(FailedWorker, match="evaluator ended while it was at work"):
        crew.evaluate(FIT, [{"die": True}])
    assert crew.evaluate(FIT, [{"name": "next"}])["echo"] == [{"name": "next"}]


def test_an_evaluator_killed_while_idle_is_started_again(crew: Crew, eventually: Eventually) -> None:
    pid = crew.evaluate(FIT, [{}])["pid"]
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: crew.evaluator.pid not in (pid, None))
    assert crew.evaluate(FIT, [{}])["pid"] != pid


def test_waiting_for_a_warming_evaluator_says_so(new_crew: Callable[[], Crew], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROBE_WARM_SECONDS", "30")
    crew = new_crew()
    assert crew.status()["evaluator"] == "warming"
    with pytest.raises(FailedWorker, match="still getting ready"):
        crew.evaluate(FIT, [{}], timeout=0.2)


def test_a_late_answer_is_not_waited_for_and_disturbs_nobody(crew: Crew, eventually: Eventually) -> None:
    eventually(lambda: crew.evaluator.state == "ready")
    with pytest.raises(FailedWorker, match=r"no answer within 0\.3 s"):
        crew.evaluate(FIT, [{"seconds": 1.0}], timeout=0.3)
    assert crew.evaluate(FIT, [{"name": "next"}])["echo"] == [{"name": "next"}]


def test_a_new_fit_is_prepared_in_the_background(
    crew: Crew, task: Callable[..., FitTask], eventually: Eventually
) -> None:
    made = task()
    crew.submit_fit(made)
    eventually(lambda: made.fingerprint in crew.evaluate(FIT, [{}])["prepared"])


def test_what_libraries_print_goes_to_the_log(crew: Crew, tmp_path: Path) -> None:
    crew.evaluate(FIT, [{}])
    assert "a library prints" in (tmp_path / "logs" / "evaluator.log").read_text()


def test_a_child_that_cannot_get_ready_says_why(
    new_crew: Callable[[], Crew], monkeypatch: pytest.MonkeyPatch, eventually: Eventually
) -> None:
    monkeypatch.setenv("PROBE_CANNOT_WARM", "1")
    crew = new_crew()
    eventually(lambda: "RuntimeError: no such library" in crew.trouble())
    assert crew.status()["fitter"] in ("warming", "restarting")
