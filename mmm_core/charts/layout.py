"""What several charts share in their make-up: direct labels at the right edge and strips that answer the pointer."""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from mmm_core.charts.palette import INK

HEIGHT = 340
LABEL_GAP = 16
ROW_HEIGHT = 32


FITTED = alt.AutoSizeParams(type="fit-x", contains="padding")
"""Axes and labels shrink the plot sideways only: its height stays the height given, so labels keep their distance."""


def row_axis() -> alt.Axis:
    """Return the axis that names the rows of a chart with one row per group."""
    return alt.Axis(title=None, labelLimit=240, labelFlush=False, ticks=False, domain=False)


def nested_lines(
    base: alt.Chart, rows: alt.Y, colour: alt.Color, *, axis: alt.Axis, tooltip: list[alt.Tooltip]
) -> tuple[alt.Chart, alt.Chart]:
    """Return the thin line of the 90 % interval (`q05`, `q95`) and the thick one of the 50 % interval on it."""
    thin = base.mark_rule(strokeWidth=2, strokeCap="round").encode(
        x=alt.X("q05:Q", axis=axis, scale=alt.Scale(zero=True)), x2="q95:Q", y=rows, color=colour, tooltip=tooltip
    )
    thick = base.mark_rule(strokeWidth=6, strokeCap="round").encode(
        x=alt.X("q25:Q"), x2="q75:Q", y=rows, color=colour, tooltip=tooltip
    )
    return thin, thick


def spread(wanted: np.ndarray, *, span: float, height: int = HEIGHT, gap: int = LABEL_GAP) -> np.ndarray:
    """Move label positions apart so that none overlap, each as close to its place as the others allow.

    Parameters
    ----------
    wanted : ndarray
        Positions in data units, any order.
    span : float
        Data units over the height of the plot.
    height, gap : int
        Height of the plot and of a label, pixels.

    Returns
    -------
    ndarray
        Positions in the order given; at least `gap` pixels apart.
    """
    distance = gap * span / height
    order = np.argsort(wanted, kind="stable")
    # On positions minus their place in line, "gap apart" becomes "not falling": isotonic regression by pooling.
    blocks: list[tuple[float, int]] = []
    for place, position in enumerate(wanted[order]):
        mean, size = float(position) - place * distance, 1
        while blocks and blocks[-1][0] > mean:
            before, count = blocks.pop()
            mean, size = (before * count + mean * size) / (count + size), count + size
        blocks.append((mean, size))
    spaced = np.concatenate([np.full(size, mean) for mean, size in blocks]) + distance * np.arange(len(wanted))
    # A pile pushed below the plot moves up as a whole.
    spaced += max(0.0, min(float(wanted.min()), 0.0) - float(spaced[0])) if len(spaced) else 0.0
    placed = np.empty(len(spaced), dtype=np.float64)
    placed[order] = spaced
    return placed


def edge_labels() -> alt.LayerChart:
    """Return direct labels for the right edge, fed from the dataset `labels` with `at`, `text` and `colour`."""
    base = alt.Chart(alt.NamedData("labels"))
    square = base.mark_point(shape="square", filled=True, size=90, opacity=1).encode(
        x=alt.value({"expr": "width + 11"}), y=alt.Y("at:Q"), color=alt.Color("colour:N", scale=None)
    )
    text = base.mark_text(align="left", baseline="middle", fontSize=12, limit=200).encode(
        x=alt.value({"expr": "width + 20"}), y=alt.Y("at:Q"), text="text:N", color=alt.value(INK)
    )
    return alt.layer(square, text)


def hover_window(periods: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return half a period before and after each first day (ascending, datetime64): where the pointer finds it."""
    days = periods.astype("datetime64[s]")
    step = np.diff(days).min() if len(days) > 1 else np.timedelta64(7 * 86_400, "s")
    return days - step // 2, days + step // 2


def by_period(table: pd.DataFrame, columns: Sequence[str], *, last: int | None = None) -> pd.DataFrame:
    """Return the columns in order of time with `hover_from` and `hover_to`; the last rows only if so asked."""
    order = np.argsort(table["period"].to_numpy(), kind="stable")
    order = order if last is None else order[-last:]
    chosen = {column: table[column].to_numpy()[order] for column in columns}
    hover_from, hover_to = hover_window(chosen["period"])
    return pd.DataFrame({**chosen, "hover_from": hover_from, "hover_to": hover_to})
