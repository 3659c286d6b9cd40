"""What refits say of each group beside what the fit says: its dot and two nested lines, and a mark per refit."""

import altair as alt
import pandas as pd

from mmm_core.charts.frozen import Drawing, frozen, require_columns
from mmm_core.charts.layout import FITTED, nested_lines, row_axis
from mmm_core.charts.palette import INK
from mmm_core.charts.wording import (
    TWO_DIGITS,
    amount_axis,
    amount_expression,
    interval_expression,
    two_digits,
)
from mmm_core.errors import listed

STEADINESS_COLUMNS = ("group", "mean", "q05", "q25", "q75", "q95", "colour")
REFIT_COLUMNS = ("group", "kind", "what", "mean")
_READING = "dot and lines: mean, 50 and 90 % of the fit; marks above: fewer weeks, below: other priors"
_ROW_HEIGHT = 40
_LANES = {"weeks": 0.75, "priors": 0.25}
"""Where the marks of a kind lie within a row, from the bottom: beside the lines, not on them."""

_NAMED_IN_ALT = 12


def steadiness_chart(groups: pd.DataFrame, refits: pd.DataFrame, *, unit: str) -> Drawing:
    """Draw the ROI per group as the fit has it, largest first, with the means of its refits above and below.

    Parameters
    ----------
    groups : DataFrame
        `group` (str), `mean`, `q05`, `q25`, `q75`, `q95` (float, outcome units per currency unit), `colour` (str,
        "#rrggbb").
    refits : DataFrame
        `group`, `kind` ("weeks" or "priors"), `what` (str, what was changed), `mean` (float).
    unit : str
        "EUR per EUR spent", for instance.

    Returns
    -------
    Drawing
        One row per group: circles for refits with fewer weeks above the line, diamonds for other priors below it.

    Raises
    ------
    BadInput
        If a column is missing or there is no row.
    """
    require_columns(groups, STEADINESS_COLUMNS, chart="chart of refits")
    require_columns(refits, REFIT_COLUMNS, chart="chart of refits")
    rows = groups.loc[:, list(STEADINESS_COLUMNS)].sort_values(
        "mean", ascending=False, kind="stable", ignore_index=True
    )
    marks = refits.loc[:, list(REFIT_COLUMNS)].assign(lane=refits["kind"].map(_LANES))
    marks = marks.merge(rows[["group", "colour"]], on="group")
    ends = marks.groupby("group")["mean"].agg(["min", "max"])
    said = [
        f"{name} {two_digits(mean)} in the fit, {two_digits(ends.loc[name, 'min'])} to "
        f"{two_digits(ends.loc[name, 'max'])} in refits"
        for name, mean in zip(rows["group"], rows["mean"], strict=True)
        if name in ends.index
    ]
    return Drawing(
        frozen=_steadiness(unit),
        data={"groups": rows, "marks": marks},
        alt=f"ROI per group, {unit}, means: {listed(said, most=_NAMED_IN_ALT)}.",
    )


@frozen
def _steadiness(unit: str) -> alt.LayerChart:
    base = alt.Chart(alt.NamedData("groups")).transform_calculate(
        middle=amount_expression("mean", unit, digits=TWO_DIGITS),
        half=interval_expression("q25", "q75", unit),
        most=interval_expression("q05", "q95", unit),
    )
    row = alt.Y("group:N", sort=None, axis=row_axis(), scale=alt.Scale(padding=0))
    colour = alt.Color("colour:N", scale=None)
    tooltip = [
        alt.Tooltip("group:N", title="Group"),
        alt.Tooltip("middle:N", title="The fit, mean"),
        alt.Tooltip("half:N", title="50 % range"),
        alt.Tooltip("most:N", title="90 % range"),
    ]
    axis = amount_axis(f"{unit} ({_READING})")
    thin, thick = nested_lines(base, row, colour, axis=axis, tooltip=tooltip)
    refits = alt.Chart(alt.NamedData("marks")).transform_calculate(
        figure=amount_expression("mean", unit, digits=TWO_DIGITS)
    )
    found = refits.mark_point(size=46, strokeWidth=1.8, opacity=1).encode(
        x=alt.X("mean:Q"),
        y=row,
        yOffset=alt.YOffset("lane:Q", scale=alt.Scale(domain=[0, 1])),
        shape=alt.Shape(
            "kind:N", scale=alt.Scale(domain=["weeks", "priors"], range=["circle", "diamond"]), legend=None
        ),
        color=alt.value(INK),
        tooltip=[
            alt.Tooltip("group:N", title="Group"),
            alt.Tooltip("what:N", title="Refit"),
            alt.Tooltip("figure:N", title="Mean"),
        ],
    )
    dots = base.mark_point(filled=True, size=110, opacity=1, strokeWidth=0).encode(
        x=alt.X("mean:Q"), y=row, color=colour, tooltip=tooltip
    )
    return alt.layer(thin, thick, dots, found).properties(
        height=alt.Step(_ROW_HEIGHT),
        autosize=FITTED,
        description=f"ROI per group in {unit}: a dot and lines for the fit, a mark for the mean of each refit.",
    )
