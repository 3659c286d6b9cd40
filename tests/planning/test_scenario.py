import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulated import make_panel

from mmm_core.errors import BadInput
from mmm_core.planning import Scenario, base_plan, scenario_plan
from mmm_core.planning.scenario import beyond_range

SPEND = np.arange(1.0, 41.0).reshape(20, 1, 2)
PANEL = make_panel(SPEND, np.arange(20.0)[:, None])


def test_the_base_plan_repeats_the_latest_spend_right_after_the_panel() -> None:
    plan = base_plan(PANEL, 3)

    np.testing.assert_array_equal(plan.values, SPEND[-3:])
    assert plan["period"].values[0] - PANEL.data["period"].values[-1] == np.timedelta64(7, "D")
    assert plan.dims == ("period", "geo", "group")


def test_a_horizon_longer_than_the_panel_cycles_and_ends_on_its_last_period() -> None:
    plan = base_plan(PANEL, 45)

    assert plan.sizes["period"] == 45
    np.testing.assert_array_equal(plan.values[-20:], SPEND)
    np.testing.assert_array_equal(plan.values[5:25], SPEND)
    np.testing.assert_array_equal(plan.values[:5], SPEND[-5:])


def test_a_change_scales_its_group_and_leaves_the_others() -> None:
    plan = scenario_plan(PANEL, Scenario(name="more", periods=4, change={"group 1": 1.5}))

    np.testing.assert_array_equal(plan.sel(group="group 1"), SPEND[-4:, :, 1] * 1.5)
    np.testing.assert_array_equal(plan.sel(group="group 0"), SPEND[-4:, :, 0])
    assert plan.dims == ("period", "geo", "group")


def test_an_unknown_group_is_named_with_the_known_ones() -> None:
    with pytest.raises(BadInput, match=r"'TV'.*scenario 'more'.*known groups are group 0, group 1"):
        scenario_plan(PANEL, Scenario(name="more", change={"TV": 1.2}))


@pytest.mark.parametrize("periods", [0, 105, 2.5, True])
def test_a_horizon_out_of_bounds_is_refused(periods: object) -> None:
    with pytest.raises(BadInput, match=r"'periods' is .*whole number from 1 to 104"):
        Scenario(name="x", periods=periods)  # type: ignore[arg-type]


@pytest.mark.parametrize("factor", [-0.1, float("nan"), float("inf"), "1.2", True])
def test_a_factor_must_be_a_number_of_0_or_more(factor: object) -> None:
    with pytest.raises(BadInput, match=r"change of 'group 0'.*factor of 0 or more"):
        Scenario(name="x", change={"group 0": factor})  # type: ignore[dict-item]


def test_the_bounds_themselves_are_allowed() -> None:
    assert Scenario(name="x", periods=1, change={"group 0": 0}).periods == 1
    assert Scenario(name="x", periods=104).periods == 104


@given(
    periods=st.integers(1, 104),
    change=st.dictionaries(st.sampled_from(["group 0", "group 1"]), st.floats(0, 5)),
)
def test_a_scenario_survives_its_dict_and_spends_what_it_says(periods: int, change: dict[str, float]) -> None:
    scenario = Scenario(name="x", periods=periods, change=change)

    assert Scenario.from_dict(scenario.as_dict()) == scenario
    plan, base = scenario_plan(PANEL, scenario), base_plan(PANEL, periods)
    for group in PANEL.groups:
        spent = float(plan.sel(group=group).sum())
        assert spent == pytest.approx(change.get(group, 1.0) * float(base.sel(group=group).sum()))


@pytest.mark.parametrize("content", [{"periods": 3}, {"name": "x", "horizon": 3}, {"name": "x", "change": [1]}])
def test_a_dict_with_wrong_keys_is_refused(content: dict[str, object]) -> None:
    with pytest.raises(BadInput, match="must have 'name'"):
        Scenario.from_dict(content)


def test_spend_above_the_highest_ever_seen_is_flagged() -> None:
    at_the_limit = scenario_plan(PANEL, Scenario(name="x", periods=1))
    above = scenario_plan(PANEL, Scenario(name="x", periods=1, change={"group 1": 1.25}))

    assert beyond_range(PANEL, at_the_limit) == {}
    assert beyond_range(PANEL, above) == {"group 1": pytest.approx(1.25)}


def test_spend_in_a_region_that_never_had_any_is_beyond_the_range() -> None:
    spend = np.ones((20, 2, 1)) * np.array([1.0, 0.0])[:, None]
    panel = make_panel(spend, np.arange(40.0).reshape(20, 2))
    plan = base_plan(panel, 2)

    assert beyond_range(panel, plan) == {}
    assert beyond_range(panel, plan + 1e-6)["group 0"] == float("inf")


def test_a_factor_whose_spend_would_be_no_number_is_refused_before_the_fit() -> None:
    with pytest.raises(BadInput, match="1,000,000,000 at most"):
        Scenario(name="x", change={"group 0": 1e308})
