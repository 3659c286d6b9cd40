"""Findings about single rows and dates of the files: duplicates, negative spend, other starts of the week."""

from collections.abc import Iterator, Sequence

import pandas as pd

from mmm_core.checks.thresholds import THRESHOLDS, Thresholds
from mmm_core.errors import counted
from mmm_core.findings import Finding, Fix, Place, Severity
from mmm_core.ingest.granularity import granularity
from mmm_core.money import amount_text, spoken_amount
from mmm_core.panel.calendar import Calendar
from mmm_core.schema import MediaTable, ProjectData
from mmm_core.settings import WEEKDAYS

_KEY = ["line_item_id", "date", "geo"]
_ALL = [*_KEY, "spend_micros", "exposure"]
_MOST_ROWS = 50
"""Rows named in the place of a finding; the count in its evidence is always complete."""


def duplicate_rows(
    media: Sequence[MediaTable], currency: str, *, thresholds: Thresholds = THRESHOLDS
) -> Iterator[Finding]:
    """Find rows that repeat line item, date, region, spend and exposure of an earlier row; zero rows do not count.

    In a file that a breakdown splits further many rows share line item and date by design, and some of them are alike
    by chance: there it is a note.
    """
    for table in media:
        records = table.records
        busy = (records["spend_micros"] != 0) | (records["exposure"].fillna(0) != 0)
        copies = records.duplicated(_ALL, keep="first")
        repeated = records[busy & copies]
        if repeated.empty:
            continue
        again = records[~copies].duplicated(_KEY)
        by_design = bool(again.sum() > thresholds.other_money_share * (~again).sum())
        total = int(repeated["spend_micros"].sum())
        repeated = _once_per_row(repeated)
        yield _duplicates(table.source, repeated, total, currency, by_design=by_design)


def _duplicates(source: str, repeated: pd.DataFrame, total: int, currency: str, *, by_design: bool) -> Finding:
    amount, spoken = amount_text(total), spoken_amount(total)
    beside = (
        " The file has several rows per line item and date as a rule, so these may be different things."
        if by_design
        else ""
    )
    return Finding(
        code="duplicate_rows",
        severity=Severity.NOTE if by_design else Severity.WARNING,
        message=f"{source}: {counted(len(repeated), 'row')} {'repeats' if len(repeated) == 1 else 'repeat'} an earlier "
        f"row exactly, worth {spoken} {currency}.{beside}",
        where=Place(
            source=source,
            rows=_rows(repeated),
            line_items=tuple(sorted(map(str, repeated["line_item_id"].unique()))[:_MOST_ROWS]),
        ),
        evidence={"rows": len(repeated), "amount": amount},
        remedy="Make the column that tells these rows apart a part of the line item, or ask whether they were booked "
        "twice."
        if by_design
        else "Ask whether they were booked twice; if so leave the repeated rows out.",
        threshold="Line item, date, region, spend and exposure are all the same.",
        fix=None
        if by_design
        else Fix(
            kind="leave_out_rows",
            what=f"Leave out {counted(len(repeated), 'repeated row')}",
            source=source,
            rows=tuple(int(row) for row in pd.unique(repeated["row"])),
        ),
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
                source=table.source,
                rows=_rows(hit),
                line_items=tuple(sorted(map(str, hit["line_item_id"].unique()))[:_MOST_ROWS]),
            ),
            evidence={"rows": len(hit), "amount": amount},
            remedy="Confirm that these are refunds or credits, and that they belong to these dates.",
            threshold="Spend below 0.",
        )


def other_week_starts(data: ProjectData, calendar: Calendar) -> Iterator[Finding]:
    """Find weekly files whose weeks start on another day than the project's."""
    if calendar.period != "week":
        return
    outcomes = (*((data.kpi,) if data.kpi else ()), *data.tracked)
    frames = [(table.source, table.records["date"]) for table in data.media]
    frames += [(table.source, table.rows["date"]) for table in (*data.controls, *outcomes)]
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
