"""Numbers as people read them."""

import math

from babel.numbers import format_decimal

from mmm_core.money import exact

_LOCALE = "en_US"


def money(micros: int, currency: str) -> str:
    """Write exact money with two decimals."""
    return f"{format_decimal(exact(micros), '#,##0.00', locale=_LOCALE)} {currency}"


def round_money(micros: int, currency: str) -> str:
    """Write money without decimals, for places where cents do not matter."""
    return f"{format_decimal(exact(micros), '#,##0', locale=_LOCALE)} {currency}"


def whole(number: float) -> str:
    """Write a whole number with separators."""
    return str(format_decimal(number, "#,##0", locale=_LOCALE))


def with_range(middle: float, low: float, high: float) -> str:
    """Write a value with its interval, as fine as the interval allows: "29.6M (29.5M to 29.8M)", "2.1 (1.4 to 3.0)"."""
    unit, scale = next(
        ((name, size) for size, name in ((1e9, "B"), (1e6, "M"), (1e3, "k")) if max(abs(low), abs(high)) >= size),
        ("", 1),
    )
    width = (high - low) / scale
    decimals = 0 if width <= 0 else min(6, max(0, 1 - math.floor(math.log10(width))))
    texts = [format_decimal(value / scale, f"#,##0.{'0' * decimals}", locale=_LOCALE) for value in (middle, low, high)]
    return f"{texts[0]}{unit} ({texts[1]}{unit} to {texts[2]}{unit})"


def share(part: int, whole_amount: int) -> str:
    """Write a share in percent; never "100.0 %" while something is missing."""
    if whole_amount == 0:
        return "100 %" if part == 0 else "0 %"
    percent = 100 * part / whole_amount
    if percent < 100 and round(percent, 1) == 100:
        return "99.9 %"
    return f"{percent:.1f} %"
