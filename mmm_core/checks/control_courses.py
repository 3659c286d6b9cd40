"""Findings about the course of controls: no longer updated, or no more than the trend."""

from collections.abc import Iterator

import numpy as np

from mmm_core.checks.pictures import MOST_NAMED, drawn
from mmm_core.checks.thresholds import THRESHOLDS, Thresholds
from mmm_core.errors import counted
from mmm_core.findings import Finding, Place, Severity
from mmm_core.panel.calendar import Calendar
from mmm_core.panel.outcome import Series
from mmm_core.panel.window import Window


def control_courses(
    series: Series, source: str, window: Window, calendar: Calendar, *, thresholds: Thresholds = THRESHOLDS
) -> Iterator[Finding]:
    """Find controls whose last values repeat as they never did before, and controls that are a straight line."""
    labels = calendar.labels(window.numbers)
    for column in series.values.columns:
        laid = series.laid_out(str(column), window.numbers, series.geos())
        values = laid.mean(axis=1).to_numpy(dtype=float)
        if len(values) > 2 and np.isfinite(values).all() and np.ptp(values) > 0:
            stale = _stale(values, thresholds, per_week=7 // calendar.days)
            if stale:
                yield _stale_finding(str(column), source, values, labels, stale, calendar, thresholds)
            yield from _trend(str(column), source, values, labels, thresholds)


def _stale(values: np.ndarray, thresholds: Thresholds, *, per_week: int) -> int:
    """Return the length of the run of equal values at the end, 0 where earlier runs are of its kind."""
    borders = np.flatnonzero(np.diff(values)) + 1
    runs = np.diff([0, *borders, len(values)])
    last, longest = int(runs[-1]), int(max(runs[:-1], default=0))
    too_long = last >= thresholds.stale_periods * per_week and last >= thresholds.stale_times * longest
    return last if too_long else 0


def _stale_finding(
    name: str,
    source: str,
    values: np.ndarray,
    labels: tuple[str, ...],
    length: int,
    calendar: Calendar,
    thresholds: Thresholds,
) -> Finding:
    return Finding(
        code="stale_control",
        severity=Severity.WARNING,
        message=f"Control '{name}' has one and the same value in the last {counted(length, calendar.period)} (from "
        f"{labels[-length]} on), after moving all the time before: it may not have been updated.",
        where=Place(source=source, columns=(name,), periods=labels[-length:][:MOST_NAMED]),
        evidence={"periods": length, "series": drawn(labels, values), "marked": list(labels[-length:])[:MOST_NAMED]},
        remedy="Ask for the present values, or leave the control out.",
        threshold=f"stale_periods: {thresholds.stale_periods} weeks or more, and {thresholds.stale_times:g} times the "
        "longest run before (own choice)",
    )


def _trend(
    name: str, source: str, values: np.ndarray, labels: tuple[str, ...], thresholds: Thresholds
) -> Iterator[Finding]:
    r = float(np.corrcoef(values, np.arange(len(values)))[0, 1])
    if abs(r) < thresholds.trend_correlation:
        return
    yield Finding(
        code="control_follows_trend",
        severity=Severity.WARNING,
        message=f"Control '{name}' is a straight line over time (r = {r:.4f}): it takes the place of the trend and "
        "explains nothing beyond it.",
        where=Place(source=source, columns=(name,)),
        evidence={"correlation": round(r, 5), "series": drawn(labels, values)},
        remedy="Leave it out, or bring a series that moves: a count that only grows is better told as its change.",
        threshold=f"trend_correlation: |r| with time of {thresholds.trend_correlation} or more",
    )
