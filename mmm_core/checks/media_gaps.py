"""Findings about what media files cover: periods without a row, in part, or without one platform that always runs."""

from collections.abc import Iterator, Sequence

import numpy as np

from mmm_core.checks.grids import SourceGrid
from mmm_core.checks.pictures import MOST_NAMED, drawn
from mmm_core.checks.thresholds import THRESHOLDS, Thresholds
from mmm_core.errors import counted, listed
from mmm_core.findings import Finding, Place, Severity
from mmm_core.panel.calendar import Calendar
from mmm_core.panel.window import Window
from mmm_core.schema import MediaTable


def missing_media_periods(media: Sequence[MediaTable], calendar: Calendar) -> Iterator[Finding]:
    """Find periods inside a media file's own range in which it has no row at all."""
    for table in media:
        numbers = np.unique(calendar.number(table.records["date"]))
        coarse = len(numbers) > 1 and float(np.median(np.diff(numbers))) > 1
        if coarse and any(finding.code == "monthly_figures" for finding in table.findings):
            continue  # said already, and it blocks
        if coarse:
            yield _coarse(table.source, len(numbers), calendar)
            continue
        missing = np.setdiff1d(np.arange(numbers[0], numbers[-1] + 1), numbers) if len(numbers) else numbers
        if len(missing):
            labels = calendar.labels(missing)
            yield Finding(
                code="missing_periods",
                severity=Severity.WARNING,
                message=f"{table.source} has no row for {counted(len(missing), calendar.period)} ({listed(labels)}); "
                "the model reads that as no spend.",
                where=Place(source=table.source, periods=labels[:MOST_NAMED]),
                evidence={"periods": len(missing), "periods_with_rows": len(numbers)},
                remedy="If there was spend, ask for the rows; if there was none, accept this with that reason.",
                threshold=f"A row in every {calendar.period} between the first and the last.",
            )


def _coarse(source: str, dates: int, calendar: Calendar) -> Finding:
    return Finding(
        code="coarse_source",
        severity=Severity.WARNING,
        message=f"{source} reports less often than once per {calendar.period}; its spend lands in the "
        f"{calendar.period} of its date.",
        where=Place(source=source),
        evidence={"dates": dates},
        remedy=f"Ask for the file per {calendar.period}.",
        threshold=f"Most dates are more than a {calendar.period} apart.",
    )


def gaps_of_platforms(grid: SourceGrid, *, thresholds: Thresholds = THRESHOLDS) -> Iterator[Finding]:
    """Find platforms (values of the first dimension) that always run but for a few periods without any spend.

    Periods in which the whole file is empty are left to `missing_media_periods`.
    """
    dimension, codes, values = grid.heads
    spend = grid.by_head(grid.spend)
    covered = (grid.spend != 0).any(axis=0)
    found = []
    for head in np.flatnonzero(spend.sum(axis=1) >= thresholds.least_share_of_source * grid.spend.sum()):
        active = np.flatnonzero(spend[head])
        if len(active) < thresholds.gap_fewest_periods:
            continue
        inside = np.arange(active[0], active[-1] + 1)
        holes = inside[(spend[head][inside] == 0) & covered[inside]]
        gaps = 1 + int((np.diff(holes) > 1).sum()) if len(holes) else 0
        if 0 < gaps <= thresholds.gap_most and len(active) >= thresholds.gap_always_on * len(inside):
            found.append((int(head), holes))
    if found:
        yield _gaps(grid, dimension, codes, values, spend, found, thresholds)


def _gaps(
    grid: SourceGrid,
    dimension: str,
    codes: np.ndarray,
    values: np.ndarray,
    spend: np.ndarray,
    found: list[tuple[int, np.ndarray]],
    thresholds: Thresholds,
) -> Finding:
    found.sort(key=lambda pair: -spend[pair[0]].sum())
    first, own = found[0], [head for head, _ in found]
    said = [f"{values[head]} ({listed([grid.labels[at] for at in holes], most=3)})" for head, holes in found]
    return Finding(
        code="missing_periods",
        severity=Severity.WARNING,
        message=f"{grid.source} has no spend for {listed(said, most=3)}, which otherwise "
        f"{'runs' if len(found) == 1 else 'run'} in every {grid.calendar.period}.",
        where=Place(
            source=grid.source,
            columns=(dimension.rstrip("_"),),
            line_items=tuple(map(str, grid.items.index[np.isin(codes, own)][:MOST_NAMED])),
            periods=tuple(grid.labels[at] for at in np.unique(np.concatenate([holes for _, holes in found])))[
                :MOST_NAMED
            ],
        ),
        evidence={
            "gaps": [
                {"name": str(values[head]), "periods": [grid.labels[at] for at in holes]} for head, holes in found[:20]
            ],
            "series": drawn(grid.labels, spend[first[0]]),
            "shown": str(values[first[0]]),
            "marked": [grid.labels[at] for at in first[1]],
            "unit": f"{grid.currency} per {grid.calendar.period}",
        },
        remedy="If there was spend, ask for the rows; if it was paused, accept this with that reason.",
        threshold=f"gap_always_on: spend in {thresholds.gap_always_on:.0%} or more of its {grid.calendar.period}s, and "
        f"{thresholds.gap_most} gaps at most (own choice)",
    )


def partial_media_periods(
    media: Sequence[MediaTable], calendar: Calendar, *, thresholds: Thresholds = THRESHOLDS
) -> Iterator[Finding]:
    """Find weeks of daily media files in which some days have no row at all; the edges are another finding."""
    for table in media:
        days = np.unique(table.records["date"].to_numpy(dtype="datetime64[ns]"))
        numbers, counts = np.unique(calendar.number(days), return_counts=True)
        numbers, counts = numbers[1:-1], counts[1:-1]
        if len(counts) < thresholds.partial_fewest_periods:
            continue
        usual = int(np.bincount(counts).argmax())
        regular = float((counts >= usual).mean())
        short = numbers[counts < usual]
        if usual > 1 and len(short) and regular >= thresholds.partial_regular_share:
            labels = calendar.labels(short)
            yield Finding(
                code="partial_periods",
                severity=Severity.WARNING,
                message=f"{table.source} has rows for fewer days than the usual {usual} in "
                f"{counted(len(short), calendar.period)} ({listed(labels)}); its spend there may be incomplete.",
                where=Place(source=table.source, periods=labels[:MOST_NAMED]),
                evidence={"periods": len(short), "usual_days": usual},
                remedy="Ask for the missing days, or accept this if nothing ran then.",
                threshold=f"partial_regular_share: {thresholds.partial_regular_share:.0%} or more of its "
                f"{calendar.period}s have the usual days (own choice)",
            )


def media_at_the_edges(media: Sequence[MediaTable], window: Window, calendar: Calendar) -> Iterator[Finding]:
    """Find daily media files that start inside the first period of the window, or stop inside its last one.

    Spend there would look lower than it was.
    """
    first_day, last_start = calendar.first_day(window.first), calendar.first_day(window.last)
    last_day = last_start + np.timedelta64(calendar.days - 1, "D")
    for table in media:
        distinct = np.unique(table.records["date"].to_numpy(dtype="datetime64[ns]"))
        if len(distinct) < 2 or float(np.median(np.diff(distinct)) / np.timedelta64(1, "D")) >= calendar.days:
            continue
        numbers = calendar.number(distinct[[0, -1]])
        if numbers[0] == window.first and distinct[0] > first_day:
            yield _edge(table.source, str(distinct[0])[:10], calendar.labels([window.first]), calendar, start=True)
        if numbers[1] == window.last and distinct[-1] < last_day:
            yield _edge(table.source, str(distinct[-1])[:10], calendar.labels([window.last]), calendar, start=False)


def _edge(source: str, day: str, label: tuple[str, ...], calendar: Calendar, *, start: bool) -> Finding:
    what, which, rest = ("starts", "first", "before") if start else ("ends", "last", "afterwards")
    return Finding(
        code="media_starts_late" if start else "media_ends_early",
        severity=Severity.WARNING,
        message=f"{source} {what} on {day}, inside the {calendar.period} of {label[0]}, "
        f"the {which} one of the model; its spend there may be incomplete.",
        where=Place(source=source, periods=label),
        evidence={f"{which}_day": day},
        remedy=f"Upload the file again with that period complete, or confirm that nothing ran {rest}.",
        threshold=f"Rows up to the {which} day of the {which} {calendar.period} of the model.",
    )
