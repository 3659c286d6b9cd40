"""The quick way to a posterior is the plain one, only quicker."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from simulated import make_panel, national_fit, national_panel, needs_pymc, regional_fit, regional_panel

from mmm_core.modeling.fit import Fit
from mmm_core.modeling.fitting import fit_model
from mmm_core.modeling.labels import to_library
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

pytestmark = needs_pymc
DEFAULT = ModelSpecification()
OTHER = ModelSpecification(
    adstock_l_max=3, yearly_seasonality=0, effect_median=0.1, effect_spread=0.4, group_spreads=(("group 1", 0.2),)
)
SHORT = ModelSpecification(chains=2, draws=50, tune=100, until_settled=False)
LONGER = ModelSpecification(draws=1500, tune=500, target_accept=0.9)


def never_active_in_one_region() -> Panel:
    data = regional_panel().data.copy(deep=True)
    data["spend"][{"geo": 1, "group": 0}] = 0.0
    return Panel(data=data, period="week", kpi_name="revenue", currency="EUR")


CASES = [(national_panel, DEFAULT), (regional_panel, OTHER), (never_active_in_one_region, DEFAULT)]


@pytest.mark.parametrize(("make", "specification"), CASES)
def test_the_gradient_is_the_slope_of_the_density(make, specification: ModelSpecification) -> None:
    from mmm_core.modeling.density import log_density, workspace
    from mmm_core.modeling.quick import QuickModel

    inputs = QuickModel(make(), specification)._inputs
    size = 3 * len(inputs.spend) + len(inputs.outcome)
    state, step = np.random.default_rng(4).normal(-1, 0.4, size), 1e-5
    work, gradient, unused = workspace(inputs), np.empty(size), np.empty(size)

    log_density(state, inputs, work, gradient)

    moved = [[log_density(state + side * step * one, inputs, work, unused) for side in (1, -1)] for one in np.eye(size)]
    np.testing.assert_allclose(gradient, -np.diff(moved, axis=1)[:, 0] / (2 * step), rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize(("make", "specification"), CASES)
def test_the_density_is_the_librarys_with_the_linear_effects_integrated_out(
    make, specification: ModelSpecification
) -> None:
    """For a normal, an integral is the joint density at its middle, but for a factor: half the log of its precision."""
    from mmm_core.modeling.build import build_model
    from mmm_core.modeling.density import evaluate_curves, log_density, workspace
    from mmm_core.modeling.quick import QuickModel

    quick, model = QuickModel(make(), specification), build_model(make(), specification).model
    inputs, joint = quick._inputs, model.compile_logp()
    groups, (regions, periods) = len(inputs.spend), inputs.outcome.shape
    differences = []
    for seed in range(4):
        state = np.random.default_rng(seed).normal(-1, 0.5, 3 * groups + regions)
        ours = log_density(state, inputs, workspace(inputs), np.empty(len(state)))
        logit, steepness, average, log_noise = np.split(state, np.arange(1, 4) * groups)
        carry_over = 1 / (1 + np.exp(-logit))
        curves = evaluate_curves(carry_over[None], np.exp(steepness)[None], inputs.spend, periods)
        log_effect = average - np.log(curves[0].mean(axis=(0, 1)))
        left = inputs.outcome - (curves[0] @ np.exp(log_effect)).T
        weight = np.exp(-2 * log_noise)
        precision = np.diag(inputs.precision) + np.tensordot(weight, inputs.squares, 1)
        middle = np.linalg.solve(precision, np.einsum("gqt,gt,g->q", inputs.linear, left, weight))
        others = middle + quick._model.others_mean
        point = {
            "adstock_alpha_logodds__": logit,
            "saturation_lam_log__": steepness,
            "saturation_beta_log__": log_effect,
            "intercept_contribution": others[:regions],
            "y_sigma_log__": log_noise,
        }
        controls = len(make().data["control"])
        point["gamma_control"] = others[regions : regions + controls]
        point["gamma_fourier"] = others[regions + controls :]
        shapes = model.initial_point()
        given = {name: np.reshape(point[name], np.shape(value)) for name, value in shapes.items()}
        theirs = float(joint(given)) - 0.5 * np.linalg.slogdet(precision)[1]
        differences.append(ours - theirs)

    np.testing.assert_allclose(np.subtract(differences, differences[0]), 0, atol=1e-6)


@pytest.mark.parametrize(("make_panel", "make_fit"), [(national_panel, national_fit), (regional_panel, regional_fit)])
def test_contributions_and_expected_outcomes_are_those_of_the_librarys_graph(make_panel, make_fit) -> None:
    from mmm_core.modeling.predicting import fitted_draws

    panel, fit = make_panel(), make_fit()
    few = fit.posterior.isel(draw=slice(0, 3))
    theirs = fitted_draws(panel, fit.specification, to_library(few))
    ours = fit.draws.isel(draw=slice(0, 3))

    for name in ("contribution", "expected"):
        xr.testing.assert_allclose(ours[name], theirs[name], rtol=1e-5)


def test_parameters_are_named_and_labelled_as_in_the_library() -> None:
    plain = fit_model(national_panel(), SHORT, plain=True)
    quick = fit_model(national_panel(), SHORT)

    assert set(quick.posterior.data_vars) == set(plain.posterior.data_vars)
    for name, values in plain.posterior.data_vars.items():
        assert quick.posterior[name].dims == values.dims
        for dim in set(values.dims) - {"chain", "draw"}:
            assert list(quick.posterior[dim].values) == list(values[dim].values)
    assert quick.draws.sizes == plain.draws.sizes


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
    total = fit.draws["contribution"].sum(("period", "geo"), dtype=np.float64)
    return total.stack(each=("chain", "draw")).drop_vars(("each", "chain", "draw")).rename(each="draw")


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


def test_a_state_far_out_is_refused_and_not_an_error() -> None:
    from mmm_core.modeling.density import log_density, workspace
    from mmm_core.modeling.quick import QuickModel

    inputs = QuickModel(national_panel(), DEFAULT)._inputs
    size = 3 * len(inputs.spend) + 1
    for far in (-900.0, 900.0):
        assert not np.isfinite(log_density(np.full(size, far), inputs, workspace(inputs), np.empty(size)))


def test_steady_spend_and_a_single_group_can_be_fitted() -> None:
    rng = np.random.default_rng(0)
    panel = make_panel(np.full((60, 1, 1), 5.0), 100 + rng.normal(0, 3, (60, 1)))

    fit = fit_model(panel, replace(SHORT, adstock_l_max=1))

    assert np.isfinite(fit.draws["contribution"]).all()


def test_compiled_and_python_functions_give_the_same_draws() -> None:
    from mmm_core.modeling.quick import QuickModel
    from mmm_core.modeling.sampling import draw

    model = QuickModel(regional_panel(), SHORT)
    ways = (model.compile(), model.compile_python())
    states = [draw(way, SHORT, report=lambda _: None, stop=lambda: False)["posterior"]["state"].values for way in ways]

    assert type(ways[0]) is not type(ways[1])
    np.testing.assert_allclose(states[0], states[1], rtol=1e-6)


def test_where_nutpie_takes_no_compiled_density_python_functions_do(monkeypatch: pytest.MonkeyPatch) -> None:
    from mmm_core.modeling import native

    monkeypatch.delattr(native._lib, "LogpFunc")
    fit = fit_model(regional_panel(), SHORT)

    assert np.isfinite(fit.draws["contribution"]).all()
    assert fit.remark == ""
