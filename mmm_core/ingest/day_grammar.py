"""How one day may be written, and what it can mean under each order of day and month."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Literal
from zoneinfo import ZoneInfo

from mmm_core.ingest.month_names import month_number

DateOrder = Literal["ymd", "dmy", "mdy"]

_OFFSET = r"(?P<offset>Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
_CLOCK = (
    r"(?P<hour>\d{1,2})(?:h|:(?P<minute>\d{2})(?::\d{2}(?:[.,]\d+)?)?\s*"
    rf"(?P<half>[AaPp]\.?[Mm]\.?)?\s*{_OFFSET})"
)
_TIME = rf"(?:(?:T|,?\s+){_CLOCK})?"
_NAME = r"[^\W\d]{3,12}"
_OF = r"(?:de\s|of\s|d['’]\s?)?"
"""Words within a date: "5 de enero de 2024", "5th of May 2024"."""
_YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})(?P<sep>[-/.])(?P<month>\d{{1,2}})(?P=sep)(?P<day>\d{{1,2}}){_TIME}")
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})")
_YEAR_LAST = re.compile(
    rf"(?P<first>\d{{1,2}})(?P<sep>\.\s|[-/. ])(?P<second>\d{{1,2}})(?P=sep)(?P<last>\d{{4}}|\d{{2}}){_TIME}"
)
_SERIAL = re.compile(r"([2-7]\d{4})(?:\.\d+)?")
_DAY_NAME_YEAR = re.compile(
    rf"(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th|er)?[-\s]?{_OF}(?P<name>{_NAME})\.?,?[-\s]{_OF}(?P<year>\d{{4}}|\d{{2}}){_TIME}"
)
_NAME_DAY_YEAR = re.compile(rf"(?P<name>{_NAME})\.?\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<year>\d{{4}}){_TIME}")
_YEAR_NAME_DAY = re.compile(rf"(?P<year>\d{{4}})[-\s](?P<name>{_NAME})\.?[-\s](?P<day>\d{{1,2}}){_TIME}")
_WEEKDAY = re.compile(r"[^\W\d]{2,12}\.?,\s")
"""A day's name before the date ("Mon, 5 Jan 2024") says nothing new."""
_EXCEL_DAY_ZERO = date(1899, 12, 30)
LONGEST = 48


def read_day(text: str, order: DateOrder | None, zone: ZoneInfo | None = None) -> date | None:
    """Read one day, or return None when it is none, or none under this order.

    A year that comes first is always followed by month and day. Two-digit years mean 2000 to 2099. Serial numbers are
    Excel's (1900 system). Of a time with an offset from UTC the day in `zone` counts; any other time is cut off: the
    day counts as written.
    """
    text = text.strip()
    if not text or len(text) > LONGEST:
        return None
    try:
        found = _numeric(text, order, zone) or _named(text, zone)
    except (ValueError, OverflowError):
        return None
    return found if found is not None and 1950 <= found.year <= 2100 else None


def day_and_month(text: str) -> tuple[int, int] | None:
    """Return the first two numbers of a date whose order its writing leaves open (1/2/2024, not 1.2.2024)."""
    m = _YEAR_LAST.fullmatch(text.strip()) if len(text) <= LONGEST else None
    return (int(m["first"]), int(m["second"])) if m and not m["sep"].startswith(".") else None


def full_year(text: str) -> int:
    """Return the year; two digits mean 2000 to 2099."""
    return int(text) + (2000 if len(text) == 2 else 0)


def _numeric(text: str, order: DateOrder | None, zone: ZoneInfo | None) -> date | None:
    if m := _YEAR_FIRST.fullmatch(text):
        return _in_zone(date(int(m["year"]), int(m["month"]), int(m["day"])), m, zone)
    if m := _COMPACT.fullmatch(text):
        return date(int(m["year"]), int(m["month"]), int(m["day"]))
    if m := _YEAR_LAST.fullmatch(text):
        day = _ordered(m, order or ("dmy" if m["sep"].startswith(".") else None))
        return _in_zone(day, m, zone) if day else None
    if m := _SERIAL.fullmatch(text):
        return _EXCEL_DAY_ZERO + timedelta(days=int(m[1]))
    return None


def _ordered(m: re.Match[str], order: DateOrder | None) -> date | None:
    """Read three numbers with the year last; "ymd" then means a two-digit year first."""
    first, second, last = int(m["first"]), int(m["second"]), int(m["last"])
    if order == "ymd":
        return date(2000 + first, second, last) if len(m["last"]) == 2 else None
    year = full_year(m["last"])
    if order == "dmy":
        return date(year, second, first)
    return date(year, first, second) if order == "mdy" else None


def _named(text: str, zone: ZoneInfo | None) -> date | None:
    """Read "5 Jan 2024", "Jan 5, 2024" and "2024-Jan-05"."""
    if (weekday := _WEEKDAY.match(text)) and not month_number(weekday[0].rstrip(" ,.")):
        text = text[weekday.end() :]
    m = _DAY_NAME_YEAR.fullmatch(text) or _NAME_DAY_YEAR.fullmatch(text) or _YEAR_NAME_DAY.fullmatch(text)
    month = month_number(m["name"]) if m else None
    return _in_zone(date(full_year(m["year"]), month, int(m["day"])), m, zone) if m and month else None


def _in_zone(day: date, m: re.Match[str], zone: ZoneInfo | None) -> date:
    """Move a time with an offset to the zone; without either the day stays as written."""
    if zone is None or not m["offset"]:
        return day
    hour = int(m["hour"])
    if m["half"]:
        hour = hour % 12 + (12 if m["half"][0] in "Pp" else 0)
    moment = datetime(day.year, day.month, day.day, hour, int(m["minute"]), tzinfo=_offset(m["offset"]))
    return moment.astimezone(zone).date()


def _offset(text: str) -> timezone:
    if text in ("Z", "UTC", "GMT"):
        return UTC
    digits = text[1:].replace(":", "")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-size if text.startswith("-") else size)
