"""What web analytics or platforms counted, against the system of record: how much is missing, and since when."""

from collections.abc import Iterator

import numpy as np

from mmm_core.checks.pictures import drawn
from mmm_core.checks.thresholds import THRESHOLDS, Thresholds
from mmm_core.errors import counted
from mmm_core.findings import Finding, Place, Severity
from mmm_core.panel.calendar import Calendar
from mmm_core.panel.outcome import Series, kpi_series
from mmm_core.schema import KpiTable


def tracking_coverage(
    tracked: KpiTable, kpi: KpiTable, calendar: Calendar, *, thresholds: Thresholds = THRESHOLDS
) -> Iterator[Finding]:
    """Compare a tracked outcome with the real one over the complete periods that both cover.

    Notes
    -----
    Coverage is tracked / real. Where the totals differ by more than a factor of 5 the two count different things
    (orders against revenue, say); then only drift is judged, relative to the usual coverage.
    """
    if any(finding.code == "monthly_figures" for table in (tracked, kpi) for finding in table.findings):
        return  # a month's figure in one week is no coverage of it; that it is one was said when it was read
    numbers, counted_values, real = _in_common(
        kpi_series(tracked, calendar, keep_geo=False), kpi_series(kpi, calendar, keep_geo=False)
    )
    if len(numbers) < thresholds.tracking_fewest or real.sum() <= 0 or counted_values.sum() <= 0:
        return
    coverage = np.divide(counted_values, real, out=np.full(len(real), np.nan), where=real > 0)
    overall = float(counted_values.sum() / real.sum())
    labels = calendar.labels(numbers)
    comparable = 1 / thresholds.tracking_comparable <= overall <= thresholds.tracking_comparable
    if comparable and abs(overall - 1) > thresholds.tracking_gap:
        yield _gap(tracked, kpi, overall, coverage, labels, thresholds)
    quarter = len(coverage) // 4
    first, last = float(np.nanmedian(coverage[:quarter])), float(np.nanmedian(coverage[-quarter:]))
    if abs(last - first) > thresholds.tracking_drift * overall:
        yield _drift(
            tracked, kpi, (first, last), coverage, labels, thresholds, comparable=comparable, calendar=calendar
        )


def _in_common(tracked: Series, kpi: Series) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the complete periods of both, and their totals."""
    numbers = np.intersect1d(tracked.numbers(), kpi.numbers())
    numbers = np.setdiff1d(numbers, np.union1d(tracked.partial(), kpi.partial()))
    first, second = (
        series.values["value"].groupby("number").sum().reindex(numbers).to_numpy(dtype=float)
        for series in (tracked, kpi)
    )
    whole = np.isfinite(first) & np.isfinite(second)
    return numbers[whole], first[whole], second[whole]


def _gap(
    tracked: KpiTable,
    kpi: KpiTable,
    overall: float,
    coverage: np.ndarray,
    labels: tuple[str, ...],
    thresholds: Thresholds,
) -> Finding:
    more = overall > 1
    return Finding(
        code="tracking_gap",
        severity=Severity.WARNING,
        message=f"{tracked.source} counts {overall:.0%} of '{kpi.name}' in {kpi.source}: "
        + (
            "more than there was. Conversions may be counted twice or claimed by several platforms."
            if more
            else "part of the outcome is not tracked. What media do there is invisible to attribution by clicks."
        ),
        where=Place(source=tracked.source, columns=(tracked.name,)),
        evidence={"coverage": round(overall, 4), "series": drawn(labels, coverage), "unit": "share of the outcome"},
        remedy="Model the outcome of the system of record, as now; take returns by platform or tracking with that "
        "share in mind.",
        threshold=f"tracking_gap: more than {thresholds.tracking_gap:.0%} off (own choice)",
    )


def _drift(
    tracked: KpiTable,
    kpi: KpiTable,
    ends: tuple[float, float],
    coverage: np.ndarray,
    labels: tuple[str, ...],
    thresholds: Thresholds,
    *,
    comparable: bool,
    calendar: Calendar,
) -> Finding:
    way = "less" if ends[1] < ends[0] else "more"
    shown = f"from {ends[0]:.0%} to {ends[1]:.0%} of it" if comparable else f"by {ends[1] / ends[0] - 1:+.0%}"
    return Finding(
        code="tracking_drift",
        severity=Severity.WARNING,
        message=f"{tracked.source} counts {way} and {way} of '{kpi.name}' in {kpi.source}: {shown} over "
        f"{counted(len(labels), calendar.period)} from {labels[0]} to {labels[-1]}. Its trend is one of tracking, not "
        "of the business.",
        where=Place(source=tracked.source, columns=(tracked.name,), periods=(labels[0], labels[-1])),
        evidence={
            "first": round(ends[0], 4),
            "last": round(ends[1], 4),
            "series": drawn(labels, coverage),
            "unit": "share of the outcome" if comparable else "tracked per unit of the outcome",
        },
        remedy="Ask what changed in consent, tags or attribution; do not use this series as outcome or as a control.",
        threshold=f"tracking_drift: more than {thresholds.tracking_drift:.0%} of the coverage between the first and "
        "the last quarter of the time (own choice)",
    )
