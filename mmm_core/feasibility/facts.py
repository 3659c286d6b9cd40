"""What the files say about history, outcome and media: the figures beneath the structure brief."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from mmm_core.feasibility.limits import LIMITS, Limits
from mmm_core.panel.calendar import Calendar
from mmm_core.panel.cube import Cube
from mmm_core.panel.outcome import Series
from mmm_core.panel.window import Window
from mmm_core.schema import ProjectData
from mmm_core.settings import ProjectSettings

_WAVES = 2


class Grounded(Protocol):
    """What the brief needs of a project: `mmm_core.workflows.scoping.Ground` has it."""

    @property
    def settings(self) -> ProjectSettings:
        """The calendar."""

    @property
    def data(self) -> ProjectData:
        """The tables as read."""

    @property
    def items(self) -> pd.DataFrame:
        """The catalogue."""

    @property
    def cube(self) -> Cube:
        """Spend per line item and period."""

    @property
    def kpi(self) -> Series | None:
        """The outcome per period."""

    @property
    def controls(self) -> tuple[Series, ...]:
        """Other drivers per period."""

    @property
    def window(self) -> Window | None:
        """What all sources cover."""

    @property
    def calendar(self) -> Calendar:
        """How periods are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The common window: number of complete periods, first and last as ISO dates, in weeks and years, and regions."""

    periods: int
    first: str
    last: str
    weeks: float
    years: float
    geos: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The KPI per period, regions added up.

    Attributes
    ----------
    mean : float
        KPI units per period.
    variation, noise : float
        Standard deviation over the mean, of the KPI and of what trend and season leave of it; dimensionless.
    zeros, missing : int
        Periods with 0 and without a value.
    season : float or None
        Strength of yearly seasonality, 0 to 1; None when the history is too short to tell.
    """

    name: str
    mean: float
    variation: float
    noise: float
    zeros: int
    missing: int
    season: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFacts:
    """Line items with spend in the window: how many, how many carry history, how many move, and their spend shares.

    `shares` holds the spend share of every line item, the largest first, float64 (items,).
    """

    line_items: int
    with_history: int
    spend_with_history: float
    moving: int
    shares: np.ndarray


def history(ground: Grounded) -> History | None:
    """Measure the common window; None while the KPI or all media are missing."""
    if ground.window is None or ground.kpi is None:
        return None
    first, last = ground.calendar.labels([ground.window.first, ground.window.last])
    years = len(ground.window) / ground.settings.periods_per_year
    return History(
        periods=len(ground.window),
        first=first,
        last=last,
        weeks=len(ground.window) * ground.calendar.days / 7,
        years=years,
        geos=len(ground.kpi.geos()),
    )


def outcome(ground: Grounded) -> Outcome | None:
    """Measure the KPI in the window; None while it is missing."""
    if ground.window is None or ground.kpi is None or ground.data.kpi is None:
        return None
    laid = ground.kpi.laid_out("value", ground.window.numbers, ground.kpi.geos())
    values = laid.sum(axis=1, min_count=1).to_numpy(dtype=np.float64)
    known = values[~np.isnan(values)]
    mean = float(known.mean()) if len(known) else 0.0
    noise, season = _decomposed(values, ground.settings.periods_per_year)
    scale = abs(mean) or 1.0
    return Outcome(
        name=ground.data.kpi.name,
        mean=mean,
        variation=float(known.std()) / scale if len(known) else 0.0,
        noise=noise / scale,
        zeros=int((known == 0).sum()),
        missing=len(values) - len(known),
        season=season,
    )


def media(ground: Grounded, limits: Limits = LIMITS) -> MediaFacts | None:
    """Measure the line items in the window, or on their own time axis while there is no window; None without media."""
    if not len(ground.items):
        return None
    totals = _per_item_and_period(ground)
    spend = totals.sum(axis=1)
    spent = spend > 0
    totals, spend = totals[spent], spend[spent]
    if not len(spend):
        return MediaFacts(line_items=0, with_history=0, spend_with_history=0.0, moving=0, shares=np.empty(0))
    enough = round(limits.active_year_share * ground.settings.periods_per_year)
    lasting = (totals != 0).sum(axis=1) >= enough
    moving = totals.std(axis=1) >= limits.moving_cv * totals.mean(axis=1)
    return MediaFacts(
        line_items=len(spend),
        with_history=int(lasting.sum()),
        spend_with_history=float(spend[lasting].sum() / spend.sum()),
        moving=int(moving.sum()),
        shares=np.sort(spend / spend.sum())[::-1],
    )


def _per_item_and_period(ground: Grounded) -> np.ndarray:
    """Return spend in micros as floats, (items, periods): behind the model's door, nothing here must add up exactly."""
    cube, window = ground.cube, ground.window
    start = window.first - cube.first_period if window is not None else 0
    periods = len(window) if window is not None else cube.periods
    at = cube.period - start
    inside = (at >= 0) & (at < periods)
    flat = cube.item[inside] * periods + at[inside]
    size = len(cube.line_items) * periods
    return np.bincount(flat, weights=cube.micros[inside], minlength=size).reshape(-1, periods)


def _decomposed(values: np.ndarray, per_year: int) -> tuple[float, float | None]:
    """Return the standard deviation of what trend and season leave (in KPI units), and the strength of the season."""
    known = ~np.isnan(values)
    time = np.arange(len(values))[known] / per_year
    series = values[known]
    trend = np.column_stack([np.ones_like(time), time])
    has_season = len(series) >= 2 * per_year
    angles = 2 * np.pi * np.outer(time, np.arange(1, _WAVES + 1))
    design = np.column_stack([trend, np.sin(angles), np.cos(angles)]) if has_season else trend
    free = len(series) - design.shape[1]
    if free <= 0:
        return 0.0, None
    weights = np.linalg.lstsq(design, series, rcond=None)[0]
    left = series - design @ weights
    noise = float(np.sqrt((left**2).sum() / free))
    if not has_season:
        return noise, None
    detrended = series - trend @ weights[:2]
    total = float(detrended.var())
    return noise, max(0.0, 1.0 - float(left.var()) / total) if total > 0 else 0.0
