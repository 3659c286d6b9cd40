"""Effects per region around shared ones, in PyMC-Marketing's graph."""

from functools import cache

import numpy as np
import pandas as pd
import xarray as xr
from simulated import make_panel, needs_pymc, regional_panel, unsummed

from mmm_core.modeling import curves
from mmm_core.modeling.fit import Fit
from mmm_core.modeling.fitting import fit_model
from mmm_core.modeling.labels import to_library
from mmm_core.modeling.scaled_model import scaled_model
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

pytestmark = needs_pymc
APART = ModelSpecification(geo_effects="hierarchical", yearly_seasonality=0, adstock_l_max=4, draws=1500)


@cache
def four_regions() -> tuple[Panel, np.ndarray, np.ndarray]:
    """Return a panel of four regions whose effects are apart, these effects, and what each group brings in each."""
    rng = np.random.default_rng(0)
    spend = rng.gamma(1.5, 20_000.0, (104, 4, 2)) * (rng.random((104, 1, 2)) < 0.7)
    weight = curves.lag_weights("geometric", np.array([[0.3, 0.6]]), 4)
    scaled = spend / spend.max(axis=0)
    before = np.concatenate([np.zeros((3, 4, 2)), scaled])
    felt = sum(weight[:, lag] * before[3 - lag : 107 - lag] for lag in range(4))
    size = np.array([1.0, 0.6, 0.4, 0.25]) * 1e6
    effect = 0.3 * np.exp([[0.5, -0.3], [-0.4, 0.4], [0.2, -0.4], [-0.3, 0.3]])
    brought = curves.saturate("logistic", np.array([3.0, 2.0]).reshape(1, 1, 1, 2), felt) * effect * size[:, None]
    kpi = 0.7 * size + brought.sum(axis=2) + rng.normal(0, 0.03, (104, 4)) * size
    return make_panel(spend, kpi), effect * (size / kpi.max(axis=0))[:, None], brought.sum(axis=0)


@cache
def four_fitted() -> Fit:
    return fit_model(four_regions()[0], APART)


def test_regions_of_the_same_effect_have_the_density_of_the_pooled_model() -> None:
    """But for what the prior says of how far regions are apart, which is the same in every state."""
    from pytensor.compile.mode import Mode

    from mmm_core.modeling.build import build_model

    panel, rng = regional_panel(), np.random.default_rng(5)
    ways = {
        way: build_model(panel, ModelSpecification(geo_effects=way, saturation="hill")).model
        for way in ("pooled", "hierarchical")
    }
    density = {way: model.compile_logp(mode=Mode(linker="py", optimizer="fast_compile")) for way, model in ways.items()}
    free, differences = ways["hierarchical"].initial_point(), []
    assert free["saturation_beta_region_zerosum__"].shape == (2, 1)
    for _ in range(3):
        state = {name: value + rng.normal(0, 0.3, np.shape(value)) for name, value in free.items()}
        state["saturation_beta_region_zerosum__"] = np.zeros((2, 1))
        state["saturation_beta_apart_log__"] = free["saturation_beta_apart_log__"]
        pooled = {name: value for name, value in state.items() if not name.startswith("saturation_beta")}
        pooled["saturation_beta_log__"] = state["saturation_beta_shared_log__"]
        differences.append(float(density["hierarchical"](state)) - float(density["pooled"](pooled)))

    np.testing.assert_allclose(np.subtract(differences, differences[0]), 0, atol=1e-8)


def test_the_prior_sits_on_what_the_regions_bring_together() -> None:
    """Regions drift apart at an unchanged total: only the prior of being apart and the outcome notice."""
    from pytensor.compile.mode import Mode

    from mmm_core.modeling.build import build_model

    panel = regional_panel()
    model = build_model(panel, APART).model
    prior = model.compile_fn(
        model.logp(vars=[model["share_prior"]]),
        inputs=model.value_vars,
        mode=Mode(linker="py", optimizer="fast_compile"),
        on_unused_input="ignore",
    )
    scaled = scaled_model(panel, APART)
    alpha, lam = np.full(2, 0.4), np.array([2.0, 5.0])
    weight = curves.lag_weights("geometric", alpha[None], 4)
    felt = np.einsum("krl,kl->rk", scaled.lagged, weight)
    curve = curves.saturate("logistic", lam[None], felt)
    found = []
    for region in (0.0, 0.8):
        away = region / np.sqrt(2) * np.array([[1.0, -1.0], [-1.0, 1.0]])  # group, geo
        unshared = np.exp(away.T)[scaled.region] * curve
        shared = np.exp(scaled.share_mean + 0.3) / (scaled.share_weight @ unshared)
        state = model.initial_point() | {
            "adstock_alpha_logodds__": np.log(alpha / (1 - alpha)),
            "saturation_lam_log__": np.log(lam),
            "saturation_beta_shared_log__": np.log(shared),
            "saturation_beta_apart_log__": np.zeros(2),
            "saturation_beta_region_zerosum__": unsummed(away),
        }
        stand_in = _stand_in_density(np.log(shared), panel)
        found.append(float(prior(state)) + stand_in)

    expected = -0.5 * np.full(2, 0.3) @ scaled.share_precision @ np.full(2, 0.3)
    np.testing.assert_allclose(found, expected, atol=1e-8)


def _stand_in_density(log_effect: np.ndarray, panel: Panel) -> float:
    from mmm_core.modeling.transformations import stand_in

    middle, spread = stand_in(scaled_model(panel, APART))
    return float(-0.5 * (((log_effect - middle) / spread) ** 2).sum())


def test_what_each_region_gets_from_each_group_is_recovered() -> None:
    *_, truth = four_regions()
    fit = four_fitted()

    brought = fit.draws["contribution"].sum("period", dtype=np.float64)
    low, high = brought.quantile([0.05, 0.95], ("chain", "draw")).transpose("quantile", "geo", "group").values

    assert not fit.attempts[-1].doubts
    assert ((low < truth) & (truth < high)).mean() >= 0.75
    together = brought.sum("geo").quantile([0.05, 0.95], ("chain", "draw")).transpose("quantile", "group").values
    assert ((together[0] < truth.sum(axis=0)) & (truth.sum(axis=0) < together[1])).all()


def test_a_region_that_responds_more_is_told_from_one_that_responds_less() -> None:
    _, effect, _ = four_regions()

    found = np.log(four_fitted().posterior["saturation_beta"]).mean(("chain", "draw")).transpose("geo", "group").values

    apart = [one - one.mean(axis=0) for one in (found, np.log(effect))]
    assert abs(apart[0] - apart[1]).max() < 0.2
    assert (apart[0] * apart[1] > 0).all()


def test_the_fit_labels_effects_by_region() -> None:
    panel, fit = four_regions()[0], four_fitted()

    effect = fit.posterior["saturation_beta"].transpose("chain", "draw", "geo", "group")

    assert list(effect["geo"].values) == list(panel.data["geo"].values)
    assert tuple(effect["group"].values) == panel.groups
    apart = np.log(effect).mean("geo")
    np.testing.assert_allclose(apart, np.log(fit.posterior["saturation_beta_shared"]), rtol=1e-6)


def test_plans_and_the_library_see_the_effects_of_the_regions() -> None:
    from mmm_core.modeling.build import attach
    from mmm_core.modeling.paths import FuturePaths
    from mmm_core.modeling.quick_paths import QuickPaths

    panel, fit = four_regions()[0], four_fitted()
    few = fit.posterior.isel(draw=slice(0, 4)).assign_coords(draw=range(4))
    plan = panel.data["spend"].values[:13] * np.linspace(0.2, 1.8, 13)[:, None, None]

    ways = [way(panel, fit.specification, draws) for way, draws in ((QuickPaths, few), (FuturePaths, to_library(few)))]
    model = attach(panel, fit.specification, to_library(few))
    summed = model.summary.contributions(frequency="all_time").groupby(["geo", "channel"])["mean"].sum().unstack()

    np.testing.assert_allclose(ways[0].contribution(plan), ways[1].contribution(plan), rtol=1e-9)
    wanted = fit.draws["contribution"].isel(draw=slice(0, 4)).sum("period", dtype=np.float64).mean(("chain", "draw"))
    assert isinstance(summed, pd.DataFrame)
    np.testing.assert_allclose(summed.loc[list(wanted["geo"].values)], wanted.transpose("geo", "group"), rtol=1e-4)


def test_a_panel_without_regions_is_fitted_as_ever() -> None:
    from mmm_core.modeling.build import build_model

    national = make_panel(four_regions()[0].data["spend"].values[:, :1], four_regions()[0].data["kpi"].values[:, :1])

    model = build_model(national, APART).model

    assert model.named_vars_to_dims["saturation_beta"] == ("channel",)


def test_the_posterior_survives_the_way_to_the_library_and_back() -> None:
    from mmm_core.modeling.labels import to_house

    posterior = four_fitted().posterior

    xr.testing.assert_identical(to_house(to_library(posterior)), posterior)


def test_it_is_tested_on_held_out_weeks_like_any_other_model() -> None:
    from mmm_core.validation.folds import plan_folds
    from mmm_core.validation.trust import trust_in
    from mmm_core.validation.validate import validate

    panel, _, _ = four_regions()

    found = validate(panel, four_fitted(), plan_folds(104))

    assert found.stability is not None
    assert {refit.kind for refit in found.stability.refits} == {"weeks", "priors"}
    assert all(set(refit.roi) == set(panel.groups) for refit in found.stability.refits)
    assert all(verdict.answer != "not known yet" for verdict in trust_in(found.measures, found).verdicts)
