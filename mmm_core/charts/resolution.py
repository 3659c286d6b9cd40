"""What would be known of each group before any fit, and what a change of the grouping would do to it."""

import altair as alt
import pandas as pd

from mmm_core.charts.frozen import Drawing, frozen, require_columns
from mmm_core.charts.layout import FITTED, ROW_HEIGHT, row_axis
from mmm_core.charts.palette import ACCENT, INK, NEUTRAL
from mmm_core.charts.wording import amount_axis, interval_expression, two_digits, value_and_interval_expression
from mmm_core.errors import listed

_READING = "dot: middle, line: where 9 in 10 answers lie"
_NAMED_IN_ALT = 12
NOW, THEN = "now", "then"


def resolution_chart(groups: pd.DataFrame, *, unit: str) -> Drawing:
    """Draw the predicted interval of each group, in the order given, with the verdict beside it.

    Parameters
    ----------
    groups : DataFrame
        `group` (str), `q05`, `q50`, `q95` (float, in `unit`), `colour` ("#rrggbb"), `verdict` (str, with its mark).
    unit : str
        What the axis counts, for instance "EUR of revenue per EUR spent".

    Returns
    -------
    Drawing
        One row per group; 0 is on the axis.

    Raises
    ------
    BadInput
        If a column is missing or there is no row.
    """
    columns = ("group", "q05", "q50", "q95", "colour", "verdict")
    require_columns(groups, columns, chart="chart of what would be known")
    table = groups.loc[:, list(columns)].reset_index(drop=True)
    figures = [
        f"{group} {two_digits(middle)} ({two_digits(low)} to {two_digits(high)}), {verdict}"
        for group, low, middle, high, _, verdict in table.itertuples(index=False)
    ]
    return Drawing(
        frozen=_resolution(unit),
        data={"groups": table},
        alt=f"Predicted before any fit, {unit}, middle and 90 % interval: {listed(figures, most=_NAMED_IN_ALT)}.",
    )


def change_chart(rows: pd.DataFrame, *, unit: str, now: str = "As it is", then: str = "As tried") -> Drawing:
    """Draw intervals before and after a change, the two of a group beneath each other.

    Parameters
    ----------
    rows : DataFrame
        `name` (str), `when` ("now" or "then"), `q05`, `q50`, `q95` (float, in `unit`), in the order to be shown.
    unit : str
        What the axis counts.
    now, then : str
        How the two states are called.

    Returns
    -------
    Drawing
        Two rows per name; 0 is on the axis.

    Raises
    ------
    BadInput
        If a column is missing or there is no row.
    """
    columns = ("name", "when", "q05", "q50", "q95")
    require_columns(rows, columns, chart="chart of a change")
    table = rows.loc[:, list(columns)].reset_index(drop=True)
    words = {NOW: now, THEN: then}
    table["state"] = table.pop("when").map(words)
    table["colour"] = table["state"].map({now: NEUTRAL, then: ACCENT})
    alone = len(set(table["name"])) == 1
    full = table["name"] + ", " + table["state"].str.lower()
    table["label"] = table["state"] if alone else full
    figures = [
        f"{label} {two_digits(middle)} ({two_digits(low)} to {two_digits(high)})"
        for label, low, middle, high in zip(full, table["q05"], table["q50"], table["q95"], strict=True)
    ]
    return Drawing(
        frozen=_change(unit),
        data={"rows": table},
        alt=f"{unit}, middle and 90 % interval: {listed(figures, most=_NAMED_IN_ALT)}.",
    )


@frozen
def _resolution(unit: str) -> alt.LayerChart:
    base = alt.Chart(alt.NamedData("groups")).transform_calculate(
        label=f"{value_and_interval_expression('q50', 'q05', 'q95')} + ' \u00b7 ' + datum.verdict",
        most=interval_expression("q05", "q95", unit),
    )
    tooltip = [
        alt.Tooltip("group:N", title="Group"),
        alt.Tooltip("most:N", title="90 % interval"),
        alt.Tooltip("verdict:N", title="Advice"),
    ]
    line, dot = _marks(base, "group:N", f"{unit} ({_READING})", tooltip)
    words = base.mark_text(align="left", baseline="middle", fontSize=12).encode(
        x=alt.value({"expr": "width + 12"}),
        y=alt.Y("group:N", sort=None, axis=row_axis()),
        text="label:N",
        color=alt.value(INK),
    )
    return alt.layer(line, dot, words).properties(
        height=alt.Step(ROW_HEIGHT),
        autosize=FITTED,
        description=f"Predicted {unit} per group: a dot for the middle, a line for the 90 % interval.",
    )


@frozen
def _change(unit: str) -> alt.LayerChart:
    base = alt.Chart(alt.NamedData("rows")).transform_calculate(
        figures=value_and_interval_expression("q50", "q05", "q95"), most=interval_expression("q05", "q95", unit)
    )
    tooltip = [alt.Tooltip("label:N", title="Group"), alt.Tooltip("most:N", title="90 % interval")]
    line, dot = _marks(base, "label:N", unit, tooltip)
    words = base.mark_text(align="left", baseline="middle", fontSize=12).encode(
        x=alt.value({"expr": "width + 12"}),
        y=alt.Y("label:N", sort=None, axis=row_axis()),
        text="figures:N",
        color=alt.value(INK),
    )
    return alt.layer(line, dot, words).properties(
        height=alt.Step(ROW_HEIGHT - 6),
        autosize=FITTED,
        description=f"{unit} before and after: a dot for the middle, a line for the 90 % interval.",
    )


def _marks(base: alt.Chart, row: str, title: str, tooltip: list[alt.Tooltip]) -> tuple[alt.Chart, alt.Chart]:
    rows, colour = alt.Y(row, sort=None, axis=row_axis()), alt.Color("colour:N", scale=None)
    axis = amount_axis(title)
    line = base.mark_rule(strokeWidth=3, strokeCap="round").encode(
        x=alt.X("q05:Q", axis=axis, scale=alt.Scale(zero=True)), x2="q95:Q", y=rows, color=colour, tooltip=tooltip
    )
    dot = base.mark_point(filled=True, size=110, opacity=1, strokeWidth=0).encode(
        x=alt.X("q50:Q"), y=rows, color=colour, tooltip=tooltip
    )
    return line, dot
