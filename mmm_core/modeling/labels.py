"""The library says channel and date, the house says group and period; a posterior travels both ways."""

import numpy as np
import xarray as xr

from mmm_core.modeling.design import channel_label, group_of

_HOUSE = {"channel": "group", "date": "period"}


def to_house(data: xr.Dataset, *, dims: tuple[str, ...] = ()) -> xr.Dataset:
    """Rename dims and group labels to the glossary's; any other dims named in `dims` keep their order behind."""
    data = data.rename({old: new for old, new in _HOUSE.items() if old in data.dims})
    if "group" in data.dims:
        names = [group_of(str(label)) for label in data["group"].values]
        data = data.assign_coords(group=np.array(names, dtype=object))
    return data.transpose("chain", "draw", *dims, ..., missing_dims="ignore")


def to_library(data: xr.Dataset) -> xr.Dataset:
    """Undo `to_house`."""
    if "group" in data.dims:
        data = data.assign_coords(group=[channel_label(str(name)) for name in data["group"].values])
    return data.rename({new: old for old, new in _HOUSE.items() if new in data.dims})
