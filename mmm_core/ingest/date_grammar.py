"""How a date may be written: a day, or a week, month, quarter or range, of which the first day counts."""

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from mmm_core.ingest.day_grammar import LONGEST, DateOrder, full_year, read_day
from mmm_core.ingest.day_grammar import day_and_month as _day_and_month
from mmm_core.ingest.month_names import month_number

__all__ = ["DateOrder", "Span", "Unit", "looks_like_date", "open_orders", "read_date", "read_span"]

Unit = Literal["day", "week", "month", "quarter"]

_YEAR = r"(?P<year>\d{4})"
_NAME = r"(?P<name>[^\W\d]{3,12})"
_WEEK_WORD = (
    r"(?:kalenderwoche|woche|weeks?|wk|kw|cw|semaine|sem|semana|settimana|sett|vecka|uge|uke|viikko|vk|t[ýy]den|"
    r"tydzie[ńn]|tyg|w|s|v)\.?"
)
_QUARTER_WORD = r"(?:quartal|quarter|qtr|trimestre|kwartaal|kwarta[lł]|kvartal(?:et)?|nelj[äa]nnes|[čc]tvrtlet[íi])"
_WEEKS = (
    re.compile(rf"{_YEAR}[-\s./]{{0,3}}{_WEEK_WORD}[-\s]?(?P<week>\d{{1,2}})(?:-?(?P<weekday>[1-7]))?", re.IGNORECASE),
    re.compile(rf"{_WEEK_WORD}[-\s]?(?P<week>\d{{1,2}})\s?[-/ .,]\s?(?P<year>\d{{4}}|\d{{2}})", re.IGNORECASE),
    re.compile(rf"(?P<week>\d{{1,2}})\.?\s?{_WEEK_WORD}[-/,\s]\s?{_YEAR}", re.IGNORECASE),
)
_MONTHS = (
    re.compile(r"(?P<year>(?:19|20)\d{2})[-/.](?P<month>0?[1-9]|1[0-2])"),
    re.compile(r"(?P<month>0?[1-9]|1[0-2])[-/.](?P<year>(?:19|20)\d{2})"),
    re.compile(rf"{_NAME}\.?(?:[-/,]|,?\s(?:de\s)?){_YEAR}"),
    re.compile(rf"{_NAME}\.?(?:-|\s?['’])(?P<year>\d{{2}})"),
    re.compile(rf"{_YEAR}[-/\s]{_NAME}\.?"),
)
_QUARTERS = (
    re.compile(r"[QTK](?P<quarter>[1-4])[-/\s]?(?P<year>(?:19|20)\d{2})", re.IGNORECASE),
    re.compile(r"(?P<year>(?:19|20)\d{2})[-/\s]?[QTK](?P<quarter>[1-4])", re.IGNORECASE),
    re.compile(rf"(?P<quarter>[1-4])(?:\.|st|nd|rd|th|er|º|e)?\s{_QUARTER_WORD}\s(?P<year>\d{{4}})", re.IGNORECASE),
)
_TO = re.compile(r"\s*(?:\s(?:-|to|bis|au|al?|à|até|do|t/m|tot|till?)\s|[–—]|-|/)\s*", re.IGNORECASE)
_SHORTENED = tuple(
    (re.compile(pattern), first, second)
    for pattern, first, second in (
        (r"(\d{1,2})\.?\s?[-–—]\s?(\d{1,2})\.(\d{1,2})\.(\d{4})", "{0}.{2}.{3}", "{1}.{2}.{3}"),
        (r"(\d{1,2})\.(\d{1,2})\.?\s?[-–—]\s?(\d{1,2})\.(\d{1,2})\.(\d{4})", "{0}.{1}.{4}", "{2}.{3}.{4}"),
        (r"([^\W\d]{3,12})\.?\s(\d{1,2})\s?[-–—]\s?(\d{1,2}),?\s(\d{4})", "{0} {1}, {3}", "{0} {2}, {3}"),
        (
            r"([^\W\d]{3,12})\.?\s(\d{1,2})\s?[-–—]\s?([^\W\d]{3,12})\.?\s(\d{1,2}),?\s(\d{4})",
            "{0} {1}, {4}",
            "{2} {3}, {4}",
        ),
        (r"(\d{1,2})\.?\s?[-–—]\s?(\d{1,2})\.?\s(?:de\s)?([^\W\d]{3,12})\.?\s(\d{4})", "{0} {2} {3}", "{1} {2} {3}"),
        (
            r"(\d{1,2})\.?\s([^\W\d]{3,12})\.?\s?[-–—]\s?(\d{1,2})\.?\s([^\W\d]{3,12})\.?\s(\d{4})",
            "{0} {1} {4}",
            "{2} {3} {4}",
        ),
    )
)
"""Ranges that name the year, perhaps the month, once: how both days read when written out."""


class Span(NamedTuple):
    """First and last day (both inside) of what a text names, and the unit that it is."""

    first: date
    last: date
    unit: Unit


def read_span(text: str, order: DateOrder | None, zone: ZoneInfo | None = None) -> Span | None:
    """Read a day, an ISO week, a month, a quarter or a range; None when it is none, or none under this order.

    A range is of the shortest unit that it fits in: up to 7 days a week, up to 31 a month.
    """
    text = text.strip()
    if not text or len(text) > LONGEST:
        return None
    if (day := read_day(text, order, zone)) is not None:
        return Span(day, day, "day")
    try:
        found = _week(text) or _month(text) or _quarter(text) or _range(text, order, zone)
    except (ValueError, OverflowError):
        return None
    return found if found is not None and 1950 <= found.first.year <= 2100 else None


def read_date(text: str, order: DateOrder | None) -> date | None:
    """Return the first day of what a text names, see `read_span`."""
    span = read_span(text, order)
    return span.first if span else None


def looks_like_date(text: str) -> bool:
    """Tell whether a text is a date under some order; bare digits are left to numbers."""
    if text.strip().replace(".", "", 1).isdigit():
        return False
    return any(read_date(text, order) is not None for order in ("dmy", "mdy"))


def open_orders(text: str) -> tuple[tuple[int, int], ...]:
    """Return the first two numbers of every day whose order its writing leaves open; two for a range."""
    text = text.strip()
    if len(text) > LONGEST or not any(letter.isdigit() for letter in text):
        return ()
    if (pair := _day_and_month(text)) is not None:
        return (pair,)
    for left, right in _cuts(text):
        ends = _day_and_month(left), _day_and_month(right)
        if ends[0] and ends[1]:
            return ends[0], ends[1]
    return ()


def month_span(year: int, month: int, *, months: int = 1) -> tuple[date, date]:
    """Return the first day of a month and the last day of the one `months - 1` later."""
    last = month + months - 1
    return date(year, month, 1), date(year, last, calendar.monthrange(year, last)[1])


def _week(text: str) -> Span | None:
    for pattern in _WEEKS:
        if m := pattern.fullmatch(text):
            weekday = m.groupdict().get("weekday")
            first = date.fromisocalendar(full_year(m["year"]), int(m["week"]), int(weekday or 1))
            return Span(first, first, "day") if weekday else Span(first, first + timedelta(days=6), "week")
    return None


def _month(text: str) -> Span | None:
    for pattern in _MONTHS:
        if m := pattern.fullmatch(text):
            parts = m.groupdict()
            month = int(parts["month"]) if "month" in parts else month_number(parts["name"])
            if month:
                return Span(*month_span(full_year(parts["year"]), month), "month")
    return None


def _quarter(text: str) -> Span | None:
    for pattern in _QUARTERS:
        if m := pattern.fullmatch(text):
            return Span(*month_span(int(m["year"]), 3 * int(m["quarter"]) - 2, months=3), "quarter")
    return None


def _range(text: str, order: DateOrder | None, zone: ZoneInfo | None) -> Span | None:
    for left, right in _cuts(text):
        first, last = read_day(left, order, zone), read_day(right, order, zone)
        if first and last:
            return _span(first, last)
        months = _month(left), _month(right)
        if months[0] and months[1]:
            return _span(months[0].first, months[1].last)
    for pattern, left, right in _SHORTENED:
        if m := pattern.fullmatch(text):
            first, last = read_day(left.format(*m.groups()), "dmy"), read_day(right.format(*m.groups()), "dmy")
            if first and last and first > last:  # "29 Dec - 4 Jan 2025"
                first = first.replace(year=first.year - 1)
            if first and last:
                return _span(first, last)
    return None


def _cuts(text: str) -> Iterator[tuple[str, str]]:
    for cut in _TO.finditer(text):
        if 6 <= cut.start() <= len(text) - 6:
            yield text[: cut.start()], text[cut.end() :]


def _span(first: date, last: date) -> Span | None:
    days = (last - first).days + 1
    if days < 1:
        return None
    unit: Unit = "day" if days == 1 else "week" if days <= 7 else "month" if days <= 31 else "quarter"
    return Span(first, last, unit)
