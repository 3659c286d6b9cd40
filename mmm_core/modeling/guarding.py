"""The last line of defence: what PyMC-Marketing would swallow without a word.

The checks in front say the same as findings, with rows and remedies; here a broken panel is only kept out.
"""

import numpy as np
import xarray as xr

from mmm_core.errors import BadInput, counted, listed
from mmm_core.panel.panel import Panel


def refuse_unusable(panel: Panel, *, adstock_l_max: int) -> None:
    """Refuse a panel that no model can be fitted to.

    Raises
    ------
    BadInput
        If there is no group, a label twice, a gap in the periods, a missing or infinite value, negative spend, a group
        without spend, an outcome that never changes, is never positive or adds up to nothing, or too few periods.
    """
    _refuse_labels(panel)
    _refuse_periods(panel, adstock_l_max)
    for name in ("spend", "kpi", "controls"):
        _refuse_missing(panel.data[name])
    _refuse_spend(panel.data["spend"])
    _refuse_outcome(panel.data["kpi"], panel.kpi_name)


def _refuse_labels(panel: Panel) -> None:
    if not panel.groups:
        raise BadInput("The panel has no group", expected="a model needs one group or more", remedy="Map line items")
    for dim in ("group", "geo", "control"):
        labels = [str(label) for label in panel.data[dim].values]
        twice = sorted({label for label in labels if labels.count(label) > 1})
        if twice:
            raise BadInput(f"The {dim} {listed(twice)} is there twice", where="panel", remedy="Rename one of them")


def _refuse_periods(panel: Panel, adstock_l_max: int) -> None:
    periods = panel.data["period"].values.astype("datetime64[D]")
    if len(periods) <= adstock_l_max + 1:
        raise BadInput(
            f"The panel has {counted(len(periods), panel.period)}",
            expected=f"a carry-over of {adstock_l_max} needs at least {adstock_l_max + 2}",
            remedy="Add history, or shorten the carry-over",
        )
    step = np.timedelta64(7 if panel.period == "week" else 1, "D")
    wrong = np.flatnonzero(np.diff(periods) != step)
    if len(wrong):
        raise BadInput(
            f"The {panel.period}s are not gapless and ascending",
            where=f"after {listed([str(periods[place]) for place in wrong])}",
            remedy="Fill or remove the missing periods",
        )


def _refuse_missing(values: xr.DataArray) -> None:
    broken = ~np.isfinite(values.values)
    if broken.any():
        first = np.argwhere(broken)[0]
        place = ", ".join(f"{dim} {_shown(values[dim].values[at])}" for dim, at in zip(values.dims, first, strict=True))
        raise BadInput(
            f"{int(broken.sum())} values of {values.name} are missing or infinite",
            where=f"first at {place}",
            expected="every cell must hold a number",
            remedy="Fill the cells, or leave the periods out",
        )


def _refuse_spend(spend: xr.DataArray) -> None:
    groups = [str(name) for name in spend["group"].values]
    cells = spend.transpose("group", "period", "geo").values.reshape(len(groups), -1)
    negative = [name for name, row in zip(groups, cells, strict=True) if row.min() < 0]
    if negative:
        raise BadInput(
            f"Spend of {listed(negative)} is negative in some periods",
            where="panel",
            expected="spend must be 0 or more",
            remedy="Book refunds against the period they belong to, or exclude them",
        )
    empty = [name for name, row in zip(groups, cells, strict=True) if row.max() == 0]
    if empty:
        raise BadInput(
            f"The group {listed(empty)} has no spend in any period",
            where="panel",
            expected="a group needs spend to have an effect",
            remedy="Merge it with another group, or leave it out",
        )


def _refuse_outcome(kpi: xr.DataArray, name: str) -> None:
    for geo in kpi["geo"].values:
        values = kpi.sel(geo=geo).values
        if values.max() <= 0 or np.ptp(values) == 0:
            raise BadInput(
                f"The outcome '{name}' is {'never positive' if values.max() <= 0 else 'the same in every period'}",
                where=f"geo {geo}",
                expected="a model explains an outcome that changes",
                remedy="Check the KPI file, or leave the region out",
            )
    total = float(kpi.values.sum())
    if total <= 0:
        raise BadInput(
            f"The outcome '{name}' adds up to {total:,.0f} over the window",
            where="panel",
            expected="groups bring shares of the outcome, so its total must be above 0",
            remedy="Take revenue, or the contribution before media, in place of a profit",
        )


def _shown(label: object) -> str:
    return str(label)[:10] if isinstance(label, np.datetime64) else str(label)
