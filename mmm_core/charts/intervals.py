"""What each group brings, with how sure that is: a dot and two nested lines, never bars with whiskers."""

import altair as alt
import pandas as pd

from mmm_core.charts.frozen import Drawing, frozen, require_columns
from mmm_core.charts.layout import FITTED, ROW_HEIGHT, nested_lines, row_axis
from mmm_core.charts.palette import INK
from mmm_core.charts.wording import (
    TWO_DIGITS,
    amount_axis,
    amount_expression,
    interval_expression,
    two_digits,
    value_and_interval_expression,
)
from mmm_core.errors import listed

INTERVAL_COLUMNS = ("group", "mean", "q05", "q25", "q75", "q95", "colour")
_READING = "dot: mean, thick line: 50 %, thin line: 90 %"
_NAMED_IN_ALT = 12


def contribution_chart(groups: pd.DataFrame, *, unit: str) -> Drawing:
    """Draw the total contribution per group with 50 % and 90 % intervals, largest first.

    Parameters
    ----------
    groups : DataFrame
        `group` (str), `mean`, `q05`, `q25`, `q75`, `q95` (float, outcome units), `colour` ("#rrggbb").
    unit : str
        Unit of the outcome, for instance "EUR" or "orders".

    Returns
    -------
    Drawing
        One row per group; 0 is on the axis.

    Raises
    ------
    BadInput
        If a column is missing or there is no row.
    """
    require_columns(groups, INTERVAL_COLUMNS, chart="contribution chart")
    return _drawing(groups, "Contribution", unit, returned=False)


def roi_chart(groups: pd.DataFrame, *, unit: str, currency: str) -> Drawing:
    """Draw the ROI per group with 50 % and 90 % intervals, largest first, and mark where it equals the spend.

    Parameters
    ----------
    groups : DataFrame
        As for `contribution_chart`, values in outcome units per currency unit spent.
    unit : str
        Unit of the outcome; if it is the currency itself, a rule marks 1: revenue like spend, not yet profit.
    currency : str
        The project's currency.

    Returns
    -------
    Drawing
        One row per group; 0 is on the axis.

    Raises
    ------
    BadInput
        If a column is missing or there is no row.
    """
    require_columns(groups, INTERVAL_COLUMNS, chart="ROI chart")
    return _drawing(groups, "ROI", f"{unit} per {currency} spent", returned=unit == currency)


@frozen
def _intervals(word: str, unit: str, *, returned: bool) -> alt.LayerChart:
    base = alt.Chart(alt.NamedData("groups")).transform_calculate(
        label=value_and_interval_expression("mean", "q05", "q95"),
        middle=amount_expression("mean", unit, digits=TWO_DIGITS),
        half=interval_expression("q25", "q75", unit),
        most=interval_expression("q05", "q95", unit),
    )
    rows = alt.Y("group:N", sort=None, axis=row_axis())
    colour = alt.Color("colour:N", scale=None)
    tooltip = [
        alt.Tooltip("group:N", title="Group"),
        alt.Tooltip("middle:N", title=f"{word}, mean"),
        alt.Tooltip("half:N", title="50 % interval"),
        alt.Tooltip("most:N", title="90 % interval"),
    ]
    axis = amount_axis(f"{unit} ({_READING})")
    thin, thick = nested_lines(base, rows, colour, axis=axis, tooltip=tooltip)
    dots = base.mark_point(filled=True, size=130, opacity=1, strokeWidth=0).encode(
        x=alt.X("mean:Q"), y=rows, color=colour, tooltip=tooltip
    )
    figures = base.mark_text(align="left", baseline="middle", fontSize=12).encode(
        x=alt.value({"expr": "width + 12"}), y=rows, text="label:N", color=alt.value(INK)
    )
    layers = [*(_returned_rule() if returned else ()), thin, thick, dots, figures]
    return alt.layer(*layers).properties(
        height=alt.Step(ROW_HEIGHT),
        autosize=FITTED,
        description=f"{word} per group in {unit}: a dot for the mean, lines for the 50 % and the 90 % interval.",
    )


def _returned_rule() -> tuple[alt.Chart, alt.Chart]:
    base = alt.Chart(alt.NamedData("returned"))
    rule = base.mark_rule(strokeDash=[4, 4], strokeWidth=1.5).encode(x=alt.X("at:Q"), color=alt.value(INK))
    word = base.mark_text(baseline="bottom", dy=-4, fontSize=12).encode(
        x=alt.X("at:Q"), y=alt.value(0), text="word:N", color=alt.value(INK)
    )
    return rule, word


def _drawing(groups: pd.DataFrame, word: str, unit: str, *, returned: bool) -> Drawing:
    table = groups.loc[:, list(INTERVAL_COLUMNS)].sort_values("mean", ascending=False, kind="stable", ignore_index=True)
    data = {"groups": table}
    if returned:
        data["returned"] = pd.DataFrame({"at": [1.0], "word": ["spend returned"]})
    figures = [
        f"{group} {two_digits(mean)} ({two_digits(low)} to {two_digits(high)})"
        for group, mean, low, high in zip(*(table[column] for column in ("group", "mean", "q05", "q95")), strict=True)
    ]
    return Drawing(
        frozen=_intervals(word, unit, returned=returned),
        data=data,
        alt=f"{word} per group in {unit}, mean and 90 % interval: {listed(figures, most=_NAMED_IN_ALT)}.",
    )
