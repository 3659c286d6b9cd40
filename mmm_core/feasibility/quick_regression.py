"""A linear regression of the outcome on all that a specification has, to see what else would explain more.

It stands in for the model where a first look is wanted within milliseconds: regions are added up, media enter as the
square root of their carried-over spend, nothing has a prior.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from mmm_core.modeling.drivers import lay_out
from mmm_core.modeling.drivers.block import Timeline
from mmm_core.modeling.drivers.controls import carry_on
from mmm_core.modeling.drivers.drift import drift_columns
from mmm_core.modeling.scaled_model import Floats, waves_at
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel
from mmm_core.settings import Period

_CARRIED_WEEKS = 1.0
"""Half-life of the carry-over of media in the first look."""
_ROWS_PER_GROUP = 6
"""Media take up one column for so many rows at most; more groups are summed up in the directions that vary most."""
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What further columns add.

    Attributes
    ----------
    bic : float
        Fall of the Bayesian information criterion, with the number of rows that neighbours that resemble each other
        leave.
    explained : float
        Squared KPI units that they take away from what is left.
    effect : float64 array (columns,)
        KPI units per unit of each column.
    t : float64 array (columns,)
        Effect over its standard error.
    """

    bic: float
    explained: float
    effect: Floats
    t: Floats


class Regression:
    """The outcome less what some columns explain.

    Parameters
    ----------
    outcome : float64 array (rows,)
    columns : float64 array (rows, columns)
    likeness : float, default 0.0
        Correlation of neighbouring errors.
    """

    def __init__(self, outcome: Floats, columns: Floats, *, likeness: float = 0.0) -> None:
        self._outcome, self._columns, self._likeness = outcome, columns, likeness
        self._basis = _directions(columns)
        self.left: Floats = outcome - self._basis @ (self._basis.T @ outcome)
        self.squares = float(self.left @ self.left)
        self.free = len(outcome) - self._basis.shape[1]

    @property
    def rows(self) -> float:
        """Return how many independent rows there are (Bartlett 1935, first order)."""
        return len(self._outcome) * (1 - self._likeness) / (1 + self._likeness)

    @property
    def leverage(self) -> Floats:
        """Return the diagonal of the projection on the columns."""
        found: Floats = (self._basis**2).sum(axis=1)
        return found

    def with_columns(self, columns: Floats) -> "Regression":
        """Return the regression on these columns as well."""
        both = np.concatenate([self._columns, columns], axis=1)
        return Regression(self._outcome, both, likeness=self._likeness)

    def own(self, columns: Floats) -> Floats:
        """Return what the regression's columns do not explain of others."""
        found: Floats = columns - self._basis @ (self._basis.T @ columns)
        found[:, np.sqrt((found**2).sum(axis=0)) <= _NOTHING * np.sqrt((columns**2).sum(axis=0))] = 0.0
        return found

    def gain(self, columns: Floats) -> Gain:
        """Add columns all at once."""
        own = self.own(columns)
        directions = _directions(own)
        explained = float(((directions.T @ self.left) ** 2).sum())
        free = max(self.free - directions.shape[1], 1)
        # Errors of neighbours that resemble each other make every error larger.
        variance = max(self.squares - explained, 0.0) / free * len(self._outcome) / self.rows
        inverse = np.linalg.pinv(own.T @ own, rcond=_NOTHING, hermitian=True)
        effect = inverse @ own.T @ self.left
        error = np.sqrt(np.maximum(np.diag(inverse), 0.0) * variance)
        t = np.divide(effect, error, out=np.zeros_like(effect), where=error > 0)
        bic = self.fit(explained) - directions.shape[1] * math.log(max(self.rows, 2.0))
        return Gain(bic=bic, explained=explained, effect=effect, t=t)

    def explained_by_each(self, columns: Floats) -> Floats:
        """Return what each column alone would take away from the squares, (columns,)."""
        own = self.own(columns)
        size = (own**2).sum(axis=0)
        found: Floats = np.divide((own.T @ self.left) ** 2, size, out=np.zeros_like(size), where=size > 0)
        return found

    def fit(self, explained: float) -> float:
        """Return twice the log likelihood that so many squares bring."""
        return self.rows * math.log(self.squares / max(self.squares - explained, _NOTHING * self.squares))


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A panel added up over regions, and the columns of a specification on it.

    Attributes
    ----------
    outcome : float64 array (periods,)
    controls : xr.DataArray
        (period, geo, control) with one geo: controls weighted by the outcome of the regions; only those that change.
    drivers : float64 array (periods, drivers), labels : tuple of str
        What the specification has beside media and waves.
    waves, media : float64 array (periods, ...)
    """

    outcome: Floats
    controls: xr.DataArray
    drivers: Floats
    labels: tuple[str, ...]
    waves: Floats
    media: Floats
    timeline: Timeline
    likeness: float

    @property
    def period(self) -> Period:
        """Length of a period."""
        return self.timeline.period

    def regression(self, *, waves: bool = True, without: str = "") -> Regression:
        """Regress on everything, perhaps without the waves or one driver."""
        kept = [at for at, label in enumerate(self.labels) if label != without]
        level = np.ones((len(self.outcome), 1))
        parts = [level, self.media, self.drivers[:, kept], *([self.waves] if waves else [])]
        return Regression(self.outcome, np.concatenate(parts, axis=1), likeness=self.likeness)


def look_at(panel: Panel, specification: ModelSpecification) -> Look:
    """Add a panel up and lay the columns of a specification out."""
    periods = pd.DatetimeIndex(panel.data["period"].values)
    timeline = Timeline(periods=periods, known=len(periods), period=panel.period)
    controls = _weighted(panel)
    laid = lay_out(controls, len(periods), panel.period, specification)
    outcome = panel.data["kpi"].values.sum(axis=1)
    values = laid.values.values[:, 0, :]
    drivers = values - values.mean(axis=0)
    waves = waves_at(periods, specification.yearly_seasonality)
    media = _media(panel, timeline)
    slow = drift_columns(timeline, wanted=True).values[:, 0, :]
    everything = Regression(outcome, np.concatenate([np.ones((len(periods), 1)), media, drivers, waves, slow], axis=1))
    return Look(
        outcome=outcome,
        controls=controls,
        drivers=drivers,
        labels=tuple(str(label) for label in laid.values["control"].values),
        waves=waves,
        media=media,
        timeline=timeline,
        likeness=_likeness(everything.left),
    )


def _weighted(panel: Panel) -> xr.DataArray:
    weights = panel.data["kpi"].values.mean(axis=0)
    weights = weights / weights.sum()
    values = np.einsum("pgc,g->pc", panel.data["controls"].values, weights)
    moving = np.ptp(values, axis=0) > 1e-12 * np.abs(values).max(axis=0, initial=0.0)
    coords = {"period": panel.data["period"].values, "geo": ["all"], "control": panel.data["control"].values[moving]}
    return xr.DataArray(values[:, None, moving], coords, ("period", "geo", "control"))


def _media(panel: Panel, timeline: Timeline) -> Floats:
    spend = panel.data["spend"].values.sum(axis=1)
    carried = np.sqrt(carry_on(spend, _CARRIED_WEEKS * 7 / timeline.days))
    largest = carried.max(axis=0)
    scaled = np.divide(carried, largest, out=np.zeros_like(carried), where=largest > 0)
    scaled = scaled - scaled.mean(axis=0)
    most = max(1, len(spend) // _ROWS_PER_GROUP)
    if scaled.shape[1] <= most:
        return np.asarray(scaled)
    left, size, _ = np.linalg.svd(scaled, full_matrices=False)
    return np.asarray(left[:, :most] * size[:most])


def _likeness(errors: Floats) -> float:
    """Return the correlation of neighbouring errors; below 0 it counts as none."""
    squares = float(errors @ errors)
    return float(np.clip(errors[1:] @ errors[:-1] / squares, 0.0, 0.8)) if squares > 0 else 0.0


def _directions(columns: Floats) -> Floats:
    """Return an orthonormal basis of what columns span, (rows, directions)."""
    size = np.sqrt((columns**2).sum(axis=0))
    unit = np.divide(columns, size, out=np.zeros_like(columns), where=size > 0)
    left, weight, _ = np.linalg.svd(unit, full_matrices=False)
    found = left[:, weight > _NOTHING * max(weight.max(initial=0.0), 1e-300)] if size.any() else left[:, :0]
    return np.asarray(found)
