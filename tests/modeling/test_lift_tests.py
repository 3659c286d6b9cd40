"""Lift tests and costs per outcome unit, from people's terms to the rows that the model reads."""

import datetime as dt
import math
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulated import make_panel

from mmm_core.errors import BadInput
from mmm_core.findings import Severity
from mmm_core.modeling.calibrating import (
    lift_test_findings,
    measured_lifts,
    measurements,
    refuse_unsuited,
    refuse_unsuited_cost,
    relative_error,
)
from mmm_core.modeling.calibrating.entering import enter_cost_target, enter_lift_test
from mmm_core.modeling.calibrating.judging import missed_share
from mmm_core.modeling.lift_tests import CostTarget, LiftTest, known_before
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel
from mmm_core.simulation.response import geometric_adstock

PERIODS, FIRST = 60, "2023-01-02"


@cache
def national(period: str = "week") -> Panel:
    """Two groups of which the first spends 100 a period, the second nothing from period 20 to 39."""
    spend = np.full((PERIODS, 1, 2), 100.0)
    spend[20:40, :, 1] = 0
    return make_panel(spend, np.linspace(900, 1100, PERIODS)[:, None], period=period, group=["Search", "TV"])


@cache
def regional() -> Panel:
    """Three regions of unlike size and one that has no TV."""
    rng = np.random.default_rng(4)
    size = np.array([1.0, 3.0, 10.0, 2.0])
    spend = rng.lognormal(0, 0.4, (PERIODS, 4, 2)) * size[None, :, None] * 50
    spend[:, 3, 1] = 0
    kpi = rng.normal(100, 5, (PERIODS, 4)) * size**1.2
    return make_panel(spend, kpi, group=["Search", "TV"], geo=["North", "South", "West", "East"])


def lift(**changed: Any) -> LiftTest:
    """Eight weeks from the tenth on, spend raised by a half."""
    plain: dict[str, Any] = {
        "group": "Search",
        "first": "2023-03-13",
        "last": "2023-05-07",
        "spend_change": 400.0,
        "usual_spend": 800.0,
        "lift": 1000.0,
        "low": 500.0,
        "high": 1500.0,
    }
    return LiftTest(**plain | changed)


def codes(panel: Panel, *tests: LiftTest, adstock_l_max: int = 8) -> list[str]:
    return [finding.code for finding in lift_test_findings(panel, tests, adstock_l_max=adstock_l_max)]


# What people say


@pytest.mark.parametrize(
    "test",
    [
        lift(),
        lift(geos=("North", "South"), source="tests.csv, row 2", level=0.8),
        lift(usual_spend=None, low=None, high=None),
    ],
)
def test_a_lift_test_survives_its_plain_values(test: LiftTest) -> None:
    assert LiftTest.from_dict(test.as_dict()) == test
    assert None not in test.as_dict().values()


@pytest.mark.parametrize(
    "target",
    [
        CostTarget(group="TV", cost=12.5, sigma=2.0),
        CostTarget(group="TV", cost=12.5, low=10, high=15, level=0.8, first="2023-03-06", last="2023-05-07"),
    ],
)
def test_a_cost_survives_its_plain_values(target: CostTarget) -> None:
    assert CostTarget.from_dict(target.as_dict()) == target


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("group", " ", "a name was expected"),
        ("first", "13.03.2023", "a day such as '2025-03-31' was expected"),
        ("last", "2023-03-12", "a day not before the first"),
        ("spend_change", "much", "a number was expected"),
        ("spend_change", True, "a number was expected"),
        ("lift", math.nan, "a number was expected"),
        ("usual_spend", -1.0, "0 or more was expected"),
        ("lift", 499.0, "a value between low, 500, and high, 1500, was expected"),
        ("high", None, "both ends of the interval or none were expected"),
        ("level", 90, "Write 90 % as 0.9"),
        ("geos", "North", "a list of names was expected"),
        ("geos", ["North", "North"], "each name once was expected"),
    ],
)
def test_a_value_that_contradicts_itself_is_refused_with_its_field(field: str, value: object, said: str) -> None:
    with pytest.raises(BadInput, match=said) as caught:
        LiftTest.from_dict(lift().as_dict() | {field: value}, where="model.lift_tests 1")
    assert f"'{field}' is" in str(caught.value)
    assert caught.value.where == "model.lift_tests 1"


def test_unknown_and_missing_fields_are_named() -> None:
    with pytest.raises(BadInput, match="There is no field 'kanal'"):
        LiftTest.from_dict(lift().as_dict() | {"kanal": "TV"})
    with pytest.raises(BadInput, match="'first', 'last' is missing"):
        LiftTest.from_dict({"group": "TV", "spend_change": 1, "lift": 1})
    with pytest.raises(BadInput, match="is no lift test"):
        LiftTest.from_dict("TV")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"cost": 0}, "more than 0 was expected"),
        ({"low": 5.0, "high": 15.0}, "either an interval or a standard error"),
        ({"first": "2023-03-06"}, "both days or none were expected"),
        ({"sigma": 0}, "more than 0 was expected"),
    ],
)
def test_a_cost_that_contradicts_itself_is_refused(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        CostTarget(**{"group": "TV", "cost": 10.0, "sigma": 1.0} | changed)


def test_only_what_had_ended_before_a_day_is_known_on_it() -> None:
    early, late = lift(), lift(first="2023-06-05", last="2023-07-02")
    assert known_before((late, early), "2023-05-08") == (early,)
    assert known_before((early,), "2023-05-07") == ()
    undated, dated = (CostTarget(group="TV", cost=1, sigma=1, first=day, last=day) for day in (None, "2023-01-02"))
    assert known_before((undated, dated), "2024-01-01") == (dated,)


# What the model reads


def test_totals_become_averages_per_week() -> None:
    (row,) = measurements(national(), [lift()])
    assert (row.group, row.geo, row.test, row.periods) == ("Search", "national", 0, 8)
    assert (row.x, row.delta_x, row.delta_y) == (100, 50, 125)
    assert row.sigma == pytest.approx(500 / 1.6448536 / 8)


def test_a_daily_panel_gets_averages_per_day() -> None:
    (row,) = measurements(national("day"), [lift(first="2023-01-05", last="2023-01-14", usual_spend=None)])
    assert (row.periods, row.x, row.delta_x, row.delta_y) == (10, 100, 40, 100)


def test_the_level_of_the_interval_decides_the_error() -> None:
    wide, narrow = measurements(national(), [lift(level=0.6827), lift(level=0.9545)])
    assert wide.sigma == pytest.approx(500 / 8, rel=1e-3)
    assert narrow.sigma == pytest.approx(250 / 8, rel=1e-3)


def test_usual_spend_that_nobody_names_is_that_of_the_files() -> None:
    (row,) = measurements(national(), [lift(usual_spend=None)])
    assert row.x == pytest.approx(100)


def test_weeks_that_a_test_shares_in_part_count_in_part() -> None:
    test = lift(group="TV", first="2023-05-18", last="2023-05-24", usual_spend=None)  # three days before spend ended
    (row,) = measurements(national(), [test])
    assert row.periods == pytest.approx(1)
    assert row.x == pytest.approx(100 * 4 / 7)


@given(
    begin=st.integers(0, 7 * PERIODS - 1),
    length=st.integers(1, 7 * PERIODS),
    change=st.floats(-1, 5).filter(lambda value: abs(value) > 1e-6),
    measured=st.floats(0.1, 1e6),
    width=st.floats(0.01, 10),
    level=st.floats(0.5, 0.99),
    usual=st.none() | st.floats(1, 1e6),
    geos=st.lists(st.sampled_from(["North", "South", "West"]), unique=True),
)
def test_averages_times_periods_give_back_the_totals(
    begin: int,
    length: int,
    change: float,
    measured: float,
    width: float,
    level: float,
    usual: float | None,
    geos: list[str],
) -> None:
    panel = regional()
    days = [
        dt.date.fromisoformat(FIRST) + dt.timedelta(days=at) for at in (begin, min(begin + length, 7 * PERIODS) - 1)
    ]
    basis = usual
    if basis is None:
        inside = np.array([sum(days[0] <= day <= days[1] for day in week) / 7 for week in _weeks()])
        chosen = panel.data["spend"].sel(group="TV", geo=geos or ["North", "South", "West"]).values
        basis = float(inside @ chosen.sum(axis=1))
    lifted = math.copysign(measured, change)
    test = LiftTest(
        group="TV",
        first=days[0].isoformat(),
        last=days[1].isoformat(),
        geos=tuple(geos),
        spend_change=change * basis,
        usual_spend=usual,
        lift=lifted,
        low=lifted - width * measured,
        high=lifted + width * measured,
        level=level,
    )
    rows = measurements(panel, [test])
    assert sorted(row.geo for row in rows) == sorted(geos or ["North", "South", "West"])
    assert {row.periods for row in rows} == {rows[0].periods}
    periods = rows[0].periods
    assert periods * 7 == pytest.approx(test.days)
    assert sum(row.x for row in rows) * periods == pytest.approx(basis)
    assert sum(row.delta_x for row in rows) * periods == pytest.approx(test.spend_change, rel=1e-6)
    assert sum(row.delta_y for row in rows) * periods == pytest.approx(test.lift)
    (alone,) = measurements(national(), [replace(test, geos=(), group="Search", usual_spend=1e9)])
    assert math.sqrt(sum(row.sigma**2 for row in rows)) == pytest.approx(alone.sigma)
    assert all(row.x + row.delta_x >= 0 and row.sigma > 0 for row in rows)


@cache
def _weeks() -> list[list[dt.date]]:
    monday = dt.date.fromisoformat(FIRST)
    return [[monday + dt.timedelta(days=7 * week + day) for day in range(7)] for week in range(PERIODS)]


def test_every_region_changes_its_spend_by_the_same_share() -> None:
    rows = measurements(
        regional(), [lift(group="TV", usual_spend=None, spend_change=-500.0, lift=-100, low=-150, high=-50)]
    )
    assert [row.geo for row in rows] == ["North", "South", "West"]
    assert len({round(row.delta_x / row.x, 9) for row in rows}) == 1


@pytest.mark.parametrize("change", [0.5, -1.0])
def test_rows_of_regions_bring_back_the_effect_that_the_whole_test_had(change: float) -> None:
    panel, steepness, effect = regional(), 2.0, 0.07
    spend, outcome = (panel.data[name].values for name in ("spend", "kpi"))
    usual, largest, scale = spend[10:18, :3, 1].sum(axis=0), spend[:, :3, 1].max(axis=0), outcome[:, :3].max(axis=0)

    def response(per_period: np.ndarray) -> np.ndarray:
        return scale * np.tanh(steepness * per_period / largest / 2)

    total = 8 * effect * float((response((1 + change) * usual / 8) - response(usual / 8)).sum())
    low, high = total - abs(total) / 5, total + abs(total) / 5
    test = lift(group="TV", usual_spend=None, spend_change=change * float(usual.sum()), lift=total, low=low, high=high)
    rows = measurements(panel, [test])
    x, delta, lifts, errors = (
        np.array([getattr(row, name) for row in rows]) for name in ("x", "delta_x", "delta_y", "sigma")
    )
    slope = response(x + delta) - response(x)
    found = (slope * lifts / errors**2).sum() / (slope**2 / errors**2).sum()
    assert found == pytest.approx(effect, rel=0.02)
    assert 1 / math.sqrt((slope**2 / errors**2).sum()) == pytest.approx(high_error(low, high, total / effect), rel=0.02)


def high_error(low: float, high: float, slope: float) -> float:
    """Return the standard error that the whole test gives the effect."""
    return (high - low) / 2 / 1.6448536 / abs(slope)


def test_spend_may_be_stopped_to_the_last_cent() -> None:
    (row,) = measurements(national(), [lift(spend_change=-800.0004, lift=-900, low=-1200, high=-600)])
    assert row.x + row.delta_x == 0


# Costs


def test_a_cost_counts_by_the_error_of_its_logarithm() -> None:
    assert relative_error(CostTarget(group="TV", cost=10, low=8, high=12, level=0.9)) == pytest.approx(
        np.log(12 / 8) / (2 * 1.6448536)
    )
    assert relative_error(CostTarget(group="TV", cost=10, sigma=1)) == pytest.approx(0.1)


@pytest.mark.parametrize("days", [{}, {"first": "2023-01-10", "last": "2023-02-05"}])
def test_a_cost_that_suits_the_panel_is_not_refused(days: dict[str, str]) -> None:
    for panel in (national(), regional()):
        refuse_unsuited_cost(panel, CostTarget(group="TV", cost=10, sigma=1, **days))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"group": "Televison"}, "There is no group 'Televison'"),
        ({"sigma": None}, "neither an interval nor a standard error"),
        ({"first": "2022-01-01", "last": "2022-12-31"}, "do not lie inside the modelling window"),
        ({"first": "2023-01-03", "last": "2023-01-08"}, "hold no whole week"),
        ({"first": "2023-06-05", "last": "2023-07-02"}, "spends nothing in these periods"),
    ],
)
def test_a_cost_that_does_not_suit_the_panel_is_refused(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        refuse_unsuited_cost(national(), CostTarget(**{"group": "TV", "cost": 10.0, "sigma": 1.0} | changed))


# What is refused


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"group": "srch"}, r"There is no group 'srch'.*the groups are Search, TV\. Did you mean 'Search'\?"),
        ({"group": "Cinema"}, "There is no group 'Cinema'.*Name one of the groups"),
        ({"first": "2023-01-01"}, "the window is 2023-01-02 to 2024-02-25"),
        ({"last": "2024-02-26"}, "the window is 2023-01-02 to 2024-02-25"),
        ({"geos": ("North",)}, "the model has no regions"),
        ({"spend_change": 0}, "The test changes no spend"),
        ({"low": None, "high": None}, "The lift has no interval"),
        ({"spend_change": -801.0, "lift": -1000, "low": -1500, "high": -500}, "takes 801 EUR away.*was 800"),
        ({"spend_change": -400.0}, "Less spend brought more outcome.*500 to 1,500"),
    ],
)
def test_a_test_that_does_not_suit_the_panel_is_refused(changed: dict[str, Any], said: str) -> None:
    refuse_unsuited(national(), lift())
    with pytest.raises(BadInput, match=said):
        refuse_unsuited(national(), lift(**changed))


@pytest.mark.parametrize("changed", [{"first": "2023-01-02"}, {"last": "2024-02-25"}, {"geos": ("national",)}])
def test_the_edges_of_the_panel_lie_inside(changed: dict[str, Any]) -> None:
    refuse_unsuited(national(), lift(**changed))


def test_regions_are_refused_where_they_are_unknown_or_the_group_never_spends() -> None:
    with pytest.raises(BadInput, match=r"no region 'Nrth'.*Did you mean 'North'\?"):
        refuse_unsuited(regional(), lift(geos=("North", "Nrth")))
    with pytest.raises(BadInput, match="'TV' never spends in East"):
        refuse_unsuited(regional(), lift(group="TV", geos=("North", "East")))


def test_more_taken_away_than_the_files_hold_asks_for_the_usual_spend() -> None:
    stopped = lift(group="TV", first="2023-06-05", last="2023-07-02", spend_change=-400.0, lift=-50, low=-90, high=-10)
    with pytest.raises(BadInput, match="Enter the usual spend: the files seem to hold what was spent during the test"):
        refuse_unsuited(national(), replace(stopped, usual_spend=None))
    (row,) = measurements(national(), [replace(stopped, usual_spend=400.0)])
    assert (row.x, row.delta_x) == (100, -100)


# What is warned of


@pytest.mark.parametrize(
    ("code", "fires", "silent", "border"),
    [
        ("lift_test_low_level", {"level": 0.7}, {}, {"level": 0.8}),
        (
            "lift_test_uncertain",
            {"low": -1000.0, "high": 3000.0},
            {},
            {"low": 1000 - 1000 * 1.6448537 / 1.28156, "high": 1000 + 1000 * 1.6448537 / 1.28156},
        ),
        ("lift_test_wrong_sign", {"lift": -100.0, "low": -700.0}, {}, {"lift": 0.0, "low": -500.0, "high": 500.0}),
        ("lift_test_spend_differs", {"usual_spend": 1000.0}, {}, {"usual_spend": 800 / 1.1}),
        ("lift_test_short", {"last": "2023-05-06"}, {"last": "2023-06-04"}, {}),
        ("lift_test_usual_from_files", {"usual_spend": None}, {}, {"usual_spend": 0.0}),
        ("lift_test_lopsided", {"lift": 1300.0}, {}, {"lift": 1125.0}),
    ],
)
def test_what_is_warned_of(code: str, fires: dict[str, Any], silent: dict[str, Any], border: dict[str, Any]) -> None:
    assert code in codes(national(), lift(**fires))
    assert code not in codes(national(), lift(**silent))
    assert code not in codes(national(), lift(**border))


def test_a_plain_test_gets_no_finding() -> None:
    assert codes(national(), lift()) == []


def test_files_that_hold_the_spend_of_the_test_itself_raise_no_doubt() -> None:
    test = lift(usual_spend=533.0, spend_change=267.0)
    assert codes(national(), test) == []
    assert codes(national(), replace(test, usual_spend=633.0)) == ["lift_test_spend_differs"]


def test_the_difference_of_spend_is_told_in_figures() -> None:
    (found,) = lift_test_findings(national(), [lift(usual_spend=1000.0)], adstock_l_max=8)
    assert found.severity is Severity.WARNING
    assert "said to be 1,000 EUR (1,400 with the change), and the files hold 800" in found.message
    assert found.where.groups == ("Search",)


def test_a_wrong_sign_is_not_called_uncertain_as_well() -> None:
    assert codes(national(), lift(lift=-100.0, low=-700.0, high=500.0)) == ["lift_test_wrong_sign"]


@pytest.mark.parametrize(
    ("other", "warned"),
    [
        ({"first": "2023-05-07", "last": "2023-07-02"}, True),
        ({"first": "2023-05-08", "last": "2023-07-02"}, False),
        ({"group": "TV", "first": "2023-05-07", "last": "2023-07-02"}, False),
        ({}, True),
    ],
)
def test_tests_of_one_group_that_share_a_day_are_named(other: dict[str, Any], warned: bool) -> None:
    assert ("lift_tests_overlap" in codes(national(), lift(), lift(**other))) is warned


def test_tests_of_different_regions_do_not_overlap() -> None:
    north, south, both = (lift(group="TV", geos=geos) for geos in (("North",), ("South",), ("South", "North")))
    assert "lift_tests_overlap" not in codes(regional(), north, south)
    assert "lift_tests_overlap" in codes(regional(), north, both)


@pytest.mark.parametrize(("kept", "periods"), [(0.3, 4), (0.6, 4), (0.3, 8), (0.6, 12)])
def test_what_a_short_test_misses_is_what_carry_over_takes_past_its_end(kept: float, periods: int) -> None:
    change = np.zeros(periods)
    change[:] = 1.0
    felt = geometric_adstock(change, kept, l_max=8)
    assert missed_share(periods, kept, 8) == pytest.approx(1 - felt.sum() / periods)


# Forms


def typed(**changed: object) -> dict[str, object]:
    plain = {
        "group": "Search",
        "first": dt.date(2023, 3, 13),
        "last": "2023-05-07",
        "geos": [],
        "spend_change": "400",
        "usual_spend": "800,00",
        "lift": "1,000.00",
        "low": 500,
        "high": "1500.0",
        "level": "90 %",
    }
    return plain | changed


def test_a_form_becomes_a_test() -> None:
    entered = enter_lift_test(typed())
    assert entered.problems == {}
    assert entered.told == lift(source="entered by hand")


@pytest.mark.parametrize("level", [0.8, 80, "0.8", "80", "80 %", "80%"])
def test_a_level_may_be_a_share_or_percent(level: object) -> None:
    told = enter_lift_test(typed(level=level)).told
    assert told is not None
    assert told.level == pytest.approx(0.8)


def test_every_field_that_is_wrong_is_named_at_once() -> None:
    entered = enter_lift_test(typed(group="", first="tomorrow", spend_change="lots", low=None, usual_spend=""))
    assert entered.told is None
    assert entered.problems == {
        "group": "Fill this in.",
        "first": "'tomorrow' is no day; write it as 2025-03-31.",
        "spend_change": "'lots' is no number; write it as 12500 or 12,500.50.",
        "low": "Fill this in.",
    }


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"last": "2023-03-12"}, "last"),
        ({"lift": 1501}, "lift"),
        ({"level": "100 %"}, "level"),
        ({"usual_spend": -1}, "usual_spend"),
    ],
)
def test_fields_that_contradict_each_other_are_named(changed: dict[str, object], field: str) -> None:
    assert list(enter_lift_test(typed(**changed)).problems) == [field]


def test_a_form_of_a_cost_needs_an_error() -> None:
    assert list(enter_cost_target({"group": "TV", "cost": "12.5"}).problems) == ["sigma"]
    assert enter_cost_target({"group": "TV", "cost": "12.5", "sigma": "2"}).told == CostTarget(
        group="TV", cost=12.5, sigma=2, source="entered by hand"
    )


def test_a_test_of_regions_together_is_refused_where_every_region_has_effects_of_its_own() -> None:
    together = lift(group="TV", geos=("North", "South"), source="tests.csv, row 2")
    alone = lift(group="TV", geos=("North",))
    apart = ModelSpecification(geo_effects="hierarchical", lift_tests=(alone, together))

    with pytest.raises(BadInput, match=r"TV .* was measured over 2 regions together .*North.*South.*each region"):
        measured_lifts(regional(), apart)
    assert len(measured_lifts(regional(), replace(apart, lift_tests=(alone,)))) == 1
    assert len(measured_lifts(regional(), replace(apart, geo_effects="pooled"))) == 3
