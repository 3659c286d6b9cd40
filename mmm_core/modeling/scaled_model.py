"""The model that would be fitted, as plain arrays: what `mmm_core.modeling.build` hands to PyMC-Marketing, in NumPy.

Scaled as there: the outcome of a region by its largest value, the spend of a group in a region by its largest value.
Rows are periods x regions, period by period.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mmm_core.modeling.calibrating import measured_lifts
from mmm_core.modeling.design import make_design
from mmm_core.modeling.expected_shares import expected_shares
from mmm_core.modeling.guarding import refuse_unusable
from mmm_core.modeling.scales import scales_of
from mmm_core.modeling.shapes import ShapeParameter, shape_parameters, shape_priors
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

Floats = NDArray[np.float64]

DAYS_IN_YEAR = 365.25
"""As in PyMC-Marketing's yearly waves."""
NOISE = 0.3
"""Scale of the half-normal prior of the noise."""
REGIONS_APART = 0.3
"""Scale of the half-normal prior of how far the regions' effects are apart, as the spread of their logarithms."""
_INTERCEPT = (0.5, 0.5)
_OTHER = (0.0, 0.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaledTests:
    """Lift tests on the model's scale, one row per test and region, each (N,).

    `saturation(after) - saturation(before)`, times the effect of `group` in `region`, was measured as `lift` with the
    standard error `error`.
    """

    group: NDArray[np.intp]
    region: NDArray[np.intp]
    before: Floats
    after: Floats
    lift: Floats
    error: Floats


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
    share_mean, share_spread : float64 array (K,)
        Normal priors of the logarithm of what each group brings over the window, as a share of the outcome.
    share_likeness : float64 array (K, K)
        Correlations of these priors: groups that are expected to return alike, after what is known of costs.
    shapes : tuple of ShapeParameter
        P parameters of a group's curve.
    shape_priors : float64 array (P, K, 2)
        Their priors, see `mmm_core.modeling.shapes`.
    region : int array (rows,)
    outcome_scale : float64 array (rows,)
        KPI units that count as 1 in contributions over the window; 0 for rows after the window.
    total_outcome : float
        KPI units over the window, of which shares are shares.
    spend_scale : float64 array (regions, K)
        Currency units that count as 1; 0 where a group was never active in a region.
    spend : float64 array (K,)
        Spend over the window, currency units.
    geos : tuple of str
        Names of the regions.
    period_days : int
        7 or 1.
    tests : ScaledTests
        Lift tests that the model is held to.
    """

    groups: tuple[str, ...]
    lagged: Floats
    outcome: Floats
    others: Floats
    other_names: tuple[str, ...]
    others_mean: Floats
    others_spread: Floats
    share_mean: Floats
    share_spread: Floats
    share_likeness: Floats
    shapes: tuple[ShapeParameter, ...]
    shape_priors: Floats
    region: NDArray[np.intp]
    outcome_scale: Floats
    total_outcome: float
    spend_scale: Floats
    spend: Floats
    geos: tuple[str, ...]
    period_days: int
    tests: ScaledTests

    @property
    def regions(self) -> int:
        """Number of regions."""
        return len(self.spend_scale)

    @property
    def share_weight(self) -> Floats:
        """Return what a scaled contribution in each row adds to the share of the outcome, (rows,)."""
        return self.outcome_scale / self.total_outcome

    @property
    def share_precision(self) -> Floats:
        """Return the precision matrix of the logarithms of the shares, (K, K)."""
        return np.asarray(np.linalg.inv(self.share_likeness * np.outer(self.share_spread, self.share_spread)))


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
    periods, geos, _ = spend.shape
    spend_scale, kpi_scale = scales_of(panel, specification)
    scaled = np.divide(spend, spend_scale, out=np.zeros_like(spend), where=spend_scale > 0)
    others, names, others_spread = _others(panel, specification)
    intercept = np.arange(len(names)) < geos
    period_days = 7 if panel.period == "week" else 1
    share_mean, share_spread, share_likeness = expected_shares(panel, specification)
    return ScaledModel(
        groups=panel.groups,
        lagged=lay_out_lags(scaled, specification.adstock_l_max),
        outcome=(kpi / kpi_scale).ravel(),
        others=others,
        other_names=names,
        others_mean=np.where(intercept, _INTERCEPT[0], _OTHER[0]),
        others_spread=others_spread,
        share_mean=share_mean,
        share_spread=share_spread,
        share_likeness=share_likeness,
        shapes=shape_parameters(specification),
        shape_priors=shape_priors(
            specification, panel.groups, usual_spend=usual_spend(scaled), period_days=period_days
        ),
        region=np.tile(np.arange(geos), periods),
        outcome_scale=np.tile(kpi_scale, periods),
        total_outcome=float(kpi.sum()),
        spend_scale=spend_scale,
        spend=spend.sum(axis=(0, 1)),
        geos=tuple(str(geo) for geo in panel.data["geo"].values),
        period_days=period_days,
        tests=_scaled_tests(panel, specification, spend_scale, kpi_scale),
    )


def _scaled_tests(
    panel: Panel, specification: ModelSpecification, spend_scale: Floats, kpi_scale: Floats
) -> ScaledTests:
    rows = measured_lifts(panel, specification)
    geos = [str(geo) for geo in panel.data["geo"].values]
    group = np.array([panel.groups.index(row.group) for row in rows], dtype=np.intp)
    region = np.array([geos.index(row.geo) for row in rows], dtype=np.intp)
    told = np.array([[row.x, row.x + row.delta_x, row.delta_y, row.sigma] for row in rows]).reshape(-1, 4).T
    spend, outcome = spend_scale[region, group], kpi_scale[region]
    return ScaledTests(
        group=group,
        region=region,
        before=told[0] / spend,
        after=told[1] / spend,
        lift=told[2] / outcome,
        error=told[3] / outcome,
    )


def regions_apart(model: ScaledModel, specification: ModelSpecification) -> bool:
    """Tell whether every region has effects of its own."""
    return specification.geo_effects == "hierarchical" and model.regions > 1


def usual_spend(scaled: Floats) -> Floats:
    """Return the mean scaled spend of the periods and regions with spend, (K,)."""
    active = (scaled > 0).sum(axis=(0, 1))
    return np.asarray(scaled.sum(axis=(0, 1)) / np.maximum(active, 1))


def lay_out_lags(scaled: Floats, l_max: int) -> Floats:
    """Lay out (periods, regions, K) as (K, rows, l_max); nothing was spent before the first period."""
    periods, geos, groups = scaled.shape
    lagged = np.zeros((groups, periods, geos, l_max))
    by_group = scaled.transpose(2, 0, 1)
    for lag in range(min(l_max, periods)):
        lagged[:, lag:, :, lag] = by_group[:, : periods - lag]
    return lagged.reshape(groups, periods * geos, l_max)


def _others(panel: Panel, specification: ModelSpecification) -> tuple[Floats, tuple[str, ...], Floats]:
    """Return the columns that are linear, with their names and the prior spreads of their coefficients."""
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
    spread = [np.full(geos, _INTERCEPT[1]), design.spread, np.full(waves.shape[1], _OTHER[1])]
    return np.concatenate([intercepts, controls, waves], axis=1), names, np.concatenate(spread)


def yearly_waves(panel: Panel, order: int) -> Floats:
    """Return sine and cosine of `order` yearly waves at the first days of the periods, (periods, 2 order)."""
    return waves_at(pd.DatetimeIndex(panel.data["period"].values), order)


def waves_at(days: pd.DatetimeIndex, order: int) -> Floats:
    """Return sine and cosine of `order` yearly waves on some days, (days, 2 order)."""
    day = days.day_of_year.to_numpy(dtype=np.float64)
    angles = 2 * np.pi * np.outer(day / DAYS_IN_YEAR, np.arange(1, order + 1))
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1)
