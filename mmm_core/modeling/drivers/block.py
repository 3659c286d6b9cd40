"""What every kind of driver is made from and becomes: a time axis, and columns on it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.settings import Period

Floats = NDArray[np.float64]

STANDARDISED_SPREAD = 0.2
"""Prior spread of a column that is brought to mean 0 and standard deviation 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """First days of gapless periods: those that the model learns from, then those that it looks ahead to.

    What becomes a column and how it is scaled is decided by the `known` first periods alone.
    """

    periods: pd.DatetimeIndex
    known: int
    period: Period

    @property
    def days(self) -> int:
        """Length of a period."""
        return 7 if self.period == "week" else 1

    @property
    def history(self) -> pd.DatetimeIndex:
        """First days of the periods that the model learns from."""
        return self.periods[: self.known]

    @property
    def ahead(self) -> Floats:
        """Return how many periods each one lies behind the last known one; 0 in the history."""
        return np.maximum(np.arange(len(self.periods)) - (self.known - 1), 0).astype(np.float64)

    def places(self, days: pd.DatetimeIndex) -> NDArray[np.intp]:
        """Return the position of the period that holds each day; -1 outside."""
        at = np.floor_divide((days - self.periods[0]).days.to_numpy(), self.days)
        return np.where((at >= 0) & (at < len(self.periods)), at, -1).astype(np.intp)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Columns of one kind.

    Attributes
    ----------
    labels : tuple of str
    values : float64 array (periods, geos or 1, columns)
        Over the whole timeline.
    spread : float64 array (columns,)
        Prior standard deviation of the coefficient, on the scaled column.
    center, scale : float64 array (columns,), or None
        What is subtracted and divided by; None for the mean and the standard deviation in the history.
    left_out : tuple of str
        What was asked for and is no column, with the reason.
    """

    labels: tuple[str, ...]
    values: Floats
    spread: Floats
    center: Floats | None = None
    scale: Floats | None = None
    left_out: tuple[str, ...] = ()


def shared(
    labels: list[str],
    columns: list[Floats],
    *,
    timeline: Timeline,
    spread: float | list[float],
    center: list[float] | None = None,
    scale: list[float] | None = None,
    left_out: list[str] | None = None,
) -> Block:
    """Make a block of columns that are the same in every region, not centred and not scaled unless told."""
    count, periods = len(labels), len(timeline.periods)
    values = np.stack(columns, axis=1) if count else np.empty((periods, 0))
    return Block(
        labels=tuple(labels),
        values=values[:, None, :],
        spread=np.full(count, spread, dtype=np.float64) if isinstance(spread, float) else np.array(spread),
        center=np.zeros(count) if center is None else np.array(center, dtype=np.float64),
        scale=np.ones(count) if scale is None else np.array(scale, dtype=np.float64),
        left_out=tuple(left_out or ()),
    )
