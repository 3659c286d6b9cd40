"""Holidays, events and outliers become columns; what the history cannot tell is left out and told."""

import numpy as np
import pytest
from simulated import make_panel

from mmm_core.errors import BadInput
from mmm_core.modeling.choices import Event
from mmm_core.modeling.design import Design, future_inputs, future_periods, make_design
from mmm_core.modeling.drivers import supported_places
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

GERMAN = [
    "holiday: Good Friday",
    "holiday: Easter Monday",
    "holiday: Labor Day",
    "holiday: Ascension Day",
    "holiday: Pentecost Monday",
    "holiday: German Unity Day",
    "holiday: Christmas Day, Second Day of Christmas",
    "holiday: New Year's Day",
]


def panel(periods: int = 156, *, period: str = "week", first: str = "2023-01-02", geos: int = 1) -> Panel:
    rng = np.random.default_rng(1)
    spend, kpi = rng.gamma(2, 9, (periods, geos, 2)), rng.gamma(9, 9, (periods, geos))
    return make_panel(spend, kpi, period=period, first=first)


def design(specification: ModelSpecification, **facts: object) -> Design:
    return make_design(panel(**facts), specification)  # type: ignore[arg-type]


def days_of(found: Design, label: str) -> dict[str, float]:
    """Return the periods in which a column is not 0."""
    column = found.inputs["_control"].sel(control=label)
    return {str(day)[:10]: round(float(value), 3) for day, value in column.to_series().items() if value}


def ahead(specification: ModelSpecification, periods: int, **facts: object):
    known = panel(**facts)  # type: ignore[arg-type]
    plan = known.data["spend"].isel(period=[0] * periods).assign_coords(period=future_periods(known, periods))
    return future_inputs(known, specification, make_design(known, specification), plan)["_control"]


def test_a_holiday_marks_its_weeks_in_every_year() -> None:
    found = design(ModelSpecification(holidays=("DE",)))

    assert found.controls == GERMAN
    assert days_of(found, "holiday: German Unity Day") == {"2023-10-02": 1, "2024-09-30": 1, "2025-09-29": 1}
    assert found.spread.tolist() == [0.25] * len(GERMAN)
    assert found.left_out == ()


def test_holidays_that_always_fall_into_the_same_weeks_share_a_column() -> None:
    """The second day of Christmas of 2022 was a Monday, in another week than the first."""
    apart = design(ModelSpecification(holidays=("DE",)), first="2022-01-03")

    assert "holiday: Christmas Day, Second Day of Christmas" not in apart.controls
    assert days_of(apart, "holiday: Christmas Day")["2022-12-19"] == 1
    assert days_of(apart, "holiday: Second Day of Christmas")["2022-12-26"] == 1


def test_holidays_seen_once_share_a_column() -> None:
    short = design(ModelSpecification(holidays=("DE",)), periods=30, first="2023-03-06")

    assert short.controls == ["holiday: other holidays"]
    assert days_of(short, "holiday: other holidays").keys() >= {"2023-04-03", "2023-04-10", "2023-05-01"}


def test_one_holiday_seen_once_is_named() -> None:
    short = design(ModelSpecification(holidays=("DE",)), periods=20, first="2023-06-05")

    assert short.controls == ["holiday: German Unity Day, once"]


def test_a_holiday_outside_the_history_is_told_and_no_column() -> None:
    found = design(ModelSpecification(holidays=("DE",)), periods=14, first="2023-06-12")

    assert found.controls == []
    assert "holiday: Christmas Day is not in the history" in found.left_out
    assert len(found.left_out) == 9


def test_a_region_has_holidays_of_its_own() -> None:
    found = design(ModelSpecification(holidays=("DE-BY",)))

    assert set(found.controls) > {"holiday: Epiphany", "holiday: Corpus Christi", "holiday: All Saints' Day"}


def test_several_places_share_their_holidays_in_proportion() -> None:
    found = design(ModelSpecification(holidays=("DE", "FR")))
    raw = found.inputs["_control"] * found.scale.values

    assert sum("Labor Day" in label for label in found.controls) == 1
    np.testing.assert_allclose(raw.sel(control="holiday: German Unity Day").max(), 1 / 7 / 2)
    np.testing.assert_allclose(raw.sel(control="holiday: Labor Day").max(), 1 / 7)


def test_a_day_that_a_holiday_was_moved_to_counts_as_the_holiday() -> None:
    found = design(ModelSpecification(holidays=("US",)))

    assert not [label for label in found.controls if "(" in label]
    assert days_of(found, "holiday: New Year's Day").keys() >= {"2023-01-02", "2024-01-01"}


def test_days_of_a_daily_panel_are_marked_themselves() -> None:
    found = design(ModelSpecification(holidays=("DE",), weekday_pattern=False), periods=800, period="day")

    assert days_of(found, "holiday: Labor Day") == {"2023-05-01": 1, "2024-05-01": 1}


def test_holidays_are_known_in_the_future() -> None:
    future = ahead(ModelSpecification(holidays=("DE",)), 60)

    christmas = future.sel(control=GERMAN[6]).to_series()
    assert [str(day)[:10] for day in christmas[christmas > 0].index] == ["2026-12-21"]


def test_regions_share_the_calendar() -> None:
    found = design(ModelSpecification(holidays=("DE",)), geos=3)

    marked = found.inputs["_control"].sel(control="holiday: Labor Day")
    assert marked.dims == ("date", "geo")
    np.testing.assert_array_equal(marked.sum("date"), 3)


@pytest.mark.parametrize(("place", "expected"), [("XX", "two letters of a country"), ("DE-XX", "DE-BW, DE-BY")])
def test_an_unknown_place_is_refused_with_what_is_known(place: str, expected: str) -> None:
    with pytest.raises(BadInput, match=f"No holidays are known of '{place}'.*{expected}"):
        design(ModelSpecification(holidays=(place,)))


def test_places_can_be_looked_up() -> None:
    places = supported_places()

    assert "BY" in places["DE"]
    assert len(places) > 100


def test_events_of_one_name_share_an_effect_and_count_by_their_days() -> None:
    sale = (
        Event(name="Sale", first="2023-05-03", last="2023-05-09"),
        Event(name="Sale", first="2024-07-01", last="2024-07-07"),
    )
    found = design(ModelSpecification(events=(*sale, Event(name="Fair", first="2024-02-01", last="2024-02-01"))))

    assert found.controls == ["event: Sale", "event: Fair"]
    assert days_of(found, "event: Sale") == {"2023-05-01": 0.714, "2023-05-08": 0.286, "2024-07-01": 1}
    assert days_of(found, "event: Fair") == {"2024-01-29": 1}


def test_an_event_to_come_works_as_those_before_it() -> None:
    names = (("2024-07-01", "2024-07-07"), ("2026-01-05", "2026-01-11"))
    specification = ModelSpecification(events=tuple(Event(name="Sale", first=a, last=b) for a, b in names))

    assert ahead(specification, 3)[:, 0].values.tolist() == [0, 1, 0]


def test_an_event_that_never_happened_yet_has_no_effect_and_is_told() -> None:
    found = design(ModelSpecification(events=(Event(name="Fair", first="2026-02-01", last="2026-02-09"),)))

    assert found.controls == []
    assert found.left_out == ("event: Fair is not in the history",)


def test_an_outlier_stands_for_itself_once() -> None:
    specification = ModelSpecification(outliers=("2024-03-06", "2030-01-01"))
    found = design(specification)

    assert found.controls == ["outlier: 2024-03-04"]
    assert days_of(found, "outlier: 2024-03-04") == {"2024-03-04": 1}
    assert found.left_out == ("outlier: 2030-01-01 is not in the history",)
    assert not ahead(specification, 60).any()


def test_names_with_slashes_and_other_scripts_are_labels() -> None:
    both = (Event(name="1/2 Preis", first="2024-03-04", last="2024-03-09"),)
    found = design(ModelSpecification(events=(*both, Event(name="黑五", first="2024-11-25", last="2024-11-30"))))

    assert found.controls == ["event: 1%2F2 Preis", "event: 黑五"]
