"""How charts write figures: in Vega expressions for tooltips and labels, in Python for the alt text."""

import json
import math

import altair as alt
import pandas as pd

from mmm_core.settings import Period

TWO_DIGITS = ",.2r"
THREE_DIGITS = ",.3r"
"""For levels whose bands are narrow beside them: with two digits their edges would read the same."""

WHOLE = ",.0f"
_TWO_DIGITS_SHORT, _SHORT_FROM = ".2s", 10_000

PERIOD_TITLES: dict[Period, str] = {"week": "Week of", "day": "Day"}


def two_digits(value: float) -> str:
    """Write an uncertain value with two significant digits: 1,200,000 or 2.1 or 0.034."""
    if value == 0 or not math.isfinite(value):
        return f"{value:.0f}"
    decimals = 1 - math.floor(math.log10(abs(value)))
    return f"{round(value, decimals):,.{max(decimals, 0)}f}"


def day(moment: pd.Timestamp) -> str:
    """Write a day the way that reads the same everywhere: 2025-06-23."""
    return f"{moment:%Y-%m-%d}"


def interval_expression(low: str, high: str, unit: str, *, digits: str = TWO_DIGITS) -> str:
    """Return the Vega expression for "1.4 to 3.0 EUR" from two columns."""
    return f"format(datum.{low}, '{digits}') + ' to ' + format(datum.{high}, '{digits}') + {json.dumps(' ' + unit)}"


def value_and_interval_expression(value: str, low: str, high: str) -> str:
    """Return the Vega expression for "2.1 (1.4 to 3.0)" or "25M (18M to 33M)" from three columns."""
    figures = [_short_expression(f"datum.{column}") for column in (value, low, high)]
    return f"{figures[0]} + ' (' + {figures[1]} + ' to ' + {figures[2]} + ')'"


def _short_expression(value: str) -> str:
    """Return the Vega expression for two significant digits: 0.034, 2.1, 8,200, 25M."""
    short = f"replace(format({value}, '{_TWO_DIGITS_SHORT}'), 'G', 'bn')"
    return f"(abs({value}) < {_SHORT_FROM} ? format({value}, '{TWO_DIGITS}') : {short})"


def amount_expression(column: str, unit: str, *, digits: str = WHOLE) -> str:
    """Return the Vega expression for "1,234 EUR" from a column."""
    return f"format(datum.{column}, '{digits}') + {json.dumps(' ' + unit)}"


def amount_axis(title: str | None) -> alt.Axis:
    """Return an axis that writes 0.5, 200k, 1.5M, 2bn."""
    text = "abs(datum.value) < 1 ? format(datum.value, '~g') : replace(format(datum.value, '~s'), 'G', 'bn')"
    return alt.Axis(title=title, labelExpr=text, tickCount=6, labelLimit=0, labelFlush=False)


def period_tooltip(period: Period, column: str = "period") -> alt.Tooltip:
    """Return the tooltip line that names the period."""
    return alt.Tooltip(f"{column}:T", title=PERIOD_TITLES[period], format="%d %b %Y")
