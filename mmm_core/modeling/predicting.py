"""From draws of the parameters to contributions and fitted outcomes, through PyMC-Marketing's own graph."""

import numpy as np
import pymc as pm
import xarray as xr

from mmm_core.modeling.build import SampledMMM, attach
from mmm_core.modeling.fit import thinned
from mmm_core.modeling.fitted import most_draws
from mmm_core.modeling.labels import to_house
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel


def fitted_draws(panel: Panel, specification: ModelSpecification, posterior: xr.Dataset) -> xr.Dataset:
    """Compute contributions and fitted outcomes per draw.

    Parameters
    ----------
    posterior : xr.Dataset
        Parameters with the library's dims.

    Returns
    -------
    xr.Dataset
        float32, KPI units: `contribution` (chain, draw, period, geo, group), `expected` and `predicted`
        (chain, draw, period, geo), without and with observation noise. Thinned, see `fitted`.
    """
    model = attach(panel, specification, thinned(posterior, most_draws=most_draws(panel)))
    scale = xr.DataArray(model.scalers["_target"])
    tree = model.idata["posterior"].to_dataset()
    draws = {
        "contribution": tree["channel_contribution"] * scale,
        "expected": tree["mu"] * scale,
        "predicted": _with_noise(model, specification) * scale,
    }
    return _labelled(draws, panel)


def _with_noise(model: SampledMMM, specification: ModelSpecification) -> xr.DataArray:
    tree = pm.sample_posterior_predictive(
        model.idata, model=model.model, var_names=["y"], random_seed=specification.seed, progressbar=False
    )
    return xr.DataArray(tree["posterior_predictive"].to_dataset()["y"])


def _labelled(draws: dict[str, xr.DataArray], panel: Panel) -> xr.Dataset:
    data = xr.Dataset({name: values.astype(np.float32) for name, values in draws.items()})
    data = data.drop_vars([name for name in data.coords if name not in data.dims])
    if "geo" not in data.dims:
        data = data.expand_dims(geo=panel.data["geo"].values)
    house = to_house(data, dims=("date", "period", "geo", "group"))
    # The panel's own labels, so that fit and panel always align.
    return house.assign_coords({dim: panel.data[dim].values for dim in ("period", "geo", "group")})
