"""What a model foresaw of weeks that it had not seen: bands and a line, actuals as points, a plain forecast dashed."""

import altair as alt
import numpy as np
import pandas as pd

from mmm_core.charts.frozen import Drawing, frozen, require_columns
from mmm_core.charts.layout import FITTED, HEIGHT, by_period, edge_labels, spread
from mmm_core.charts.palette import ACCENT, INK, NEUTRAL
from mmm_core.charts.wording import (
    THREE_DIGITS,
    amount_axis,
    amount_expression,
    day,
    interval_expression,
    period_tooltip,
)
from mmm_core.settings import Period

FORESEEN_COLUMNS = ("period", "fold", "ahead", "actual", "q05", "q10", "q25", "q50", "q75", "q90", "q95", "plain")
AHEAD_COLUMNS = ("ahead", "model", "plain")
_BANDS = (("q05", "q95"), ("q10", "q90"), ("q25", "q75"))
_OPACITY = 0.24
_ROW_HEIGHT = 210


def foreseen_chart(table: pd.DataFrame, *, unit: str, plain_name: str, period: Period = "week") -> Drawing:
    """Draw forecasts made at several points of the past over what came.

    Parameters
    ----------
    table : DataFrame
        One row per held-out period with `FORESEEN_COLUMNS`: `period` (datetime), `fold` and `ahead` (int); the others
        float, outcome units per period. `plain` is the plain forecast's middle.
    unit : str
        Unit of the outcome.
    plain_name : str
        What the plain forecast is called, as "last year's figures".
    period : {"week", "day"}

    Returns
    -------
    Drawing
        Bands of 50, 80 and 90 %; a rule where a forecast was made.

    Raises
    ------
    BadInput
        If a column is missing or there is no row.
    """
    require_columns(table, FORESEEN_COLUMNS, chart="chart of held-out periods")
    rows = by_period(table, list(FORESEEN_COLUMNS))
    origins = rows.loc[rows["ahead"] == 1, ["hover_from"]].rename(columns={"hover_from": "at"})
    inside = int(rows["actual"].between(rows["q05"], rows["q95"]).sum())
    return Drawing(
        frozen=_foreseen(unit, plain_name, period),
        data={"periods": rows, "origins": origins, "labels": _labels(rows, plain_name)},
        alt=(
            f"Held-out outcome in {unit} per {period}, {day(rows['period'].iloc[0])} to "
            f"{day(rows['period'].iloc[-1])}, foreseen at {len(origins)} points: {inside} of {len(rows)} actuals lie "
            "in the 90 % band."
        ),
    )


@frozen
def _foreseen(unit: str, plain_name: str, period: Period) -> alt.LayerChart:
    base = alt.Chart(alt.NamedData("periods")).transform_calculate(
        happened=amount_expression("actual", unit),
        expected=amount_expression("q50", unit, digits=THREE_DIGITS),
        band=interval_expression("q05", "q95", unit, digits=THREE_DIGITS),
        simple=amount_expression("plain", unit, digits=THREE_DIGITS),
    )
    time = alt.X("period:T", title=None)
    axis = amount_axis(f"{unit} per {period}")
    detail = alt.Detail("fold:N")
    bands = [
        base.mark_area(opacity=_OPACITY).encode(
            x=time,
            y=alt.Y(f"{low}:Q", axis=axis, scale=alt.Scale(zero=False)),
            y2=f"{high}:Q",
            color=alt.value(ACCENT),
            detail=detail,
        )
        for low, high in _BANDS
    ]
    line = base.mark_line(strokeWidth=2).encode(x=time, y="q50:Q", color=alt.value(ACCENT), detail=detail)
    simple = base.mark_line(strokeWidth=1.5, strokeDash=[5, 4]).encode(
        x=time, y="plain:Q", color=alt.value(NEUTRAL), detail=detail
    )
    points = base.mark_point(filled=True, size=40, opacity=0.95).encode(x=time, y="actual:Q", color=alt.value(INK))
    made = alt.Chart(alt.NamedData("origins"))
    rules = made.mark_rule(strokeDash=[2, 3], opacity=0.7).encode(x="at:T", color=alt.value(INK))
    said = made.mark_text(align="left", baseline="bottom", dx=-2, dy=-4, fontSize=11).encode(
        x="at:T", y=alt.value(0), text=alt.value("forecast made"), color=alt.value(INK)
    )
    strips = base.mark_rect(opacity=0).encode(
        x=alt.X("hover_from:T"),
        x2="hover_to:T",
        tooltip=[
            period_tooltip(period),
            alt.Tooltip("ahead:Q", title=f"{period.capitalize()}s ahead"),
            alt.Tooltip("happened:N", title="Actual"),
            alt.Tooltip("expected:N", title="Foreseen"),
            alt.Tooltip("band:N", title="90 % range"),
            alt.Tooltip("simple:N", title=plain_name.capitalize()),
        ],
    )
    return alt.layer(*bands, simple, line, points, rules, said, strips, edge_labels()).properties(
        height=HEIGHT,
        autosize=FITTED,
        description=f"Held-out outcome in {unit} per {period}: points for what came, bands for what was foreseen, a "
        f"dashed line for {plain_name}.",
    )


def _labels(rows: pd.DataFrame, plain_name: str) -> pd.DataFrame:
    last = rows.iloc[-1]
    wanted = np.array([last["actual"], last["q50"], last["q95"], last["plain"]], dtype=np.float64)
    span = rows[["actual", "q95", "plain"]].max().max() - rows[["actual", "q05", "plain"]].min().min()
    return pd.DataFrame(
        {
            "at": spread(wanted, span=max(float(span), 1e-9)),
            "text": ["actual", "foreseen", "90 % band", plain_name],
            "colour": [INK, ACCENT, ACCENT + "48", NEUTRAL],
        }
    )


def ahead_chart(table: pd.DataFrame, *, plain_name: str, period: Period = "week") -> Drawing:
    """Draw how far off forecasts are, by how far ahead they look.

    Parameters
    ----------
    table : DataFrame
        `AHEAD_COLUMNS`: `ahead` (int, periods), `model`, `plain` (float, mean absolute error as a share).
    plain_name : str
        What the plain forecast is called.
    period : {"week", "day"}

    Returns
    -------
    Drawing
        Two lines; 0 is on the axis.

    Raises
    ------
    BadInput
        If a column is missing or there is no row.
    """
    require_columns(table, AHEAD_COLUMNS, chart="chart of errors by horizon")
    rows = table.loc[:, list(AHEAD_COLUMNS)].sort_values("ahead", ignore_index=True)
    last = rows.iloc[-1]
    wanted = np.array([last["model"], last["plain"]], dtype=np.float64)
    highest = max(float(rows[["model", "plain"]].max().max()), 1e-9)
    labels = pd.DataFrame(
        {
            "at": spread(wanted, span=highest, height=_ROW_HEIGHT),
            "text": ["model", plain_name],
            "colour": [ACCENT, NEUTRAL],
        }
    )
    return Drawing(
        frozen=_by_ahead(plain_name, period),
        data={"rows": rows, "labels": labels},
        alt=(
            f"Mean error of forecasts 1 to {int(last['ahead'])} {period}s ahead: the model "
            f"{100 * rows['model'].min():.1f} to {100 * rows['model'].max():.1f} %, {plain_name} "
            f"{100 * rows['plain'].min():.1f} to {100 * rows['plain'].max():.1f} %."
        ),
    )


@frozen
def _by_ahead(plain_name: str, period: Period) -> alt.LayerChart:
    base = alt.Chart(alt.NamedData("rows"))
    place = alt.X(
        "ahead:Q",
        axis=alt.Axis(title=f"{period}s ahead", format="d", tickMinStep=1, grid=False),
        scale=alt.Scale(nice=False, padding=12),
    )
    axis = alt.Axis(title="mean error", format=".0%", tickCount=4)
    tooltip = [
        alt.Tooltip("ahead:Q", title=f"{period.capitalize()}s ahead"),
        alt.Tooltip("model:Q", title="Model", format=".1%"),
        alt.Tooltip("plain:Q", title=plain_name.capitalize(), format=".1%"),
    ]
    layers = [
        base.mark_line(point=True, strokeWidth=2, strokeDash=dash).encode(
            x=place,
            y=alt.Y(f"{column}:Q", axis=axis, scale=alt.Scale(zero=True)),
            color=alt.value(colour),
            tooltip=tooltip,
        )
        for column, colour, dash in (("plain", NEUTRAL, [5, 4]), ("model", ACCENT, [1, 0]))
    ]
    return alt.layer(*layers, edge_labels()).properties(
        height=_ROW_HEIGHT,
        autosize=FITTED,
        description=f"Mean error of forecasts by how far they look ahead: the model and {plain_name}.",
    )


HEALTH_COLUMNS = ("at", "points")


def health_chart(table: pd.DataFrame) -> Drawing:
    """Draw the health points of a project's models over time.

    Parameters
    ----------
    table : DataFrame
        `at` (datetime of the validation), `points` (0 to 100).

    Returns
    -------
    Drawing
        A line with points, 0 to 100.

    Raises
    ------
    BadInput
        If a column is missing or there is no row.
    """
    require_columns(table, HEALTH_COLUMNS, chart="chart of health")
    rows = table.loc[:, list(HEALTH_COLUMNS)].sort_values("at", ignore_index=True)
    return Drawing(
        frozen=_health(),
        data={"rows": rows},
        alt=f"Health points of {len(rows)} validations, from {rows['points'].iloc[0]} to {rows['points'].iloc[-1]}.",
    )


@frozen
def _health() -> alt.LayerChart:
    base = alt.Chart(alt.NamedData("rows")).encode(
        x=alt.X("at:T", title=None, axis=alt.Axis(tickCount=6, labelOverlap=True)),
        y=alt.Y("points:Q", axis=alt.Axis(title="points of 100"), scale=alt.Scale(domain=[0, 100])),
        tooltip=[alt.Tooltip("at:T", title="Tested", format="%d %b %Y"), alt.Tooltip("points:Q", title="Points")],
    )
    line = base.mark_line(strokeWidth=2).encode(color=alt.value(ACCENT))
    points = base.mark_point(filled=True, size=60, opacity=1).encode(color=alt.value(ACCENT))
    return alt.layer(line, points).properties(
        height=_ROW_HEIGHT, autosize=FITTED, description="Health points of each validation over time, 0 to 100."
    )
