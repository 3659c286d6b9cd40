"""The model that would be fitted, as plain arrays: what `mmm_core.modeling.build` hands to PyMC-Marketing, in NumPy.

Scaled as there: the outcome of a region by its largest value, the spend of a group in a region by its largest value.
Rows are periods x regions, period by period.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.modeling.design import make_design
from mmm_core.modeling.guarding import refuse_unusable
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

Floats = NDArray[np.float64]

DAYS_IN_YEAR = 365.25
"""As in PyMC-Marketing's yearly waves."""
CARRY_OVER = (1.0, 3.0)
"""Beta prior of the carry-over."""
STEEPNESS = (3.0, 1.0)
"""Gamma prior (shape, rate) of the steepness."""
NOISE = 0.3
"""Scale of the half-normal prior of the noise."""
_INTERCEPT = (0.5, 0.5)
_OTHER = (0.0, 0.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaledModel:
    """Arrays of one model.

    Attributes
    ----------
    groups : tuple of str
        K names.
    lagged : float64 array (K, rows, l_max)
        Scaled spend of the same period, one period before, two periods before, ...
    outcome : float64 array (rows,)
        Scaled outcome.
    others : float64 array (rows, Q)
        Intercept per region, standardised controls, yearly waves.
    other_names : tuple of str
        Q names.
    others_mean, others_spread : float64 array (Q,)
        Normal priors of their coefficients.
    effect_mean, effect_spread : float64 array (K,)
        Normal priors of the logarithm of the effects.
    region : int array (rows,)
    outcome_scale : float64 array (rows,)
        KPI units that count as 1 in contributions over the window; 0 for rows after the window.
    spend_scale : float64 array (regions, K)
        Currency units that count as 1; 0 where a group was never active in a region.
    spend : float64 array (K,)
        Spend over the window, currency units.
    geos : tuple of str
        Names of the regions.
    period_days : int
        7 or 1.
    """

    groups: tuple[str, ...]
    lagged: Floats
    outcome: Floats
    others: Floats
    other_names: tuple[str, ...]
    others_mean: Floats
    others_spread: Floats
    effect_mean: Floats
    effect_spread: Floats
    region: NDArray[np.intp]
    outcome_scale: Floats
    spend_scale: Floats
    spend: Floats
    geos: tuple[str, ...]
    period_days: int

    @property
    def regions(self) -> int:
        """Number of regions."""
        return len(self.spend_scale)


def scaled_model(panel: Panel, specification: ModelSpecification) -> ScaledModel:
    """Prepare the arrays.

    Raises
    ------
    BadInput
        If no model can be fitted to the panel.
    """
    refuse_unusable(panel, adstock_l_max=specification.adstock_l_max)
    spend = panel.data["spend"].values
    kpi = panel.data["kpi"].values
    periods, geos, groups = spend.shape
    spend_scale, kpi_scale = spend.max(axis=0), kpi.max(axis=0)
    scaled = np.divide(spend, spend_scale, out=np.zeros_like(spend), where=spend_scale > 0)
    others, names = _others(panel, specification)
    intercept = np.arange(len(names)) < geos
    return ScaledModel(
        groups=panel.groups,
        lagged=lay_out_lags(scaled, specification.adstock_l_max),
        outcome=(kpi / kpi_scale).ravel(),
        others=others,
        other_names=names,
        others_mean=np.where(intercept, _INTERCEPT[0], _OTHER[0]),
        others_spread=np.where(intercept, _INTERCEPT[1], _OTHER[1]),
        effect_mean=np.full(groups, math.log(specification.effect_median)),
        effect_spread=np.array([specification.spread_of(group) for group in panel.groups]),
        region=np.tile(np.arange(geos), periods),
        outcome_scale=np.tile(kpi_scale, periods),
        spend_scale=spend_scale,
        spend=spend.sum(axis=(0, 1)),
        geos=tuple(str(geo) for geo in panel.data["geo"].values),
        period_days=7 if panel.period == "week" else 1,
    )


def lay_out_lags(scaled: Floats, l_max: int) -> Floats:
    """Lay out (periods, regions, K) as (K, rows, l_max); nothing was spent before the first period."""
    periods, geos, groups = scaled.shape
    lagged = np.zeros((groups, periods, geos, l_max))
    by_group = scaled.transpose(2, 0, 1)
    for lag in range(min(l_max, periods)):
        lagged[:, lag:, :, lag] = by_group[:, : periods - lag]
    return lagged.reshape(groups, periods * geos, l_max)


def _others(panel: Panel, specification: ModelSpecification) -> tuple[Floats, tuple[str, ...]]:
    """Return the columns that are linear, with their names."""
    periods, geos = panel.data["kpi"].shape
    design = make_design(panel, specification)
    intercepts = np.tile(np.eye(geos), (periods, 1))
    controls = design.inputs["_control"].values.reshape(periods * geos, -1)
    waves = np.repeat(yearly_waves(panel, specification.yearly_seasonality), geos, axis=0)
    names = (
        *(f"intercept: {geo}" for geo in panel.data["geo"].values),
        *design.controls,
        *(f"wave: {number}" for number in range(waves.shape[1])),
    )
    return np.concatenate([intercepts, controls, waves], axis=1), names


def yearly_waves(panel: Panel, order: int) -> Floats:
    """Return sine and cosine of `order` yearly waves at the first days of the periods, (periods, 2 order)."""
    return waves_at(pd.DatetimeIndex(panel.data["period"].values), order)


def waves_at(days: pd.DatetimeIndex, order: int) -> Floats:
    """Return sine and cosine of `order` yearly waves on some days, (days, 2 order)."""
    day = days.day_of_year.to_numpy(dtype=np.float64)
    angles = 2 * np.pi * np.outer(day / DAYS_IN_YEAR, np.arange(1, order + 1))
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1)
