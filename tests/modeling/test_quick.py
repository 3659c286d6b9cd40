"""The density of the quick way is that of the model, and its gradient is right; what it draws becomes a fit."""

from dataclasses import replace
from itertools import product
from typing import get_args

import numpy as np
import pytest
from scipy import stats
from simulated import make_panel, national_panel, needs_pymc, regional_panel

from mmm_core.modeling import curves
from mmm_core.modeling.choices import Adstock, Alike, Expectation, Saturation
from mmm_core.modeling.fit import Fit
from mmm_core.modeling.fitting import fit_model
from mmm_core.modeling.lift_tests import LiftTest
from mmm_core.modeling.shapes import EFFECT, shape_parameters
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

pytestmark = needs_pymc
DEFAULT = ModelSpecification()
SHORT = ModelSpecification(chains=2, draws=50, tune=100, until_settled=False)
KINDS = list(product(get_args(Adstock), get_args(Saturation)))
WITH_A_TEST = replace(
    SHORT,
    lift_tests=(
        LiftTest(
            group="group 0",
            first="2023-03-06",
            last="2023-04-30",
            spend_change=40_000.0,
            lift=90_000.0,
            low=60_000.0,
            high=120_000.0,
        ),
    ),
)


def never_active_in_one_region() -> Panel:
    data = regional_panel().data.copy(deep=True)
    data["spend"][{"geo": 1, "group": 0}] = 0.0
    return Panel(data=data, period="week", kpi_name="revenue", currency="EUR")


def three_regions() -> Panel:
    spend = np.random.default_rng(3).gamma(1.5, 20.0, (52, 3, 2))
    spend[:, 2, 1] = 0.0
    return make_panel(spend, 100 + np.random.default_rng(4).normal(0, 3, (52, 3)))


MADE = (
    (national_panel, "pooled"),
    (regional_panel, "pooled"),
    (never_active_in_one_region, "pooled"),
    (regional_panel, "hierarchical"),
    (three_regions, "hierarchical"),
)


def specified(adstock: str, saturation: str, panel: Panel, geo_effects: str = "pooled") -> ModelSpecification:
    """Make a model in which every prior differs from group to group and two groups are alike."""
    first, second, *_ = panel.groups
    return ModelSpecification(
        adstock=adstock,
        saturation=saturation,
        geo_effects=geo_effects,
        adstock_l_max=6,
        group_spreads=((first, 0.4),),
        alike=(Alike(place=("Media",), groups=(first, second), likeness=0.7),),
        expectations=(Expectation(place=(second,), half_life=(2.1, 2.9), reached=(0.3, 0.6)),),
    )


def model_of(panel: Panel, specification: ModelSpecification):
    """Return the quick model, its inputs with two lift tests, and a state in the bulk of the prior."""
    from mmm_core.modeling.quick import QuickModel

    quick = QuickModel(panel, specification)
    last = len(panel.data["geo"]) - 1
    tests = np.array([[0, last, 0.0, 0.6, 0.05, 0.02], [1, 0, 0.7, 0.4, -0.02, 0.01]])
    state = quick._start(5) + 0.3
    return quick, quick._inputs._replace(tests=tests), state


@pytest.mark.parametrize(("adstock", "saturation"), KINDS)
@pytest.mark.parametrize(("make", "geo_effects"), MADE)
def test_the_gradient_is_the_slope_of_the_density(make, geo_effects: str, adstock: str, saturation: str) -> None:
    from mmm_core.modeling.density import log_density, workspace

    _, inputs, state = model_of(make(), specified(adstock, saturation, make(), geo_effects))
    step, work, gradient, unused = 1e-5, workspace(inputs), np.empty(len(state)), np.empty(len(state))

    log_density(state, inputs, work, gradient)

    around = [state + side * step * one for one in np.eye(len(state)) for side in (1, -1)]
    moved = np.reshape([log_density(one, inputs, work, unused) for one in around], (-1, 2))
    np.testing.assert_allclose(gradient, -np.diff(moved, axis=1)[:, 0] / (2 * step), rtol=1e-5, atol=1e-3)


@pytest.mark.parametrize(("adstock", "saturation"), KINDS)
@pytest.mark.parametrize(("make", "geo_effects"), MADE)
def test_the_density_is_the_models_written_plainly(make, geo_effects: str, adstock: str, saturation: str) -> None:
    """The outcome is normal around media and prior means, with the covariance of noise and linear columns."""
    from mmm_core.modeling.density import log_density, workspace

    panel = make()
    quick, inputs, middle = model_of(panel, specified(adstock, saturation, panel, geo_effects))
    differences = []
    for seed in range(4):
        state = middle + np.random.default_rng(seed).normal(0, 0.3, len(middle))
        ours = log_density(state, inputs, workspace(inputs), np.empty(len(state)))
        differences.append(ours - plainly(quick._model, adstock, saturation, inputs, state))

    np.testing.assert_allclose(np.subtract(differences, differences[0]), 0, atol=1e-6)


def plainly(model, adstock: str, saturation: str, inputs, state: np.ndarray) -> float:
    count, groups, regions = len(model.shapes), len(model.groups), model.regions
    coordinates, share = state[: count * groups].reshape(count, groups), state[count * groups : (count + 1) * groups]
    noise, tests = np.exp(state[-regions:]), inputs.tests
    density, values = 0.0, []
    for one, told, at in zip(model.shapes, model.shape_priors, coordinates, strict=True):
        first, second = told.T
        if one.family == "beta":
            value = 1 / (1 + np.exp(-at))
            density += (stats.beta.logpdf(value, first, second) + np.log(value * (1 - value))).sum()
        else:
            value = np.exp(at)
            density += (stats.gamma.logpdf(value, first, scale=1 / second) + at).sum()
        values.append(value)
    carried = 1 if adstock == "geometric" else 2
    weight = curves.lag_weights(adstock, np.array(values[:carried]), model.lagged.shape[2])
    felt = np.einsum("krl,kl->kr", model.lagged, weight)
    bent = np.array(values[carried:])
    curve = curves.saturate(saturation, bent[:, :, None], felt)
    times, own = regional(state[(count + 1) * groups : -regions], groups, regions)
    density += own
    effect = np.exp(share) / ((curve * times[model.region].T) @ model.share_weight)
    covariance = np.linalg.inv(model.share_precision)
    density += stats.multivariate_normal.logpdf(share, model.share_mean, covariance)
    density += (stats.halfnorm.logpdf(noise, scale=0.3) + np.log(noise)).sum()
    scatter = model.others * model.others_spread
    density += stats.multivariate_normal.logpdf(
        model.outcome,
        (effect[:, None] * times[model.region].T * curve).sum(axis=0) + model.others @ model.others_mean,
        np.diag(noise[model.region] ** 2) + scatter @ scatter.T,
    )
    group, region = tests[:, 0].astype(int), tests[:, 1].astype(int)
    before, after = (curves.saturate(saturation, bent[:, group], tests[:, at]) for at in (2, 3))
    lift = effect[group] * times[region, group] * (after - before)
    return density + stats.norm.logpdf(tests[:, 4], lift, tests[:, 5]).sum()


def regional(state: np.ndarray, groups: int, regions: int) -> tuple[np.ndarray, float]:
    """How many times the shared effect each region has (G, K), and the log prior of that."""
    if not len(state):
        return np.ones((regions, groups)), 0.0
    apart = np.exp(state[:groups])
    # Any orthonormal directions that add up to 0 will do; each is longer by one region.
    directions = np.zeros((regions, regions - 1))
    for at in range(regions - 1):
        directions[: at + 1, at], directions[at + 1, at] = 1.0, -(at + 1.0)
    directions /= np.linalg.norm(directions, axis=0)
    free = state[groups:].reshape(groups, regions - 1)
    where = directions @ free.T
    assert abs(where.sum(axis=0)).max() < 1e-12
    prior = (stats.halfnorm.logpdf(apart, scale=0.3) + state[:groups]).sum() + stats.norm.logpdf(free).sum()
    return np.exp(apart * where), float(prior)


def test_our_exponential_is_the_mathematical_one() -> None:
    from mmm_core.modeling.curves_compiled import exponential

    powers = np.concatenate([np.linspace(-700, 700, 5001), np.linspace(-2, 2, 5001)])
    found = np.array([exponential(power) for power in powers])

    np.testing.assert_allclose(found, np.exp(powers), rtol=1e-13)
    assert [exponential(far) for far in (-np.inf, np.inf)] == [exponential(end) for end in (-700.0, 700.0)]


@pytest.mark.parametrize(("adstock", "saturation"), KINDS)
def test_a_group_that_spends_nothing_now_and_then_has_a_gradient(adstock: str, saturation: str) -> None:
    from mmm_core.modeling.density import log_density, workspace

    spend = np.zeros((60, 1, 2))
    spend[10::17, 0, 0], spend[::3, 0, 1] = 5.0, 2.0
    panel = make_panel(spend, 100 + np.random.default_rng(0).normal(0, 3, (60, 1)))
    _, inputs, state = model_of(panel, specified(adstock, saturation, panel))
    gradient = np.empty(len(state))

    for slope in (-1.0, 0.0, 1.0):  # slopes of Hill's curve below and above 1
        assert np.isfinite(log_density(state + slope, inputs, workspace(inputs), gradient))
        assert np.isfinite(gradient).all()


@pytest.mark.parametrize(("adstock", "saturation"), KINDS)
def test_the_share_of_a_group_is_what_its_contributions_add_up_to(adstock: str, saturation: str) -> None:
    from mmm_core.modeling.quick import QuickModel
    from mmm_core.modeling.sampling import draw

    panel = regional_panel()
    specification = replace(SHORT, adstock=adstock, saturation=saturation)
    model = QuickModel(panel, specification)
    tree = draw(model.compile(), specification, report=lambda _: None, stop=lambda: False)

    draws = model.draws(model.posterior(tree))

    share = draws["contribution"].sum(("period", "geo"), dtype=np.float64) / panel.data["kpi"].values.sum()
    groups, parameters = len(panel.groups), len(model._model.shapes)
    sampled = tree["posterior"]["state"].values[..., parameters * groups : (parameters + 1) * groups]
    np.testing.assert_allclose(np.log(share.transpose("chain", "draw", "group")), sampled, atol=1e-5)


@pytest.mark.parametrize(("adstock", "saturation"), KINDS)
def test_parameters_bear_the_names_of_their_curves(adstock: str, saturation: str) -> None:
    specification = replace(SHORT, adstock=adstock, saturation=saturation, draws=50, tune=50)

    posterior = fit_model(national_panel(), specification).posterior

    for name in (*(one.name for one in shape_parameters(specification)), EFFECT[saturation]):
        assert posterior[name].dims == ("chain", "draw", "group")
        assert (posterior[name] > 0).all()
        assert list(posterior["group"].values) == list(national_panel().groups)


def test_a_lift_test_narrows_what_a_group_is_said_to_bring() -> None:
    panel, weeks = national_panel(), slice("2023-06-05", "2023-08-27")
    group = panel.groups[2]
    specification = replace(SHORT, draws=300, tune=300)
    free = fit_model(panel, specification)
    stopped = float(panel.data["spend"].sel(period=weeks, group=group).sum())
    lost = float(free.draws["contribution"].sel(period=weeks, group=group).sum("period", dtype=np.float64).mean())
    test = LiftTest(
        group=group,
        first=weeks.start,
        last=weeks.stop,
        spend_change=-stopped,
        lift=-lost,
        low=-1.05 * lost,
        high=-0.95 * lost,
    )

    held = fit_model(panel, replace(specification, lift_tests=(test,)))

    before, after = (np.log(_contribution(fit, group)).std() for fit in (free, held))
    assert after < 0.7 * before


def _contribution(fit: Fit, group: str) -> np.ndarray:
    return fit.draws["contribution"].sel(group=group).sum(("period", "geo"), dtype=np.float64).values


def test_a_state_far_out_is_refused_and_not_an_error() -> None:
    from mmm_core.modeling.density import log_density, workspace

    for adstock, saturation in KINDS:
        _, inputs, state = model_of(national_panel(), specified(adstock, saturation, national_panel()))
        for far in (-900.0, 900.0):
            found = log_density(np.full(len(state), far), inputs, workspace(inputs), np.empty(len(state)))
            assert not np.isfinite(found)


def test_steady_spend_and_a_single_group_can_be_fitted() -> None:
    rng = np.random.default_rng(0)
    panel = make_panel(np.full((60, 1, 1), 5.0), 100 + rng.normal(0, 3, (60, 1)))

    for adstock in get_args(Adstock):
        fit = fit_model(panel, replace(SHORT, adstock=adstock, adstock_l_max=1))

        assert np.isfinite(fit.draws["contribution"]).all()


@pytest.mark.parametrize(("adstock", "saturation"), [("geometric", "logistic"), ("delayed", "hill")])
def test_compiled_and_python_functions_give_the_same_draws(adstock: str, saturation: str) -> None:
    from mmm_core.modeling.quick import QuickModel
    from mmm_core.modeling.sampling import draw

    specification = replace(WITH_A_TEST, adstock=adstock, saturation=saturation)
    model = QuickModel(regional_panel(), specification)
    ways = (model.compile(), model.compile_python())
    states = [draw(way, SHORT, report=lambda _: None, stop=lambda: False)["posterior"]["state"].values for way in ways]

    assert len(model._inputs.tests) == regional_panel().data.sizes["geo"]
    assert type(ways[0]) is not type(ways[1])
    np.testing.assert_allclose(states[0], states[1], rtol=1e-6)


def test_where_nutpie_takes_no_compiled_density_python_functions_do(monkeypatch: pytest.MonkeyPatch) -> None:
    from mmm_core.modeling import native

    monkeypatch.delattr(native._lib, "LogpFunc")
    fit = fit_model(regional_panel(), SHORT)

    assert np.isfinite(fit.draws["contribution"]).all()
    assert fit.remark == ""
