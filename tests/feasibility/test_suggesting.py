"""What is planted is suggested, with its size in words; what is not there is hardly ever."""

from collections import Counter
from functools import cache

import numpy as np
import pandas as pd
import pytest
from simulated import make_panel

from mmm_core.feasibility.quick_regression import Regression
from mmm_core.feasibility.suggesting import Suggestion, suggest_drivers
from mmm_core.modeling.choices import ControlChoice, Event
from mmm_core.modeling.drivers.block import Timeline
from mmm_core.modeling.drivers.calendar import holiday_columns
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

PERIODS, GROUPS, MEAN = 156, 6, 100_000.0
PLAIN = ModelSpecification()
CONTROLS = ("price", "weather", "promotion")


@cache
def world(
    seed: int = 0,
    *,
    trend: float = 0.0,
    step: float = 0.0,
    holiday: float = 0.0,
    outlier: float = 0.0,
    lag: int = 0,
    waves: int = 2,
    periods: int = PERIODS,
    geos: int = 1,
    logarithm: bool = False,
) -> Panel:
    """A client with noise of 3 % of the mean outcome; effects are shares of it."""
    rng = np.random.default_rng(seed)
    spend = rng.gamma(2, 1, (periods, geos, GROUPS)) * (rng.random((periods, geos, GROUPS)) < 0.7)
    media = np.tanh(2 * spend / spend.max()).mean(axis=(1, 2))
    days = pd.date_range("2023-01-02", periods=periods, freq="7D")
    angle = 2 * np.pi * days.day_of_year.to_numpy() / 365.25
    price = np.exp(rng.normal(0, 1.5 if logarithm else 0.3, periods))
    works = np.log1p(price) if logarithm else price
    works = (works - works.mean()) / works.std()
    course = 1 + 0.2 * media + sum(0.05 * np.sin(wave * angle) for wave in range(1, waves + 1))
    course = course + trend * np.arange(periods) / periods + step * (np.arange(periods) >= 90)
    if holiday:
        christmas = holiday_columns(Timeline(periods=days, known=periods, period="week"), ("DE",))
        course = course + holiday * 7 / 2 * christmas.values[:, 0, christmas.labels.index(CHRISTMAS)]
    course = course - 0.03 * np.roll(works, lag) + rng.normal(0, 0.03, periods)
    course[77 % periods] += outlier
    weights = np.arange(1, geos + 1) / np.arange(1, geos + 1).sum()
    kpi = MEAN * course[:, None] * weights
    values = np.column_stack([price, rng.normal(0, 1, (periods, 2))])
    return make_panel(spend, kpi, np.repeat(values[:, None], geos, axis=1), control=list(CONTROLS))


CHRISTMAS = "holiday: Christmas Day, Second Day of Christmas"


def found(panel: Panel, code: str, specification: ModelSpecification = PLAIN, **choices: object) -> list[Suggestion]:
    return [one for one in suggest_drivers(panel, specification, **choices) if one.code == code]  # type: ignore[arg-type]


def test_a_trend_is_suggested_with_its_size() -> None:
    (trend,) = found(world(trend=0.2), "trend")

    assert trend.change == {"trend": "linear"}
    assert trend.figures["moved"] == pytest.approx(20_000, rel=0.15)
    assert "revenue rises steadily over the window: by " in trend.reason
    assert trend.applied(PLAIN).trend == "linear"


def test_a_trend_that_is_in_the_specification_is_not_suggested() -> None:
    assert not found(world(trend=0.2), "trend", ModelSpecification(trend="linear"))
    assert not found(world(trend=0.2), "trend", ModelSpecification(baseline_drift=True))


def test_a_step_is_named_with_its_week_and_can_be_entered_as_an_event() -> None:
    (step,) = found(world(step=-0.2), "level_shift")

    assert step.subject == "2024-09-23"  # the ninety-first week
    assert step.figures["step"] == pytest.approx(-20_000, rel=0.15)
    assert "revenue falls at once around 2024-09-23" in step.reason
    assert not found(world(step=-0.2), "level_shift", step.applied(PLAIN))


def test_holidays_of_a_place_are_suggested_where_they_stand_out() -> None:
    (holidays,) = found(world(holiday=-0.2), "holidays", places=("DE", "CN"))

    assert holidays.change == {"holidays": ["DE"]}
    assert "Christmas Day, Second Day of Christmas (−" in holidays.reason
    assert not found(world(holiday=-0.2), "holidays", holidays.applied(PLAIN), places=("DE",))
    assert not found(world(holiday=-0.2), "holidays")  # nobody named a place


def test_a_holiday_that_is_suggested_is_not_an_outlier_as_well() -> None:
    alone = found(world(holiday=-0.3), "outlier")
    placed = found(world(holiday=-0.3), "outlier", places=("DE",))

    assert {one.subject for one in alone} >= {"2023-12-25", "2024-12-23", "2025-12-22"}
    assert not placed


@pytest.mark.parametrize("size", [0.3, -0.3])
def test_a_period_that_nothing_explains_is_named_with_how_far_it_is_off(size: float) -> None:
    (odd,) = found(world(outlier=size), "outlier")

    assert odd.subject == "2024-06-24"
    assert odd.figures["off_by"] == pytest.approx(size * MEAN, rel=0.25)
    assert ("above" in odd.reason) == (size > 0)
    assert not found(world(outlier=size), "outlier", odd.applied(PLAIN))


def test_an_odd_period_can_be_set_aside_or_entered_as_an_event_and_is_odd_no_more_either_way() -> None:
    (odd,) = found(world(outlier=0.3), "outlier")
    aside, event = odd.ways

    assert (aside.name, event.name) == ("Set it aside", "Enter it as an event")
    assert odd.applied(PLAIN) == odd.applied(PLAIN, aside)
    entered = odd.applied(PLAIN, event)
    assert entered.outliers == ()
    assert entered.events == (Event(name="Event of 2024-06-24", first="2024-06-24", last="2024-06-30"),)
    assert not found(world(outlier=0.3), "outlier", entered)
    assert "event" not in odd.reason, "which of the two it is, the buttons say"


def test_a_lag_is_suggested_where_it_explains_clearly_more() -> None:
    (lagged,) = found(world(lag=3), "control_lag")

    assert lagged.subject == "price"
    assert lagged.change["controls"][0]["lag"] == 3
    assert "3 weeks later" in lagged.reason
    assert lagged.applied(PLAIN).controls[0].lag == 3
    assert not found(world(lag=3), "control_lag", lagged.applied(PLAIN))


def test_a_logarithm_is_suggested_where_returns_diminish() -> None:
    (other,) = found(world(logarithm=True), "control_transformation")

    assert other.change == {"controls": [{"name": "price", "transformation": "log"}]}
    assert "as its logarithm" in other.reason


def test_more_and_fewer_waves() -> None:
    (more,) = found(world(waves=4), "more_waves")
    (fewer,) = found(world(waves=2), "fewer_waves", ModelSpecification(yearly_seasonality=6))

    assert more.change == {"yearly_seasonality": 4}
    assert fewer.change == {"yearly_seasonality": 2}
    assert not found(world(waves=4, periods=100), "more_waves")  # less than two years


def test_a_control_that_says_nothing_is_named_unless_it_moves_with_others() -> None:
    idle = {one.subject for seed in range(6) for one in found(world(seed), "control_explains_nothing")}
    assert idle == {"weather", "promotion"}

    panel = world(1)
    beside = panel.data["spend"].sum(("geo", "group")).values
    panel.data["controls"][{"control": 2}] = (beside + np.random.default_rng(0).normal(0, beside.std(), PERIODS))[
        :, None
    ]
    assert "promotion" not in {one.subject for one in found(panel, "control_explains_nothing")}


def test_a_control_that_is_another_series_over_again_is_named() -> None:
    panel = make_panel(*(world().data[name].values for name in ("spend", "kpi", "controls")), control=list(CONTROLS))
    panel.data["controls"][{"control": 1}] = panel.data["controls"][{"control": 0}] * 2 + 5
    panel.data["controls"][{"control": 2}] = panel.data["spend"][{"group": 3}] * 0.9
    copies = {one.subject: one for one in found(panel, "control_is_a_copy")}

    assert copies.keys() == {"price", "promotion"} or copies.keys() == {"weather", "promotion"}
    assert "moves like the spend of 'group 3' (r = 1.00)" in copies["promotion"].reason
    assert copies["promotion"].applied(PLAIN).controls == (ControlChoice(name="promotion", use=False),)


def test_regions_are_added_up() -> None:
    (trend,) = found(world(trend=0.2, geos=3), "trend")

    assert trend.figures["moved"] == pytest.approx(20_000, rel=0.2)


def test_days_are_looked_at_as_weeks_are() -> None:
    rng, days = np.random.default_rng(6), 800
    spend, weather = rng.gamma(2, 1, (days, 1, 3)), rng.normal(0, 1, days)
    kpi = 1_000 + 30 * rng.normal(0, 1, days) + 25 * np.roll(weather, 10) + 200 * np.arange(days) / days
    panel = make_panel(spend, kpi[:, None], weather[:, None, None], period="day", control=["weather"])
    every = {one.code: one for one in suggest_drivers(panel, PLAIN, places=("DE",))}

    assert every.keys() >= {"trend", "control_lag"}
    assert every["control_lag"].change["controls"][0]["lag"] == 10
    assert "10 days later" in every["control_lag"].reason


def test_where_nothing_is_planted_hardly_anything_is_suggested() -> None:
    """Controls that say nothing are there; of all else, a suggestion in one client of five at most."""
    codes = Counter(
        one.code for seed in range(30) for one in suggest_drivers(world(seed), PLAIN, places=("DE", "US", "FR"))
    )
    del codes["control_explains_nothing"]

    assert sum(codes.values()) <= 6


def test_nothing_is_suggested_from_nearly_as_many_effects_as_periods() -> None:
    assert suggest_drivers(world(trend=0.9, periods=24), PLAIN, places=("DE",)) == ()


def test_suggestions_are_plain_and_the_clearest_comes_first() -> None:
    every = suggest_drivers(world(trend=0.3, outlier=0.4, lag=2), PLAIN)

    assert [one.gain for one in every] == sorted((one.gain for one in every), reverse=True)
    assert {"trend", "outlier", "control_lag"} <= {one.code for one in every}
    for one in every:
        assert one.threshold
        assert one.reason.endswith(".")
        assert ModelSpecification.from_dict(one.applied(PLAIN).as_dict()) == one.applied(PLAIN)


def test_a_change_is_added_to_what_is_there() -> None:
    before = ModelSpecification(
        outliers=("2023-05-01",),
        events=(Event(name="Sale", first="2023-06-05", last="2023-06-11"),),
        controls=(ControlChoice(name="price", lag=1), ControlChoice(name="weather", use=False)),
    )
    change = {
        "outliers": ["2023-05-01", "2024-01-01"],
        "events": [{"name": "Sale", "first": "2024-06-03", "last": "2024-06-09"}],
        "controls": [{"name": "price", "lag": 4}],
    }
    one = Suggestion(code="outlier", subject="", reason="", change=change, gain=0, figures={}, threshold="")
    after = one.applied(before)

    assert after.outliers == ("2023-05-01", "2024-01-01")
    assert [event.first for event in after.events] == ["2023-06-05", "2024-06-03"]
    assert after.controls == (ControlChoice(name="weather", use=False), ControlChoice(name="price", lag=4))


def test_the_quick_regression_is_least_squares() -> None:
    rng = np.random.default_rng(2)
    columns, more, outcome = rng.normal(size=(60, 4)), rng.normal(size=(60, 2)), rng.normal(size=60)
    whole = np.linalg.lstsq(np.concatenate([columns, more], axis=1), outcome, rcond=None)
    gain = Regression(outcome, columns).gain(more)

    np.testing.assert_allclose(gain.effect, whole[0][4:])
    np.testing.assert_allclose(Regression(outcome, columns).squares - gain.explained, whole[1][0])
    variance = whole[1][0] / 54
    both = np.concatenate([columns, more], axis=1)
    errors = np.sqrt(variance * np.diag(np.linalg.inv(both.T @ both)))[4:]
    np.testing.assert_allclose(gain.t, whole[0][4:] / errors)
    np.testing.assert_allclose(Regression(outcome, columns).with_columns(more).squares, whole[1][0])


def test_errors_that_resemble_their_neighbours_count_for_less() -> None:
    rng = np.random.default_rng(2)
    columns, more, outcome = rng.normal(size=(90, 2)), rng.normal(size=(90, 1)), rng.normal(size=90)
    free, alike = (Regression(outcome, columns, likeness=r).gain(more) for r in (0.0, 0.5))

    np.testing.assert_allclose(alike.t, free.t / np.sqrt(3))
