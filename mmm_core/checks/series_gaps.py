"""Findings about what outcome and controls cover: periods without a value, periods in part, the cut edges."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from mmm_core.checks.pictures import MOST_NAMED, drawn
from mmm_core.errors import counted, listed
from mmm_core.findings import Finding, Place, Severity
from mmm_core.panel.calendar import Calendar
from mmm_core.panel.outcome import Series
from mmm_core.panel.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSeries:
    """A series with what it is ("KPI", "Control"), its source, and its columns' names in the file."""

    what: str
    source: str
    columns: Mapping[str, str]
    series: Series


def series_gaps(named: NamedSeries, window: Window, calendar: Calendar, *, geos: list[str]) -> Iterator[Finding]:
    """Find periods of the window without a value, or (for daily files) with fewer days than usual.

    Parameters
    ----------
    geos : list of str
        Regions of the KPI; a series with regions needs a value in each of them.
    """
    for column in named.columns:
        yield from _missing(named, column, window, calendar, geos)
    short = [number for number in named.series.partial() if window.holds(np.array([number]))[0]]
    if short:
        labels, usual = calendar.labels(short), named.series.typical_days
        yield Finding(
            code="partial_periods",
            severity=Severity.WARNING,
            message=f"{named.what} in {named.source} has fewer days than the usual {usual} in "
            f"{counted(len(short), calendar.period)} ({listed(labels)}).",
            where=Place(source=named.source, periods=labels[:MOST_NAMED]),
            evidence={"periods": len(short), "usual_days": usual},
            remedy="Check whether days are missing in the file.",
            threshold=f"Fewer days than most of its {calendar.period}s have.",
        )


def cut_edges(kpi: NamedSeries, window: Window, calendar: Calendar) -> Iterator[Finding]:
    """Name the first and last period that stay out of the model because the outcome covers them in part."""
    if not window.cut:
        return
    labels, days = calendar.labels(list(window.cut)), kpi.series.days.groupby("number").min()
    yield Finding(
        code="truncated_period",
        severity=Severity.WARNING,
        message=f"The outcome covers the {calendar.period} of {' and '.join(labels)} in part; "
        "it stays out of the model.",
        where=Place(source=kpi.source, periods=labels),
        evidence={
            "days": {label: int(days[number]) for label, number in zip(labels, window.cut, strict=True)},
            "usual_days": kpi.series.typical_days,
        },
        remedy=f"Nothing to do, or upload the file again when the {calendar.period} is complete.",
        threshold=f"Fewer days than most of its {calendar.period}s have.",
    )


def _missing(named: NamedSeries, column: str, window: Window, calendar: Calendar, geos: list[str]) -> Iterator[Finding]:
    laid = named.series.laid_out(column, window.numbers, geos)
    missing = laid.isna()
    empty = missing.index[missing.any(axis=1)].to_numpy()
    if not len(empty):
        return
    name, labels = named.columns[column], calendar.labels(empty)
    without = [geo for geo in geos if missing[geo].any()]
    place = f" in {listed(without)}" if len(geos) > 1 else ""
    yield Finding(
        code="missing_periods",
        severity=Severity.ERROR,
        message=f"{named.what} '{name}' has no value for {counted(len(empty), calendar.period)}{place} "
        f"({listed(labels)}).",
        where=Place(source=named.source, columns=(name,), periods=labels[:MOST_NAMED]),
        evidence={
            "periods": len(empty),
            **({"regions": without} if len(geos) > 1 else {}),
            "series": drawn(calendar.labels(window.numbers), laid.mean(axis=1, skipna=False).to_numpy(dtype=float)),
            "unit": f"{name} per {calendar.period}",
        },
        remedy="Complete the file and upload it again; the model needs a value for every period.",
        threshold=f"A value in every {calendar.period} of the modelling window.",
    )
