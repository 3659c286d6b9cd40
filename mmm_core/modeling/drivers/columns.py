"""All drivers of a model side by side, for its history and for what follows."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from mmm_core.modeling.drivers.block import Block, Floats, Timeline
from mmm_core.modeling.drivers.calendar import event_columns, holiday_columns, outlier_columns, weekday_columns
from mmm_core.modeling.drivers.controls import control_columns
from mmm_core.modeling.drivers.drift import drift_columns
from mmm_core.modeling.drivers.trend import trend_columns
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.settings import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Raw columns with what brings them to the model's scale.

    Attributes
    ----------
    values : xr.DataArray
        (period, geo, control) over history and what follows; `control` holds the labels.
    center, scale : float64 array (columns,)
        NaN where the mean and the standard deviation in the history are meant.
    spread : float64 array (columns,)
        Prior standard deviation of the coefficients.
    left_out : tuple of str
        What the specification asks for and the history cannot tell, with the reason.
    """

    values: xr.DataArray
    center: Floats
    scale: Floats
    spread: Floats
    left_out: tuple[str, ...]


def lay_out(controls: xr.DataArray, known: int, period: Period, specification: ModelSpecification) -> Columns:
    """Lay out the drivers.

    Parameters
    ----------
    controls : xr.DataArray
        (period, geo, control), the client's units, gapless: the history, then whatever is looked ahead to.
    known : int
        Length of the history. It alone decides which columns there are.
    period : {"week", "day"}
    specification : ModelSpecification

    Returns
    -------
    Columns

    Raises
    ------
    BadInput
        If a control never changes in the history or cannot be transformed, or the holidays of a place are unknown.
    """
    timeline = Timeline(periods=pd.DatetimeIndex(controls["period"].values), known=known, period=period)
    blocks = list(_blocks(controls, timeline, specification))
    labels = [label for block in blocks for label in block.labels]
    geos = controls["geo"].values
    parts = [_in_regions(block.values, len(geos)) for block in blocks if block.labels]
    empty = np.empty((len(timeline.periods), len(geos), 0))
    values = np.concatenate(parts, axis=2) if len(parts) > 1 else parts[0] if parts else empty
    coords = {"period": timeline.periods, "geo": geos, "control": np.array(labels, dtype=object)}
    return Columns(
        values=xr.DataArray(values, coords, ("period", "geo", "control")),
        center=np.concatenate([_own(block.center, block) for block in blocks]),
        scale=np.concatenate([_own(block.scale, block) for block in blocks]),
        spread=np.concatenate([block.spread for block in blocks]),
        left_out=tuple(told for block in blocks for told in block.left_out),
    )


def _blocks(controls: xr.DataArray, timeline: Timeline, specification: ModelSpecification) -> Iterator[Block]:
    yield control_columns(controls, timeline, specification)
    yield weekday_columns(timeline, wanted=specification.weekday_pattern)
    yield holiday_columns(timeline, specification.holidays)
    yield event_columns(timeline, specification.events)
    yield outlier_columns(timeline, specification.outliers)
    yield trend_columns(timeline, specification.trend, specification.changepoints)
    yield drift_columns(timeline, wanted=specification.baseline_drift)


def _in_regions(values: Floats, geos: int) -> Floats:
    return values if values.shape[1] == geos else np.repeat(values, geos, axis=1)


def _own(figures: Floats | None, block: Block) -> Floats:
    return np.full(len(block.labels), np.nan) if figures is None else figures
