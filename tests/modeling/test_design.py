import numpy as np
import pytest
from simulated import make_panel, national_panel, regional_panel

from mmm_core.errors import BadInput
from mmm_core.modeling.design import future_inputs, future_periods, make_design
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

SPECIFICATION = ModelSpecification()


def _future(panel: Panel, periods: int) -> np.ndarray:
    """Return the future controls in the client's own units."""
    design = make_design(panel, SPECIFICATION)
    plan = panel.data["spend"].isel(period=[-1] * periods).assign_coords(period=future_periods(panel, periods))
    inputs = future_inputs(panel, SPECIFICATION, design, plan)
    return (inputs["_control"] * design.scale.values + design.center.values).values


def _panel(length: int, *, period: str = "week") -> Panel:
    rng = np.random.default_rng(1)
    control = np.arange(length, dtype=float)[:, None, None]
    return make_panel(rng.gamma(2, 9, (length, 1, 2)), rng.gamma(9, 9, (length, 1)), control, period=period)


def test_controls_are_standardised() -> None:
    controls = make_design(national_panel(), SPECIFICATION).inputs["_control"]

    np.testing.assert_allclose(controls.mean("date"), 0, atol=1e-12)
    np.testing.assert_allclose(controls.std("date"), 1)


def test_a_constant_control_is_named() -> None:
    controls = np.stack([np.full((30, 1), 9.99), np.arange(30.0)[:, None]], axis=2)
    panel = make_panel(np.ones((30, 1, 1)), np.ones((30, 1)), controls, control=["price", "promotion"])

    with pytest.raises(BadInput, match="control 'price' has the same value"):
        make_design(panel, SPECIFICATION)


def test_future_controls_repeat_the_same_weeks_of_last_year() -> None:
    future = _future(_panel(80), 54)[:, 0]

    np.testing.assert_allclose(future[:52], np.arange(28, 80))
    np.testing.assert_allclose(future[52:], [28, 29])


def test_a_short_history_repeats_the_mean_of_its_last_13_weeks() -> None:
    np.testing.assert_allclose(_future(_panel(51), 3)[:, 0], np.arange(38, 51).mean())
    np.testing.assert_allclose(_future(_panel(52), 1)[:, 0], 0)


def test_a_daily_panel_gets_a_weekday_pattern_that_goes_on_in_the_future() -> None:
    panel = _panel(40, period="day")
    design = make_design(panel, SPECIFICATION)
    future = _future(panel, 9)[:, 1:]

    assert design.controls[1:] == [
        f"weekday: {day}" for day in ("Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    ]
    # 2023-01-02 is a Monday, the panel has 40 days, so the future starts on a Saturday.
    assert future.argmax(axis=1).tolist() == [4, 5, 0, 0, 1, 2, 3, 4, 5]
    np.testing.assert_allclose(future.sum(axis=1), [1, 1, 0, 1, 1, 1, 1, 1, 1], atol=1e-12)


def test_a_weekly_panel_or_a_switch_leaves_weekdays_out() -> None:
    without = ModelSpecification(weekday_pattern=False)

    assert make_design(_panel(40), SPECIFICATION).controls == ["control: control 0"]
    assert make_design(_panel(40, period="day"), without).controls == ["control: control 0"]


def test_regions_stay_apart_and_one_market_has_no_geo_dim() -> None:
    assert make_design(regional_panel(), SPECIFICATION).inputs["media"].dims == ("date", "geo", "channel")
    assert make_design(national_panel(), SPECIFICATION).inputs["media"].dims == ("date", "channel")


def test_the_future_follows_the_panel_without_a_gap() -> None:
    last = national_panel().data["period"].values[-1]

    np.testing.assert_array_equal(future_periods(national_panel(), 2), last + np.array([7, 14], dtype="timedelta64[D]"))
