"""What several candidates say of the same thing: a dot and two nested lines each, beneath one another."""

import altair as alt
import pandas as pd

from mmm_core.charts.frozen import Drawing, frozen, require_columns
from mmm_core.charts.layout import FITTED, ROW_HEIGHT, nested_lines
from mmm_core.charts.palette import ACCENT, INK, NEUTRAL
from mmm_core.charts.wording import (
    TWO_DIGITS,
    amount_axis,
    amount_expression,
    interval_expression,
    two_digits,
    value_and_interval_expression,
)
from mmm_core.errors import listed

SIDE_BY_SIDE_COLUMNS = ("part", "letter", "candidate", "groups", "mean", "q05", "q25", "q75", "q95")
_READING = "dot: mean, thick line: 50 %, thin line: 90 %"
_NAMED_IN_ALT = 12
_SEPARATOR = "\x1f"


def side_by_side_chart(rows: pd.DataFrame, *, unit: str) -> Drawing:
    """Draw the interval of every candidate for every part, the candidates of a part beneath each other.

    Parameters
    ----------
    rows : DataFrame
        `part` (str), `letter` (str, short for the candidate; that of the first candidate comes first in every part),
        `candidate` (str), `groups` (str, how the candidate cuts the part), `mean`, `q05`, `q25`, `q75`, `q95` (float,
        in `unit`), in the order to be shown.
    unit : str
        What the axis counts.

    Returns
    -------
    Drawing
        One row per part and candidate; 0 is on the axis.

    Raises
    ------
    BadInput
        If a column is missing or there is no row.
    """
    require_columns(rows, SIDE_BY_SIDE_COLUMNS, chart="chart side by side")
    table = rows.loc[:, list(SIDE_BY_SIDE_COLUMNS)].reset_index(drop=True)
    first = table["letter"].iloc[0]
    heads = ~table["part"].duplicated()
    table["row"] = table["part"] + _SEPARATOR + table["letter"] + _SEPARATOR + heads.map({True: "1", False: ""})
    table["colour"] = (table["letter"] == first).map({True: NEUTRAL, False: ACCENT})
    figures = [
        f"{part}, {candidate}: {two_digits(mean)} ({two_digits(low)} to {two_digits(high)})"
        for part, candidate, mean, low, high in zip(
            *(table[column] for column in ("part", "candidate", "mean", "q05", "q95")), strict=True
        )
    ]
    return Drawing(
        frozen=_side_by_side(unit),
        data={"rows": table},
        alt=f"{unit}, mean and 90 % interval: {listed(figures, most=_NAMED_IN_ALT)}.",
    )


@frozen
def _side_by_side(unit: str) -> alt.LayerChart:
    base = alt.Chart(alt.NamedData("rows")).transform_calculate(
        label=value_and_interval_expression("mean", "q05", "q95"),
        middle=amount_expression("mean", unit, digits=TWO_DIGITS),
        half=interval_expression("q25", "q75", unit),
        most=interval_expression("q05", "q95", unit),
    )
    rows, colour = alt.Y("row:N", sort=None, axis=_row_axis()), alt.Color("colour:N", scale=None)
    tooltip = [
        alt.Tooltip("part:N", title="Part"),
        alt.Tooltip("candidate:N", title="Candidate"),
        alt.Tooltip("groups:N", title="Cut into"),
        alt.Tooltip("middle:N", title="Mean"),
        alt.Tooltip("half:N", title="50 % interval"),
        alt.Tooltip("most:N", title="90 % interval"),
    ]
    axis = amount_axis(f"{unit} ({_READING})")
    thin, thick = nested_lines(base, rows, colour, axis=axis, tooltip=tooltip)
    dots = base.mark_point(filled=True, size=110, opacity=1, strokeWidth=0).encode(
        x=alt.X("mean:Q"), y=rows, color=colour, tooltip=tooltip
    )
    figures = base.mark_text(align="left", baseline="middle", fontSize=12).encode(
        x=alt.value({"expr": "width + 12"}), y=rows, text="label:N", color=alt.value(INK)
    )
    return alt.layer(thin, thick, dots, figures).properties(
        height=alt.Step(ROW_HEIGHT - 8),
        autosize=FITTED,
        description=f"{unit} per part and candidate: a dot for the mean, lines for the 50 % and the 90 % interval.",
    )


def _row_axis() -> alt.Axis:
    """Name the part beside its first candidate, and every candidate by its letter."""
    parts = f"split(datum.value, '{_SEPARATOR}')"
    text = f"({parts}[2] ? {parts}[0] + '\u2003' : '') + {parts}[1]"
    return alt.Axis(title=None, labelExpr=text, labelLimit=280, labelFlush=False, ticks=False, domain=False)
