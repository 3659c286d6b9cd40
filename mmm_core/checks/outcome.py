"""Findings about the outcome's own course: single weeks far off, lasting jumps, and inputs that are made from it."""

from collections.abc import Iterator

import numpy as np

from mmm_core.checks.levels import level_shift_in
from mmm_core.checks.pictures import MOST_NAMED, drawn
from mmm_core.checks.thresholds import THRESHOLDS, Thresholds
from mmm_core.errors import counted, listed
from mmm_core.findings import Finding, Place, Severity
from mmm_core.panel.calendar import Calendar
from mmm_core.panel.outcome import Series
from mmm_core.panel.panel import Panel
from mmm_core.panel.window import Window


def outcome_course(
    series: Series, name: str, source: str, window: Window, calendar: Calendar, *, thresholds: Thresholds = THRESHOLDS
) -> Iterator[Finding]:
    """Find periods of the outcome that stand out from their neighbours, and a lasting change of its level."""
    values = series.laid_out("value", window.numbers, series.geos()).sum(axis=1, min_count=1).to_numpy(dtype=float)
    labels = calendar.labels(window.numbers)
    if len(values) >= thresholds.fewest_outcome_periods and not np.isnan(values).any():
        yield from _outliers(values, labels, name, source, calendar, thresholds)
        yield from _shift(values, labels, name, source, calendar, thresholds)


def kpi_leakage(panel: Panel, *, thresholds: Thresholds = THRESHOLDS) -> Iterator[Finding]:
    """Find groups and controls that are nearly the outcome itself in the same period."""
    data = panel.data
    kpi = data["kpi"].values.sum(axis=1)
    if len(kpi) < thresholds.fewest_outcome_periods or not np.isfinite(kpi).all() or kpi.std() == 0:
        return
    inputs = [("group", str(name), data["spend"].values[:, :, at].sum(axis=1)) for at, name in enumerate(panel.groups)]
    inputs += [
        ("control", str(name), data["controls"].values[:, :, at].mean(axis=1))
        for at, name in enumerate(data["control"].values)
    ]
    for kind, name, values in inputs:
        if not np.isfinite(values).all() or values.std() == 0:
            continue
        r = float(np.corrcoef(kpi, values)[0, 1])
        if abs(r) > thresholds.leakage:
            yield _leak(panel, kind, name, values, r, thresholds)


def _outliers(
    values: np.ndarray, labels: tuple[str, ...], name: str, source: str, calendar: Calendar, thresholds: Thresholds
) -> Iterator[Finding]:
    reach = thresholds.outlier_neighbours * (7 // calendar.days)
    weeks = np.arange(len(values))
    # At the edges only one side is there, and a trend would show as a distance from it.
    line = np.polyval(np.polyfit(weeks, values, 1), weeks)
    padded = np.pad(values - line, reach, mode="reflect")
    around = line + np.median(np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1), axis=1)
    off = values - around
    low, high = np.quantile(off, [0.25, 0.75])
    fence = thresholds.tukey_far_out * (high - low)
    least = thresholds.outlier_least * float(np.median(np.abs(values)))
    hit = np.flatnonzero(((off < low - fence) | (off > high + fence)) & (np.abs(off) > least))
    if not len(hit):
        return
    shown = [f"{labels[at]} ({values[at]:,.0f} instead of about {around[at]:,.0f})" for at in hit]
    yield Finding(
        code="kpi_outliers",
        severity=Severity.WARNING,
        message=f"KPI '{name}' is far from its neighbours in {counted(len(hit), calendar.period)}: "
        f"{listed(shown, most=3)}.",
        where=Place(source=source, columns=(name,), periods=tuple(labels[at] for at in hit[:MOST_NAMED])),
        evidence={
            "periods": len(hit),
            "series": drawn(labels, values),
            "marked": [labels[at] for at in hit],
            "unit": f"{name} per {calendar.period}",
        },
        remedy="Ask what happened then; an event that comes again is better told to the model as a control.",
        threshold=f"tukey_far_out: {thresholds.tukey_far_out:g} quartile ranges beyond the quartiles of the distance "
        f"from the weeks around (Tukey 1977), and {thresholds.outlier_least:.0%} of the usual value",
    )


def _shift(
    values: np.ndarray, labels: tuple[str, ...], name: str, source: str, calendar: Calendar, thresholds: Thresholds
) -> Iterator[Finding]:
    shift = level_shift_in(values, thresholds, per_week=7 // calendar.days)
    if shift is None:
        return
    yield Finding(
        code="kpi_level_shift",
        severity=Severity.WARNING,
        message=f"KPI '{name}' changed its level for a quarter or more: from about {shift.before:,.0f} to "
        f"about {shift.after:,.0f} per {calendar.period} from {labels[shift.at]} on ({shift.change:+.0%}). The "
        "model would look for media that explain it.",
        where=Place(source=source, columns=(name,), periods=(labels[shift.at],)),
        evidence={
            "change": round(shift.change, 3),
            "series": drawn(labels, values),
            "marked": [labels[shift.at]],
            "unit": f"{name} per {calendar.period}",
        },
        remedy="Ask what changed (markets, shops, definition); bring it as a control, or leave the time before out.",
        threshold=f"level_shift: more than {thresholds.level_shift:.0%} over {thresholds.level_shift_periods} weeks on "
        "either side",
    )


def _leak(panel: Panel, kind: str, name: str, values: np.ndarray, r: float, thresholds: Thresholds) -> Finding:
    labels = np.datetime_as_string(panel.data["period"].values, unit="D").tolist()
    subject = f"Spend of group '{name}'" if kind == "group" else f"Control '{name}'"
    return Finding(
        code="kpi_leakage",
        severity=Severity.WARNING,
        message=f"{subject} and KPI '{panel.kpi_name}' are nearly the same series (r = {r:.3f} in the same "
        f"{panel.period}): it may be made from the outcome, and would explain all of it without causing any.",
        where=Place(groups=(name,) if kind == "group" else (), columns=(name,) if kind == "control" else ()),
        evidence={
            "correlation": round(r, 4),
            "series": drawn(labels, panel.data["kpi"].values.sum(axis=1)),
            "second_series": drawn(labels, values),
        },
        remedy="Ask how it is made. What follows from the outcome (commission, orders, visits) is no input."
        if kind == "group"
        else "Ask how it is made. What follows from the outcome (orders, visits, stock) is no control.",
        threshold=f"leakage: |r| above {thresholds.leakage}",
    )
