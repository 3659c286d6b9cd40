"""Does the plan ask for more than the model has seen? The trained range per group, with the plan in it or beyond."""

import altair as alt
import numpy as np
import pandas as pd

from mmm_core.charts.frozen import Drawing, frozen, require_columns
from mmm_core.charts.layout import FITTED, ROW_HEIGHT, row_axis
from mmm_core.charts.palette import ACCENT, ATTENTION, INK, NEUTRAL
from mmm_core.charts.wording import amount_expression, interval_expression
from mmm_core.errors import listed
from mmm_core.settings import Period

RANGE_COLUMNS = ("group", "trained_min", "trained_max", "base", "planned")
_NEVER_SPENT_SHARE = 1.25


def plan_range_chart(groups: pd.DataFrame, *, currency: str, period: Period = "week") -> Drawing:
    """Draw base plan and scenario per group against the spend that the model was trained on.

    Groups differ in size by orders of magnitude, so the axis is relative: 100 % is the highest spend of a period seen.

    Parameters
    ----------
    groups : DataFrame
        `group` (str), `trained_min`, `trained_max`, `base`, `planned` (float, currency units per period), in the order
        to be drawn.
    currency : str
        For labels and tooltips.
    period : {"week", "day"}
        What an amount stands for.

    Returns
    -------
    Drawing
        Groups planned outside their range are marked with a word. A group that never spent has no range: its plan is
        drawn beyond 100 %.

    Raises
    ------
    BadInput
        If a column is missing or there is no row.
    """
    require_columns(groups, RANGE_COLUMNS, chart="plan range chart")
    table = groups.loc[:, list(RANGE_COLUMNS)].reset_index(drop=True)
    for column in ("trained_min", "base", "planned"):
        table[f"{column}_share"] = _share(table[column], table["trained_max"])
    table["trained_max_share"] = np.where(table["trained_max"] > 0, 1.0, 0.0)
    above, below = table["planned"] > table["trained_max"], table["planned"] < table["trained_min"]
    table["verdict"] = np.select(
        [above & (table["trained_max"] <= 0), above, below],
        ["! never spent before", "! above the range seen", "! below the range seen"],
        default="in range",
    )
    table["colour"] = np.where(above | below, ATTENTION, ACCENT)
    outside = table.loc[above | below, "group"].tolist()
    said = f"outside the range seen: {listed(outside)}" if outside else "all within the range seen"
    return Drawing(
        frozen=_ranges(currency, period),
        data={"groups": table},
        alt=f"Planned spend per {period} of {len(table)} groups against the trained range: {said}.",
    )


@frozen
def _ranges(currency: str, period: Period) -> alt.LayerChart:
    base = alt.Chart(alt.NamedData("groups")).transform_calculate(
        seen=interval_expression("trained_min", "trained_max", currency, digits=",.0f"),
        planned_amount=amount_expression("planned", currency),
        base_amount=amount_expression("base", currency),
        label=amount_expression("planned", currency) + " + ' \u00b7 ' + datum.verdict",
    )
    rows = alt.Y("group:N", sort=None, axis=row_axis())
    tooltip = [
        alt.Tooltip("group:N", title="Group"),
        alt.Tooltip("planned_amount:N", title=f"Scenario per {period}"),
        alt.Tooltip("base_amount:N", title=f"Base plan per {period}"),
        alt.Tooltip("seen:N", title="Range seen in training"),
        alt.Tooltip("verdict:N", title="Scenario"),
    ]
    axis = alt.Axis(
        format=".0%",
        tickCount=6,
        labelFlush=False,
        title=f"Highest spend of a {period} seen = 100 % (shaded: seen, thick: scenario, thin: base plan)",
    )
    shaded = base.mark_bar(size=16, opacity=0.3, cornerRadius=2).encode(
        x=alt.X("trained_min_share:Q", axis=axis, scale=alt.Scale(zero=True)),
        x2="trained_max_share:Q",
        y=rows,
        color=alt.value(NEUTRAL),
        tooltip=tooltip,
    )
    before = base.mark_tick(thickness=2, size=22, opacity=1).encode(
        x=alt.X("base_share:Q"), y=rows, color=alt.value(INK), tooltip=tooltip
    )
    planned = base.mark_tick(thickness=5, size=22, opacity=1).encode(
        x=alt.X("planned_share:Q"), y=rows, color=alt.Color("colour:N", scale=None), tooltip=tooltip
    )
    figures = base.mark_text(align="left", baseline="middle", fontSize=12).encode(
        x=alt.value({"expr": "width + 12"}), y=rows, text="label:N", color=alt.value(INK)
    )
    return alt.layer(shaded, before, planned, figures).properties(
        height=alt.Step(ROW_HEIGHT),
        autosize=FITTED,
        description=f"Planned spend per group and {period} against the range of spend that the model was trained on.",
    )


def _share(amounts: pd.Series, largest: pd.Series) -> np.ndarray:
    """Return amounts relative to the largest seen; beyond 100 % where nothing was ever spent."""
    seen = largest.to_numpy(dtype=np.float64)
    values = amounts.to_numpy(dtype=np.float64)
    never = np.where(values > 0, _NEVER_SPENT_SHARE, 0.0)
    shares: np.ndarray = np.divide(values, seen, out=never, where=seen > 0)
    return shares
