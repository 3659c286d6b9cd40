"""Trend and drift are columns with a stated prior, and go on behind the history as they say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulated import make_panel

from mmm_core.modeling.design import Design, drivers_on, make_design
from mmm_core.modeling.drivers.drift import smooth_columns
from mmm_core.modeling.drivers.trend import bend_places
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

LENGTH, AHEAD = 101, 60
BENT = ModelSpecification(trend="changepoints", changepoints=4)
DRIFT = ModelSpecification(baseline_drift=True)


def panel(periods: int, *, period: str = "week") -> Panel:
    rng = np.random.default_rng(1)
    return make_panel(rng.gamma(2, 9, (periods, 1, 1)), rng.gamma(9, 9, (periods, 1)), period=period)


def columns(specification: ModelSpecification) -> tuple[Design, np.ndarray]:
    """Return the design and its columns over the history and what follows."""
    known = panel(LENGTH)
    design = make_design(known, specification)
    return design, drivers_on(known, specification, design, panel(LENGTH + AHEAD).data["controls"]).values


def test_a_straight_trend_is_one_line_that_goes_on() -> None:
    design, values = columns(ModelSpecification(trend="linear"))

    assert design.controls == ["trend: slope"]
    assert design.spread.tolist() == [0.3]
    np.testing.assert_allclose(values[:, 0], np.arange(LENGTH + AHEAD) / (LENGTH - 1) - 0.5, atol=1e-12)


def test_a_trend_bends_where_it_says_and_goes_on_with_its_last_slope() -> None:
    design, values = columns(BENT)

    assert design.controls[1:5] == [
        f"trend: bend {day}" for day in ("2023-05-22", "2023-10-09", "2024-02-26", "2024-07-15")
    ]
    slopes = np.diff(values[:, 1:5], axis=0) * (LENGTH - 1)
    for column, place in enumerate((20, 40, 60, 80)):
        np.testing.assert_allclose(slopes[:place, column], 0, atol=1e-9)
        np.testing.assert_allclose(slopes[place:, column], 1)


@pytest.mark.parametrize("bends", [1, 3, 12])
def test_all_bends_together_change_the_slope_as_much_however_many_there_are(bends: int) -> None:
    design, _ = columns(ModelSpecification(trend="changepoints", changepoints=bends))

    np.testing.assert_allclose(np.sqrt((design.spread[1:-1] ** 2).sum()), 0.35)


def test_bends_to_come_lead_away_as_far_as_bends_would() -> None:
    """Four bends in four fifths of the history are three in the six tenths ahead; drawn one by one, anywhere."""
    design, values = columns(BENT)
    rng, spread = np.random.default_rng(0), float(design.spread[-1])
    far = AHEAD / (LENGTH - 1)
    drawn = ((far - rng.uniform(0, far, (20_000, 3))) * rng.normal(0, spread, (20_000, 3))).sum(axis=1)

    assert design.controls[-1] == "trend: bends ahead"
    np.testing.assert_allclose(values[:LENGTH, -1], 0)
    np.testing.assert_allclose(spread * values[-1, -1], drawn.std(), rtol=0.03)


@given(known=st.integers(3, 400), bends=st.integers(1, 30))
def test_bends_lie_apart_in_the_first_four_fifths(known: int, bends: int) -> None:
    places = bend_places(known, bends)

    assert places == sorted(set(places))
    assert all(0 < place <= round(0.8 * (known - 1)) for place in places)
    assert 1 <= len(places) <= bends


@pytest.mark.parametrize(("periods", "length"), [(30, 26.0), (60, 26.0), (156, 26.0), (260, 26.0), (730, 182.0)])
def test_smooth_columns_make_the_process_that_they_approximate(periods: int, length: float) -> None:
    found = smooth_columns(periods, length)
    apart = np.subtract.outer(np.arange(periods), np.arange(periods))

    np.testing.assert_allclose(found @ found.T, np.exp(-0.5 * (apart / length) ** 2), atol=0.006)
    assert found.shape[1] <= 20


def test_a_drifting_level_goes_back_to_its_mean_and_is_as_uncertain_as_ever() -> None:
    design, values = columns(DRIFT)
    level, own = values[:, :-1], values[:, -1]
    after = np.exp(-0.5 * (np.arange(1, AHEAD + 1) / 26) ** 2)

    assert design.controls[-1] == "level: ahead"
    np.testing.assert_allclose(level[:LENGTH].mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(level[LENGTH:], after[:, None] * level[LENGTH - 1])
    np.testing.assert_allclose(own[LENGTH:] ** 2 + after**2, 1)
    np.testing.assert_allclose(own[:LENGTH], 0)
    assert abs(level[-1]).max() < 0.1 * abs(level[LENGTH - 1]).max()


def test_a_day_drifts_as_slowly_as_a_week() -> None:
    weekly, daily = (make_design(panel(count, period=kind), DRIFT) for count, kind in ((60, "week"), (420, "day")))

    mine = [one.inputs["_control"].values[:, -3] for one in (weekly, daily)]
    assert [label for label in daily.controls if label.startswith("level")] == weekly.controls
    np.testing.assert_allclose(mine[1][3::7], mine[0], atol=0.02)


def test_without_a_word_there_is_no_trend_and_no_drift() -> None:
    assert columns(ModelSpecification())[0].controls == []
