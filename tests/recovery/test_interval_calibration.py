"""Ranges of contributions hold the truth of simulated clients about as often as they promise.

`MMM_WORKSHOP_CLIENTS=40` makes the long run; `make recovery` writes the whole report.
"""

import os

import pytest
from simulated import needs_pymc

from benchmarks import recovery
from benchmarks.recovery_clients import CASES, Case
from mmm_core.validation.calibration import Coverage, Recovered, coverage
from mmm_core.validation.scores import chance_of_so_few

CLIENTS = int(os.environ.get("MMM_WORKSHOP_CLIENTS", "6"))
SPECIAL = [case for case in CASES if case.name in ("lift test", "trend", "organic media and a late control")]


def row(share: float, *, held: bool, **changes: float) -> Recovered:
    plain = {"truth": 1.0 if held else 9.0, "low": 0.5, "middle": 1.0, "high": 2.0}
    return Recovered(group="TV", share_of_spend=share, **plain | changes)


ROWS = (row(0.09, held=True), row(0.1, held=False), row(0.24, held=True), row(0.25, held=True), row(0.3, held=False))


def test_ranges_are_counted_by_the_size_of_the_group() -> None:
    assert coverage(ROWS) == (
        Coverage(size="large", held=1, of=2),
        Coverage(size="middle", held=1, of=2),
        Coverage(size="small", held=1, of=1),
        Coverage(size="all", held=3, of=5),
    )


def test_the_report_says_how_many_ranges_held_by_size_and_how_far_the_middles_are_off() -> None:
    rows = (row(0.09, held=True, middle=1.1), row(0.3, held=True, middle=1.1), row(0.3, held=True, truth=8.0))
    found = recovery.Found(case=CASES[0], rows=rows, clients=2, settled=1)
    said = recovery.report([found])
    assert (
        "| as the app starts | 130 weeks, 4 to 8 groups, returns of 0.8 to 3.5, defaults | 2 | 1 | 3 | 2 (67 %) |"
        in said
    )
    assert (
        "| less than a tenth of the spend | 1 | 1 (100 %) | 5 to 100 % | +10 % | 4.0 | no, wider than need be |" in said
    )
    assert "| a quarter or more | 2 | 1 (50 %) |" in said
    assert "## What a lift test adds" not in said
    tested = recovery.Found(case=CASES[0], rows=rows, clients=2, settled=1, tested=(1.5,), untested=(2.5,))
    assert "1.50 from end to end with its test in the model and 2.50 without" in recovery.report([tested])


def test_a_case_that_is_not_known_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert recovery.main(["no such case"]) == 2
    assert "Unknown: no such case; known: as the app starts" in capsys.readouterr().err


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_client_is_the_same_every_time_and_adds_up(case: Case) -> None:
    one, again = case.make(7), case.make(7)
    assert one.panel.fingerprint == again.panel.fingerprint
    assert (one.specification, one.truth) == (again.specification, again.truth)
    assert one.panel.fingerprint != case.make(8).panel.fingerprint
    assert 0 < sum(one.truth.values()) < float(one.panel.data["kpi"].sum())
    assert set(one.truth) == set(one.panel.groups)


class TestWithFits:
    pytestmark = needs_pymc

    def test_ninety_percent_ranges_hold_the_truth_about_nine_times_in_ten(self) -> None:
        found = coverage(recovery.run(CASES[0], CLIENTS).rows)
        assert all(chance_of_so_few(part.held, part.of, 0.9) > 0.01 for part in found), found

    def test_so_they_do_with_a_lift_test_a_trend_and_organic_media_in_the_model(self) -> None:
        found = [recovery.run(case, max(1, CLIENTS // 6)) for case in SPECIAL]
        everything = coverage([row for one in found for row in one.rows])[-1]
        assert len(found) == 3
        assert chance_of_so_few(everything.held, everything.of, 0.9) > 0.01, everything
        (tested,) = [one for one in found if one.tested]
        assert max(ratio / without for ratio, without in zip(tested.tested, tested.untested, strict=True)) < 1.1
