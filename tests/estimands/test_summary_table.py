from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from simulated import make_panel, national_fit, national_panel, needs_pymc, regional_fit, regional_panel

from mmm_core.estimands import summary_table
from mmm_core.estimands.summary import COLUMNS
from mmm_core.modeling.fit import Fit
from mmm_core.modeling.labels import to_library
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel


def _by_hand(spend: list[list[float]], contribution: np.ndarray) -> tuple[Panel, Fit]:
    """Make a fit from contributions (draws, periods, groups) without sampling."""
    panel = make_panel(np.array(spend)[:, None, :], np.ones((len(spend), 1)))
    coords = {dim: panel.data[dim] for dim in ("period", "geo", "group")}
    draws = xr.Dataset(
        {"contribution": (("chain", "draw", "period", "geo", "group"), contribution[None, :, :, None, :])}, coords
    )
    fit = Fit(
        draws=draws,
        posterior=xr.Dataset(),
        sample_stats=xr.Dataset(),
        seconds={},
        sampler="",
        specification=ModelSpecification(),
        panel_fingerprint=panel.fingerprint,
    )
    return panel, fit


def test_figures_of_a_small_case_are_those_of_a_pocket_calculator() -> None:
    contribution = np.array([[[2.0, 10.0], [4.0, 0.0]], [[6.0, 10.0], [8.0, 20.0]]])
    panel, fit = _by_hand([[1.0, 20.0], [3.0, 20.0]], contribution)

    table = summary_table(panel, fit).set_index("group")

    assert table["spend"].tolist() == [4.0, 40.0]
    assert table["contribution_mean"].tolist() == [10.0, 20.0]
    assert table["contribution_q05"].tolist() == pytest.approx([6.4, 11.0])
    assert table["contribution_q95"].tolist() == pytest.approx([13.6, 29.0])
    assert table["share_of_spend"].tolist() == pytest.approx([4 / 44, 40 / 44])
    assert table["share_of_contribution"].tolist() == pytest.approx([1 / 3, 2 / 3])
    assert table["roi_mean"].tolist() == [2.5, 0.5]
    assert table["roi_q95"].tolist() == pytest.approx([3.4, 0.725])


def test_a_group_that_rests_in_the_window_has_no_roi_and_never_an_infinite_one() -> None:
    contribution = np.full((3, 4, 2), 5.0)
    panel, fit = _by_hand([[1.0, 9.0], [1.0, 9.0], [1.0, 0.0], [1.0, 0.0]], contribution)
    window = slice(panel.data["period"].values[2], None)

    table = summary_table(panel, fit, window=window).set_index("group")

    assert np.isnan(table.loc["group 1", ["roi_mean", "roi_q05", "roi_q95"]].astype(float)).all()
    assert table.loc["group 1", "contribution_mean"] == 10.0
    assert table.loc["group 0", "roi_mean"] == 5.0
    assert table["share_of_spend"].tolist() == [1.0, 0.0]


def test_a_window_without_any_spend_has_no_shares_of_spend() -> None:
    panel, fit = _by_hand([[1.0, 9.0], [0.0, 0.0]], np.ones((2, 2, 2)))

    table = summary_table(panel, fit, window=slice(panel.data["period"].values[1], None))

    assert table["share_of_spend"].isna().all()
    assert table["share_of_contribution"].tolist() == [0.5, 0.5]


class TestOnARealFit:
    pytestmark = needs_pymc

    @pytest.mark.parametrize(("panel_of", "fit_of"), [(national_panel, national_fit), (regional_panel, regional_fit)])
    def test_contributions_agree_with_pymc_marketings_own_summary(self, panel_of, fit_of) -> None:
        from mmm_core.modeling.build import attach

        panel, fit = panel_of(), fit_of()
        model = attach(panel, fit.specification, to_library(fit.posterior))
        library = model.summary.contributions(frequency="all_time", hdi_probs=[0.9])
        wanted = library.groupby("channel")["mean"].sum().to_dict()

        table = summary_table(panel, fit)

        ours = {f"media: {row.group}": row.contribution_mean for row in table.itertuples()}
        assert ours == pytest.approx(wanted, rel=1e-5)

    def test_the_table_has_the_agreed_columns_and_one_row_per_group(self) -> None:
        table = summary_table(national_panel(), national_fit())

        assert tuple(table.columns) == COLUMNS
        assert tuple(table["group"]) == national_panel().groups
        assert table["share_of_contribution"].sum() == pytest.approx(1)
        assert table["share_of_spend"].sum() == pytest.approx(1)
        ordered = table[["contribution_q05", "contribution_mean", "contribution_q95"]]
        assert (ordered.diff(axis=1).iloc[:, 1:] > 0).all(axis=None)
        assert isinstance(table, pd.DataFrame)

    def test_the_order_of_groups_in_the_panel_does_not_change_a_figure(self) -> None:
        panel, fit = national_panel(), national_fit()
        turned = replace(panel, data=panel.data.isel(group=[3, 2, 1, 0]))

        pd.testing.assert_frame_equal(summary_table(turned, fit), summary_table(panel, fit))
