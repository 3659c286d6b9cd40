"""From draws of a plan and of the base plan to a result."""

from typing import Protocol

import numpy as np
import xarray as xr

from mmm_core.panel.panel import Panel
from mmm_core.planning.result import LEVELS, Quantiles, ScenarioResult
from mmm_core.planning.scenario import Scenario, base_plan, beyond_range, scenario_plan

DOTS = 100


class Evaluates(Protocol):
    """Anything that draws outcomes for a plan: `mmm_core.modeling.engine.ScenarioEngine`, or a fake."""

    def evaluate(self, plan: xr.DataArray) -> xr.DataArray:
        """Return outcome draws (chain, draw, period, geo) for spend (period, geo, group)."""


def run_scenario(engine: Evaluates, panel: Panel, scenario: Scenario) -> ScenarioResult:
    """Evaluate a scenario and its base plan under the same draws.

    Raises
    ------
    BadInput
        If the scenario names an unknown group.
    """
    plan, base = scenario_plan(panel, scenario), base_plan(panel, scenario.periods)
    return scenario_result(
        scenario.name, panel, plan=plan, base=base, draws=engine.evaluate(plan), base_draws=engine.evaluate(base)
    )


def scenario_result(
    name: str, panel: Panel, *, plan: xr.DataArray, base: xr.DataArray, draws: xr.DataArray, base_draws: xr.DataArray
) -> ScenarioResult:
    """Condense draws to a result.

    Parameters
    ----------
    plan, base : xr.DataArray
        Spend (period, geo, group), currency units per period.
    draws, base_draws : xr.DataArray
        Outcomes (chain, draw, period, geo) in KPI units of both plans, paired draw by draw.
    """
    paths, base_paths = _paths(draws), _paths(base_draws)
    totals = paths.sum(axis=1)
    # Period by period: the noise that both share cancels exactly where the plans agree.
    difference = (paths - base_paths).sum(axis=1)
    same = np.array_equal(plan.values, base.transpose(*plan.dims).values)
    beyond = beyond_range(panel, plan)
    return ScenarioResult(
        name=name,
        periods=tuple(np.datetime_as_string(plan["period"].values, unit="D").tolist()),
        outcome=tuple(_quantiles(paths[:, place]) for place in range(paths.shape[1])),
        total=_quantiles(totals),
        difference=_quantiles(difference),
        probability_gain=None if same else float((difference > 0).mean()),
        dots=tuple(np.quantile(difference, (np.arange(DOTS) + 0.5) / DOTS).tolist()),
        spend=_per_group(plan),
        base_spend=_per_group(base),
        beyond_range={group: ratio if np.isfinite(ratio) else None for group, ratio in beyond.items()},
    )


def _paths(draws: xr.DataArray) -> np.ndarray:
    """Sum over geos; (draws of all chains, period)."""
    values = draws.sum("geo").transpose("chain", "draw", "period").values
    return np.asarray(values.reshape(-1, values.shape[-1]))


def _quantiles(values: np.ndarray) -> Quantiles:
    return dict(zip(LEVELS, np.quantile(values, list(LEVELS.values())).tolist(), strict=True))


def _per_group(plan: xr.DataArray) -> dict[str, float]:
    total = plan.sum(("period", "geo"))
    return {str(name): float(total.sel(group=name)) for name in plan["group"].values}
