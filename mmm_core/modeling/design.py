"""From the panel to what the model reads: labels that cannot clash, standardised controls, future inputs."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import xarray as xr

from mmm_core.modeling.drivers import Columns, lay_out
from mmm_core.modeling.drivers.block import Floats
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

OUTCOME = "outcome"
_RECENT_PERIODS = 13
_SAME_SEASON = {"week": 52, "day": 364}


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Inputs of the model.

    Attributes
    ----------
    inputs : xr.Dataset
        What PyMC-Marketing reads: `media` (date, [geo,] channel) in currency units, `_control` (date, [geo,] control)
        scaled, `target` (date, [geo]) in KPI units. Labels carry a prefix ("media: TV", "control: price",
        "holiday: Christmas Day"), so a group may be called like a control, like the KPI or like a column of the
        library. What the library calls controls are all drivers beside media and yearly waves.
    center, scale : xr.DataArray
        What is subtracted from each control and what it is divided by: mean and standard deviation over periods and
        geos, or what its kind of driver has of its own, see `mmm_core.modeling.drivers`.
    dims : tuple of str
        ("geo",) for several regions, else ().
    spread : float64 array (controls,)
        Prior standard deviation of the effect of each scaled control, in largest outcomes.
    left_out : tuple of str
        What the specification asks for and the history cannot tell, with the reason.
    """

    inputs: xr.Dataset
    center: xr.DataArray
    scale: xr.DataArray
    dims: tuple[str, ...]
    spread: Floats
    left_out: tuple[str, ...] = ()

    @property
    def channels(self) -> list[str]:
        """Labels of the groups."""
        return [str(label) for label in self.inputs["channel"].values]

    @property
    def controls(self) -> list[str]:
        """Labels of the controls and of all other drivers that are linear columns."""
        return [str(label) for label in self.inputs["control"].values]


def channel_label(group: str) -> str:
    """Return the library's label of a group, without slashes: in a tree of xarray they are paths."""
    return f"media: {_without_slash(group)}"


def group_of(label: str) -> str:
    """Undo `channel_label`."""
    return _with_slash(label.removeprefix("media: "))


def _without_slash(name: str) -> str:
    return name.replace("%", "%25").replace("/", "%2F")


def _with_slash(label: str) -> str:
    return label.replace("%2F", "/").replace("%25", "%")


def make_design(panel: Panel, specification: ModelSpecification) -> Design:
    """Prepare the model's inputs.

    Raises
    ------
    BadInput
        If a control never changes or cannot be transformed, or a place with holidays is unknown; the message names it.
    """
    dims = ("geo",) if panel.data.sizes["geo"] > 1 else ()
    columns = _columns(panel, specification, panel.data["controls"])
    raw = columns.values
    center, scale = raw.mean(("period", "geo")), raw.std(("period", "geo"))
    center, scale = (
        center.where(np.isnan(columns.center), columns.center),
        scale.where(np.isnan(columns.scale), columns.scale),
    )
    arrays = {
        "media": panel.data["spend"].assign_coords(group=[channel_label(name) for name in panel.groups]),
        "_control": (raw - center) / scale,
        "target": panel.data["kpi"],
    }
    inputs = xr.Dataset({name: _as_read(array, dims) for name, array in arrays.items()})
    return Design(
        inputs=inputs, center=center, scale=scale, dims=dims, spread=columns.spread, left_out=columns.left_out
    )


def drivers_on(panel: Panel, specification: ModelSpecification, design: Design, controls: xr.DataArray) -> xr.DataArray:
    """Scale the drivers of the history and of periods behind it, as the model of the history reads them.

    Parameters
    ----------
    panel, specification, design
        The history, see `make_design`.
    controls : xr.DataArray
        Controls of the panel (period, geo, control) in the client's units, over the panel's periods and any number of
        periods that follow without a gap.

    Returns
    -------
    xr.DataArray
        (date, [geo,] control).
    """
    raw = _columns(panel, specification, controls).values
    return _as_read((raw - design.center) / design.scale, design.dims)


def future_periods(panel: Panel, periods: int) -> pd.DatetimeIndex:
    """Return the first days of the periods that directly follow the panel's last."""
    step = pd.Timedelta(days=7 if panel.period == "week" else 1)
    last = pd.Timestamp(panel.data["period"].values[-1])
    return pd.DatetimeIndex([last + step * (ahead + 1) for ahead in range(periods)]).as_unit("ns")


def future_inputs(panel: Panel, specification: ModelSpecification, design: Design, plan: xr.DataArray) -> xr.Dataset:
    """Prepare the inputs of future periods.

    Controls are assumed to repeat the same season of last year (52 weeks or 364 days before, so that weekdays agree;
    the same again for a second year). A panel shorter than that repeats the mean of its last 13 periods. Their lag and
    carry-over reach across the border. Holidays and events are known, outliers do not come again, the trend goes on
    with its last slope and a drifting level goes back to its mean.

    Parameters
    ----------
    plan : xr.DataArray
        Spend (period, geo, group) in currency units per period.

    Returns
    -------
    xr.Dataset
        `_channel` (date, [geo,] channel) and, when the model has controls, `_control`.
    """
    future = pd.DatetimeIndex(plan["period"].values)
    media = plan.sel(group=list(panel.groups)).assign_coords(group=design.channels)
    inputs = xr.Dataset({"_channel": _as_read(media, design.dims)})
    if design.controls:
        history = panel.data["controls"]
        ahead = _future_controls(panel, len(future)).assign_coords(period=future)
        both = xr.concat([history, ahead.transpose(*history.dims)], "period")
        known = history.sizes["period"]
        inputs["_control"] = drivers_on(panel, specification, design, both).isel(date=slice(known, None))
    return inputs


def _as_read(array: xr.DataArray, dims: tuple[str, ...]) -> xr.DataArray:
    """Use the library's names of the dims, and drop the one geo of a national panel."""
    if not dims:
        array = array.isel(geo=0, drop=True)
    names = {"period": "date", "group": "channel"}
    return array.rename({old: new for old, new in names.items() if old in array.dims})


def _columns(panel: Panel, specification: ModelSpecification, controls: xr.DataArray) -> Columns:
    columns = lay_out(controls, panel.data.sizes["period"], panel.period, specification)
    labels = np.array([_without_slash(str(label)) for label in columns.values["control"].values], dtype=object)
    return replace(columns, values=columns.values.assign_coords(control=labels))


def _future_controls(panel: Panel, periods: int) -> xr.DataArray:
    history = panel.data["controls"]
    season = _SAME_SEASON[panel.period]
    if history.sizes["period"] >= season:
        return history.isel(period=[-season + ahead % season for ahead in range(periods)])
    recent = history.isel(period=slice(-_RECENT_PERIODS, None)).mean("period")
    return recent.expand_dims(period=periods).transpose("period", "geo", "control")
