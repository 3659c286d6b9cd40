"""The density that is drawn from: its derivatives, its compressed form, and the model that is fitted."""

from dataclasses import replace

import numpy as np
import pytest
from predicted_models import DEFAULT, PANELS, agreement, media_of, model_of, states_near, told_beforehand
from resolvability_clients import CLIENTS
from simulated import needs_pymc, regional_panel

from mmm_core.feasibility.compressed import compress
from mmm_core.feasibility.curves import (
    contribution,
    expected,
    expected_lifts,
    jacobian,
    prior,
    prior_precision,
    shapes,
)
from mmm_core.feasibility.estimate import default_start, find_estimate
from mmm_core.modeling.scaled_model import NOISE, ScaledModel, scaled_model
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

MODELS = (*PANELS, "four groups, two years: told beforehand", "three regions: told beforehand")


def exact_log_density(model: ScaledModel, theta: np.ndarray, noise: np.ndarray) -> float:
    """The density as it is defined, row by row, in (theta, log noise)."""
    by_row = noise[model.region]
    left = (model.outcome - expected(model, theta, shapes(model, theta))) / by_row
    likelihood = -0.5 * (left**2).sum() - np.log(by_row).sum() + agreement(model, theta)
    return float(likelihood + prior(model, theta)[0] + (np.log(noise) - 0.5 * (noise / NOISE) ** 2).sum())


def without_linear_columns(model: ScaledModel, theta: np.ndarray, noise: np.ndarray) -> float:
    """The same, with the linear columns integrated out: the outcome is normal around the media."""
    count = 3 * len(model.groups)
    at_middle = np.append(theta[:count], model.others_mean)
    left = model.outcome - expected(model, at_middle, shapes(model, at_middle))
    spread = model.others * model.others_spread
    covariance = np.diag(noise[model.region] ** 2) + spread @ spread.T
    likelihood = -0.5 * (left @ np.linalg.solve(covariance, left) + np.linalg.slogdet(covariance)[1])
    likelihood += agreement(model, theta)
    return float(likelihood + prior(model, at_middle)[0] + (np.log(noise) - 0.5 * (noise / NOISE) ** 2).sum())


@pytest.mark.parametrize("name", MODELS)
def test_derivatives_are_those_of_the_curves(name: str) -> None:
    model = model_of(name)
    theta = states_near(model, 1)[1][:-1, 0]
    step = 1e-6 * np.eye(len(theta))

    def line(at: np.ndarray) -> np.ndarray:
        return expected(model, at, shapes(model, at))

    numeric = np.stack([(line(theta + one) - line(theta - one)) / 2e-6 for one in step], axis=1)
    np.testing.assert_allclose(jacobian(model, theta, shapes(model, theta)), numeric, atol=1e-8)
    density = np.array([(prior(model, theta + one)[0] - prior(model, theta - one)[0]) / 2e-6 for one in step])
    np.testing.assert_allclose(prior(model, theta)[1], density, atol=1e-6)
    bend = [(prior(model, theta + one)[1] - prior(model, theta - one)[1]) / 2e-6 for one in step]
    np.testing.assert_allclose(prior_precision(model, theta), -np.array(bend), atol=1e-5)

    def lifts(at: np.ndarray) -> np.ndarray:
        return expected_lifts(model, at, shapes(model, at))[0]

    measured = np.stack([(lifts(theta + one) - lifts(theta - one)) / 2e-6 for one in step], axis=1)
    np.testing.assert_allclose(expected_lifts(model, theta, shapes(model, theta))[1], measured, atol=1e-8)


@pytest.mark.parametrize("name", PANELS)
def test_a_share_is_what_the_curves_add_up_to_over_the_window(name: str) -> None:
    model = model_of(name)
    theta = states_near(model, 3)[1][:-1].T

    for state in theta:
        curve = shapes(model, state)
        by_row = np.exp(state[2 * len(model.groups) : 3 * len(model.groups), None]) * curve.value
        np.testing.assert_allclose(by_row @ model.outcome_scale, contribution(model, state))


@pytest.mark.parametrize("name", ["six groups, three years", "four groups, two years: told beforehand"])
def test_the_estimate_is_a_peak_of_the_density(name: str) -> None:
    model = model_of(name)
    estimate = find_estimate(model, default_start(model))
    peak = exact_log_density(model, estimate.theta, estimate.noise)
    spread = np.sqrt(np.diag(estimate.covariance))

    for place, width in enumerate(spread):
        for side in (-0.3, 0.3):
            moved = estimate.theta.copy()
            moved[place] += side * width
            assert exact_log_density(model, moved, estimate.noise) < peak


@pytest.mark.parametrize("name", MODELS)
def test_the_compressed_density_is_the_density(name: str) -> None:
    model = model_of(name)
    estimate, states = states_near(model, 12, spread=0.4)

    density = compress(model, estimate).log_density(media_of(model, states))

    exact = [without_linear_columns(model, state[:-1], estimate.noise * np.exp(state[-1])) for state in states.T]
    # Differences between states matter, and errors of a tenth of a log density do not.
    off = (density - density[0]) - (np.array(exact) - exact[0])
    assert np.abs(off).max() < 0.1 + 0.01 * np.ptp(exact)


@pytest.mark.parametrize("name", MODELS)
def test_the_gradient_of_the_compressed_density_is_its_slope(name: str) -> None:
    model = model_of(name)
    estimate, states = states_near(model, 1, spread=0.2)
    states = media_of(model, states)
    compressed = compress(model, estimate)
    step = 1e-2
    both = np.concatenate([states + step * np.eye(len(states)), states - step * np.eye(len(states))], axis=1)

    density = compressed.log_density(both.astype(np.float32))
    _, gradient = compressed.with_gradient(states)

    numeric = (density[: len(states)] - density[len(states) :]) / (2 * step)
    assert np.abs(gradient[:, 0] - numeric).max() < 0.02 * np.abs(numeric).max() + 0.1


@pytest.mark.parametrize("name", ["three regions", "four groups, two years: told beforehand"])
def test_compressed_effects_are_those_of_the_curves(name: str) -> None:
    model = model_of(name)
    estimate, states = states_near(model, 20, spread=0.3)

    quick = compress(model, estimate).effects(media_of(model, states))

    groups, theta = len(model.groups), states[:-1].T
    share = np.exp(theta[:, 2 * groups : 3 * groups])
    np.testing.assert_allclose(quick, share / np.exp(shapes(model, theta).log_total), rtol=0.01)


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
            media_share=0.2,
            effect_spread=0.4,
            group_spreads=(("group 1", 0.2),),
        )
        self._compare(regional_panel(), other)

    @pytest.mark.parametrize("name", ["four groups, two years", "three regions"])
    def test_what_people_say_of_groups_is_read(self, name: str) -> None:
        panel = CLIENTS[name]()
        self._compare(panel, told_beforehand(panel))

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
        logit, steepness, share, others = np.split(theta, [groups, 2 * groups, 3 * groups])
        waves = sum(name.startswith("wave") for name in scaled.other_names)
        parts = {
            "adstock_alpha_logodds__": logit,
            "saturation_lam_log__": steepness,
            "saturation_beta_log__": share - shapes(scaled, theta).log_total,
            "intercept_contribution": others[:regions],
            "gamma_control": others[regions : len(others) - waves],
            "gamma_fourier": others[len(others) - waves :],
            "y_sigma_log__": np.log(noise),
        }
        shapes_there = {name: np.shape(value) for name, value in model.initial_point().items()}
        return {name: np.reshape(parts[name], shape) for name, shape in shapes_there.items()}
