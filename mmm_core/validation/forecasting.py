"""What a fit expects of periods after its panel, knowing their spend and controls as one knows a plan.

Everything is scaled by the periods that the fit saw. The scenario engine does the same for a plan with the controls of
last year; here the controls are those that came about, so that only the model is tested.
"""

import numpy as np
import xarray as xr

from mmm_core.modeling.design import drivers_on, make_design
from mmm_core.modeling.fit import Fit
from mmm_core.modeling.scaled_model import yearly_waves
from mmm_core.modeling.scales import scales_of
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel
from mmm_core.validation.scores import Floats


def forecast(known: Panel, fit: Fit, seen: Panel, *, noise: bool = True) -> Floats:
    """Draw the outcome of the periods that `seen` has after `known`; none of their outcomes is read.

    Parameters
    ----------
    known : Panel
        The panel of the fit.
    fit : Fit
    seen : Panel
        The same groups, geos and controls, some periods longer.
    noise : bool, default True
        Whether to add observation noise.

    Returns
    -------
    float64 array (draws, period, geo)
        KPI units.
    """
    horizon = seen.data.sizes["period"] - known.data.sizes["period"]
    return expected_of(known, fit, seen, horizon=horizon, noise=noise)


def expected_of(known: Panel, fit: Fit, seen: Panel, *, horizon: int, noise: bool) -> Floats:
    """Draw the outcome of the last `horizon` periods of `seen`, which may be the fitted panel itself."""
    specification, values = fit.specification, _flat(fit.posterior)
    outcome = _media(known, fit, seen, values, horizon).sum(axis=-1)
    outcome += values["intercept_contribution"][:, None, :]
    if "gamma_control" in values:
        controls = _scaled_controls(known, fit, seen).isel(period=slice(-horizon, None)).values
        outcome += np.einsum("pgc,nc->npg", controls, values["gamma_control"])
    if "gamma_fourier" in values:
        waves = yearly_waves(seen, specification.yearly_seasonality)[-horizon:]
        outcome += (values["gamma_fourier"] @ waves.T)[:, :, None]
    if noise:
        generator = np.random.default_rng([specification.seed, 2])
        outcome += generator.standard_normal(outcome.shape) * values["y_sigma"][:, None, :]
    result: Floats = outcome * scales_of(known, specification)[1]
    return result


def contribution_of(
    known: Panel, fit: Fit, seen: Panel, *, posterior: xr.Dataset, horizon: int | None = None
) -> Floats:
    """Draw what each group brings in the periods that `seen` has after `known`, or in its last `horizon` ones.

    Parameters
    ----------
    known : Panel
        The panel of the fit.
    fit : Fit
    seen : Panel
        The same groups and geos, as long or longer; only its spend is read.
    posterior : xr.Dataset
        Parameters of the fit, all draws or fewer.
    horizon : int, optional

    Returns
    -------
    float64 array (draws, period, geo, group)
        KPI units, carry-over from the periods before included.
    """
    length = horizon or seen.data.sizes["period"] - known.data.sizes["period"]
    scale = scales_of(known, fit.specification)[1]
    result: Floats = _media(known, fit, seen, _flat(posterior), length) * scale[:, None]
    return result


def _media(known: Panel, fit: Fit, seen: Panel, values: dict[str, Floats], horizon: int) -> Floats:
    from mmm_core.modeling.curves_compiled import contributions_of  # compiles; only a worker comes here

    spend = _scaled_spend(known, seen, horizon, fit.specification)
    return contributions_of(fit.specification, values, spend, horizon)


def _flat(posterior: xr.Dataset) -> dict[str, Floats]:
    """Return every parameter as (draws, labels), with one label where it has none."""
    count = posterior.sizes["chain"] * posterior.sizes["draw"]
    return {
        str(name): np.ascontiguousarray(values.transpose("chain", "draw", ...).values.reshape(count, -1))
        for name, values in posterior.data_vars.items()
    }


def _scaled_spend(known: Panel, seen: Panel, horizon: int, specification: ModelSpecification) -> Floats:
    """Return the spend of the horizon and of the periods that still work in it, (group, geo, period)."""
    scale, _ = scales_of(known, specification)
    spend = seen.data["spend"].values
    wanted = horizon + specification.adstock_l_max - 1
    missing = np.zeros((max(0, wanted - len(spend)), *spend.shape[1:]))
    spend = np.concatenate([missing, spend])[-wanted:]
    scaled = np.divide(spend, scale, out=np.zeros_like(spend), where=scale > 0)
    return np.ascontiguousarray(scaled.transpose(2, 1, 0))


def _scaled_controls(known: Panel, fit: Fit, seen: Panel) -> xr.DataArray:
    """Return controls and other drivers of all periods on the scale of the known ones, (period, geo, control)."""
    design = make_design(known, fit.specification)
    scaled = drivers_on(known, fit.specification, design, seen.data["controls"]).rename(date="period")
    if "geo" not in scaled.dims:
        scaled = scaled.expand_dims("geo")
    return scaled.transpose("period", "geo", "control")
