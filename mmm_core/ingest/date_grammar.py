"""How one date may be written, and what it can mean under each order of day and month."""

import re
from datetime import date, timedelta
from typing import Literal

from mmm_core.ingest.vocabulary import MONTH_NUMBERS

DateOrder = Literal["ymd", "dmy", "mdy"]

_ZONE = r"(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
_CLOCK = rf"\d{{1,2}}(?:h|:\d{{2}}(?::\d{{2}}(?:[.,]\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?\s*{_ZONE})"
_TIME = rf"(?:(?:T|,?\s+){_CLOCK})?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/. ])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}")
_WEEK = re.compile(r"(\d{4})[-\s]?(?:W|KW|CW|S)\s?(\d{1,2})(?:-?([1-7]))?", re.IGNORECASE)
_WEEK_FIRST = re.compile(r"(?:W|KW|CW|S)\s?(\d{1,2})\s?[-/ .]\s?(\d{4})", re.IGNORECASE)
_SERIAL = re.compile(r"([2-7]\d{4})(?:\.\d+)?")
_DAY_NAME_YEAR = re.compile(rf"(\d{{1,2}})\.?[-\s]([^\W\d]{{3,10}})\.?,?[-\s](\d{{4}}|\d{{2}}){_TIME}")
_NAME_DAY_YEAR = re.compile(rf"([^\W\d]{{3,10}})\.?\s(\d{{1,2}}),?\s(\d{{4}}){_TIME}")
_EXCEL_DAY_ZERO = date(1899, 12, 30)
_LONGEST = 48


def read_date(text: str, order: DateOrder | None) -> date | None:
    """Read one date, or return None when it is none, or none under this order.

    A time of day and a zone are cut off: the day counts as written. A year that comes first is always followed by
    month and day. Two-digit years mean 2000 to 2099. Serial numbers are Excel's (1900 system).
    """
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    try:
        found = _numeric(text, order) or _named(text)
    except (ValueError, OverflowError):
        return None
    return found if found is not None and 1950 <= found.year <= 2100 else None


def _numeric(text: str, order: DateOrder | None) -> date | None:
    if m := _YEAR_FIRST.fullmatch(text):
        return date(int(m[1]), int(m[3]), int(m[4]))
    if m := _COMPACT.fullmatch(text):
        return date(int(m[1]), int(m[2]), int(m[3]))
    if m := _YEAR_LAST.fullmatch(text):
        return _ordered(m, order or ("dmy" if m[2] == "." else None))
    return _week_or_serial(text)


def _week_or_serial(text: str) -> date | None:
    if m := _WEEK.fullmatch(text):
        return date.fromisocalendar(int(m[1]), int(m[2]), int(m[3] or 1))
    if m := _WEEK_FIRST.fullmatch(text):
        return date.fromisocalendar(int(m[2]), int(m[1]), 1)
    if m := _SERIAL.fullmatch(text):
        return _EXCEL_DAY_ZERO + timedelta(days=int(m[1]))
    return None


def _ordered(m: re.Match[str], order: DateOrder | None) -> date | None:
    """Read three numbers with the year last; "ymd" then means a two-digit year first."""
    first, second, last = int(m[1]), int(m[3]), int(m[4])
    if order == "ymd":
        return date(2000 + first, second, last) if len(m[4]) == 2 else None
    year = last if len(m[4]) == 4 else 2000 + last
    if order == "dmy":
        return date(year, second, first)
    return date(year, first, second) if order == "mdy" else None


def _named(text: str) -> date | None:
    """Read "5 Jan 2024" and "Jan 5, 2024", in six languages."""
    if m := _DAY_NAME_YEAR.fullmatch(text):
        day, name, year = m[1], m[2], m[3]
    elif m := _NAME_DAY_YEAR.fullmatch(text):
        day, name, year = m[2], m[1], m[3]
    else:
        return None
    month = MONTH_NUMBERS.get(name.casefold())
    return date(int(year) + (2000 if len(year) == 2 else 0), month, int(day)) if month else None


def day_and_month(text: str) -> tuple[int, int] | None:
    """Return the first two numbers of a date whose order its writing leaves open (1/2/2024, not 1.2.2024)."""
    m = _YEAR_LAST.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    return (int(m[1]), int(m[3])) if m and m[2] != "." else None


def looks_like_date(text: str) -> bool:
    """Tell whether a text is a date under some order; bare digits are left to numbers."""
    if text.strip().replace(".", "", 1).isdigit():
        return False
    return any(read_date(text, order) is not None for order in ("dmy", "mdy"))
