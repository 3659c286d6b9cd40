"""What a scenario leads to: history, then the median and three bands, against the base plan."""

import altair as alt
import numpy as np
import pandas as pd

from mmm_core.charts.frozen import Drawing, frozen, require_columns
from mmm_core.charts.layout import FITTED, HEIGHT, by_period, edge_labels, spread
from mmm_core.charts.palette import ACCENT, INK
from mmm_core.charts.wording import (
    THREE_DIGITS,
    amount_axis,
    amount_expression,
    day,
    interval_expression,
    period_tooltip,
)
from mmm_core.settings import Period

FUTURE_COLUMNS = ("period", "q025", "q10", "q25", "q50", "q75", "q90", "q975", "base_q50")
_SHOWN_HISTORY = 52
_BANDS = (("q025", "q975", "95 %"), ("q10", "q90", "80 %"), ("q25", "q75", "50 %"))
_BAND_OPACITY = 0.2


def fan_chart(history: pd.DataFrame, future: pd.DataFrame, *, unit: str, period: Period = "week") -> Drawing:
    """Draw the last actuals, then the scenario's forecast with its bands and the base plan's median.

    Parameters
    ----------
    history : DataFrame
        `period` (datetime), `actual` (float, outcome units per period); the last 52 periods are drawn.
    future : DataFrame
        `period`, the scenario's `q025`, `q10`, `q25`, `q50`, `q75`, `q90`, `q975` and the base plan's `base_q50`.
    unit : str
        Unit of the outcome.
    period : {"week", "day"}
        What a row stands for.

    Returns
    -------
    Drawing
        Use `spec(live=True)` beside sliders.

    Raises
    ------
    BadInput
        If a column is missing or a table has no row.
    """
    require_columns(history, ("period", "actual"), chart="fan chart (history)")
    require_columns(future, FUTURE_COLUMNS, chart="fan chart (future)")
    past = by_period(history, ("period", "actual"), last=_SHOWN_HISTORY)
    ahead = by_period(future, FUTURE_COLUMNS)
    total, base = float(ahead["q50"].sum()), float(ahead["base_q50"].sum())
    return Drawing(
        frozen=_fan(unit, period),
        data={"history": past, "future": ahead, "labels": _labels(past, ahead)},
        alt=(
            f"Forecast in {unit} per {period}, {day(ahead['period'].iloc[0])} to {day(ahead['period'].iloc[-1])}: "
            f"the scenario's medians add up to {total:,.0f}, those of the base plan to {base:,.0f}."
        ),
    )


@frozen
def _fan(unit: str, period: Period) -> alt.LayerChart:
    time = alt.X("period:T", title=None)
    future = alt.Chart(alt.NamedData("future"))
    axis = amount_axis(f"{unit} per {period}")
    bands = [
        future.mark_area(opacity=_BAND_OPACITY).encode(
            x=time, y=alt.Y(f"{low}:Q", axis=axis, scale=alt.Scale(zero=False)), y2=f"{high}:Q", color=alt.value(ACCENT)
        )
        for low, high, _ in _BANDS
    ]
    base_plan = future.mark_line(strokeDash=[5, 4], strokeWidth=2).encode(
        x=time, y=alt.Y("base_q50:Q"), color=alt.value(INK)
    )
    median = future.mark_line(strokeWidth=2.5).encode(x=time, y=alt.Y("q50:Q"), color=alt.value(ACCENT))
    past = alt.Chart(alt.NamedData("history"))
    line = past.mark_line(strokeWidth=1, opacity=0.5).encode(x=time, y=alt.Y("actual:Q"), color=alt.value(INK))
    points = past.mark_point(filled=True, size=28, opacity=0.9).encode(
        x=time, y=alt.Y("actual:Q"), color=alt.value(INK)
    )
    return alt.layer(*bands, base_plan, median, line, points, *_strips(unit, period), edge_labels()).properties(
        height=HEIGHT,
        autosize=FITTED,
        description=(
            f"Outcome in {unit} per {period}: actuals as points, then the scenario's median with its 50, 80 and 95 % "
            "bands; the base plan dashed."
        ),
    )


def _strips(unit: str, period: Period) -> tuple[alt.Chart, alt.Chart]:
    """Answer the pointer over the whole height, in the past and in the future."""
    calculations = {
        "scenario": amount_expression("q50", unit, digits=THREE_DIGITS),
        "base": amount_expression("base_q50", unit, digits=THREE_DIGITS),
        **{f"band_{low}": interval_expression(low, high, unit, digits=THREE_DIGITS) for low, high, _ in _BANDS},
    }
    ahead = (
        alt.Chart(alt.NamedData("future"))
        .transform_calculate(**calculations)
        .mark_rect(opacity=0)
        .encode(
            x=alt.X("hover_from:T"),
            x2="hover_to:T",
            tooltip=[
                period_tooltip(period),
                alt.Tooltip("scenario:N", title="Scenario, median"),
                *(alt.Tooltip(f"band_{low}:N", title=f"{share} interval") for low, _, share in reversed(_BANDS)),
                alt.Tooltip("base:N", title="Base plan, median"),
            ],
        )
    )
    past = (
        alt.Chart(alt.NamedData("history"))
        .transform_calculate(happened=amount_expression("actual", unit))
        .mark_rect(opacity=0)
        .encode(
            x=alt.X("hover_from:T"),
            x2="hover_to:T",
            tooltip=[period_tooltip(period), alt.Tooltip("happened:N", title="Actual")],
        )
    )
    return past, ahead


def _labels(past: pd.DataFrame, ahead: pd.DataFrame) -> pd.DataFrame:
    """Name bands and lines where they end."""
    ends = ("q975", "q90", "q75", "q50", "base_q50")
    wanted = np.array([ahead[column].iloc[-1] for column in ends], dtype=np.float64)
    low = min(float(past["actual"].min()), float(ahead["q025"].min()))
    high = max(float(past["actual"].max()), float(ahead["q975"].max()))
    tints = [f"{ACCENT}{round(255 * (1 - (1 - _BAND_OPACITY) ** depth)):02x}" for depth in (1, 2, 3)]
    return pd.DataFrame(
        {
            "at": spread(wanted, span=max(high - low, 1e-9)),
            "text": ["95 % band", "80 % band", "50 % band", "scenario", "base plan"],
            "colour": [*tints, ACCENT, INK],
        }
    )
