import numpy as np
import pandas as pd
import pytest
import xarray as xr
from simulated import national_fit, national_panel, needs_pymc, regional_fit, regional_panel

from mmm_core.errors import BadInput
from mmm_core.modeling.design import future_inputs, make_design
from mmm_core.modeling.engine import ScenarioEngine
from mmm_core.modeling.fit import Fit, thinned
from mmm_core.modeling.labels import to_library
from mmm_core.panel.panel import Panel
from mmm_core.planning import base_plan

pytestmark = needs_pymc
HORIZON = 6
_engines: dict[str, ScenarioEngine] = {}


def _engine(panel: Panel, fit: Fit) -> ScenarioEngine:
    if fit.fingerprint not in _engines:
        _engines[fit.fingerprint] = ScenarioEngine(panel, fit, longest=HORIZON)
    return _engines[fit.fingerprint]


def _wavy_plan(panel: Panel) -> xr.DataArray:
    """Return a plan that changes from period to period and from group to group."""
    plan = base_plan(panel, HORIZON)
    return plan * xr.DataArray(np.linspace(0.2, 1.8, HORIZON), {"period": plan["period"]}, ("period",))


BOTH = pytest.mark.parametrize(
    ("make_panel", "make_fit"), [(national_panel, national_fit), (regional_panel, regional_fit)]
)


@BOTH
def test_outcomes_agree_with_the_librarys_posterior_predictive(make_panel, make_fit) -> None:
    from mmm_core.modeling.build import build_model
    from mmm_core.modeling.quick_paths import QuickPaths

    panel, fit = make_panel(), make_fit()
    plan, few = _wavy_plan(panel), thinned(fit.posterior, most_draws=100)
    model = build_model(panel, fit.specification)
    model.idata = xr.DataTree.from_dict({"/posterior": to_library(few)})
    inputs = future_inputs(panel, fit.specification, make_design(panel, fit.specification), plan)
    found = model.sample_posterior_predictive(
        inputs, extend_idata=False, combined=False, include_last_observations=True, var_names=["mu"], progressbar=False
    )
    expected = found["mu"] * model.scalers["_target"]

    paths = QuickPaths(panel, fit.specification, few)
    ours = paths.expected_without_media(inputs) + paths.contribution(plan.values).sum(axis=-1)

    wanted = expected.transpose("chain", "draw", "date", ...).values.reshape(ours.shape)
    np.testing.assert_allclose(ours, wanted, rtol=1e-9)


@BOTH
def test_outcomes_hold_the_noise_of_the_fit(make_panel, make_fit) -> None:
    from mmm_core.modeling.quick_paths import QuickPaths

    panel, fit = make_panel(), make_fit()
    paths = QuickPaths(panel, fit.specification, fit.posterior)
    plan = base_plan(panel, 13)
    inputs = future_inputs(panel, fit.specification, make_design(panel, fit.specification), plan)

    noise = paths.without_media(inputs) - paths.expected_without_media(inputs)

    spread = fit.posterior["y_sigma"].values.reshape(*noise.shape[:2], -1) * panel.data["kpi"].max("period").values
    np.testing.assert_allclose(noise.std(axis=(0, 1, 2)), np.sqrt((spread**2).mean(axis=(0, 1))), rtol=0.05)
    assert abs(noise.mean() / noise.std()) < 0.05


def test_where_the_quick_paths_break_the_librarys_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    from mmm_core.modeling import quick_paths

    def broken(*_: object) -> None:
        raise RuntimeError("no folder for compiled code")

    panel, plan = national_panel(), _wavy_plan(national_panel())
    wanted = _engine(panel, national_fit()).contribution(plan)
    monkeypatch.setattr(quick_paths, "QuickPaths", broken)
    slow = ScenarioEngine(panel, national_fit(), longest=HORIZON)

    np.testing.assert_allclose(slow.contribution(plan), wanted, rtol=1e-9)
    gap = slow.evaluate(plan).mean() / _engine(panel, national_fit()).evaluate(plan).mean() - 1
    assert abs(gap) < 0.01


def test_contributions_agree_with_the_librarys_budget_optimizer() -> None:
    from mmm_core.modeling.build import attach

    panel, fit = national_panel(), national_fit()
    plan = base_plan(panel, HORIZON)
    steady = plan.mean("period").expand_dims(period=plan["period"]).transpose(*plan.dims)
    model = attach(panel, fit.specification, to_library(thinned(fit.posterior, most_draws=2_000)))
    days = pd.DatetimeIndex(plan["period"].values)
    optimizer = model.budget_optimizer(days[0], days[-1], response_variable="total_media_contribution_original_scale")
    # Its plan is the spend per period of each channel; its answer covers carry-in and carry-over dates too.
    spend = xr.DataArray(steady.values[0, 0], {"channel": model.channel_columns}, ("channel",))
    library = optimizer.evaluate_response_distribution(spend, "channel_contribution").sel(date=days)

    ours = _engine(panel, fit).contribution(steady)

    wanted = library.transpose("sample", "date", "channel").values * float(model.scalers["_target"])
    np.testing.assert_allclose(ours.values.reshape(wanted.shape), wanted, rtol=1e-9)


def test_the_same_plan_gives_the_same_draws() -> None:
    engine = _engine(national_panel(), national_fit())
    plan = _wavy_plan(national_panel())

    assert engine.evaluate(plan).identical(engine.evaluate(plan.copy()))


def test_more_spend_in_one_group_moves_only_that_group_and_never_down() -> None:
    engine, base = _engine(national_panel(), national_fit()), base_plan(national_panel(), HORIZON)
    more = base.copy()
    more.loc[{"group": "group_02"}] *= 1.5

    gain = engine.contribution(more) - engine.contribution(base)

    assert (gain.drop_sel(group="group_02") == 0).all()
    assert (gain.sel(group="group_02").sum("period") > 0).all()
    paired = engine.evaluate(more) - engine.evaluate(base)
    np.testing.assert_allclose(paired, gain.sum("group"), atol=1e-6)


def test_a_shorter_horizon_is_the_start_of_a_longer_one() -> None:
    engine, plan = _engine(national_panel(), national_fit()), _wavy_plan(national_panel())

    short = engine.evaluate(plan.isel(period=slice(2)))

    np.testing.assert_allclose(short, engine.evaluate(plan).isel(period=slice(2)), rtol=1e-12)


def test_what_was_spent_before_still_works() -> None:
    engine = _engine(national_panel(), national_fit())
    contribution = engine.contribution(base_plan(national_panel(), HORIZON) * 0).sum("group").mean(("chain", "draw"))

    assert float(contribution[0, 0]) > float(contribution[-1, 0]) >= 0
    assert float(contribution[0, 0]) > 0


def test_the_order_of_groups_in_a_plan_does_not_matter() -> None:
    engine, plan = _engine(national_panel(), national_fit()), _wavy_plan(national_panel())

    shuffled = plan.isel(group=[2, 0, 3, 1]).transpose("group", "period", "geo")

    assert engine.evaluate(shuffled).identical(engine.evaluate(plan))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda plan: -plan, "negative spend"),
        (lambda plan: plan.where(plan["group"] != "group_01"), "missing or negative"),
        (lambda plan: plan.isel(group=[0, 1]), "other groups"),
        (lambda plan: plan.isel(period=slice(1, None)), "must follow the panel without a gap, from 2024-12-30"),
        (lambda plan: plan.isel(period=slice(0)), "has 0 periods"),
    ],
)
def test_a_plan_that_does_not_fit_is_refused(change, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        _engine(national_panel(), national_fit()).evaluate(change(_wavy_plan(national_panel())))


def test_a_fit_of_another_panel_is_refused() -> None:
    with pytest.raises(BadInput, match="another panel"):
        ScenarioEngine(regional_panel(), national_fit())
