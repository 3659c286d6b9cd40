"""Does the model follow what happened? Actuals as points over the expected line and its band."""

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


def fit_against_actuals(table: pd.DataFrame, *, unit: str, period: Period = "week") -> Drawing:
    """Draw what happened over what the model expected.

    Parameters
    ----------
    table : DataFrame
        `period` (datetime), `actual`, `q05`, `q50`, `q95` (float, outcome units per period).
    unit : str
        Unit of the outcome.
    period : {"week", "day"}
        What a row stands for.

    Returns
    -------
    Drawing
        Points for actuals, a line for the median, a band for the 90 % interval.

    Raises
    ------
    BadInput
        If a column is missing or there is no row.
    """
    columns = ["period", "actual", "q05", "q50", "q95"]
    require_columns(table, columns, chart="fit against actuals")
    rows = by_period(table, columns)
    inside = int(rows["actual"].between(rows["q05"], rows["q95"]).sum())
    return Drawing(
        frozen=_fit(unit, period),
        data={"periods": rows, "labels": _labels(rows)},
        alt=(
            f"Actual and expected outcome in {unit} per {period}, {day(rows['period'].iloc[0])} to "
            f"{day(rows['period'].iloc[-1])}: {inside} of {len(rows)} actuals lie in the 90 % band."
        ),
    )


@frozen
def _fit(unit: str, period: Period) -> alt.LayerChart:
    base = alt.Chart(alt.NamedData("periods")).transform_calculate(
        happened=amount_expression("actual", unit),
        expected=amount_expression("q50", unit, digits=THREE_DIGITS),
        band=interval_expression("q05", "q95", unit, digits=THREE_DIGITS),
    )
    time = alt.X("period:T", title=None)
    colour = alt.value(ACCENT)
    axis = amount_axis(f"{unit} per {period}")
    band = base.mark_area(opacity=0.28).encode(
        x=time, y=alt.Y("q05:Q", axis=axis, scale=alt.Scale(zero=False)), y2="q95:Q", color=colour
    )
    line = base.mark_line(strokeWidth=2).encode(x=time, y=alt.Y("q50:Q"), color=colour)
    points = base.mark_point(filled=True, size=26, opacity=0.9).encode(x=time, y="actual:Q", color=alt.value(INK))
    strips = base.mark_rect(opacity=0).encode(
        x=alt.X("hover_from:T"),
        x2="hover_to:T",
        tooltip=[
            period_tooltip(period),
            alt.Tooltip("happened:N", title="Actual"),
            alt.Tooltip("expected:N", title="Expected"),
            alt.Tooltip("band:N", title="90 % interval"),
        ],
    )
    return alt.layer(band, line, points, strips, edge_labels()).properties(
        height=HEIGHT,
        autosize=FITTED,
        description=f"Outcome in {unit} per {period}: points for actuals, a line for what was expected, its 90 % band.",
    )


def _labels(rows: pd.DataFrame) -> pd.DataFrame:
    """Name the three marks where they end."""
    last = rows.iloc[-1]
    wanted = np.array([last["actual"], last["q50"], last["q95"]], dtype=np.float64)
    span = rows[["actual", "q95"]].max().max() - rows[["actual", "q05"]].min().min()
    return pd.DataFrame(
        {
            "at": spread(wanted, span=max(float(span), 1e-9)),
            "text": ["actual", "expected", "90 % band"],
            "colour": [INK, ACCENT, ACCENT + "48"],
        }
    )
