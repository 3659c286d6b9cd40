"""What each group brings to be learned from: activity, size, movement, age, and company that it cannot be told from."""

from dataclasses import dataclass

import numpy as np

from mmm_core.feasibility.collinearity import (
    control_correlations,
    inflation_factors,
    regional_shares,
    seasonal_shares,
)
from mmm_core.feasibility.limits import LIMITS
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFacts:
    """Classical figures of one group.

    Attributes
    ----------
    spend_share : float
        Of the spend of all groups in the window, 0 to 1.
    active_weeks : float
        Weeks with spend anywhere.
    weeks_since_start : float
        From the first spend to the end of the window.
    variation : float
        Standard deviation over mean of the spend per period, from its start on; dimensionless.
    inflation : float
        Variance inflation factor, 1 to infinity.
    seasonal_share : float
        Share of its variance that yearly waves explain, 0 to 1.
    control : str
        The control that it moves with most, "" without controls.
    control_correlation : float
        Pearson's r with that control.
    regional_share : float or None
        Share of its variation that regions do not have in common; None without regions.
    """

    group: str
    spend_share: float
    active_weeks: float
    weeks_since_start: float
    variation: float
    inflation: float
    seasonal_share: float
    control: str
    control_correlation: float
    regional_share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFacts:
    """How much history there is for how many effects.

    Attributes
    ----------
    rows : int
        Periods x regions.
    effects : int
        Effects to be estimated: groups, controls, seasonal waves, level and noise; shapes are left to their priors.
    parameters : int
        All of them, carry-over and saturation of each group included.
    """

    rows: int
    effects: int
    parameters: int

    @property
    def rows_per_effect(self) -> float:
        """Observations for each effect."""
        return self.rows / self.effects

    @property
    def rows_per_parameter(self) -> float:
        """Observations for each parameter."""
        return self.rows / self.parameters


def group_facts(panel: Panel) -> tuple[GroupFacts, ...]:
    """Measure every group of a panel."""
    total = panel.data["spend"].values.sum(axis=1)
    weeks = 1.0 if panel.period == "week" else 1 / 7
    sums = total.sum(axis=0)
    active = total > 0
    started = np.where(active.any(axis=0), active.argmax(axis=0), len(total))
    inflation, season, regions = inflation_factors(panel), seasonal_shares(panel), regional_shares(panel)
    r = control_correlations(panel)
    controls = [str(name) for name in panel.data["control"].values]
    most = np.abs(r).argmax(axis=1) if controls else None
    return tuple(
        GroupFacts(
            group=group,
            spend_share=float(sums[at] / sums.sum()) if sums.sum() else 0.0,
            active_weeks=float(active[:, at].sum() * weeks),
            weeks_since_start=float((len(total) - started[at]) * weeks),
            variation=_variation(total[started[at] :, at]),
            inflation=float(inflation[at]),
            seasonal_share=float(season[at]),
            control=controls[most[at]] if most is not None else "",
            control_correlation=float(r[at, most[at]]) if most is not None else 0.0,
            regional_share=float(regions[at]) if regions is not None else None,
        )
        for at, group in enumerate(panel.groups)
    )


def history_facts(panel: Panel, specification: ModelSpecification) -> HistoryFacts:
    """Count observations, effects and parameters of the model that would be fitted."""
    sizes = panel.data.sizes
    others = 2 * sizes["geo"] + sizes["control"] + 2 * specification.yearly_seasonality
    return HistoryFacts(
        rows=sizes["period"] * sizes["geo"],
        effects=sizes["group"] + others,
        parameters=LIMITS.parameters_per_group * sizes["group"] + others,
    )


def _variation(values: np.ndarray) -> float:
    mean = float(values.mean()) if len(values) else 0.0
    return float(values.std() / mean) if mean > 0 else 0.0
