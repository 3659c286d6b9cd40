"""Future outcomes on PyMC-Marketing's own graph, compiled once per fit. Imports PyMC: only the worker comes here."""

from collections.abc import Callable

import numpy as np
import pytensor.tensor as pt
import xarray as xr
from pymc_marketing.pytensor_utils import ConditionedModel
from pytensor import function
from pytensor.xtensor import as_xtensor

from mmm_core.modeling.build import build_model
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel


class FuturePaths:
    """What a plan can be evaluated with: the library's graph as a function of spend, and outcomes without a plan.

    Parameters
    ----------
    panel, specification
        As fitted.
    posterior : xr.Dataset
        Parameters with the library's dims; every draw of it becomes a path.
    """

    def __init__(self, panel: Panel, specification: ModelSpecification, posterior: xr.Dataset) -> None:
        self._model = build_model(panel, specification)
        self._model.idata = xr.DataTree.from_dict({"/posterior": posterior})
        self._geo = "geo" in self._model.dims
        self._seed = specification.seed
        self._shape = (posterior.sizes["chain"], posterior.sizes["draw"])
        self._scale = np.atleast_1d(self._model.scalers["_target"].values)
        self._carry_in = panel.data["spend"].values[-specification.adstock_l_max :]
        self._contribution = self._compile()

    def contribution(self, spend: np.ndarray) -> np.ndarray:
        """Return contributions (chain, draw, period, geo, group) in KPI units of future spend (period, geo, group).

        The history's last periods go in front, so that what was spent before still works; they are cut off again.
        """
        history = np.concatenate([self._carry_in, spend])
        values = self._contribution(history if self._geo else history[:, 0])
        values = values.reshape(*self._shape, len(history), -1, spend.shape[-1])[:, :, len(self._carry_in) :]
        return np.asarray(values * self._scale[:, None])

    def outcome(self, inputs: xr.Dataset) -> np.ndarray:
        """Draw outcomes with noise (chain, draw, period, geo) in KPI units for future inputs, carry-over included."""
        tree = self._model.sample_posterior_predictive(
            inputs,
            extend_idata=False,
            combined=False,
            include_last_observations=True,
            var_names=["y"],
            random_seed=self._seed,
            progressbar=False,
        )
        values = tree["y"].transpose("chain", "draw", "date", ...).values
        return np.asarray(values.reshape(*values.shape[:3], -1) * self._scale)

    def without_media(self, inputs: xr.Dataset) -> np.ndarray:
        """Draw outcomes without media, with noise (chain, draw, period, geo), in KPI units.

        Parameters
        ----------
        inputs : xr.Dataset
            Future inputs; what they say of spend does not matter.
        """
        spend = xr.zeros_like(inputs["_channel"])
        empty = spend.values.reshape(len(spend), -1, spend.shape[-1])
        return np.asarray(self.outcome(inputs.assign(_channel=spend)) - self.contribution(empty).sum(axis=-1))

    def _compile(self) -> Callable[[np.ndarray], np.ndarray]:
        dims = tuple(self._model.model.named_vars_to_dims["channel_data"])
        known = self._model.model["channel_data"].get_value().shape[1:]
        # The number of periods stays open: one compilation serves every horizon.
        spend = pt.tensor("spend", shape=(None, *known), dtype="float64")
        graph = ConditionedModel(
            self._model.model, self._model.idata, intervention={"channel_data": as_xtensor(spend, dims=dims)}
        ).extract("channel_contribution")
        ordered = graph.transpose("sample", *dims)
        return function([spend], ordered.values)  # type: ignore[no-any-return]
