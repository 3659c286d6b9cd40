from dataclasses import replace

import numpy as np
import pytest
from resolvability_clients import CLIENTS
from simulated import make_panel, national_panel, needs_pymc, regional_panel

from mmm_core.errors import BadInput
from mmm_core.feasibility.compressed import compress
from mmm_core.feasibility.curves import contribution, expected, jacobian, prior, shapes
from mmm_core.feasibility.drawing import draw_posterior
from mmm_core.feasibility.estimate import Estimate, default_start, find_estimate
from mmm_core.feasibility.resolution import interval, weighted_quantiles
from mmm_core.feasibility.resolvability import resolvability
from mmm_core.modeling.scaled_model import NOISE, ScaledModel, scaled_model
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

DEFAULT = ModelSpecification()
PANELS = ("four groups, two years", "no controls", "three regions", "daily")


def exact_log_density(model: ScaledModel, theta: np.ndarray, noise: np.ndarray) -> float:
    """The density as it is defined, row by row, in (theta, log noise)."""
    by_row = noise[model.region]
    left = (model.outcome - expected(model, theta, shapes(model, theta))) / by_row
    likelihood = -0.5 * (left**2).sum() - np.log(by_row).sum()
    return float(likelihood + prior(model, theta)[0] + (np.log(noise) - 0.5 * (noise / NOISE) ** 2).sum())


def without_linear_columns(model: ScaledModel, theta: np.ndarray, noise: np.ndarray) -> float:
    """The same, with the linear columns integrated out: the outcome is normal around the media."""
    count = 3 * len(model.groups)
    at_middle = np.append(theta[:count], model.others_mean)
    left = model.outcome - expected(model, at_middle, shapes(model, at_middle))
    spread = model.others * model.others_spread
    covariance = np.diag(noise[model.region] ** 2) + spread @ spread.T
    likelihood = -0.5 * (left @ np.linalg.solve(covariance, left) + np.linalg.slogdet(covariance)[1])
    return float(likelihood + prior(model, at_middle)[0] + (np.log(noise) - 0.5 * (noise / NOISE) ** 2).sum())


def states_near(model: ScaledModel, count: int, *, spread: float = 0.5) -> tuple[Estimate, np.ndarray]:
    """An estimate, and states around it with a row for the noise, (P + 1, count)."""
    estimate = find_estimate(model, default_start(model))
    moves = np.random.default_rng(0).normal(0, spread, (count, len(estimate.theta)))
    moves[:, 3 * len(model.groups) :] *= 0.1
    noise = np.linspace(-0.2, 0.2, count)[:, None]
    return estimate, np.concatenate([estimate.theta + moves, noise], axis=1).T


def media_of(model: ScaledModel, states: np.ndarray) -> np.ndarray:
    """Leave the linear columns out of states, as the compressed density does."""
    return np.concatenate([states[: 3 * len(model.groups)], states[-1:]]).astype(np.float32)


@pytest.mark.parametrize("name", PANELS)
def test_every_group_and_every_pair_is_described_in_the_order_of_the_panel(name: str) -> None:
    panel = CLIENTS[name]()

    found = resolvability(panel, DEFAULT)

    assert [group.group for group in found.groups] == list(panel.groups)
    count = len(panel.groups)
    assert [(pair.first, pair.second) for pair in found.pairs] == [
        (panel.groups[i], panel.groups[j]) for i in range(count) for j in range(i + 1, count)
    ]
    for first in panel.groups:
        for second in panel.groups:
            if first != second:
                assert {found.pair(first, second).first, found.pair(first, second).second} == {first, second}
    assert not any(group.rough for group in found.groups)


def test_contribution_share_and_roi_are_one_interval_in_three_units() -> None:
    panel = national_panel()

    for group in resolvability(panel, DEFAULT).groups:
        spend = float(panel.data["spend"].sel(group=group.group).sum())
        assert group.spend == pytest.approx(spend)
        assert group.roi.high * spend == pytest.approx(group.contribution.high)
        assert group.share.low * float(panel.data["kpi"].sum()) == pytest.approx(group.contribution.low)
        assert 0 < group.contribution.low < group.contribution.median < group.contribution.high


def test_the_same_panel_gives_the_same_answer() -> None:
    once, again = (resolvability(CLIENTS["short history"](), DEFAULT) for _ in range(2))

    assert once.groups == again.groups
    assert once.pairs == again.pairs
    assert once.fingerprint == again.fingerprint


@pytest.mark.parametrize("name", ["ten groups, two years", "three regions"])
def test_a_warm_start_gives_the_answer_of_a_cold_one(name: str) -> None:
    panel = CLIENTS[name]()
    cold = resolvability(panel, DEFAULT)
    fewer = Panel(
        data=panel.data.isel(group=slice(1, None)), period="week", kpi_name=panel.kpi_name, currency=panel.currency
    )

    warm = resolvability(panel, DEFAULT, warm=resolvability(fewer, DEFAULT))

    moved = (warm.state.estimate.theta - cold.state.estimate.theta) / np.sqrt(np.diag(cold.state.estimate.covariance))
    assert np.abs(moved).max() < 0.1
    widths = np.array([[group.contribution.width for group in found.groups] for found in (warm, cold)])
    assert np.abs(np.log(widths[0] / widths[1])).max() < np.log(1.3)


def test_one_group_has_no_pairs() -> None:
    panel = national_panel()
    alone = Panel(data=panel.data.isel(group=[0]), period="week", kpi_name="revenue", currency="EUR")

    found = resolvability(alone, DEFAULT)

    assert found.pairs == ()
    assert found.correlation.shape == (1, 1)
    assert found.groups[0].contraction > 0.5


def test_a_group_without_spend_is_refused_by_name() -> None:
    spend = np.random.default_rng(0).gamma(2, 100, (60, 1, 2))
    spend[:, :, 1] = 0
    panel = make_panel(spend, np.random.default_rng(1).gamma(9, 100, (60, 1)))

    with pytest.raises(BadInput, match=r"The group group 1 has no spend in any period .*Merge it"):
        resolvability(panel, DEFAULT)


def test_a_group_with_the_same_spend_every_week_is_told_by_the_prior() -> None:
    panel = national_panel()
    data = panel.data.copy(deep=True)
    data["spend"][{"group": 1}] = 500.0
    steady = Panel(data=data, period="week", kpi_name="revenue", currency="EUR")

    # Without carry-over: with it, the first weeks, before which nothing counts as spent, tell a little.
    found = resolvability(steady, replace(DEFAULT, adstock_l_max=1))

    assert found.groups[1].contraction < 0.2
    assert found.groups[0].contraction > 0.9


def test_an_unknown_group_is_named_beside_the_known_ones() -> None:
    found = resolvability(national_panel(), DEFAULT)

    with pytest.raises(BadInput, match="There is no group 'TV'; known are group_01, group_02"):
        found.group("TV")
    with pytest.raises(BadInput, match="'group_01' makes no pair with itself"):
        found.pair("group_01", "group_01")


def test_twins_cannot_be_told_apart_and_strangers_can() -> None:
    found = resolvability(CLIENTS["pairs in step"](), DEFAULT)

    twins = found.pair("performance_social", "brand_social")
    assert not twins.told_apart
    assert twins.correlation < -0.8
    assert twins.together.width < min(found.group(name).contribution.width for name in (twins.first, twins.second))
    assert found.pair("tv", "print").told_apart


def test_a_prediction_whose_draws_have_not_settled_is_marked_rough() -> None:
    """An outcome without any noise: a density too sharp for the polynomials."""
    spend = np.random.default_rng(0).gamma(1.5, 1000, (80, 1, 3))
    outcome = 1 + 0.1 * np.tanh(2 * spend / spend.max(axis=0)).sum(axis=2)

    assert all(group.rough for group in resolvability(make_panel(spend, outcome), DEFAULT).groups)


def test_less_noise_makes_narrower_intervals() -> None:
    model = scaled_model(national_panel(), DEFAULT)
    rng = np.random.default_rng(3)
    estimate = find_estimate(model, default_start(model))
    line = expected(model, estimate.theta, shapes(model, estimate.theta))

    def widths(noise: float) -> np.ndarray:
        made = replace(model, outcome=line + noise * rng.standard_normal(len(line)))
        found = find_estimate(made, estimate.theta)
        draws = draw_posterior(compress(made, found), found, seed=1)
        return np.subtract(*np.quantile(draws.contribution, (0.95, 0.05), axis=0))

    assert (widths(0.005) < widths(0.05)).all()


@pytest.mark.parametrize("name", PANELS)
def test_derivatives_are_those_of_the_curves(name: str) -> None:
    model = scaled_model(CLIENTS[name](), DEFAULT)
    theta = states_near(model, 1)[1][:-1, 0]
    step = 1e-6 * np.eye(len(theta))

    def line(at: np.ndarray) -> np.ndarray:
        return expected(model, at, shapes(model, at))

    numeric = np.stack([(line(theta + one) - line(theta - one)) / 2e-6 for one in step], axis=1)
    np.testing.assert_allclose(jacobian(model, theta, shapes(model, theta)), numeric, atol=1e-8)
    density = np.array([(prior(model, theta + one)[0] - prior(model, theta - one)[0]) / 2e-6 for one in step])
    np.testing.assert_allclose(prior(model, theta)[1], density, atol=1e-6)
    bend = [(prior(model, theta + one)[1] - prior(model, theta - one)[1]) / 2e-6 for one in step]
    np.testing.assert_allclose(np.diag(prior(model, theta)[2]), -np.array(bend), atol=1e-6)


def test_the_estimate_is_a_peak_of_the_density() -> None:
    model = scaled_model(CLIENTS["six groups, three years"](), DEFAULT)
    estimate = find_estimate(model, default_start(model))
    peak = exact_log_density(model, estimate.theta, estimate.noise)
    spread = np.sqrt(np.diag(estimate.covariance))

    for place, width in enumerate(spread):
        for side in (-0.3, 0.3):
            moved = estimate.theta.copy()
            moved[place] += side * width
            assert exact_log_density(model, moved, estimate.noise) < peak


@pytest.mark.parametrize("name", PANELS)
def test_the_compressed_density_is_the_density(name: str) -> None:
    model = scaled_model(CLIENTS[name](), DEFAULT)
    estimate, states = states_near(model, 12, spread=0.4)

    density = compress(model, estimate).log_density(media_of(model, states))

    exact = [without_linear_columns(model, state[:-1], estimate.noise * np.exp(state[-1])) for state in states.T]
    # Differences between states matter, and errors of a tenth of a log density do not.
    off = (density - density[0]) - (np.array(exact) - exact[0])
    assert np.abs(off).max() < 0.1 + 0.01 * np.ptp(exact)


@pytest.mark.parametrize("name", PANELS)
def test_the_gradient_of_the_compressed_density_is_its_slope(name: str) -> None:
    model = scaled_model(CLIENTS[name](), DEFAULT)
    estimate, states = states_near(model, 1, spread=0.2)
    states = media_of(model, states)
    compressed = compress(model, estimate)
    step = 1e-2
    both = np.concatenate([states + step * np.eye(len(states)), states - step * np.eye(len(states))], axis=1)

    density = compressed.log_density(both.astype(np.float32))
    _, gradient = compressed.with_gradient(states)

    numeric = (density[: len(states)] - density[len(states) :]) / (2 * step)
    assert np.abs(gradient[:, 0] - numeric).max() < 0.02 * np.abs(numeric).max() + 0.1


def test_compressed_contributions_are_those_of_the_curves() -> None:
    model = scaled_model(CLIENTS["three regions"](), DEFAULT)
    estimate, states = states_near(model, 20)

    quick = compress(model, estimate).contribution(media_of(model, states))

    theta = states[:-1].T
    np.testing.assert_allclose(quick, contribution(model, theta, shapes(model, theta)), rtol=0.01)


def test_draws_of_a_gaussian_have_its_spread() -> None:
    """With hardly any data the posterior is the prior, whose intervals are known."""
    panel = national_panel()
    model = scaled_model(panel, replace(DEFAULT, effect_spread=0.2))
    blind = replace(model, lagged=model.lagged * 1e-9)
    estimate = find_estimate(blind, default_start(blind))

    theta = draw_posterior(compress(blind, estimate), estimate, seed=2).theta

    effects = theta[:, 2 * len(panel.groups) : 3 * len(panel.groups)]
    np.testing.assert_allclose(effects.mean(axis=0), model.effect_mean, atol=0.05)
    np.testing.assert_allclose(effects.std(axis=0), 0.2, rtol=0.15)


def test_equal_weights_give_plain_quantiles_and_a_heavy_draw_its_own_value() -> None:
    values = np.random.default_rng(0).normal(size=2001)

    equal = interval(values, np.full(2001, 1 / 2001))
    heavy = np.where(np.arange(2001) == 7, 1.0, 1e-9)

    assert equal.width == pytest.approx(interval(values).width, rel=0.01)
    np.testing.assert_allclose(weighted_quantiles(values[:, None], heavy), values[7], atol=0.01)


class TestAgainstTheModelThatIsFitted:
    pytestmark = needs_pymc

    @pytest.mark.parametrize("name", PANELS)
    def test_densities_and_expected_outcomes_are_the_same(self, name: str) -> None:
        self._compare(CLIENTS[name](), DEFAULT)

    def test_other_choices_of_the_specification_are_read(self) -> None:
        other = replace(
            DEFAULT,
            adstock_l_max=3,
            yearly_seasonality=0,
            effect_median=0.1,
            effect_spread=0.4,
            group_spreads=(("group 1", 0.2),),
        )
        self._compare(regional_panel(), other)

    def _compare(self, panel: Panel, specification: ModelSpecification) -> None:
        from mmm_core.modeling.build import build_model

        scaled = scaled_model(panel, specification)
        model = build_model(panel, specification).model
        _, states = states_near(scaled, 4)
        noise = np.exp(np.random.default_rng(2).normal(-3, 0.3, (4, scaled.regions)))
        density = model.compile_logp()
        by_period = model.named_vars_to_dims["mu"][0] == "date"

        def by_row(values: np.ndarray) -> np.ndarray:
            return np.ravel(values if by_period else values.T)

        (mean,) = model.replace_rvs_by_values([model["mu"]])
        line = model.compile_fn(mean, inputs=model.value_vars, on_unused_input="ignore")
        theirs, ours = [], []
        for theta, spread in zip(states[:-1].T, noise, strict=True):
            point = self._point(model, scaled, theta, spread)
            np.testing.assert_allclose(by_row(line(point)), expected(scaled, theta, shapes(scaled, theta)), rtol=1e-9)
            theirs.append(float(density(point)))
            ours.append(exact_log_density(scaled, theta, spread))
        np.testing.assert_allclose(np.subtract(theirs, theirs[0]), np.subtract(ours, ours[0]), atol=1e-6)

    def _point(self, model: object, scaled: ScaledModel, theta: np.ndarray, noise: np.ndarray) -> dict[str, np.ndarray]:
        """Name the parts of a state as PyMC does."""
        groups, regions = len(scaled.groups), scaled.regions
        logit, steepness, effect, others = np.split(theta, [groups, 2 * groups, 3 * groups])
        waves = sum(name.startswith("wave") for name in scaled.other_names)
        parts = {
            "adstock_alpha_logodds__": logit,
            "saturation_lam_log__": steepness,
            "saturation_beta_log__": effect,
            "intercept_contribution": others[:regions],
            "gamma_control": others[regions : len(others) - waves],
            "gamma_fourier": others[len(others) - waves :],
            "y_sigma_log__": np.log(noise),
        }
        shapes_there = {name: np.shape(value) for name, value in model.initial_point().items()}
        return {name: np.reshape(parts[name], shape) for name, shape in shapes_there.items()}
