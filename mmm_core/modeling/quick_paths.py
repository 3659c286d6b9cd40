"""Future outcomes under a plan on the model's own curves, see `density`. Imports numba, not PyMC."""

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from mmm_core.modeling.curves_compiled import contributions_of
from mmm_core.modeling.scaled_model import scaled_model, waves_at
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

Floats = NDArray[np.float64]


class QuickPaths:
    """What a plan can be evaluated with; `paths.FuturePaths` is the same on PyMC-Marketing's graph.

    Parameters
    ----------
    panel, specification
        As fitted.
    posterior : xr.Dataset
        Parameters with the dims of the house; every draw of it becomes a path.
    """

    def __init__(self, panel: Panel, specification: ModelSpecification, posterior: xr.Dataset) -> None:
        model = scaled_model(panel, specification)
        self._panel, self._specification = panel, specification
        self._shape = (posterior.sizes["chain"], posterior.sizes["draw"])
        count = self._shape[0] * self._shape[1]
        ordered = posterior.transpose("chain", "draw", "geo", "group", ..., missing_dims="ignore")
        self._draws = {str(name): values.values.reshape(count, -1) for name, values in ordered.data_vars.items()}
        self._scale = model.outcome_scale[: model.regions]
        active = model.spend_scale > 0
        self._per_unit = np.divide(1.0, model.spend_scale, out=np.zeros_like(model.spend_scale), where=active)
        spend = panel.data["spend"].values
        self._carry_in = spend[len(spend) - (specification.adstock_l_max - 1) :]

    def contribution(self, spend: Floats) -> Floats:
        """Return contributions (chain, draw, period, geo, group) in KPI units of future spend (period, geo, group).

        The history's last periods go in front, so that what was spent before still works.
        """
        scaled = np.concatenate([self._carry_in, spend]) * self._per_unit
        by_group = np.ascontiguousarray(scaled.transpose(2, 1, 0))
        values = contributions_of(self._specification, self._draws, by_group, len(spend))
        values *= self._scale[:, None]
        return np.asarray(values.reshape(*self._shape, *spend.shape))

    def expected_without_media(self, inputs: xr.Dataset) -> Floats:
        """Return what intercept, controls and season bring (chain, draw, period, geo) in KPI units."""
        days = pd.DatetimeIndex(inputs["_channel"]["date"].values)
        draws = self._draws
        expected = np.repeat(draws["intercept_contribution"][:, None, :], len(days), axis=1)
        if "gamma_control" in draws:
            controls = inputs["_control"].transpose("date", ..., "control").values
            by_geo = controls.reshape(len(days), -1, controls.shape[-1])
            expected = expected + np.einsum("nq,pgq->npg", draws["gamma_control"], by_geo)
        if "gamma_fourier" in draws:
            waves = waves_at(days, self._specification.yearly_seasonality)
            expected = expected + (draws["gamma_fourier"] @ waves.T)[:, :, None]
        return np.asarray((expected * self._scale).reshape(*self._shape, len(days), -1))

    def without_media(self, inputs: xr.Dataset) -> Floats:
        """Draw outcomes without media, with noise (chain, draw, period, geo), in KPI units."""
        expected = self.expected_without_media(inputs)
        noise = np.random.default_rng([self._specification.seed, 2]).standard_normal(expected.shape)
        spread = self._draws["y_sigma"].reshape(*self._shape, 1, -1) * self._scale
        return np.asarray(expected + noise * spread)
