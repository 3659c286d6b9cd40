"""What a fit keeps of the outcome per draw: labelled as the panel, small enough for memory and disk."""

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from mmm_core.panel.panel import Panel

MOST_VALUES = 20_000_000
"""Size to which contributions are thinned (values of 4 bytes); every n-th draw of each chain is kept."""

_DIMS = ("period", "geo", "group")


def most_draws(panel: Panel) -> int:
    """Return how many draws of a panel's contributions are kept at most."""
    return max(1, MOST_VALUES // panel.data["spend"].size)


def label_draws(values: dict[str, NDArray[np.float64]], panel: Panel, *, chains: int) -> xr.Dataset:
    """Label arrays (draws, period, geo[, group]), chain after chain, with the panel's own labels.

    Returns
    -------
    xr.Dataset
        float32, dims (chain, draw, period, geo[, group]).
    """
    found = {}
    for name, array in values.items():
        dims = ("chain", "draw", *_DIMS[: array.ndim - 1])
        found[name] = (dims, array.reshape(chains, -1, *array.shape[1:]).astype(np.float32))
    draws = next(iter(values.values())).shape[0] // chains
    labels = {dim: panel.data[dim].values for dim in _DIMS}
    return xr.Dataset(found, {"chain": np.arange(chains), "draw": np.arange(draws), **labels})
