"""Spend beside exposure: what a unit costs, units and currencies, time zones."""

import numpy as np
from builders import kpi, media, mondays

from finding_cases.scene import PRICE, WEEKS, A, B, Case, Scene, changed, client, days
from mmm_core.findings import Severity

WEEK = mondays(WEEKS)
_rng = np.random.default_rng(11)
DAYS = days("2024-01-01", 7 * WEEKS)
DAILY = _rng.uniform(10, 90, len(DAYS))


def priced(factor: float = 1.0, *, weeks: slice = slice(0, 0), noise: float = 0.0) -> Scene:
    """Two line items whose spend is off by a factor in some weeks; exposure is right."""
    wobble = np.exp(noise * np.random.default_rng(8).normal(size=WEEKS))
    spend = np.array(A)
    spend[weeks] = spend[weeks] * factor
    rows = [
        ("a", date, float(s * w), float(v / p)) for date, s, v, p, w in zip(WEEK, spend, A, PRICE, wobble, strict=True)
    ]
    rows += [("b", date, float(v), float(v / p)) for date, v, p in zip(WEEK, B, PRICE, strict=True)]
    return client(media(rows))


def apart(spend: dict[int, float], exposure: dict[int, float]) -> Scene:
    """One line item with exposure, spend and exposure of some weeks replaced."""
    shown = changed(A / PRICE, exposure)
    rows = [("a", d, float(s), float(e)) for d, s, e in zip(WEEK, changed(A, spend), shown, strict=True)]
    return client(media([*rows, *(("b", d, float(v), float(v) * 90) for d, v in zip(WEEK, B, strict=True))]))


def moving_together(r: float) -> Scene:
    """Spend and exposure with exactly this correlation."""
    one = (A - A.mean()) / A.std()
    other = B - np.polyval(np.polyfit(one, B, 1), one)
    other = other / other.std()
    exposure = 10_000 + 2_000 * (r * one + np.sqrt(1 - r**2) * other)
    return client(media([("a", d, float(s), float(e)) for d, s, e in zip(WEEK, A, exposure, strict=True)]))


def shifted(step: int, *, share: float = 1.0) -> Scene:
    """A daily file whose exposure stands so many days later than its spend, in a share of it."""
    shown = share * np.roll(DAILY, step) + (1 - share) * DAILY
    rows = [("a", day, float(s), float(e) * 90) for day, s, e in zip(DAYS, DAILY, shown, strict=True)]
    return client(media(rows))


def tracked_by(step: int) -> Scene:
    """Conversions counted so many days later than the shop counts them."""
    return client(kpi=kpi(DAYS, DAILY * 10), tracked=(kpi(DAYS, np.roll(DAILY, step) * 9.5),))


def jumping(places: int) -> Scene:
    """So many line items, each with three weeks at a price of its own, one after the other."""
    prices = PRICE[:, None] * np.ones((WEEKS, places))
    for place in range(places):
        prices[4 * place : 4 * place + 3, place] *= 3.5 * 1.45**place
    shown = A[:, None] / prices
    rows = [
        (f"i{place:02d}", date, float(A[week]), float(shown[week, place]))
        for place in range(places)
        for week, date in enumerate(WEEK)
    ]
    return client(media(rows))


ONE_PERCENT = float(A.sum() + B.sum()) * 0.01

CASES = (
    Case(
        code="spend_unit_slip",
        variant="thousands",
        severity=Severity.WARNING,
        fires=priced(0.001, weeks=slice(30, 43)),
        silent=priced(),
        border=priced(0.001, weeks=slice(30, 33)),
        at=True,  # three rows make a run
    ),
    Case(
        code="spend_unit_slip",
        variant="cents",
        severity=Severity.WARNING,
        fires=priced(100, weeks=slice(30, 43)),
        silent=priced(),
        border=priced(100, weeks=slice(30, 32)),  # two rows are outliers
        at=False,
    ),
    Case(
        code="spend_currency_slip",
        severity=Severity.WARNING,
        fires=priced(24.9, weeks=slice(30, 36)),
        silent=priced(),
        border=priced(2.5, weeks=slice(30, 36)),  # below a factor of three auctions explain it
        at=False,
    ),
    Case(
        code="spend_currency_slip",
        variant="past twenty places",
        severity=Severity.NOTE,
        fires=jumping(24),
        silent=priced(),
        border=jumping(20),
        at=False,
        beside=frozenset({"spend_unit_slip"}),
    ),
    Case(
        code="cost_per_unit_outliers",
        severity=Severity.WARNING,
        fires=priced(4, weeks=slice(30, 31)),
        silent=priced(),
        border=priced(1.7, weeks=slice(30, 31)),  # outside Tukey's fences, but less than twice the usual price
        at=False,
    ),
    Case(
        code="spend_without_exposure",
        severity=Severity.WARNING,
        fires=apart({}, dict.fromkeys(range(10, 15), 0.0)),
        silent=apart({}, {}),
        border=apart({10: ONE_PERCENT / 2, 11: A[11]}, {10: 0.0}),  # half a per cent of the money
        at=False,
    ),
    Case(
        code="exposure_without_spend",
        severity=Severity.WARNING,
        fires=apart(dict.fromkeys(range(10, 15), 0.0), {}),
        silent=apart({}, {}),
        border=apart({10: 0.0, 11: 0.0}, {}),  # 2 of 220 weeks are less than one per cent
        at=False,
        beside=frozenset({"missing_periods"}),
    ),
    Case(
        code="spend_exposure_uncorrelated",
        severity=Severity.WARNING,
        fires=moving_together(0.29),
        silent=moving_together(0.9),
        border=moving_together(0.301),
        at=False,
    ),
    Case(
        code="time_shift",
        variant="exposure",
        severity=Severity.WARNING,
        fires=shifted(1),
        silent=shifted(0),
        border=shifted(1, share=0.45),  # it fits better as it is
        at=False,
    ),
    Case(
        code="time_shift",
        variant="tracked outcome",
        severity=Severity.WARNING,
        fires=tracked_by(1),
        silent=tracked_by(0),
        border=tracked_by(2),  # two days are no time zone
        at=False,
    ),
)
