"""Future plans under a fit, fast enough for a slider. Nothing heavy is imported before the first evaluation."""

import logging
from typing import Protocol

import numpy as np
import pandas as pd
import xarray as xr

from mmm_core.errors import BadInput
from mmm_core.modeling.design import future_inputs, future_periods, make_design
from mmm_core.modeling.fit import Fit, thinned
from mmm_core.modeling.labels import to_library
from mmm_core.panel.panel import Panel

LONGEST_HORIZON = 104
_MOST_DRAWS = 2_000
_log = logging.getLogger(__name__)


class _Paths(Protocol):
    def contribution(self, spend: np.ndarray) -> np.ndarray: ...
    def without_media(self, inputs: xr.Dataset) -> np.ndarray: ...


class ScenarioEngine:
    """Evaluates plans for the periods that directly follow the panel.

    The outcome of a plan is what the model expects without media (intercept, seasonality of the future dates, controls
    as in `design.future_inputs`), plus what spend brings (carry-over from history included), plus observation noise.
    The first and the last are drawn once; a slider move evaluates the media part only. Every plan meets the same draws
    and the same noise, so two plans may be subtracted draw by draw, also when their horizons differ. Effects that plans
    have after their last period are not counted.

    Parameters
    ----------
    panel : Panel
        The panel of the fit.
    fit : Fit
    longest : int, default 104
        Longest horizon in periods.

    Raises
    ------
    BadInput
        If the fit belongs to another panel.
    """

    def __init__(self, panel: Panel, fit: Fit, *, longest: int = LONGEST_HORIZON) -> None:
        if fit.panel_fingerprint != panel.fingerprint:
            raise BadInput("The fit belongs to another panel", remedy="Fit the model to this panel first")
        self._panel, self._fit, self._longest = panel, fit, longest
        self._paths: _Paths | None = None
        self._without_media = np.empty(0)

    def warm(self, periods: int = 13) -> None:
        """Import, build and compile what an evaluation needs, so that the first slider move is as fast as the next."""
        self.evaluate(self._empty_plan(periods))

    def evaluate(self, plan: xr.DataArray) -> xr.DataArray:
        """Draw the outcome under a plan.

        Parameters
        ----------
        plan : xr.DataArray
            Spend (period, geo, group) in currency units per period; periods follow the panel's last one.

        Returns
        -------
        xr.DataArray
            Outcome (chain, draw, period, geo) in KPI units, observation noise included.

        Raises
        ------
        BadInput
            If labels do not fit the panel or a value is negative or missing.
        """
        contribution = self.contribution(plan)
        without = self._without_media[:, :, : plan.sizes["period"]]
        return contribution.sum("group").copy(data=without + contribution.values.sum(axis=-1))

    def contribution(self, plan: xr.DataArray) -> xr.DataArray:
        """Compute what each group brings under a plan: (chain, draw, period, geo, group), KPI units."""
        plan = self._checked(plan)
        values = self._ready().contribution(plan.values)
        chains, draws = values.shape[:2]
        coords = {"chain": np.arange(chains), "draw": np.arange(draws), **{dim: plan[dim].values for dim in plan.dims}}
        return xr.DataArray(values, coords, ("chain", "draw", "period", "geo", "group"))

    def _ready(self) -> _Paths:
        if self._paths is None:
            paths = _paths(self._panel, self._fit)
            design = make_design(self._panel, self._fit.specification)
            empty = self._empty_plan(self._longest)
            inputs = future_inputs(self._panel, self._fit.specification, design, empty)
            self._without_media = paths.without_media(inputs)
            self._paths = paths
        return self._paths

    def _empty_plan(self, periods: int) -> xr.DataArray:
        future = future_periods(self._panel, periods)
        labels = {dim: self._panel.data[dim].values for dim in ("geo", "group")}
        shape = (periods, len(labels["geo"]), len(labels["group"]))
        return xr.DataArray(np.zeros(shape), {"period": future, **labels}, ("period", "geo", "group"))

    def _checked(self, plan: xr.DataArray) -> xr.DataArray:
        periods = plan.sizes.get("period", 0)
        if not 1 <= periods <= self._longest:
            raise BadInput(f"The plan has {periods} periods", expected=f"1 to {self._longest} can be evaluated")
        expected = self._empty_plan(periods)
        days, wanted = (pd.DatetimeIndex(labels["period"].values) for labels in (plan, expected))
        if not days.equals(wanted):
            raise BadInput(
                f"The plan starts on {days[0].date()}",
                expected=f"it must follow the panel without a gap, from {wanted[0].date()}",
            )
        for dim in ("geo", "group"):
            if set(plan[dim].values) != set(expected[dim].values):
                raise BadInput(f"The plan names other {dim}s than the panel", where=f"plan.{dim}")
        plan = plan.transpose("period", "geo", "group").sel({dim: expected[dim].values for dim in ("geo", "group")})
        if not np.isfinite(plan.values).all() or plan.values.min() < 0:
            raise BadInput("The plan holds missing or negative spend", expected="spend must be 0 or more in every cell")
        return plan


def _paths(panel: Panel, fit: Fit) -> _Paths:
    """Return the quick paths, or those on PyMC-Marketing's graph where the quick ones break."""
    posterior = thinned(fit.posterior, most_draws=_MOST_DRAWS)
    try:
        from mmm_core.modeling.quick_paths import QuickPaths

        return QuickPaths(panel, fit.specification, posterior)
    except Exception:  # noqa: BLE001  # logged, and answered the slow way
        _log.exception("The quick way to a scenario broke; the plain one is taken.")
        from mmm_core.modeling.paths import FuturePaths

        return FuturePaths(panel, fit.specification, to_library(posterior))
