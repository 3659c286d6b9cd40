"""A small picture beside a finding: one series over time, with the periods that it is about marked."""

import altair as alt
import numpy as np
import pandas as pd

from mmm_core.charts.frozen import Drawing, frozen, require_columns
from mmm_core.charts.layout import FITTED, by_period
from mmm_core.charts.palette import ACCENT, ATTENTION
from mmm_core.charts.wording import THREE_DIGITS, amount_expression, day, period_tooltip, two_digits
from mmm_core.settings import Period

_HEIGHT = 150
_MARKED_IN_ALT = 5


def evidence_chart(table: pd.DataFrame, *, unit: str, period: Period = "week") -> Drawing:
    """Draw one series with some of its periods marked.

    Parameters
    ----------
    table : DataFrame
        `period` (datetime), `value` (float, NaN where there is none), `marked` (bool).
    unit : str
        What a value is, for instance "EUR per week".
    period : {"week", "day"}
        What a row stands for.

    Returns
    -------
    Drawing
        A line that breaks where values are missing, points on what is marked.

    Raises
    ------
    BadInput
        If a column is missing or there is no row.
    """
    require_columns(table, ("period", "value", "marked"), chart="picture of a finding")
    rows = by_period(table, ["period", "value", "marked"])
    return Drawing(frozen=_evidence(unit, period), data={"points": rows}, alt=_sentence(rows, unit))


@frozen
def _evidence(unit: str, period: Period) -> alt.LayerChart:
    base = alt.Chart(alt.NamedData("points")).transform_calculate(
        shown=f"isValid(datum.value) ? {amount_expression('value', unit, digits=THREE_DIGITS)} : 'nothing'"
    )
    time = alt.X("period:T", title=None)
    line = base.mark_line(strokeWidth=1.5, invalid="break-paths-show-domains").encode(
        x=time, y=alt.Y("value:Q", axis=_axis(unit)), color=alt.value(ACCENT)
    )
    points = (
        base.transform_filter("datum.marked")
        .mark_point(filled=True, size=48, opacity=1)
        .encode(x=time, y="value:Q", color=alt.value(ATTENTION))
    )
    strips = base.mark_rect(opacity=0).encode(
        x="hover_from:T", x2="hover_to:T", tooltip=[period_tooltip(period), alt.Tooltip("shown:N", title="Value")]
    )
    return alt.layer(line, points, strips).properties(
        height=_HEIGHT, autosize=FITTED, description=f"{unit} over time, with points where the finding is."
    )


def _axis(unit: str) -> alt.Axis:
    """Return an axis for amounts and for prices of a unit: 200k, 1.5M, but 0.16 and never 160m."""
    large, small = "replace(format(datum.value, '~s'), 'G', 'bn')", "format(datum.value, '.3~r')"
    text = f"abs(datum.value) >= 1 || datum.value == 0 ? {large} : {small}"
    return alt.Axis(title=unit, labelExpr=text, tickCount=5, labelLimit=0, labelFlush=False)


def _sentence(rows: pd.DataFrame, unit: str) -> str:
    first, last = day(rows["period"].iloc[0]), day(rows["period"].iloc[-1])
    values = rows["value"].to_numpy(dtype=np.float64)
    there = values[np.isfinite(values)]
    reach = f": from {two_digits(float(there.min()))} to {two_digits(float(there.max()))}" if len(there) else ""
    hit = rows.loc[rows["marked"].to_numpy(dtype=bool), "period"]
    named = ", ".join(day(moment) for moment in hit[:_MARKED_IN_ALT])
    more = f" and {len(hit) - _MARKED_IN_ALT} more" if len(hit) > _MARKED_IN_ALT else ""
    return f"{unit}, {first} to {last}{reach}." + (f" Marked: {named}{more}." if len(hit) else "")
