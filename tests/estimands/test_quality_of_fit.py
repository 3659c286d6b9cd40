from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from simulated import national_fit, national_panel, needs_pymc

from mmm_core.estimands import contribution_over_time, diagnostics, fit_against_actuals
from mmm_core.estimands.contributions import BASELINE

pytestmark = needs_pymc


def test_the_default_settings_converge_on_a_national_panel() -> None:
    figures = diagnostics(national_panel(2), national_fit(2))

    assert figures["r_hat_max"] < 1.01
    assert figures["ess_bulk_min"] > 400
    assert figures["ess_tail_min"] > 400
    assert figures["divergences"] <= 5
    assert figures["r2"] > 0.8
    assert set(figures["seconds"]) == {"build", "compile", "sample", "summarise"}
    assert "nutpie" in figures["sampler"]


def test_chains_that_disagree_are_not_hidden() -> None:
    fit = national_fit()
    apart = fit.posterior + xr.DataArray([0.0, 1.0, 2.0, 3.0], {"chain": fit.posterior["chain"]}, ("chain",))
    diverging = fit.sample_stats.assign(diverging=xr.ones_like(fit.sample_stats["diverging"]))

    figures = diagnostics(national_panel(), replace(fit, posterior=apart, sample_stats=diverging))

    assert figures["r_hat_max"] > 1.5
    assert figures["ess_bulk_min"] < 20
    assert figures["divergences"] == fit.posterior.sizes["chain"] * fit.posterior.sizes["draw"]


def test_r2_nrmse_and_mape_of_a_known_error() -> None:
    panel, fit = national_panel(), national_fit()
    actual = panel.data["kpi"]
    expected = xr.zeros_like(fit.draws["expected"], dtype=np.float64) + actual * 1.1

    figures = diagnostics(panel, replace(fit, draws=fit.draws.assign(expected=expected)))

    error = 0.1 * actual.values
    assert figures["mape"] == pytest.approx(0.1)
    assert figures["nrmse"] == pytest.approx(np.sqrt((error**2).mean()) / np.ptp(actual.values))
    assert figures["r2"] == pytest.approx(1 - (error**2).sum() / ((actual.values - actual.values.mean()) ** 2).sum())


def test_about_nine_of_ten_actuals_lie_in_the_interval() -> None:
    table = fit_against_actuals(national_panel(), national_fit())

    inside = ((table["q05"] <= table["actual"]) & (table["actual"] <= table["q95"])).mean()
    assert 0.82 <= inside <= 0.98
    np.testing.assert_array_equal(table["actual"], national_panel().data["kpi"].values[:, 0])
    assert list(table.columns) == ["period", "actual", "q05", "q50", "q95"]


def test_baseline_and_groups_add_up_to_the_expected_outcome() -> None:
    fit = national_fit()
    table = contribution_over_time(fit)

    totals = table.groupby("period")["mean"].sum().to_numpy()
    expected = fit.draws["expected"].astype(float).mean(("chain", "draw")).sum("geo").values
    np.testing.assert_allclose(totals, expected, rtol=1e-6)
    assert set(table["group"]) == {BASELINE, *fit.groups}
