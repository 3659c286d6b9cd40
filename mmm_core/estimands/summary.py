"""Contribution and ROI per group over a window, with 90 % intervals."""

import numpy as np
import pandas as pd
import xarray as xr

from mmm_core.modeling.fit import Fit
from mmm_core.panel.panel import Panel

COLUMNS = (
    "group",
    "spend",
    "contribution_mean",
    "contribution_q05",
    "contribution_q95",
    "share_of_spend",
    "share_of_contribution",
    "roi_mean",
    "roi_q05",
    "roi_q95",
)
_DRAWS = ("chain", "draw")


def group_contribution(fit: Fit, *, window: slice | None = None) -> xr.DataArray:
    """Sum contributions over periods and geos.

    Parameters
    ----------
    window : slice of dates, optional
        First days of the first and last period, both included; default is the whole panel.

    Returns
    -------
    xr.DataArray
        Dims (chain, draw, group), KPI units, float64.
    """
    contribution = fit.draws["contribution"].sel(period=window or slice(None))
    return contribution.sum(("period", "geo"), dtype=np.float64)


def summary_table(panel: Panel, fit: Fit, *, window: slice | None = None) -> pd.DataFrame:
    """Tabulate what each group cost and brought.

    A contribution counts in the period in which it arises, whenever the spend behind it was made; ROI is the
    contribution of the window per currency unit spent in the window. Shares of contribution are shares of the
    contribution of all groups, by their means.

    Parameters
    ----------
    panel : Panel
        The panel of the fit; gives spend.
    fit : Fit
    window : slice of dates, optional
        See `group_contribution`.

    Returns
    -------
    pd.DataFrame
        One row per group with `COLUMNS`: spend in currency units, contributions in KPI units, shares 0 to 1, ROI in KPI
        units per currency unit; intervals are the 5 % and 95 % quantiles. A group without spend in the window has no
        ROI (NaN), and a share is NaN where there is nothing to share.
    """
    contribution = group_contribution(fit, window=window)
    spend = panel.data["spend"].sel(period=window or slice(None), group=contribution["group"]).sum(("period", "geo"))
    roi = contribution / spend.where(spend > 0)
    mean = contribution.mean(_DRAWS)
    columns = {
        "group": [str(name) for name in contribution["group"].values],
        "spend": spend,
        **_with_interval("contribution", contribution),
        "share_of_spend": _share(spend),
        "share_of_contribution": _share(mean),
        **_with_interval("roi", roi),
    }
    values = {name: column.values if isinstance(column, xr.DataArray) else column for name, column in columns.items()}
    return pd.DataFrame(values, columns=list(COLUMNS))


def _with_interval(name: str, draws: xr.DataArray) -> dict[str, xr.DataArray]:
    low, high = (draws.quantile(level, _DRAWS, skipna=False) for level in (0.05, 0.95))
    return {f"{name}_mean": draws.mean(_DRAWS, skipna=False), f"{name}_q05": low, f"{name}_q95": high}


def _share(values: xr.DataArray) -> xr.DataArray:
    total = values.sum()
    return values / total.where(total > 0)
