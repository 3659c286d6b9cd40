"""How spend works, before or after the data speak: what reaches later periods, and how returns diminish."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from mmm_core.charts.frozen import Drawing, frozen, require_columns
from mmm_core.charts.layout import FITTED
from mmm_core.charts.palette import INK
from mmm_core.charts.wording import amount_axis

CURVE_COLUMNS = ("at", "q05", "q25", "q50", "q75", "q95")
_HEIGHT = 240
_SHARE = alt.Axis(title=None, format=".0%", tickCount=5)


def carry_over_chart(table: pd.DataFrame, *, colour: str, period: str) -> Drawing:
    """Draw which share of the effect comes in which period after the spend, with its 50 % and 90 % ranges.

    Parameters
    ----------
    table : DataFrame
        `at` (periods after the spend, from 0), `q05`, `q25`, `q50`, `q75`, `q95` (shares of the effect).
    colour : str
        Of the group, "#rrggbb".
    period : str
        "week" or "day".

    Raises
    ------
    BadInput
        If a column is missing or there is no row.
    """
    require_columns(table, CURVE_COLUMNS, chart="carry-over chart")
    first, last = (f"{table['q50'].iloc[at]:.0%}" for at in (0, -1))
    return Drawing(
        frozen=_carry_over(colour, period),
        data={"curve": table.loc[:, list(CURVE_COLUMNS)]},
        alt=f"Share of the effect per {period} after the spend: {first} at once, {last} in the last {period}.",
    )


def response_chart(table: pd.DataFrame, *, colour: str, unit: str, usual: float) -> Drawing:
    """Draw which share of the full effect a steady spend reaches, up to the largest spend, with its ranges.

    Parameters
    ----------
    table : DataFrame
        `at` (currency units per period), `q05`, `q25`, `q50`, `q75`, `q95` (shares of the full effect).
    colour : str
        Of the group, "#rrggbb".
    unit : str
        Of the spend, for instance "EUR per week".
    usual : float
        Spend of an active period; a rule marks it.

    Raises
    ------
    BadInput
        If a column is missing or there is no row.
    """
    require_columns(table, CURVE_COLUMNS, chart="response chart")
    near = table.iloc[(table["at"] - usual).abs().argmin()]
    return Drawing(
        frozen=_response(colour, unit),
        data={
            "curve": table.loc[:, list(CURVE_COLUMNS)],
            "usual": pd.DataFrame({"at": [usual], "word": ["usual spend"]}),
        },
        alt=(
            f"Share of the full effect by {unit}: the usual spend of {usual:,.0f} reaches {near['q50']:.0%} "
            f"({near['q05']:.0%} to {near['q95']:.0%})."
        ),
    )


@frozen
def _carry_over(colour: str, period: str) -> alt.LayerChart:
    base = alt.Chart(alt.NamedData("curve"))
    at = alt.X("at:O", title=f"{period}s after the spend", axis=alt.Axis(labelAngle=0))
    thin = base.mark_rule(strokeWidth=2, strokeCap="round", color=colour).encode(
        x=at, y=alt.Y("q05:Q", axis=_SHARE, scale=alt.Scale(zero=True)), y2="q95:Q", tooltip=_tooltip("at", ",d")
    )
    thick = base.mark_rule(strokeWidth=6, strokeCap="round", color=colour).encode(x=at, y="q25:Q", y2="q75:Q")
    dots = base.mark_point(filled=True, size=110, opacity=1, color=colour, strokeWidth=0).encode(x=at, y="q50:Q")
    return alt.layer(thin, thick, dots).properties(
        height=_HEIGHT, autosize=FITTED, description=f"Share of the effect per {period} after the spend."
    )


@frozen
def _response(colour: str, unit: str) -> alt.LayerChart:
    base = alt.Chart(alt.NamedData("curve"))
    at = alt.X("at:Q", axis=amount_axis(unit))
    wide = base.mark_area(opacity=0.18, color=colour).encode(
        x=at, y=alt.Y("q05:Q", axis=_SHARE, scale=alt.Scale(domain=[0, 1])), y2="q95:Q"
    )
    narrow = base.mark_area(opacity=0.25, color=colour).encode(x=at, y="q25:Q", y2="q75:Q")
    line = base.mark_line(strokeWidth=2.5, color=colour).encode(x=at, y="q50:Q", tooltip=_tooltip("at", ",.0f"))
    usual = alt.Chart(alt.NamedData("usual"))
    rule = usual.mark_rule(strokeDash=[4, 4], strokeWidth=1.5).encode(x="at:Q", color=alt.value(INK))
    word = usual.mark_text(align="left", dx=5, baseline="top", fontSize=12).encode(
        x="at:Q", y=alt.value(4), text="word:N", color=alt.value(INK)
    )
    return alt.layer(wide, narrow, line, rule, word).properties(
        height=_HEIGHT, autosize=FITTED, description=f"Share of the full effect that a spend in {unit} reaches."
    )


def _tooltip(at: str, form: str) -> Sequence[alt.Tooltip]:
    return [
        alt.Tooltip(f"{at}:Q", title="At", format=form),
        alt.Tooltip("q50:Q", title="Middle", format=".0%"),
        alt.Tooltip("q05:Q", title="90 % range from", format=".0%"),
        alt.Tooltip("q95:Q", title="to", format=".0%"),
    ]
