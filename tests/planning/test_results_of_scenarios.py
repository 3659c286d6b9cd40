import json

import numpy as np
import pytest
import xarray as xr
from simulated import make_panel

from mmm_core.planning import Scenario, ScenarioResult, run_scenario, scenario_table

RNG = np.random.default_rng(0)
SPEND = RNG.uniform(1, 2, (20, 2, 2))
PANEL = make_panel(SPEND, RNG.uniform(1, 2, (20, 2)))


class LinearEngine:
    """Spend times an uncertain return, plus noise that every plan shares."""

    def __init__(self, returns: np.ndarray) -> None:
        self._returns = returns

    def evaluate(self, plan: xr.DataArray) -> xr.DataArray:
        noise = np.random.default_rng(1).normal(0, 50, (2, self._returns.size // 2, plan.sizes["period"], 2))
        media = plan.sum("group").values * self._returns.reshape(2, -1, 1, 1)
        coords = {"period": plan["period"], "geo": plan["geo"]}
        return xr.DataArray(noise + media, coords, ("chain", "draw", "period", "geo"))


RETURNS = np.linspace(-1.0, 4.0, 1000)
ENGINE = LinearEngine(RETURNS)
MORE = Scenario(name="more", periods=5, change={"group 0": 1.5})


def test_the_difference_is_paired_so_shared_noise_cancels() -> None:
    result = run_scenario(ENGINE, PANEL, MORE)

    extra = 0.5 * SPEND[-5:, :, 0].sum()
    for level, share in (("q05", 0.05), ("q50", 0.5), ("q975", 0.975)):
        assert result.difference[level] == pytest.approx(extra * np.quantile(RETURNS, share), rel=1e-6)
    assert result.probability_gain == pytest.approx(0.8, abs=0.001)
    assert result.total["q95"] - result.total["q05"] > 5 * (result.difference["q95"] - result.difference["q05"])


def test_the_base_plan_itself_has_no_difference_and_no_odds() -> None:
    result = run_scenario(ENGINE, PANEL, Scenario(name="base", periods=5))

    assert set(result.difference.values()) == {0.0}
    assert result.probability_gain is None
    assert result.spend == result.base_spend


def test_periods_are_sums_over_regions_and_totals_sums_over_periods() -> None:
    result = run_scenario(LinearEngine(np.full(1000, 2.0)), PANEL, MORE)
    paths = (
        LinearEngine(np.full(1000, 2.0))
        .evaluate(
            xr.DataArray(
                SPEND[-5:] * np.array([1.5, 1.0]),
                {
                    "period": np.array(result.periods, dtype="datetime64[ns]"),
                    "geo": PANEL.data["geo"],
                    "group": PANEL.data["group"],
                },
                ("period", "geo", "group"),
            )
        )
        .sum("geo")
        .values.reshape(-1, 5)
    )

    assert [row["q25"] for row in result.outcome] == pytest.approx(np.quantile(paths, 0.25, axis=0))
    assert result.total["q75"] == pytest.approx(np.quantile(paths.sum(axis=1), 0.75))


def test_dots_are_equally_likely_values_of_the_difference() -> None:
    result = run_scenario(ENGINE, PANEL, MORE)

    assert len(result.dots) == 100
    assert list(result.dots) == sorted(result.dots)
    assert np.mean(np.array(result.dots) > 0) == pytest.approx(result.probability_gain, abs=0.01)


def test_a_result_survives_json() -> None:
    result = run_scenario(ENGINE, PANEL, MORE)

    assert ScenarioResult.from_dict(json.loads(json.dumps(result.as_dict(), allow_nan=False))) == result


def test_a_plan_beyond_the_range_says_so_and_still_survives_json() -> None:
    spend = np.ones((20, 1, 1))
    panel = make_panel(spend, RNG.uniform(1, 2, (20, 1)))
    one_market = LinearEngineOfOneMarket()

    inside = run_scenario(one_market, panel, Scenario(name="x", periods=2))
    outside = run_scenario(one_market, panel, Scenario(name="x", periods=2, change={"group 0": 2}))

    assert inside.in_range
    assert not outside.in_range
    assert outside.beyond_range == {"group 0": 2.0}


class LinearEngineOfOneMarket:
    def evaluate(self, plan: xr.DataArray) -> xr.DataArray:
        coords = {"period": plan["period"], "geo": plan["geo"]}
        values = plan.sum("group").values * np.linspace(1, 2, 20).reshape(2, 10, 1, 1)
        return xr.DataArray(values, coords, ("chain", "draw", "period", "geo"))


def test_the_table_has_the_agreed_columns_and_closes_with_total_and_difference() -> None:
    results = [run_scenario(ENGINE, PANEL, MORE), run_scenario(ENGINE, PANEL, Scenario(name="base", periods=2))]

    table = scenario_table(results)

    assert list(table.columns) == ["scenario", "period", "q05", "q25", "q50", "q75", "q95"]
    assert table["scenario"].tolist() == ["more"] * 7 + ["base"] * 4
    assert table["period"].tolist()[:7] == [*results[0].periods, "total", "difference"]
    assert table.iloc[6]["q50"] == results[0].difference["q50"]
    assert table.iloc[9]["q95"] == results[1].total["q95"]
    assert (table[["q05", "q25", "q50", "q75", "q95"]].diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)


def test_no_results_give_an_empty_table_with_columns() -> None:
    assert list(scenario_table([]).columns)[:2] == ["scenario", "period"]
