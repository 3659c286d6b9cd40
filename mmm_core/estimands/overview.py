"""Everything the Results page shows, as plain values that travel and are kept as JSON."""

import math

import pandas as pd
import xarray as xr

from mmm_core.estimands.contributions import contribution_over_time, fit_against_actuals
from mmm_core.estimands.quality import diagnostics
from mmm_core.estimands.summary import group_contribution, summary_table
from mmm_core.modeling.fit import Fit
from mmm_core.panel.panel import Panel

_LEVELS = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
_DIGITS = 7


def overview(panel: Panel, fit: Fit) -> dict[str, object]:
    """Condense a fit.

    Returns
    -------
    dict
        `groups` (see `summary_table`), `contribution` and `roi` (per group: mean and quantiles), `against_actuals` (see
        `fit_against_actuals`), `over_time` (see `contribution_over_time`), as lists of records with ISO dates and
        None for missing values; `diagnostics` (see there).
    """
    contribution = group_contribution(fit)
    spend = panel.data["spend"].sum(("period", "geo")).sel(group=contribution["group"])
    return {
        "groups": _records(summary_table(panel, fit)),
        "contribution": _records(_intervals(contribution)),
        "roi": _records(_intervals(contribution / spend.where(spend > 0))),
        "against_actuals": _records(fit_against_actuals(panel, fit)),
        "over_time": _records(contribution_over_time(fit)),
        "diagnostics": diagnostics(panel, fit),
    }


def _intervals(draws: xr.DataArray) -> pd.DataFrame:
    quantiles = draws.quantile(list(_LEVELS.values()), ("chain", "draw"), skipna=False)
    columns = {name: quantiles.sel(quantile=level).values for name, level in _LEVELS.items()}
    mean = draws.mean(("chain", "draw"), skipna=False).values
    return pd.DataFrame({"group": [str(name) for name in draws["group"].values], "mean": mean, **columns})


def _records(table: pd.DataFrame) -> list[dict[str, object]]:
    return [{str(name): _plain(value) for name, value in row.items()} for row in table.to_dict("records")]


def _plain(value: object) -> object:
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None
    return value
