"""Findings about the files themselves: duplicates, missing periods, negative spend, coarse files."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from mmm_core.errors import counted, listed
from mmm_core.findings import Finding, Place, Severity
from mmm_core.ingest.granularity import granularity
from mmm_core.money import amount_text, spoken_amount
from mmm_core.panel.calendar import Calendar
from mmm_core.panel.outcome import Series
from mmm_core.panel.window import Window
from mmm_core.schema import MediaTable, ProjectData
from mmm_core.settings import WEEKDAYS

_MOST_ROWS = 50
"""Rows named in the place of a finding; the count in its evidence is always complete."""


def duplicate_rows(media: Sequence[MediaTable], currency: str) -> Iterator[Finding]:
    """Find rows that repeat line item, date, region, spend and exposure of an earlier row; zero rows do not count."""
    for table in media:
        records = table.records
        busy = (records["spend_micros"] != 0) | (records["exposure"].fillna(0) != 0)
        key = ["line_item_id", "date", "geo", "spend_micros", "exposure"]
        repeated = records[busy & records.duplicated(key, keep="first")]
        if repeated.empty:
            continue
        total = int(repeated["spend_micros"].sum())
        repeated = _once_per_row(repeated)
        amount, spoken = amount_text(total), spoken_amount(total)
        yield Finding(
            code="duplicate_rows",
            severity=Severity.WARNING,
            message=f"{table.source}: {counted(len(repeated), 'row')} repeat an earlier row exactly, worth {spoken} "
            f"{currency}.",
            where=Place(
                source=table.source,
                rows=_rows(repeated),
                line_items=tuple(sorted(map(str, repeated["line_item_id"].unique()))[:_MOST_ROWS]),
            ),
            evidence={"rows": len(repeated), "amount": amount},
            remedy="Ask whether they were booked twice; if so remove them from the file and upload it again.",
        )


def missing_media_periods(media: Sequence[MediaTable], calendar: Calendar) -> Iterator[Finding]:
    """Find periods inside a media file's own range in which it has no row at all."""
    for table in media:
        numbers = np.unique(calendar.number(table.records["date"]))
        coarse = len(numbers) > 1 and float(np.median(np.diff(numbers))) > 1
        if coarse and any(finding.code == "monthly_figures" for finding in table.findings):
            continue  # said already, and it blocks
        if coarse:
            yield Finding(
                code="coarse_source",
                severity=Severity.WARNING,
                message=f"{table.source} reports less often than once per {calendar.period}; its spend lands in the "
                f"{calendar.period} of its date.",
                where=Place(source=table.source),
                evidence={"dates": len(numbers)},
                remedy=f"Ask for the file per {calendar.period}.",
            )
            continue
        missing = np.setdiff1d(np.arange(numbers[0], numbers[-1] + 1), numbers) if len(numbers) else numbers
        if len(missing):
            labels = calendar.labels(missing)
            yield Finding(
                code="missing_periods",
                severity=Severity.WARNING,
                message=f"{table.source} has no row for {counted(len(missing), calendar.period)} ({listed(labels)}); "
                "the model reads that as no spend.",
                where=Place(source=table.source, periods=labels),
                evidence={"periods": len(missing)},
                remedy="If there was spend, ask for the rows; if there was none, accept this with that reason.",
            )


def media_that_ends_early(media: Sequence[MediaTable], window: Window, calendar: Calendar) -> Iterator[Finding]:
    """Find daily media files that stop inside the last period of the window: its spend would look lower than it was."""
    last_day = calendar.first_day(window.last) + np.timedelta64(calendar.days - 1, "D")
    for table in media:
        dates = table.records["date"].to_numpy(dtype="datetime64[ns]")
        distinct = np.unique(dates)
        daily = len(distinct) > 1 and float(np.median(np.diff(distinct)) / np.timedelta64(1, "D")) < calendar.days
        if daily and calendar.number(distinct[-1:])[0] == window.last and distinct[-1] < last_day:
            label = calendar.labels([window.last])
            yield Finding(
                code="media_ends_early",
                severity=Severity.WARNING,
                message=f"{table.source} ends on {str(distinct[-1])[:10]}, inside the {calendar.period} of {label[0]}, "
                "the last one of the model; its spend there may be incomplete.",
                where=Place(source=table.source, periods=label),
                evidence={"last_day": str(distinct[-1])[:10]},
                remedy="Upload the file again with that period complete, or confirm that nothing ran afterwards.",
            )


def negative_rows(media: Sequence[MediaTable], currency: str) -> Iterator[Finding]:
    """Find rows with negative spend; whether they block is decided per group and period."""
    for table in media:
        hit = table.records[table.records["spend_micros"] < 0]
        if hit.empty:
            continue
        total = int(hit["spend_micros"].sum())
        hit = _once_per_row(hit)
        amount, spoken = amount_text(total), spoken_amount(total)
        yield Finding(
            code="negative_spend",
            severity=Severity.WARNING,
            message=f"{table.source} has negative spend in {counted(len(hit), 'row')}, {spoken} {currency} in total; "
            "it is netted within its group and period.",
            where=Place(
                source=table.source, rows=_rows(hit), line_items=tuple(sorted(map(str, hit["line_item_id"].unique())))
            ),
            evidence={"rows": len(hit), "amount": amount},
            remedy="Confirm that these are refunds or credits, and that they belong to these dates.",
        )


def missing_outcome_periods(
    series: Series,
    what: str,
    source: str,
    columns: Mapping[str, str],
    window: Window,
    calendar: Calendar,
    *,
    geos: list[str],
) -> Iterator[Finding]:
    """Find periods of the window without a value, or (for daily files) with fewer days than usual.

    Parameters
    ----------
    columns : mapping
        Column of the series -> its name in the file.
    geos : list of str
        Regions of the KPI; a series with regions needs a value in each of them.
    """
    for column, name in columns.items():
        missing = series.laid_out(column, window.numbers, geos).isna()
        empty = missing.index[missing.any(axis=1)].to_numpy()
        if len(empty):
            labels, without = calendar.labels(empty), [geo for geo in geos if missing[geo].any()]
            place = f" in {listed(without)}" if len(geos) > 1 else ""
            yield Finding(
                code="missing_periods",
                severity=Severity.ERROR,
                message=f"{what} '{name}' has no value for {counted(len(empty), calendar.period)}{place} "
                f"({listed(labels)}).",
                where=Place(source=source, columns=(name,), periods=labels),
                evidence={"periods": len(empty), **({"regions": without} if len(geos) > 1 else {})},
                remedy="Complete the file and upload it again; the model needs a value for every period.",
            )
    short = [number for number in series.partial() if window.holds(np.array([number]))[0]]
    if short:
        labels = calendar.labels(short)
        yield Finding(
            code="partial_periods",
            severity=Severity.WARNING,
            message=f"{what} in {source} has fewer days than the usual {series.typical_days} in "
            f"{counted(len(short), calendar.period)} ({listed(labels)}).",
            where=Place(source=source, periods=labels),
            evidence={"periods": len(short), "usual_days": series.typical_days},
            remedy="Check whether days are missing in the file.",
        )


def other_week_starts(data: ProjectData, calendar: Calendar) -> Iterator[Finding]:
    """Find weekly files whose weeks start on another day than the project's."""
    if calendar.period != "week":
        return
    frames = [(table.source, table.records["date"]) for table in data.media]
    frames += [(table.source, table.rows["date"]) for table in data.controls]
    frames += [(data.kpi.source, data.kpi.rows["date"])] if data.kpi else []
    wanted = WEEKDAYS.index(calendar.week_start)
    for source, dates in frames:
        found = int(dates.iloc[0].weekday()) if len(dates) else wanted
        if found == wanted or granularity(dates.to_numpy()) != "week":
            continue
        early = (found - wanted) % 7
        yield Finding(
            code="week_start_differs",
            severity=Severity.WARNING,
            message=f"The weeks of {source} start on {WEEKDAYS[found].title()}, those of the project on "
            f"{calendar.week_start.title()}: each lands whole in the project's week of its first day, so that "
            f"{early} of its 7 days count a week early.",
            where=Place(source=source),
            evidence={"file": WEEKDAYS[found], "project": calendar.week_start, "days_early": early},
            remedy=f"Let the project's weeks start on {WEEKDAYS[found].title()}, or ask for the file per day.",
            threshold="The same first day of the week.",
        )


def _once_per_row(records: pd.DataFrame) -> pd.DataFrame:
    """Return one record per row and line item, however many days the row was spread over."""
    return records.drop_duplicates(["row", "line_item_id"]) if "file_rows" in records else records


def _rows(records: pd.DataFrame) -> tuple[int, ...]:
    return tuple(int(row) for row in records["row"].head(_MOST_ROWS))
