"""Shading of a table's cells: the larger the figure, the fuller the tint; text stays readable on every tint."""

from typing import Literal

import numpy as np

Along = Literal["column", "row"]

LIGHT_INK, DARK_INK = "#1b2530", "#e6ebf0"
_STEPS = 12
_LIGHT = {"more": ("#ffffff", "#8fbfee"), "less": ("#ffffff", "#f0b98a")}
_DARK = {"more": ("#12171d", "#1f4f85"), "less": ("#12171d", "#744213")}


def heat(values: np.ndarray, *, along: Along, dark: bool) -> np.ndarray:
    """Return a background colour per cell.

    Figures above 0 are shaded by their share of the largest absolute figure of their column (or row), figures below 0
    in another hue. Ink on them: `ink(dark)`, with a contrast of 4.5 or more (WCAG 2.2, 1.4.3) on every tint.

    Parameters
    ----------
    values : ndarray
        float, shape (rows, columns); NaN stays without colour.
    along : {"column", "row"}
        Within which cells compare.
    dark : bool
        The theme.

    Returns
    -------
    ndarray
        "#rrggbb" or "", object, same shape.
    """
    known = np.where(np.isfinite(values), values, 0.0)
    most = np.abs(known).max(axis=0 if along == "column" else 1, keepdims=True) if values.size else known
    share = np.divide(np.abs(known), most, out=np.zeros_like(known), where=most > 0)
    step = np.ceil(share * _STEPS).astype(np.int64)
    colours = np.where(known < 0, tints("less", dark=dark)[step], tints("more", dark=dark)[step])
    return np.where(np.isfinite(values) & (step > 0), colours, "")


def tints(side: Literal["more", "less"], *, dark: bool) -> np.ndarray:
    """Return the ramp from no figure to the largest, shape (13,), "#rrggbb"."""
    ends = (_DARK if dark else _LIGHT)[side]
    low, high = (np.array([int(end[at : at + 2], 16) for at in (1, 3, 5)]) for end in ends)
    steps = low + (high - low) * np.linspace(0, 1, _STEPS + 1)[:, None]
    return np.array(["#" + "".join(f"{round(part):02x}" for part in row) for row in steps], dtype=object)


def ink(*, dark: bool) -> str:
    """Return the colour of text on the tints."""
    return DARK_INK if dark else LIGHT_INK
