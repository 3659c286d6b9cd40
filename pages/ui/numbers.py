"""Numbers as people read them."""

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


def short(value: float) -> str:
    """Write an uncertain value with two significant digits: 4.2M, 310k, 2.1."""
    size = abs(value)
    for limit, unit in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if size >= limit:
            return f"{_two_digits(value / limit)}{unit}"
    return _two_digits(value)


def share(part: int, whole_amount: int) -> str:
    """Write a share in percent; never "100.0 %" while something is missing."""
    if whole_amount == 0:
        return "100 %" if part == 0 else "0 %"
    percent = 100 * part / whole_amount
    if percent < 100 and round(percent, 1) == 100:
        return "99.9 %"
    return f"{percent:.1f} %"


def _two_digits(value: float) -> str:
    size = abs(value)
    if size >= 10:
        return f"{value:.0f}"
    return f"{value:.1f}" if size >= 1 else f"{value:.2g}"
