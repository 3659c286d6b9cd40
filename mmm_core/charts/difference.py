"""Is the scenario better than the base plan? A hundred equally likely outcomes as dots."""

import altair as alt
import numpy as np
import pandas as pd

from mmm_core.charts.frozen import Drawing, frozen, require_columns
from mmm_core.charts.layout import FITTED
from mmm_core.charts.palette import ACCENT, ATTENTION, INK
from mmm_core.charts.wording import TWO_DIGITS, amount_axis, amount_expression, two_digits

DOTS = 100
_COLUMNS = 36
_TALLEST = 14
_HEIGHT = 190
_LEGEND_Y = -28


def difference_dots(draws: pd.DataFrame, *, unit: str) -> Drawing:
    """Draw the difference to the base plan as 100 quantile dots, losses and gains apart.

    Parameters
    ----------
    draws : DataFrame
        `difference` (float, outcome units over the horizon): scenario minus base plan, one row per paired draw.
    unit : str
        Unit of the outcome.

    Returns
    -------
    Drawing
        Each dot is one of 100 equally likely outcomes; the zero rule is the base plan.

    Raises
    ------
    BadInput
        If the column is missing or there is no row.

    References
    ----------
    Kay et al. (2016), "When (ish) is My Bus?", section 4.2: quantile dotplots.
    """
    require_columns(draws, ("difference",), chart="difference dots")
    values = draws["difference"].to_numpy(dtype=np.float64)
    # As many values as dots are dots already; taking quantiles of them again would move those beside the rule.
    quantiles = np.sort(values) if len(values) == DOTS else np.quantile(values, (np.arange(DOTS) + 0.5) / DOTS)
    losses = int((quantiles <= 0).sum())
    middle, low, high = (two_digits(float(np.quantile(draws["difference"], share))) for share in (0.5, 0.05, 0.95))
    return Drawing(
        frozen=_dots(unit),
        data={
            "dots": _stacked_dots(quantiles),
            "sides": pd.DataFrame(
                {
                    "side": ["worse", "better"],
                    "text": [f"{losses} of {DOTS} not above the base plan", f"{DOTS - losses} of {DOTS} above it"],
                }
            ),
            "base_plan": pd.DataFrame({"at": [0.0], "word": ["base plan"]}),
        },
        alt=(
            f"Difference to the base plan in {unit}, 100 equally likely outcomes: {losses} not above it, "
            f"{DOTS - losses} above it; median {middle} (90 % interval {low} to {high})."
        ),
    )


@frozen
def _dots(unit: str) -> alt.LayerChart:
    scale = alt.Scale(domain=[0, _TALLEST + 1], nice=False)
    dots = (
        alt.Chart(alt.NamedData("dots"))
        .transform_calculate(
            amount=amount_expression("difference", unit, digits=TWO_DIGITS),
            colour=_side_colour("datum.difference <= 0"),
        )
        .mark_point(filled=True, size=104, opacity=1, strokeWidth=0)
        .encode(
            x=alt.X("place:Q", axis=amount_axis(f"{unit}, difference to the base plan (1 dot: 1 chance in {DOTS})")),
            y=alt.Y("level:Q", axis=None, scale=scale),
            color=alt.Color("colour:N", scale=None),
            tooltip=[
                alt.Tooltip("amount:N", title="Difference"),
                alt.Tooltip("chance:N", title="Chance to stay below"),
            ],
        )
    )
    base = alt.Chart(alt.NamedData("base_plan"))
    rule = base.mark_rule(strokeWidth=1.5).encode(x=alt.X("at:Q"), color=alt.value(INK))
    word = base.mark_text(baseline="bottom", dy=-4, fontSize=12).encode(
        x=alt.X("at:Q"), y=alt.value(0), text="word:N", color=alt.value(INK)
    )
    return alt.layer(rule, word, dots, *_sides()).properties(
        height=_HEIGHT,
        autosize=FITTED,
        description=f"Difference to the base plan in {unit} as {DOTS} equally likely outcomes, one dot each.",
    )


def _sides() -> list[alt.Chart]:
    """Say in words, in the corners, what the two colours are."""
    base = alt.Chart(alt.NamedData("sides")).transform_calculate(colour=_side_colour("datum.side == 'worse'"))
    corners: list[alt.Chart] = []
    for side, align, dot_x, text_x in (("worse", "left", "6", "18"), ("better", "right", "width - 6", "width - 18")):
        own = base.transform_filter(f"datum.side == '{side}'")
        corners += [
            own.mark_point(filled=True, size=104, opacity=1, strokeWidth=0).encode(
                x=alt.value({"expr": dot_x}), y=alt.value(_LEGEND_Y), color=alt.Color("colour:N", scale=None)
            ),
            own.mark_text(align=align, baseline="middle", fontSize=12).encode(
                x=alt.value({"expr": text_x}), y=alt.value(_LEGEND_Y), text="text:N", color=alt.value(INK)
            ),
        ]
    return corners


def _side_colour(worse: str) -> str:
    return f"{worse} ? '{ATTENTION}' : '{ACCENT}'"


def _stacked_dots(quantiles: np.ndarray) -> pd.DataFrame:
    """Put the dots in columns; a column never holds both losses and gains."""
    reach = float(max(quantiles[-1], 0.0) - min(quantiles[0], 0.0)) or 1.0
    columns = _COLUMNS
    while True:
        width = reach / columns
        column = np.floor(quantiles / width)
        _, start, count = np.unique(column, return_index=True, return_counts=True)
        if count.max() <= _TALLEST or columns > 8 * _COLUMNS:
            break
        columns = round(columns * 1.25)
    level = np.arange(len(quantiles)) - np.repeat(start, count) + 0.6
    return pd.DataFrame(
        {
            "difference": quantiles,
            "place": (column + 0.5) * width,
            "level": level,
            "chance": [f"{number} of {DOTS}" for number in range(len(quantiles))],
        }
    )
