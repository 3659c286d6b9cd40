"""All findings about the files themselves, and which of them the mapping has settled."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from mmm_core.checks.control_courses import control_courses
from mmm_core.checks.exposure import exposure_without_spend, spend_and_exposure_apart, spend_without_exposure
from mmm_core.checks.grids import SourceGrid, source_grids
from mmm_core.checks.media_gaps import (
    gaps_of_platforms,
    media_at_the_edges,
    missing_media_periods,
    partial_media_periods,
)
from mmm_core.checks.outcome import outcome_course
from mmm_core.checks.plans import budget_beside_actual
from mmm_core.checks.price_outliers import price_outliers
from mmm_core.checks.repeats import overlapping_weeks, same_key_other_money
from mmm_core.checks.series_gaps import NamedSeries, cut_edges, series_gaps
from mmm_core.checks.shapes import constant_series, level_shifts, plan_spreading
from mmm_core.checks.slips import slip_findings, slips
from mmm_core.checks.sources import duplicate_rows, negative_rows, other_week_starts
from mmm_core.checks.time_shift import media_time_shift, tracked_time_shift
from mmm_core.checks.totals_left_in import totals_left_in
from mmm_core.checks.tracking import tracking_coverage
from mmm_core.checks.twice import same_items_in_two_sources
from mmm_core.findings import Finding
from mmm_core.panel.calendar import Calendar
from mmm_core.panel.cube import Cube
from mmm_core.panel.outcome import Series
from mmm_core.panel.window import Window
from mmm_core.schema import KpiTable, ProjectData
from mmm_core.taxonomy.resolution import EXCLUDED, Resolution


@dataclass(frozen=True, kw_only=True)
class Files:
    """What the checks of the files look at."""

    data: ProjectData
    items: pd.DataFrame
    cube: Cube
    kpi: Series | None
    controls: tuple[Series, ...]
    window: Window | None
    calendar: Calendar
    currency: str


def integrity(files: Files) -> Iterator[Finding]:
    """Run every check of the files, once per upload."""
    media, calendar, currency = files.data.media, files.calendar, files.currency
    yield from duplicate_rows(media, currency)
    yield from same_key_other_money(media, files.items, currency)
    yield from overlapping_weeks(media, files.items, currency)
    yield from missing_media_periods(media, calendar)
    yield from partial_media_periods(media, calendar)
    yield from other_week_starts(files.data, calendar)
    yield from negative_rows(media, currency)
    if files.window:
        yield from media_at_the_edges(media, files.window, calendar)
    grids = tuple(source_grids(media, files.items, files.cube, calendar, currency))
    for grid in grids:
        yield from _of_one_file(grid)
    yield from same_items_in_two_sources(grids)
    yield from _of_outcome(files)


def _of_one_file(grid: SourceGrid) -> Iterator[Finding]:
    slipped = slips(grid)
    yield from gaps_of_platforms(grid)
    yield from slip_findings(grid, slipped)
    yield from price_outliers(grid, slipped)
    yield from spend_without_exposure(grid)
    yield from exposure_without_spend(grid)
    yield from spend_and_exposure_apart(grid, slipped)
    yield from level_shifts(grid, slipped)
    yield from plan_spreading(grid)
    yield from constant_series(grid)
    yield from totals_left_in(grid)
    yield from budget_beside_actual(grid)
    yield from media_time_shift(grid)


def _of_outcome(files: Files) -> Iterator[Finding]:
    kpi = files.data.kpi
    if kpi is None:
        return
    if files.kpi is not None and files.window is not None:
        yield from _of_series(files, kpi, files.kpi, files.window)
    for tracked in files.data.tracked:
        yield from tracking_coverage(tracked, kpi, files.calendar)
        yield from tracked_time_shift(tracked, kpi)


def _of_series(files: Files, kpi: KpiTable, series: Series, window: Window) -> Iterator[Finding]:
    outcome = NamedSeries(what="KPI", source=kpi.source, columns={"value": kpi.name}, series=series)
    geos, calendar = series.geos(), files.calendar
    yield from series_gaps(outcome, window, calendar, geos=geos)
    yield from cut_edges(outcome, window, calendar)
    yield from outcome_course(series, kpi.name, kpi.source, window, calendar)
    for table, control in zip(files.data.controls, files.controls, strict=True):
        own = {name: name for name in table.names}
        drivers = NamedSeries(what="Control", source=table.source, columns=own, series=control)
        yield from series_gaps(drivers, window, calendar, geos=geos)
        yield from control_courses(control, table.source, window, calendar)


def standing(findings: Iterable[Finding], resolution: Resolution) -> Sequence[Finding]:
    """Leave out the findings that the mapping has settled: every line item to be left out is left out."""
    excluded = set(resolution.table.index[(resolution.table["status"] == EXCLUDED).to_numpy(dtype=bool)])
    return [finding for finding in findings if not (excluded and _settled(finding, excluded))]


def _settled(finding: Finding, excluded: set[object]) -> bool:
    fix = finding.fix
    return fix is not None and fix.kind == "exclude_line_items" and excluded.issuperset(fix.line_items)
