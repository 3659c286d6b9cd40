"""What the calendar brings: weekdays, public holidays, own events, and periods that stand for themselves."""

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

import numpy as np
import pandas as pd

from mmm_core.errors import BadInput
from mmm_core.modeling.choices import Event
from mmm_core.modeling.drivers.block import STANDARDISED_SPREAD, Block, Floats, Timeline, shared

WEEKDAYS = ("Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""Monday is what they are compared with."""
CALENDAR_SPREAD = 0.25
"""Prior spread of what the fullest period of a holiday or an event adds, in largest outcomes: 95 % of it within half of
the largest outcome either way. Prophet leaves it nearly free (10 times the largest value, Taylor & Letham 2018,
doi:10.1080/00031305.2017.1380080); three Christmas weeks would then be explained by nothing else. Judgement."""
OUTLIER_SPREAD = 0.5
"""Prior spread of what a period that stands for itself is off by: wide, so that it tells the other effects nothing."""
_FEWEST_YEARS = 2
"""A holiday with a column of its own occurs in so many years of the history: of one that occurred once, its effect and
the noise of its period are one and the same. All others share a column, as holidays with a shared prior would nearly
do."""
_YEARS_AFTER = 1
"""A holiday of the year after that never was in the history is told, so that nobody takes it to be known."""
_OTHERS = "other holidays"
_FEWEST_DAYS_FOR_WEEKDAYS = 14
_MOVED = re.compile(r"\s*\((?:observed|estimated|substituted)[^)]*\)$")


def weekday_columns(timeline: Timeline, *, wanted: bool) -> Block:
    """Mark the days of the week in a daily history of two weeks or more."""
    if not wanted or timeline.period != "day" or timeline.known < _FEWEST_DAYS_FOR_WEEKDAYS:
        return Block(labels=(), values=np.empty((len(timeline.periods), 1, 0)), spread=np.empty(0))
    marks = (timeline.periods.day_of_week.to_numpy()[:, None] == np.arange(1, 7)).astype(float)
    return Block(
        labels=tuple(f"weekday: {day}" for day in WEEKDAYS),
        values=marks[:, None, :],
        spread=np.full(len(WEEKDAYS), STANDARDISED_SPREAD),
    )


def holiday_columns(timeline: Timeline, places: tuple[str, ...]) -> Block:
    """Make columns of public holidays: the share of a period's days, averaged over the places.

    A holiday is known by its English name where there is one, wherever and whenever it occurs; a day that it was moved
    to counts as the holiday itself. Holidays that always fall into the same periods, as Christmas and the day after,
    cannot be told apart and share a column. The value is 1 in the period that holds the most of a column's days.

    Raises
    ------
    BadInput
        If a place is unknown; the message names it.
    """
    found: dict[str, Floats] = {}
    years: dict[str, set[int]] = {}
    last = timeline.periods[-1] + pd.Timedelta(days=timeline.days - 1)
    for place in places:
        for year in range(timeline.periods[0].year, last.year + 1 + _YEARS_AFTER):
            for day, names in _named_days(place, year):
                at = int(timeline.places(pd.DatetimeIndex([day]))[0])
                for name in names:
                    column = found.setdefault(name, np.zeros(len(timeline.periods)))
                    if at >= 0:
                        column[at] += 1.0 / (timeline.days * len(places))
                    if 0 <= at < timeline.known:
                        years.setdefault(name, set()).add(year)
    known = dict(sorted(((name, found[name]) for name in years), key=lambda one: int((one[1] > 0).argmax())))
    left_out = [f"holiday: {name} is not in the history" for name in found if name not in years]
    return _scaled(_pooled(known, years, timeline.known), "holiday", timeline, left_out=sorted(left_out))


def event_columns(timeline: Timeline, events: tuple[Event, ...]) -> Block:
    """Make a column of the events of each name: the share of a period's days; 1 in the period that holds the most."""
    found: dict[str, Floats] = {}
    for event in events:
        column = found.setdefault(event.name, np.zeros(len(timeline.periods)))
        at = timeline.places(pd.date_range(event.first, event.last, unit="ns"))
        np.add.at(column, at[at >= 0], 1.0 / timeline.days)
    known = {name: column for name, column in found.items() if column[: timeline.known].any()}
    left_out = [f"event: {name} is not in the history" for name in found if name not in known]
    return _scaled(known, "event", timeline, left_out=left_out)


def outlier_columns(timeline: Timeline, outliers: tuple[str, ...]) -> Block:
    """Mark each period that stands for itself; it never comes again."""
    columns: dict[int, Floats] = {}
    left_out = []
    for outlier in outliers:
        at = int(timeline.places(pd.DatetimeIndex([outlier]))[0])
        if 0 <= at < timeline.known:
            columns[at] = (np.arange(len(timeline.periods)) == at).astype(np.float64)
        else:
            left_out.append(f"outlier: {outlier} is not in the history")
    places = sorted(columns)
    labels = [f"outlier: {timeline.periods[at].date()}" for at in places]
    return shared(labels, [columns[at] for at in places], timeline=timeline, spread=OUTLIER_SPREAD, left_out=left_out)


def supported_places() -> dict[str, tuple[str, ...]]:
    """Return the countries whose holidays are known, by their ISO code, each with the codes of its regions."""
    import holidays

    return {
        code: tuple(regions)
        for code, regions in sorted(holidays.list_supported_countries(include_aliases=False).items())
    }


def _pooled(found: dict[str, Floats], years: dict[str, set[int]], known: int) -> dict[str, Floats]:
    """Join the holidays that occur once, and those that always fall into the same periods of the history."""
    once = [name for name in found if len(years[name]) < _FEWEST_YEARS]
    together: dict[bytes, list[str]] = {}
    for name, column in found.items():
        if name not in once:
            together.setdefault((column[:known] > 0).tobytes(), []).append(name)
    pooled = {", ".join(names): sum((found[name] for name in names), np.zeros(1)) for names in together.values()}
    if once:
        name = f"{once[0]}, once" if len(once) == 1 else _OTHERS
        pooled[name] = sum((found[name] for name in once), np.zeros(1))
    return pooled


def _scaled(found: dict[str, Floats], kind: str, timeline: Timeline, *, left_out: list[str]) -> Block:
    return shared(
        [f"{kind}: {name}" for name in found],
        list(found.values()),
        timeline=timeline,
        spread=CALENDAR_SPREAD,
        scale=[float(column[: timeline.known].max()) for column in found.values()],
        left_out=left_out,
    )


@lru_cache(maxsize=512)
def _named_days(place: str, year: int) -> tuple[tuple[date, tuple[str, ...]], ...]:
    """Return the public holidays of a place and year with their names, by date."""
    import holidays  # reads its metadata for some 50 ms: only who has holidays pays

    country, _, region = place.partition("-")
    regions = holidays.list_supported_countries(include_aliases=False).get(country)
    if regions is None or (region and region not in regions):
        raise BadInput(
            f"No holidays are known of {place!r}",
            where="model.holidays",
            expected=f"one of {', '.join(f'{country}-{known}' for known in regions)}"
            if regions
            else "the two letters of a country, such as DE, perhaps with a region, such as DE-BY",
            remedy="Correct the code, or enter the days as events",
        )
    spoken = holidays.list_localized_countries(include_aliases=False).get(country, [])
    language = "en_US" if "en_US" in spoken else None
    days = holidays.country_holidays(country, subdiv=region or None, years=year, language=language)
    return tuple((day, _plain_names(days.get_list(day))) for day in sorted(days))


def _plain_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return names without a note that the day was moved."""
    plain = []
    for name in names:
        shorter = name
        while _MOVED.search(shorter):
            shorter = _MOVED.sub("", shorter)
        plain.append(shorter)
    return tuple(dict.fromkeys(plain))
