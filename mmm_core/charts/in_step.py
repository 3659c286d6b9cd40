"""Two groups' spend side by side, and where they part."""

import altair as alt
import numpy as np
import pandas as pd

from mmm_core.charts.frozen import Drawing, frozen, require_columns
from mmm_core.charts.layout import FITTED, by_period, edge_labels, hover_window, spread
from mmm_core.charts.palette import ATTENTION
from mmm_core.charts.wording import day, period_tooltip
from mmm_core.settings import Period

_HEIGHT = 190


def in_step_chart(
    table: pd.DataFrame, *, first: str, second: str, colours: tuple[str, str], currency: str, period: Period = "week"
) -> Drawing:
    """Draw the spend of two groups, each as a share of its own largest, and mark where they part.

    Parameters
    ----------
    table : DataFrame
        `period` (datetime), `first`, `second` (float, currency units), `apart` (bool: one spends more than usual and
        the other does not).
    first, second : str
        Names of the groups.
    colours : tuple of two "#rrggbb"
    currency : str
    period : {"week", "day"}
        What a row stands for.

    Returns
    -------
    Drawing
        Two lines from 0 to 100 %, ticks at the foot where they part.

    Raises
    ------
    BadInput
        If a column is missing or there is no row.
    """
    require_columns(table, ("period", "first", "second", "apart"), chart="chart of two groups")
    rows = by_period(table, ["period", "first", "second", "apart"])
    long = pd.concat(
        [
            pd.DataFrame({"period": rows["period"], "name": name, "colour": colour, "share": _share(rows[column])})
            for name, column, colour in ((first, "first", colours[0]), (second, "second", colours[1]))
        ]
    )
    hover_from, hover_to = hover_window(rows["period"].to_numpy())
    hover = pd.DataFrame(
        {
            "period": rows["period"],
            "hover_from": hover_from,
            "hover_to": hover_to,
            "said": [
                f"{first} {one:,.0f} {currency}, {second} {other:,.0f} {currency}"
                for one, other in zip(rows["first"], rows["second"], strict=True)
            ],
        }
    )
    ends = np.array([_share(rows["first"])[-1], _share(rows["second"])[-1]])
    labels = pd.DataFrame(
        {"at": spread(ends, span=1.0, height=_HEIGHT), "text": [first, second], "colour": list(colours)}
    )
    apart = int(rows["apart"].sum())
    return Drawing(
        frozen=_in_step(period),
        data={"lines": long, "apart": rows.loc[rows["apart"], ["period"]], "hover": hover, "labels": labels},
        alt=f"Spend of {first} and {second}, each as a share of its largest, {day(rows['period'].iloc[0])} to "
        f"{day(rows['period'].iloc[-1])}; they part in {apart} of {len(rows)} {period}s.",
    )


@frozen
def _in_step(period: Period) -> alt.LayerChart:
    axis = alt.Axis(title="Share of its largest spend", format=".0%", tickCount=3)
    lines = (
        alt.Chart(alt.NamedData("lines"))
        .mark_line(strokeWidth=1.6)
        .encode(
            x=alt.X("period:T", title=None),
            y=alt.Y("share:Q", axis=axis, scale=alt.Scale(domain=[0, 1])),
            color=alt.Color("colour:N", scale=None),
            detail="name:N",
        )
    )
    ticks = (
        alt.Chart(alt.NamedData("apart"))
        .mark_tick(thickness=2, size=9, color=ATTENTION)
        .encode(x="period:T", y=alt.value(_HEIGHT - 5))
    )
    strips = (
        alt.Chart(alt.NamedData("hover"))
        .mark_rect(opacity=0)
        .encode(
            x="hover_from:T", x2="hover_to:T", tooltip=[period_tooltip(period), alt.Tooltip("said:N", title="Spend")]
        )
    )
    return alt.layer(lines, ticks, strips, edge_labels()).properties(
        height=_HEIGHT, autosize=FITTED, description="Spend of two groups over time, each as a share of its largest."
    )


def _share(values: pd.Series) -> np.ndarray:
    largest = float(values.max())
    return values.to_numpy(dtype=np.float64) / largest if largest > 0 else np.zeros(len(values))
