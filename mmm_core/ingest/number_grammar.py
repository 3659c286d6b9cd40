"""How one number may be written, strictly, under either decimal convention."""

import re
from decimal import Decimal
from typing import Literal, NamedTuple

DecimalMark = Literal[".", ","]

EMPTY = frozenset({"", "-", "--", "\N{EN DASH}", "\N{EM DASH}"})
"""What exports write where there is no value. Words such as "n/a" are not among them: somebody typed those."""

_SPACES = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{FIGURE SPACE}'\N{RIGHT SINGLE QUOTATION MARK}"
_CODES = (
    "AED|ARS|AUD|BGN|BRL|CAD|CHF|CLP|CNY|COP|CZK|DKK|EGP|EUR|GBP|HKD|HRK|HUF|IDR|ILS|INR|ISK|JPY|KRW|"
    "MAD|MXN|MYR|NOK|NZD|PEN|PHP|PKR|PLN|RON|RSD|RUB|SAR|SEK|SGD|THB|TRY|TWD|UAH|USD|VND|ZAR"  # codespell:ignore
)
_SIGNS = r"[\u20a0-\u20bf$\u00a3\u00a5]|US\$|R\$|A\$|C\$|kr\.?|z\u0142|Fr\.?|K\u010d|Ft"
_CURRENCY = f"{_CODES}|{_SIGNS}"
_MINUS = "\N{MINUS SIGN}-"
"""Hyphen last: this goes into character classes."""
_LONGEST = 60
_LARGEST_EXPONENT = 30


class WrittenNumber(NamedTuple):
    """A number as a plain decimal text with a point, and the currency sign or code it was written with."""

    plain: str
    currency: str


def _core(decimal: DecimalMark) -> str:
    point = re.escape(decimal)
    group = re.escape("," if decimal == "." else ".")
    fraction = rf"(?:{point}\d*)?"
    grouped = rf"[1-9]\d{{0,2}}(?P<sep>[{group}{_SPACES}])\d{{3}}(?:(?P=sep)\d{{3}})*{fraction}"
    if decimal == ".":  # as India groups: 12,34,567.50
        grouped = rf"(?:{grouped}|[1-9]\d?(?:,\d{{2}})+,\d{{3}}{fraction})"
    plain = rf"(?:\d+{fraction}|{point}\d+)(?:[eE][+-]?\d{{1,3}})?"
    return f"(?:{grouped}|{plain})"


def _whole(decimal: DecimalMark) -> re.Pattern[str]:
    return re.compile(
        rf"(?P<c0>{_CURRENCY})?\s*(?P<open>\()?\s*(?P<s1>[+{_MINUS}])?\s*(?P<c1>{_CURRENCY})?\s*(?P<s2>[{_MINUS}])?\s*"
        rf"(?P<number>{_core(decimal)})\s*(?P<s3>[{_MINUS}])?\s*(?P<c2>{_CURRENCY})?\s*(?P<s4>[{_MINUS}])?\s*(?P<close>\))?",
        re.ASCII,
    )


_WHOLE = {".": _whole("."), ",": _whole(",")}


def read_number(text: str, decimal: DecimalMark, *, percent: bool = False) -> WrittenNumber | None:
    """Read one number, or return None when the text does not follow the convention to the letter.

    Accepted: thousands separators between groups of three (the other of . and , or a space or apostrophe) or as
    in India, a currency sign or code before or after, parentheses or one leading or trailing minus for negatives, an
    exponent. Refused: other grouping, two signs, words; and percent, unless `percent` is True: "12 %" is then 0.12.
    """
    text = text.strip()
    if percent and text.endswith("%"):
        number = read_number(text[:-1], decimal)
        return None if number is None else number._replace(plain=format(Decimal(number.plain).scaleb(-2), "f"))
    found = _WHOLE[decimal].fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        return None
    parts = found.groupdict()
    minuses = sum(bool(parts[name]) and parts[name] != "+" for name in ("s1", "s2", "s3", "s4"))
    brackets = bool(parts["open"]) + bool(parts["close"])
    currencies = [parts[name] for name in ("c0", "c1", "c2") if parts[name]]
    if brackets == 1 or minuses + brackets // 2 > 1 or len(currencies) > 1:
        return None
    digits = _with_point(parts["number"], decimal)
    if "e" in digits.lower() and abs(int(digits.lower().split("e")[1])) > _LARGEST_EXPONENT:
        return None
    plain = format(Decimal(digits), "f")
    negative = minuses + brackets > 0
    return WrittenNumber(plain=f"-{plain}" if negative else plain, currency=currencies[0] if currencies else "")


def _with_point(number: str, decimal: DecimalMark) -> str:
    """Drop the thousands separators and write the decimal mark as a point."""
    for separator in _SPACES + ("," if decimal == "." else "."):
        number = number.replace(separator, "")
    return number.replace(decimal, ".")


def looks_like_number(text: str) -> bool:
    """Tell whether a text is a number, perhaps a percentage, under one of the conventions."""
    return any(read_number(text, mark, percent=True) is not None for mark in (".", ","))
