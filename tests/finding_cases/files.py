"""Rows and dates of media files."""

import numpy as np
from builders import kpi, media, mondays

from finding_cases.scene import (
    PRICE,
    VALUES,
    WEEKS,
    A,
    B,
    Case,
    Scene,
    changed,
    clean,
    client,
    daily,
    days,
    series,
    with_rows,
)
from mmm_core.findings import Severity

WEEK = mondays(WEEKS)


def again(count: int) -> Scene:
    """Two rows of other money in so many weeks of 220."""
    return client(with_rows(*(("a", WEEK[at], 5.0 + at) for at in range(count))))


def without(*weeks: str) -> Scene:
    rows = [(name, date, float(v)) for name, s in (("a", A), ("b", B)) for date, v in zip(WEEK, s, strict=True)]
    return client(media([row for row in rows if row[1] not in weeks]))


def platforms(*holes: int) -> Scene:
    """A platform that always runs but for these weeks, beside two others."""
    return client(clean(c=changed(B[::-1], dict.fromkeys(holes, 0.0))))


def daily_client(dates: list[str]) -> Scene:
    return client(daily("a", dates))


def weekly_on(start: str, **settings: object) -> Scene:
    """One file whose weeks start on this day, beside one that fits the project."""
    odd = media(
        [("c", date, float(v)) for date, v in zip(mondays(WEEKS, start=start), B[::-1], strict=True)], source="c"
    )
    return client(clean(), odd, **settings)


def two_files(start: int, stop: int, *, name: str = "a", count: int = WEEKS) -> Scene:
    """A second file with the first one's line item from one week to another; the first one holds `count` weeks."""
    first = series({"a": A[:count], "b": B[:count]})
    rows = [(name, date, float(v)) for date, v in zip(WEEK[start:stop], A[start:stop], strict=True)]
    return client(first, media(rows, source="second.csv"))


ALL_DAYS = days("2024-01-01", 7 * WEEKS)
HOLE = ALL_DAYS[201]

CASES = (
    Case(
        code="duplicate_rows",
        severity=Severity.WARNING,
        fires=client(with_rows(("a", WEEK[0], A[0], A[0] / PRICE[0]), price=PRICE)),
        silent=client(with_rows(price=PRICE)),
        border=client(with_rows(("a", WEEK[0], A[0], A[0] / PRICE[0] + 1), price=PRICE)),  # another unit of exposure
        at=False,
    ),
    Case(  # a breakdown: 12 weeks of 110 have a second row by design
        code="duplicate_rows",
        variant="in a file with a breakdown",
        severity=Severity.NOTE,
        fires=client(with_rows(*(("a", WEEK[at], 5.0 + at) for at in range(12)), ("b", WEEK[0], B[0]))),
        silent=again(12),
        border=client(with_rows(*(("a", WEEK[at], 5.0 + at) for at in range(11)), ("b", WEEK[0], B[0]))),
        at=False,
    ),
    Case(
        code="same_key_other_money",
        severity=Severity.WARNING,
        fires=again(1),
        silent=again(12),
        border=again(11),
        at=True,  # 11 of 220 line items and dates are 5 %
    ),
    Case(
        code="overlapping_periods",
        severity=Severity.WARNING,
        fires=client(with_rows(("a", "2024-03-06", 50.0))),
        silent=client(),
        border=client(with_rows(("c", "2024-03-05", 50.0), ("c", "2024-03-12", 60.0))),  # a week apart, to the day
        at=False,
    ),
    Case(
        code="overlapping_periods",
        variant="two files at a border",
        severity=Severity.WARNING,
        fires=two_files(70, WEEKS, count=80),
        silent=two_files(80, WEEKS, count=80),
        border=two_files(79, WEEKS, count=80),
        at=True,
    ),
    Case(
        code="same_item_in_two_sources",
        severity=Severity.WARNING,
        fires=two_files(0, WEEKS),
        silent=two_files(0, WEEKS, name="c"),
        border=two_files(40, 41),
        at=True,
    ),
    Case(
        code="missing_periods",
        variant="a media file",
        severity=Severity.WARNING,
        fires=without(WEEK[9]),
        silent=client(),
        border=without(WEEK[0]),  # it begins later, that is no hole
        at=False,
    ),
    Case(
        code="missing_periods",
        variant="a platform",
        severity=Severity.WARNING,
        fires=platforms(40),
        silent=platforms(),
        border=platforms(*range(20, 25), 60),  # 6 of 110 weeks are more than 5 %
        at=False,
    ),
    Case(
        code="missing_periods",
        variant="a platform that pauses by habit",
        severity=Severity.WARNING,
        fires=platforms(40, 60),
        silent=platforms(),
        border=platforms(40, 60, 80),  # a third gap
        at=False,
    ),
    Case(
        code="partial_periods",
        variant="a media file",
        severity=Severity.WARNING,
        fires=daily_client([day for day in ALL_DAYS if day != HOLE]),
        silent=daily_client(ALL_DAYS),
        border=daily_client([day for at, day in enumerate(ALL_DAYS) if at % 35 or at == 0]),  # every fifth week
        at=True,
    ),
    Case(
        code="coarse_source",
        severity=Severity.WARNING,
        fires=client(clean(), media([("c", date, 5.0 + n) for n, date in enumerate(WEEK[::4])], source="c.csv")),
        silent=client(),
        border=client(clean(), media([("c", d, 5.0 + n) for n, d in enumerate(WEEK) if n % 4], source="c.csv")),
        at=False,  # three weeks of four: the usual step is one
        beside=frozenset({"mostly_zero"}),
    ),
    Case(
        code="media_starts_late",
        severity=Severity.WARNING,
        fires=client(daily("a", ALL_DAYS[2:], seed=6)),
        silent=client(daily("a", ALL_DAYS)),
        border=client(daily("a", ALL_DAYS[7:])),
        at=False,
    ),
    Case(
        code="media_ends_early",
        severity=Severity.WARNING,
        fires=client(daily("a", ALL_DAYS[:-2])),
        silent=client(daily("a", ALL_DAYS)),
        border=client(daily("a", ALL_DAYS[:-7])),
        at=False,
    ),
    Case(
        code="week_start_differs",
        severity=Severity.WARNING,
        fires=weekly_on("2024-01-03"),
        silent=client(),
        border=weekly_on("2024-01-08"),  # begins later, on the same day of the week
        at=False,
    ),
    Case(
        code="week_start_differs",
        variant="a tracked outcome",
        severity=Severity.WARNING,
        fires=client(tracked=(kpi(mondays(WEEKS, start="2024-01-04"), VALUES),)),
        silent=client(tracked=(kpi(WEEK, VALUES),)),
        border=client(tracked=(kpi(ALL_DAYS[3:], np.resize(VALUES / 7, len(ALL_DAYS) - 3)),)),
        at=False,  # a daily file begins on any day
    ),
    Case(
        code="negative_spend",
        variant="a row",
        severity=Severity.WARNING,
        fires=client(with_rows(("a", WEEK[3], -50.0))),
        silent=client(),
        border=client(with_rows(("c", WEEK[3], 0.0))),
        at=False,
    ),
    Case(
        code="budget_beside_actual",
        severity=Severity.WARNING,
        fires=client(series({"TV": A, "TV budget": A * 1.1, "b": B})),
        silent=client(series({"TV": A, "TV late night": B})),
        border=client(series({"TV": A, "TV budget": A * 2.1, "b": B})),  # too far apart to be the same thing
        at=False,
    ),
    Case(
        code="totals_row_left_in",
        variant="a sum",
        severity=Severity.ERROR,
        fires=client(series({"a": A, "b": B, "both": A + B})),
        silent=client(series({"a": A, "b": B, "c": A[::-1]})),
        border=client(series({"a": A, "b": B, "both": (A + B) * 1.003})),  # three times the tolerance
        at=False,
    ),
    Case(
        code="totals_row_left_in",
        variant="fixed shares",
        severity=Severity.ERROR,
        fires=client(series({"a": A, "b": B, "both": A + B})),
        silent=client(series({"a": A, "b": B})),
        border=client(series({"a": A * 0.3, "b": A * 0.2, "half": A * 0.5})),  # a budget split by fixed shares
        at=False,
    ),
    Case(
        code="totals_row_left_in",
        variant="a name",
        severity=Severity.WARNING,
        fires=client(series({"a": A, "b": B, "Total": A[::-1]})),
        silent=client(series({"a": A, "b": B, "Totally new": A[::-1]})),
        border=client(series({"Total": A, "b": B})),  # of two line items none sums up others
        at=False,
    ),
)
