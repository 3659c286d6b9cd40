"""Spend and exposure of one file as matrices of line items x periods: what the checks of sources look at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from mmm_core.money import MICROS_PER_UNIT
from mmm_core.panel.calendar import Calendar
from mmm_core.panel.cube import Cube
from mmm_core.schema import MediaTable
from mmm_core.taxonomy.catalogue import dimensions_of

_MOST_CELLS = 20_000_000
"""Matrices of floats up to 160 MB; of a larger file the line items with the largest spend are looked at."""


@dataclass(frozen=True, kw_only=True)
class SourceGrid:
    """One media file, regions added up.

    Attributes
    ----------
    table : MediaTable
    positions : int64 array (items,)
        Rows of the catalogue; `items` are these rows.
    items : DataFrame
        The catalogue's rows of the file's line items.
    spend : float64 array (items, periods)
        Currency units; for judging, not for adding up.
    exposure : float64 array (items, periods)
        NaN where no row reports any.
    labels : tuple of str
        First day of each period.
    calendar : Calendar
    currency : str
    """

    table: MediaTable
    positions: np.ndarray
    items: pd.DataFrame
    spend: np.ndarray
    exposure: np.ndarray
    labels: tuple[str, ...]
    calendar: Calendar
    currency: str

    @property
    def source(self) -> str:
        """Label of the file."""
        return self.table.source

    @cached_property
    def has_exposure(self) -> bool:
        """Whether any row reports exposure."""
        return bool((self.exposure > 0).any())

    @cached_property
    def dimensions(self) -> tuple[str, ...]:
        """Columns of the catalogue that hold the file's dimensions, in the file's order."""
        known = dimensions_of(self.items)
        wanted = [f"{name}_" if f"{name}_" in known and name not in known else name for name in self.table.dimensions]
        return tuple(name for name in wanted if name in known)

    @cached_property
    def names(self) -> np.ndarray:
        """Names of the line items (objects)."""
        return self.items["name"].astype(object).to_numpy()

    @cached_property
    def micros(self) -> np.ndarray:
        """Spend per line item over all files, int64."""
        return self.items["spend_micros"].to_numpy(dtype=np.int64)

    @cached_property
    def heads(self) -> tuple[str, np.ndarray, np.ndarray]:
        """Name of the first dimension, position per line item in its distinct values, and these values."""
        name = self.dimensions[0] if self.dimensions else "name"
        codes, values = pd.factorize(self.items[name].astype(object))
        return name, codes, np.asarray(values, dtype=object)

    def by_head(self, values: np.ndarray) -> np.ndarray:
        """Add a matrix up over the values of the first dimension; NaN counts as nothing, (heads, periods)."""
        _, codes, known = self.heads
        total = np.zeros((len(known), values.shape[1]))
        known_rows = codes >= 0
        np.add.at(total, codes[known_rows], np.nan_to_num(values[known_rows]))
        return total


def source_grids(
    media: Sequence[MediaTable], items: pd.DataFrame, cube: Cube, calendar: Calendar, currency: str
) -> Iterator[SourceGrid]:
    """Lay the cells of each file out."""
    labels = calendar.labels(cube.first_period + np.arange(cube.periods)) if cube.periods else ()
    for position, table in enumerate(media):
        at = np.flatnonzero(cube.source == position)
        own = np.unique(cube.item[at])
        most = max(1, _MOST_CELLS // max(cube.periods, 1))
        if len(own) > most:  # the catalogue is ordered by spend
            own = own[:most]
            at = at[np.isin(cube.item[at], own)]
        place = np.searchsorted(own, cube.item[at]) * cube.periods + cube.period[at]
        size, shape = len(own) * cube.periods, (len(own), cube.periods)
        exposure = cube.exposure[at]
        reported = ~np.isnan(exposure)
        shown = np.bincount(place[reported], weights=exposure[reported], minlength=size)
        told = np.bincount(place[reported], minlength=size) > 0
        yield SourceGrid(
            table=table,
            positions=own,
            items=items.iloc[own],
            spend=(np.bincount(place, weights=cube.micros[at], minlength=size) / MICROS_PER_UNIT).reshape(shape),
            exposure=np.where(told, shown, np.nan).reshape(shape),
            labels=labels,
            calendar=calendar,
            currency=currency,
        )
