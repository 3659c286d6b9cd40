"""From the panel to what the model reads: labels that cannot clash, standardised controls, future inputs."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from mmm_core.errors import BadInput, listed
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

OUTCOME = "outcome"
_WEEKDAYS = ("Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_RECENT_PERIODS = 13
_SAME_SEASON = {"week": 52, "day": 364}


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Inputs of the model.

    Attributes
    ----------
    inputs : xr.Dataset
        What PyMC-Marketing reads: `media` (date, [geo,] channel) in currency units, `_control` (date, [geo,] control)
        standardised, `target` (date, [geo]) in KPI units. Labels carry a prefix ("media: TV", "control: price"), so a
        group may be called like a control, like the KPI or like a column of the library.
    center, scale : xr.DataArray
        Mean and standard deviation per control, over periods and geos.
    dims : tuple of str
        ("geo",) for several regions, else ().
    """

    inputs: xr.Dataset
    center: xr.DataArray
    scale: xr.DataArray
    dims: tuple[str, ...]

    @property
    def channels(self) -> list[str]:
        """Labels of the groups."""
        return [str(label) for label in self.inputs["channel"].values]

    @property
    def controls(self) -> list[str]:
        """Labels of the controls, weekdays included."""
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
        If a control never changes; the message names it.
    """
    dims = ("geo",) if panel.data.sizes["geo"] > 1 else ()
    raw = _raw_controls(panel, specification)
    _refuse_constant(raw)
    center, scale = raw.mean(("period", "geo")), raw.std(("period", "geo"))
    arrays = {
        "media": panel.data["spend"].assign_coords(group=[channel_label(name) for name in panel.groups]),
        "_control": (raw - center) / scale,
        "target": panel.data["kpi"],
    }
    inputs = xr.Dataset({name: _as_read(array, dims) for name, array in arrays.items()})
    return Design(inputs=inputs, center=center, scale=scale, dims=dims)


def future_periods(panel: Panel, periods: int) -> pd.DatetimeIndex:
    """Return the first days of the periods that directly follow the panel's last."""
    step = pd.Timedelta(days=7 if panel.period == "week" else 1)
    last = pd.Timestamp(panel.data["period"].values[-1])
    return pd.DatetimeIndex([last + step * (ahead + 1) for ahead in range(periods)]).as_unit("ns")


def future_inputs(panel: Panel, specification: ModelSpecification, design: Design, plan: xr.DataArray) -> xr.Dataset:
    """Prepare the inputs of future periods.

    Controls are assumed to repeat the same season of last year (52 weeks or 364 days before, so that weekdays agree;
    the same again for a second year). A panel shorter than that repeats the mean of its last 13 periods.

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
        controls = _future_controls(panel, len(future)).assign_coords(period=future)
        raw = _with_weekdays(controls, future, weekdays=_has_weekdays(panel, specification))
        inputs["_control"] = _as_read((raw - design.center) / design.scale, design.dims)
    return inputs


def _as_read(array: xr.DataArray, dims: tuple[str, ...]) -> xr.DataArray:
    """Use the library's names of the dims, and drop the one geo of a national panel."""
    if not dims:
        array = array.isel(geo=0, drop=True)
    names = {"period": "date", "group": "channel"}
    return array.rename({old: new for old, new in names.items() if old in array.dims})


def _raw_controls(panel: Panel, specification: ModelSpecification) -> xr.DataArray:
    periods = pd.DatetimeIndex(panel.data["period"].values)
    return _with_weekdays(panel.data["controls"], periods, weekdays=_has_weekdays(panel, specification))


def _has_weekdays(panel: Panel, specification: ModelSpecification) -> bool:
    return panel.period == "day" and specification.weekday_pattern and panel.data.sizes["period"] >= 14


def _with_weekdays(controls: xr.DataArray, periods: pd.DatetimeIndex, *, weekdays: bool) -> xr.DataArray:
    labels = [f"control: {_without_slash(str(name))}" for name in controls["control"].values]
    values = controls.transpose("period", "geo", "control").values
    if weekdays:
        marks = (periods.day_of_week.to_numpy()[:, None] == np.arange(1, 7)).astype(float)
        values = np.concatenate([values, np.repeat(marks[:, None, :], values.shape[1], axis=1)], axis=2)
        labels += [f"weekday: {day}" for day in _WEEKDAYS]
    coords = {"period": periods, "geo": controls["geo"].values, "control": np.array(labels, dtype=object)}
    return xr.DataArray(values, coords, ("period", "geo", "control"))


def _refuse_constant(raw: xr.DataArray) -> None:
    steady = np.ptp(raw.values, axis=0).max(axis=0) <= 1e-12 * np.abs(raw.values).max(axis=(0, 1))
    names = [_with_slash(str(label).removeprefix("control: ")) for label in raw["control"].values[steady]]
    if names:
        raise BadInput(
            f"The control {listed([repr(name) for name in names])} has the same value in every period",
            where="controls",
            expected="a control must change over time to explain anything",
            remedy="Leave it out of the model, or check its column",
        )


def _future_controls(panel: Panel, periods: int) -> xr.DataArray:
    history = panel.data["controls"]
    season = _SAME_SEASON[panel.period]
    if history.sizes["period"] >= season:
        return history.isel(period=[-season + ahead % season for ahead in range(periods)])
    recent = history.isel(period=slice(-_RECENT_PERIODS, None)).mean("period")
    return recent.expand_dims(period=periods).transpose("period", "geo", "control")
