"""The outcome over time: fitted against actual, and who brought what."""

import numpy as np
import pandas as pd
import xarray as xr

from mmm_core.modeling.fit import Fit
from mmm_core.panel.panel import Panel

BASELINE = "baseline"
"""What happens without media: intercept, seasonality and controls."""

_DRAWS = ("chain", "draw")


def fit_against_actuals(panel: Panel, fit: Fit) -> pd.DataFrame:
    """Compare the outcome with what the fit would have predicted, summed over geos.

    Returns
    -------
    pd.DataFrame
        `period`, `actual`, `q05`, `q50`, `q95` in KPI units. The interval holds observation noise: about 9 of 10
        actuals should lie in it.
    """
    predicted = fit.draws["predicted"].sum("geo", dtype=np.float64)
    quantiles = predicted.quantile([0.05, 0.5, 0.95], _DRAWS).values
    return pd.DataFrame(
        {
            "period": panel.data["period"].values,
            "actual": panel.data["kpi"].sum("geo").values,
            "q05": quantiles[0],
            "q50": quantiles[1],
            "q95": quantiles[2],
        }
    )


def contribution_over_time(fit: Fit) -> pd.DataFrame:
    """Split the expected outcome of each period, summed over geos.

    Returns
    -------
    pd.DataFrame
        `period`, `group`, `mean`, `q05`, `q95` in KPI units; one row per period and group, plus the group `BASELINE`
        for everything that is not media. The means of a period add up to its expected outcome.
    """
    contribution = fit.draws["contribution"].sum("geo", dtype=np.float64)
    baseline = fit.draws["expected"].sum("geo", dtype=np.float64) - contribution.sum("group")
    frames = [_over_time(BASELINE, baseline)]
    frames += [_over_time(str(name), contribution.sel(group=name)) for name in contribution["group"].values]
    return pd.concat(frames, ignore_index=True)


def _over_time(name: str, draws: xr.DataArray) -> pd.DataFrame:
    low, high = draws.quantile([0.05, 0.95], _DRAWS).values
    return pd.DataFrame(
        {"period": draws["period"].values, "group": name, "mean": draws.mean(_DRAWS).values, "q05": low, "q95": high}
    )
