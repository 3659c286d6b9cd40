"""PyMC-Marketing's graph and the quick density are one model, whatever is chosen."""

from dataclasses import replace
from itertools import product
from typing import get_args

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from simulated import national_panel, needs_pymc, regional_panel, unsummed

from mmm_core.modeling.choices import Adstock, Alike, Expectation, Saturation
from mmm_core.modeling.fit import Fit
from mmm_core.modeling.fitting import fit_model
from mmm_core.modeling.labels import to_library
from mmm_core.modeling.lift_tests import LiftTest
from mmm_core.modeling.scales import fix_scale
from mmm_core.modeling.shapes import EFFECT
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

pytestmark = needs_pymc
SHORT = ModelSpecification(chains=2, draws=50, tune=100, until_settled=False)
LONGER = ModelSpecification(draws=1500, tune=500, target_accept=0.9)
KINDS = list(product(get_args(Adstock), get_args(Saturation)))
SOME_KINDS = [("geometric", "michaelis_menten"), ("delayed", "tanh"), ("weibull", "hill")]
CURVES_ALONE = ModelSpecification(adstock_l_max=3, yearly_seasonality=0, media_share=0.2, effect_spread=0.4)


def never_active_in_one_region() -> Panel:
    data = regional_panel().data.copy(deep=True)
    data["spend"][{"geo": 1, "group": 0}] = 0.0
    return Panel(data=data, period="week", kpi_name="revenue", currency="EUR")


def of_kind(adstock: str, saturation: str) -> ModelSpecification:
    return replace(SHORT, adstock=adstock, saturation=saturation)


def with_everything(panel: Panel, adstock: str, saturation: str) -> ModelSpecification:
    """Make a model with lift tests of either sign, expectations, groups that are alike, and scales of before."""
    first, second, *_ = panel.groups
    kept = fix_scale(panel, source="last year")
    tests = [_lift_test(panel, first, 10, 0.5), _lift_test(panel, second, 30, -0.8), _lift_test(panel, first, 40, 0.2)]
    if panel.data.sizes["geo"] > 1:
        tests.append(replace(_lift_test(panel, second, 20, -0.1), geos=(str(panel.data["geo"].values[0]),)))
    return replace(
        of_kind(adstock, saturation),
        group_spreads=((first, 0.4),),
        alike=(Alike(place=("Media",), groups=(first, second), likeness=0.7),),
        expectations=(Expectation(place=(second,), roi=(0.5, 3.0), half_life=(2.2, 3.0), reached=(0.3, 0.6)),),
        lift_tests=tuple(tests),
        fixed_scale=replace(
            kept,
            outcome=tuple((geo, 1.3 * value) for geo, value in kept.outcome),
            spend=tuple((geo, group, 0.8 * value) for geo, group, value in kept.spend[1:]),
        ),
    )


def _lift_test(panel: Panel, group: str, start: int, change: float) -> LiftTest:
    periods = panel.data["period"].values[start : start + 8]
    change *= float(panel.data["spend"].sel(group=group, period=periods).sum())
    return LiftTest(
        group=group,
        first=str(periods[0])[:10],
        last=str(periods[-1] + np.timedelta64(6, "D"))[:10],
        spend_change=change,
        lift=1.5 * change,
        low=min(1.5 * change, 1.5 * change - abs(change)),
        high=1.5 * change + abs(change),
    )


def region_by_region(specification: ModelSpecification) -> ModelSpecification:
    """Give every region effects of its own, and lift tests that were measured in one region each."""
    geos = [str(geo) for geo in regional_panel().data["geo"].values]
    tests = [
        replace(
            test,
            geos=(geos[at % len(geos)],),
            spend_change=test.spend_change / 5,
            lift=test.lift / 5,
            low=test.low / 5,
            high=test.high / 5,
        )
        for at, test in enumerate(specification.lift_tests)
    ]
    return replace(specification, geo_effects="hierarchical", lift_tests=tuple(tests))


EVERYTHING = [
    (make, with_everything(make(), *kinds)) for make in (national_panel, regional_panel) for kinds in SOME_KINDS
]
REGIONS_APART = [
    (regional_panel, replace(CURVES_ALONE, geo_effects="hierarchical")),
    (never_active_in_one_region, replace(of_kind("delayed", "hill"), geo_effects="hierarchical")),
    (regional_panel, region_by_region(with_everything(regional_panel(), "weibull", "tanh"))),
]


@pytest.mark.parametrize(
    ("make", "specification"),
    [
        *((national_panel, of_kind(*kinds)) for kinds in KINDS),
        (regional_panel, CURVES_ALONE),
        (never_active_in_one_region, of_kind("delayed", "hill")),
        *EVERYTHING,
        *REGIONS_APART,
    ],
)
def test_the_density_is_the_librarys_with_the_linear_effects_integrated_out(
    make, specification: ModelSpecification
) -> None:
    """For a normal, an integral is the joint density at its middle, but for a factor: half the log of its precision."""
    from mmm_core.modeling.build import build_model
    from mmm_core.modeling.density import log_density, workspace
    from mmm_core.modeling.quick import QuickModel

    quick, model = QuickModel(make(), specification), build_model(make(), specification).model
    joint = model.compile_logp(mode=uncompiled())
    differences = []
    for seed in range(4):
        state = quick._start(seed)
        ours = log_density(state, quick._inputs, workspace(quick._inputs), np.empty(len(state)))
        point, log_precision = at_its_middle(quick, specification, state)
        given = {name: np.reshape(point[name], np.shape(value)) for name, value in model.initial_point().items()}
        differences.append(ours - float(joint(given)) + 0.5 * log_precision)

    np.testing.assert_allclose(np.subtract(differences, differences[0]), 0, atol=1e-6)


def uncompiled():
    """A density that is asked a few times is quicker without compiling."""
    from pytensor.compile.mode import Mode

    return Mode(linker="py", optimizer="fast_compile")


def at_its_middle(quick, specification: ModelSpecification, state: np.ndarray) -> tuple[dict[str, np.ndarray], float]:
    """Return the library's free parameters at a state, linear effects in their middle, and their log precision."""
    from mmm_core.modeling.curves_compiled import evaluate_curves

    inputs, model = quick._inputs, quick._model
    count, groups, regions = len(model.shapes), len(model.groups), model.regions
    parts = quick._parts(state[None])
    curves = evaluate_curves(inputs.adstock, inputs.saturation, parts.shapes, inputs.spend, quick._periods)[0]
    curves = curves * np.exp(parts.apart * parts.where[0])
    effect = parts.share[0] / (curves.reshape(-1, groups).T @ model.share_weight)
    weight = parts.noise[0] ** -2.0
    precision = np.diag(inputs.precision) + np.tensordot(weight, inputs.squares, 1)
    left = inputs.outcome - (curves @ effect).T
    others = model.others_mean + np.linalg.solve(precision, np.einsum("gqt,gt,g->q", inputs.linear, left, weight))
    coordinates = state[: count * groups].reshape(count, groups)
    ends = {"beta": "_logodds__", "gamma": "_log__"}
    waves = len(others) - 2 * specification.yearly_seasonality
    point = {one.name + ends[one.family]: at for one, at in zip(model.shapes, coordinates, strict=True)}
    name = EFFECT[specification.saturation]
    if quick._regional:
        point |= {
            f"{name}_shared_log__": np.log(effect),
            f"{name}_apart_log__": np.log(parts.apart[0]),
            f"{name}_region_zerosum__": unsummed(parts.where[0].T),
        }
    point |= {
        f"{name}_log__": np.log(effect),
        "intercept_contribution": others[:regions],
        "gamma_control": others[regions:waves],
        "gamma_fourier": others[waves:],
        "y_sigma_log__": np.log(parts.noise[0]),
    }
    return point, float(np.linalg.slogdet(precision)[1])


@pytest.mark.parametrize(
    ("make", "specification"),
    [
        (regional_panel, CURVES_ALONE),
        *((national_panel, of_kind(*kinds)) for kinds in SOME_KINDS),
        EVERYTHING[-1],
        *REGIONS_APART[1:],
    ],
)
def test_contributions_and_expected_outcomes_are_those_of_the_librarys_graph(
    make, specification: ModelSpecification
) -> None:
    from mmm_core.modeling.predicting import fitted_draws
    from mmm_core.modeling.quick import QuickModel

    quick = QuickModel(make(), specification)
    posterior = quick.posterior(some_states(quick))

    ours = quick.draws(posterior)
    theirs = fitted_draws(make(), specification, to_library(posterior))

    for name in ("contribution", "expected"):
        xr.testing.assert_allclose(ours[name], theirs[name], rtol=1e-6)


def some_states(quick) -> xr.DataTree:
    states = np.array([[quick._start(seed) for seed in range(3)]])
    return xr.DataTree.from_dict({"/posterior": xr.Dataset({"state": (("chain", "draw", "at"), states)})})


@pytest.mark.parametrize(
    "specification", [*(of_kind(*kinds) for kinds in SOME_KINDS), replace(SHORT, geo_effects="hierarchical")]
)
def test_plans_bring_what_the_librarys_graph_says(specification: ModelSpecification) -> None:
    from mmm_core.modeling.paths import FuturePaths
    from mmm_core.modeling.quick import QuickModel
    from mmm_core.modeling.quick_paths import QuickPaths

    panel = regional_panel()
    quick = QuickModel(panel, specification)
    posterior = quick.posterior(some_states(quick))
    plan = panel.data["spend"].values[:13] * np.linspace(0.2, 1.8, 13)[:, None, None]

    ours = QuickPaths(panel, specification, posterior).contribution(plan)
    theirs = FuturePaths(panel, specification, to_library(posterior)).contribution(plan)

    np.testing.assert_allclose(ours, theirs, rtol=1e-9)


@pytest.mark.parametrize(
    ("make", "specification"),
    [
        (national_panel, with_everything(national_panel(), "delayed", "tanh")),
        (national_panel, of_kind("weibull", "hill")),
        (regional_panel, with_everything(regional_panel(), "geometric", "michaelis_menten")),
        REGIONS_APART[-1],
    ],
)
def test_draws_put_into_the_library_can_be_summed_up_and_planned_with(make, specification: ModelSpecification) -> None:
    from mmm_core.modeling.build import attach
    from mmm_core.modeling.quick import QuickModel

    panel = make()
    quick = QuickModel(panel, specification)
    posterior = quick.posterior(some_states(quick))
    brought = quick.draws(posterior)["contribution"].sum(("period", "geo"), dtype=np.float64).mean(("chain", "draw"))

    model = attach(panel, specification, to_library(posterior))
    summed = model.summary.contributions(frequency="all_time").groupby("channel")["mean"].sum()
    days = pd.date_range(panel.data["period"].values[-1], periods=9, freq="7D")[1:]
    optimizer = model.budget_optimizer(days[0], days[-1], response_variable="total_media_contribution_original_scale")
    budget = float(panel.data["spend"].isel(period=slice(-8, None)).sum()) / 8
    with pytest.warns(UserWarning, match="No budget bounds"):
        best, result = optimizer.allocate_budget(total_budget=budget)

    np.testing.assert_allclose(summed[[f"media: {name}" for name in panel.groups]], brought, rtol=1e-5)
    assert result.success
    assert float(best.sum()) == pytest.approx(budget, rel=1e-4)


@pytest.mark.parametrize(
    ("make", "specification"),
    [(national_panel, SHORT), (regional_panel, replace(SHORT, geo_effects="hierarchical"))],
)
def test_parameters_are_named_and_labelled_as_in_the_library(make, specification: ModelSpecification) -> None:
    plain = fit_model(make(), specification, plain=True)
    quick = fit_model(make(), specification)

    assert set(quick.posterior.data_vars) == set(plain.posterior.data_vars)
    for name, values in plain.posterior.data_vars.items():
        assert quick.posterior[name].dims == values.dims
        for dim in set(values.dims) - {"chain", "draw"}:
            assert list(quick.posterior[dim].values) == list(values[dim].values)
    assert quick.draws.sizes == plain.draws.sizes


def test_where_the_quick_way_breaks_the_plain_one_is_taken_and_the_fit_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from mmm_core.modeling import quick

    def broken() -> None:
        raise RuntimeError("no folder for compiled code")

    monkeypatch.setattr(quick, "warm_up_density", broken)
    notes = []
    fit = fit_model(national_panel(), SHORT, report=lambda progress: notes.append(progress.note))

    assert "no folder for compiled code" in fit.remark
    assert "PyMC-Marketing's graph" in fit.sampler
    assert "takes minutes" in notes[-1]


def test_the_quick_posterior_is_the_plain_one() -> None:
    """Means within a tenth of the posterior's spread, widths within 5 %, give or take the sampler's own error."""
    panel = national_panel()
    quick, plain = (_contributions(fit_model(panel, LONGER, plain=way)) for way in (False, True))

    spread = plain.std("draw")
    assert (abs(quick.mean("draw") - plain.mean("draw")) < 0.1 * spread).all()
    widths = [np.subtract(*draws.quantile([0.9, 0.1], "draw").values) for draws in (quick, plain)]
    np.testing.assert_allclose(widths[0], widths[1], rtol=0.05)


def _contributions(fit: Fit) -> xr.DataArray:
    assert not fit.attempts[-1].doubts
    total = fit.draws["contribution"].sum(("period", "geo"), dtype=np.float64).transpose("chain", "draw", "group")
    return xr.DataArray(total.values.reshape(-1, total.sizes["group"]), dims=("draw", "group"))


def test_compiled_code_serves_other_data_of_the_same_shape() -> None:
    """Data, their scale, the number of periods and what groups are expected to bring are inputs of the code."""
    from mmm_core.modeling import plain
    from mmm_core.modeling.build import build_model

    fit_model(national_panel(), SHORT, plain=True)
    known = list(plain._compiled)
    whole = national_panel(1)
    shorter = replace(whole, data=whole.data.isel(period=slice(0, 90)))
    specification = replace(SHORT, media_share=0.2, group_spreads=((whole.groups[1], 0.3),))

    fit = fit_model(shorter, specification, plain=True)

    assert list(plain._compiled) == known
    model = build_model(shorter, specification).model
    joint, differences = model.compile_logp(mode=uncompiled()), []
    for at in range(0, 50, 10):
        draw = fit.posterior.isel(chain=0, draw=at)
        given = {name: _free(draw, name).reshape(value.shape) for name, value in model.initial_point().items()}
        differences.append(float(joint(given)) - float(fit.sample_stats["logp"].isel(chain=0, draw=at)))
    np.testing.assert_allclose(np.subtract(differences, differences[0]), 0, atol=1e-6)


def _free(draw: xr.Dataset, name: str) -> np.ndarray:
    """Return a parameter on the scale that PyMC samples it on."""
    if name.endswith("_logodds__"):
        values = draw[name.removesuffix("_logodds__")].values
        return np.log(values / (1 - values))
    return np.log(draw[name.removesuffix("_log__")].values) if name.endswith("_log__") else draw[name].values
