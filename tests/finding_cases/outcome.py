"""The outcome, controls and what was tracked."""

import dataclasses

import numpy as np
from builders import controls, kpi, mondays

from finding_cases.scene import VALUES, WEEKS, A, B, Case, Scene, changed, client, days, series
from mmm_core.findings import Severity

WEEK = mondays(WEEKS)
DAYS = days("2024-01-01", 7 * WEEKS)
_rng = np.random.default_rng(31)
PRICES = _rng.uniform(90, 110, WEEKS)
DAILY = _rng.uniform(90, 110, len(DAYS))


def outcome(values: np.ndarray, dates: list[str] = WEEK) -> Scene:
    return client(kpi=kpi(dates, values))


def driven(values: np.ndarray) -> Scene:
    """A control beside a clean outcome."""
    return client(controls=(controls(WEEK, price=values),))


def over(weeks: int) -> Scene:
    """Everything covers so many weeks."""
    return client(series({"a": A[:weeks], "b": B[:weeks]}), kpi=kpi(WEEK[:weeks], VALUES[:weeks]))


def tracked(share: np.ndarray | float) -> Scene:
    """Analytics that count this share of the outcome."""
    return client(tracked=(kpi(WEEK, VALUES * share),))


def leaning(r: float) -> np.ndarray:
    """A series with exactly this correlation to the outcome."""
    one = (VALUES - VALUES.mean()) / VALUES.std()
    other = PRICES - np.polyval(np.polyfit(one, PRICES, 1), one)
    return 500 + 60 * (r * one + np.sqrt(1 - r**2) * other / other.std())


def in_dollars(*currencies: str) -> Scene:
    return client(kpi=dataclasses.replace(kpi(WEEK, VALUES), currencies=currencies))


def straight(r: float) -> np.ndarray:
    """A series with exactly this correlation to time."""
    time = (np.arange(WEEKS) - (WEEKS - 1) / 2) / np.arange(WEEKS).std()
    other = PRICES - np.polyval(np.polyfit(time, PRICES, 1), time)
    return 50 + r * time + np.sqrt(1 - r**2) * other / other.std()


CASES = (
    Case(
        code="missing_periods",
        variant="the outcome",
        severity=Severity.ERROR,
        fires=outcome(np.delete(VALUES, 9), [date for date in WEEK if date != WEEK[9]]),
        silent=client(),
        border=outcome(VALUES[1:], WEEK[1:]),  # the window begins later
        at=False,
    ),
    Case(
        code="missing_periods",
        variant="a control",
        severity=Severity.ERROR,
        fires=driven(changed(PRICES, {4: np.nan})),
        silent=driven(PRICES),
        border=client(controls=(controls(WEEK[:-1], price=PRICES[:-1]),)),  # the window ends earlier
        at=False,
    ),
    Case(
        code="partial_periods",
        variant="the outcome",
        severity=Severity.WARNING,
        fires=outcome(np.delete(DAILY, 200), [day for day in DAYS if day != DAYS[200]]),
        silent=outcome(DAILY, DAYS),
        border=outcome(DAILY[3:], DAYS[3:]),  # at the edge, where it is cut off
        at=False,
        beside=frozenset({"kpi_outliers"}),
    ),
    Case(
        code="truncated_period",
        severity=Severity.WARNING,
        fires=outcome(DAILY[:-4], DAYS[:-4]),
        silent=outcome(DAILY, DAYS),
        border=outcome(DAILY[:-7], DAYS[:-7]),
        at=False,
    ),
    Case(
        code="kpi_outliers",
        severity=Severity.WARNING,
        fires=outcome(changed(VALUES, {50: 4000})),
        silent=client(),
        border=outcome(changed(VALUES, {50: 1250})),  # beyond 1.5 quartile ranges, within 3
        at=False,
    ),
    Case(
        code="kpi_outliers",
        variant="of a smooth outcome",
        severity=Severity.WARNING,
        fires=outcome(changed(1000 + np.arange(WEEKS), {50: 1200})),
        silent=outcome(1000.0 + np.arange(WEEKS)),  # a straight line has none at its ends either
        border=outcome(changed(1000 + np.arange(WEEKS), {50: 1150})),  # a tenth of the usual value, and no more
        at=False,
    ),
    Case(
        code="kpi_level_shift",
        severity=Severity.WARNING,
        fires=outcome(VALUES * np.where(np.arange(WEEKS) < 55, 1, 1.6)),
        silent=client(),
        border=outcome(VALUES * np.where(np.arange(WEEKS) < 55, 1, 1.4)),
        at=False,
    ),
    Case(
        code="short_history",
        variant="below two years",
        severity=Severity.WARNING,
        fires=over(103),
        silent=client(),
        border=over(104),
        at=False,
    ),
    Case(
        code="short_history",
        variant="below a year",
        severity=Severity.ERROR,
        fires=over(51),
        silent=client(),
        border=over(52),
        at=False,
    ),
    Case(
        code="too_few_periods",
        severity=Severity.ERROR,
        fires=over(15),
        silent=client(),
        border=over(16),
        at=False,
        beside=frozenset({"short_history"}),
    ),
    Case(
        code="constant_kpi",
        severity=Severity.ERROR,
        fires=outcome(np.full(WEEKS, 5.0)),
        silent=client(),
        border=outcome(changed(np.full(WEEKS, 5.0), {7: 5.1})),
        at=False,
    ),
    Case(
        code="nothing_to_model",
        severity=Severity.ERROR,
        fires=client(kpi=None),
        silent=client(),
        border=client(series({"a": A})),  # one group is enough
        at=False,
    ),
    Case(
        code="kpi_leakage",
        variant="a control",
        severity=Severity.WARNING,
        fires=driven(leaning(0.96)),
        silent=driven(PRICES),
        border=driven(leaning(0.949)),
        at=False,
    ),
    Case(
        code="kpi_leakage",
        variant="a group",
        severity=Severity.WARNING,
        fires=client(series({"a": leaning(0.96), "b": B})),
        silent=client(),
        border=client(series({"a": leaning(-0.949), "b": B})),
        at=False,
    ),
    Case(
        code="constant_control",
        severity=Severity.ERROR,
        fires=driven(np.ones(WEEKS)),
        silent=driven(PRICES),
        border=driven(changed(np.ones(WEEKS), {60: 1.0001})),
        at=False,
    ),
    Case(
        code="stale_control",
        severity=Severity.WARNING,
        fires=driven(np.append(PRICES[:-8], np.full(8, 99.0))),
        silent=driven(PRICES),
        border=driven(np.append(PRICES[:-7], np.full(7, 99.0))),
        at=False,
    ),
    Case(
        code="stale_control",
        variant="one that moves in steps",
        severity=Severity.WARNING,
        fires=driven(np.append(np.repeat(PRICES[:25], 4), np.full(12, 99.0))[-WEEKS:]),
        silent=driven(np.repeat(PRICES, 4)[:WEEKS]),
        border=driven(np.append(np.repeat(PRICES[:25], 4), np.full(11, 99.0))[-WEEKS:]),  # less than three times a step
        at=False,
    ),
    Case(
        code="control_follows_trend",
        severity=Severity.WARNING,
        fires=driven(np.arange(WEEKS, dtype=float)),
        silent=driven(PRICES),
        border=driven(straight(0.9985)),
        at=False,
    ),
    Case(
        code="tracking_gap",
        severity=Severity.WARNING,
        fires=tracked(0.7),
        silent=tracked(0.98),
        border=tracked(0.901),
        at=False,
    ),
    Case(
        code="tracking_gap",
        variant="more than there was",
        severity=Severity.WARNING,
        fires=tracked(1.3),
        silent=tracked(1.02),
        border=tracked(5.5),  # they count different things
        at=False,
    ),
    Case(
        code="tracking_drift",
        severity=Severity.WARNING,
        fires=tracked(np.linspace(1.05, 0.85, WEEKS)),
        silent=tracked(0.98),
        border=tracked(np.linspace(1.05, 0.95, WEEKS)),
        at=False,
    ),
    Case(
        code="outcome_other_currency",
        severity=Severity.WARNING,
        fires=in_dollars("USD"),
        silent=in_dollars(),
        border=in_dollars("EUR"),
        at=False,
    ),
)
