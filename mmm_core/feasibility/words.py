"""Figures of the push-back in words."""

import numpy as np

from mmm_core.feasibility.resolution import Interval


def plus_minus(interval: Interval) -> str:
    """Say how sure an interval is, relative to its middle: "±12 %", or both ends where it is lopsided."""
    if interval.median <= 0:
        return "hardly at all"
    below, above = 1 - interval.low / interval.median, interval.high / interval.median - 1
    if max(below, above) < 1.4 * min(below, above):
        return f"±{share(interval.width / 2 / interval.median)}"
    return f"\N{MINUS SIGN}{share(below)} to +{share(above)}"


def two_digits(value: float) -> str:
    """Write a figure with two significant digits."""
    if value == 0 or not np.isfinite(value):
        return f"{value:g}"
    decimals = max(1 - int(np.floor(np.log10(abs(value)))), 0)
    return f"{value:,.{decimals}f}"


def share(value: float) -> str:
    """Write a share in percent; below 1 % with a decimal."""
    percent = 100 * value
    return f"{percent:.1f} %" if abs(percent) < 1 and percent else f"{percent:.0f} %"
