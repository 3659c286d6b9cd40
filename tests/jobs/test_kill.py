"""kill -9 of worker, scheduler and app, one after the other; `make crash` does it fifty times."""

import sys

import pytest

from benchmarks.crash import Victim, run
from mmm_core.settings import Installation


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_kills_lose_no_job_leave_no_process_and_no_row_without_its_artefact(installation: Installation) -> None:
    victims: tuple[Victim, ...] = ("worker", "scheduler", "app", "worker", "app", "scheduler")
    found = run(installation, victims, seed=5)
    assert found.taken_up > 0
    assert (found.lost, found.unregistered, found.orphans, found.damaged) == (0, 0, 0, 0)
