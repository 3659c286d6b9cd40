"""Amounts that add up, over time: stacked areas with their names at the right edge."""

from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd

from mmm_core.charts.frozen import Drawing, frozen, require_columns
from mmm_core.charts.layout import FITTED, HEIGHT, edge_labels, hover_window, spread
from mmm_core.charts.palette import NEUTRAL
from mmm_core.charts.wording import amount_axis, amount_expression, day, period_tooltip, two_digits
from mmm_core.settings import Period

BASELINE = "baseline"
_LABEL_PERIODS = 8
_NAMED_IN_ALT = 3


def spend_chart(
    subtotals: pd.DataFrame, *, colours: Mapping[str, str], currency: str, period: Period = "week"
) -> Drawing:
    """Draw spend per node and period as stacked areas.

    Parameters
    ----------
    subtotals : DataFrame
        `node` (str), `period` (datetime), `spend` (float, currency units per period); several rows of a node and
        period are added up, missing ones count as 0.
    colours : mapping of str to str
        "#rrggbb" per node; nodes without one are neutral.
    currency : str
        For axis and tooltips, for instance "EUR".
    period : {"week", "day"}
        What a row stands for.

    Returns
    -------
    Drawing
        Largest node at the bottom.

    Raises
    ------
    BadInput
        If a column is missing or there is no row.
    """
    require_columns(subtotals, ("node", "period", "spend"), chart="spend chart")
    table = _completed(subtotals, "node", "spend")
    largest_first = table.sum().sort_values(ascending=False, kind="stable").index
    table = table[largest_first]
    return Drawing(
        frozen=_stacked("Spend", currency, period),
        data=_datasets(table, colours),
        alt=_sentence(table, f"Spend per {period}", currency),
    )


def contribution_over_time(
    parts: pd.DataFrame, *, colours: Mapping[str, str], unit: str, period: Period = "week"
) -> Drawing:
    """Draw what the outcome is made of: the baseline, and the groups' contributions on top.

    Parameters
    ----------
    parts : DataFrame
        `period` (datetime), `part` (str; "baseline" or the name of a group), `value` (float, outcome units per period,
        the mean of the posterior).
    colours : mapping of str to str
        "#rrggbb" per group; the baseline is neutral.
    unit : str
        Unit of the outcome, for instance "EUR" or "orders".
    period : {"week", "day"}
        What a row stands for.

    Returns
    -------
    Drawing
        Baseline at the bottom, then the groups, the largest first.

    Raises
    ------
    BadInput
        If a column is missing or there is no row.
    """
    require_columns(parts, ("period", "part", "value"), chart="contributions over time")
    table = _completed(parts, "part", "value")
    size = table.sum().sort_values(ascending=False, kind="stable")
    ordered = [name for name in size.index if name == BASELINE] + [name for name in size.index if name != BASELINE]
    table = table[ordered]
    return Drawing(
        frozen=_stacked("Outcome explained", unit, period),
        data=_datasets(table, {**colours, BASELINE: NEUTRAL}),
        alt=_sentence(table, f"Outcome per {period} by what explains it", unit),
    )


@frozen
def _stacked(word: str, unit: str, period: Period) -> alt.LayerChart:
    base = alt.Chart(alt.NamedData("parts"))
    height = {
        "y": alt.Y("lower:Q", axis=amount_axis(f"{unit} per {period}"), scale=alt.Scale(zero=True)),
        "y2": "upper:Q",
        "color": alt.Color("colour:N", scale=None),
    }
    areas = base.mark_area(opacity=0.92).encode(x=alt.X("period:T", title=None), detail=alt.Detail("part:N"), **height)
    strips = (
        base.transform_calculate(amount=amount_expression("value", unit))
        .mark_rect(opacity=0)
        .encode(
            x=alt.X("hover_from:T", title=None),
            x2="hover_to:T",
            tooltip=[alt.Tooltip("part:N", title="Part"), period_tooltip(period), alt.Tooltip("amount:N", title=word)],
            **height,
        )
    )
    return alt.layer(areas, strips, edge_labels()).properties(
        height=HEIGHT,
        autosize=FITTED,
        description=f"{word} in {unit} per {period}, stacked areas, one per part, named at the right edge.",
    )


def _completed(table: pd.DataFrame, part: str, value: str) -> pd.DataFrame:
    """Return periods x parts without gaps: areas stacked over gaps would tilt."""
    periods, row = np.unique(table["period"].to_numpy(), return_inverse=True)
    column, names = pd.factorize(table[part].astype(str), use_na_sentinel=False)
    sums = np.bincount(
        row * len(names) + column,
        weights=np.nan_to_num(table[value].to_numpy(dtype=np.float64)),
        minlength=len(periods) * len(names),
    )
    return pd.DataFrame(sums.reshape(len(periods), len(names)), index=pd.Index(periods), columns=pd.Index(names))


def _datasets(table: pd.DataFrame, colours: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """Return the records of the areas, first column at the bottom, and of their labels."""
    names = [str(name) for name in table.columns]
    values = table.to_numpy(dtype=np.float64)
    colour = np.array([colours.get(name, NEUTRAL) for name in names], dtype=object)
    periods = table.index.to_numpy()
    hover_from, hover_to = hover_window(periods)
    count = len(table)
    lower = _lower_edges(values)
    parts = pd.DataFrame(
        {
            "period": np.tile(periods, len(names)),
            "hover_from": np.tile(hover_from, len(names)),
            "hover_to": np.tile(hover_to, len(names)),
            "part": np.repeat(np.array(names, dtype=object), count),
            "value": values.T.ravel(),
            "lower": lower.T.ravel(),
            "upper": (lower + values).T.ravel(),
            "colour": np.repeat(colour, count),
        }
    )
    middle = (lower + values / 2)[-_LABEL_PERIODS:].mean(axis=0)
    span = max(lower.max(), (lower + values).max(), 0.0) - min(lower.min(), (lower + values).min(), 0.0)
    labels = pd.DataFrame({"at": spread(middle, span=max(float(span), 1e-9)), "text": names, "colour": colour})
    return {"parts": parts, "labels": labels}


def _lower_edges(values: np.ndarray) -> np.ndarray:
    """Return where each part starts: positive amounts pile up from 0, negative ones down from 0."""
    positive, negative = np.clip(values, 0, None), np.clip(values, None, 0)
    above, below = np.cumsum(positive, axis=1) - positive, np.cumsum(negative, axis=1) - negative
    lower: np.ndarray = np.where(values >= 0, above, below)
    return lower


def _sentence(table: pd.DataFrame, subject: str, unit: str) -> str:
    """Say range, total and the largest parts."""
    totals = table.sum().sort_values(ascending=False)
    total = float(totals.sum())
    shares = ", ".join(
        f"{name} {value / total:.0%}" if total else str(name) for name, value in totals.head(_NAMED_IN_ALT).items()
    )
    return (
        f"{subject}, {day(table.index[0])} to {day(table.index[-1])}, {len(totals)} parts, "
        f"{two_digits(total)} {unit} in all; the largest: {shares}."
    )
