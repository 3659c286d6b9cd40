"""Rows of one file about the same thing: two amounts for one date, and dates that overlap."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from mmm_core.checks.pictures import MOST_NAMED, listed_items, named, rows_named
from mmm_core.checks.thresholds import THRESHOLDS, Thresholds
from mmm_core.errors import counted, listed
from mmm_core.findings import Finding, Place, Severity
from mmm_core.money import amount_text, spoken_amount
from mmm_core.schema import MediaTable

_WEEK = 7


def same_key_other_money(
    media: Sequence[MediaTable], items: pd.DataFrame, currency: str, *, thresholds: Thresholds = THRESHOLDS
) -> Iterator[Finding]:
    """Find line items with several rows for one date and region that differ in money, where the file has one as a rule.

    Refunds, empty rows and exact repeats are other findings; a file that a breakdown splits further repeats most dates
    and is left alone.
    """
    key = ["line_item_id", "date", "geo"]
    for table in media:
        records = table.records
        repeated = records.duplicated(key, keep=False)
        if not repeated.any():
            continue
        rows = records[repeated & (records["spend_micros"] > 0)]
        rows = rows[~rows.duplicated([*key, "spend_micros", "exposure"])]
        rows = rows[rows.duplicated(key, keep=False)]
        keys = len(rows.drop_duplicates(key))
        if not keys or keys > thresholds.other_money_share * (~records.duplicated(key)).sum():
            continue
        of_key = rows.groupby(key, observed=True, sort=False)["spend_micros"]
        at_stake = int(of_key.sum().sum() - of_key.max().sum())
        per_item, names, days = _of_items(rows, items)
        yield Finding(
            code="same_key_other_money",
            severity=Severity.WARNING,
            message=f"{table.source}: {counted(len(rows), 'row')} of {counted(len(per_item), 'line item')} "
            f"({named(list(names), most=2)}) stand beside another row of the same date with other money "
            f"({listed(days, most=3)}); all are added up, {spoken_amount(at_stake)} {currency} perhaps once too often.",
            where=_place(table, rows, per_item, days),
            evidence={
                "rows": len(rows),
                "amount": amount_text(at_stake),
                "items": listed_items(names, per_item.to_numpy()),
            },
            remedy="Ask whether the second row corrects the first (then leave one out) or adds to it.",
            threshold=f"other_money_share: in up to {thresholds.other_money_share:.0%} of line items and dates (own "
            "choice)",
        )


def overlapping_weeks(
    media: Sequence[MediaTable], items: pd.DataFrame, currency: str, *, thresholds: Thresholds = THRESHOLDS
) -> Iterator[Finding]:
    """Find line items of weekly files with a row that begins inside the week of another row."""
    for table in media:
        records = table.records
        day = records["date"].to_numpy(dtype="datetime64[D]").astype(np.int64)
        if "file_rows" in records or not len(day):
            continue
        weekday = np.bincount(day % _WEEK, minlength=_WEEK)
        usual = int(weekday.argmax())
        if weekday[usual] == len(day) or weekday[usual] < thresholds.overlap_regular_share * len(day):
            continue
        between = _inside_another(records, day, day % _WEEK != usual)
        rows = records[between & (records["spend_micros"] != 0).to_numpy()]
        if rows.empty:
            continue
        total = int(rows["spend_micros"].sum())
        per_item, names, days = _of_items(rows, items)
        yield Finding(
            code="overlapping_periods",
            severity=Severity.WARNING,
            message=f"{table.source} is weekly, but {counted(len(rows), 'row')} of "
            f"{counted(len(per_item), 'line item')} ({named(list(names), most=2)}) begin inside the week of another "
            f"row ({listed(days, most=3)}); {spoken_amount(total)} {currency} may count twice.",
            where=_place(table, rows, per_item, days),
            evidence={
                "rows": len(rows),
                "amount": amount_text(total),
                "items": listed_items(names, per_item.to_numpy()),
            },
            remedy="Ask what these rows cover; a corrected week replaces the former one.",
            threshold=f"overlap_regular_share: {thresholds.overlap_regular_share:.0%} or more of the rows begin on one "
            "day of the week (own choice)",
        )


def _inside_another(records: pd.DataFrame, day: np.ndarray, odd: np.ndarray) -> np.ndarray:
    """Tell which odd rows have a row of their line item and region less than a week before or after."""
    item = records["line_item_id"].astype("category").cat.codes.to_numpy(dtype=np.int64)
    geo = records["geo"].astype("category").cat.codes.to_numpy(dtype=np.int64)
    touched = np.zeros(int(item.max()) + 1, dtype=bool)
    touched[item[odd]] = True
    at = np.flatnonzero(touched[item])
    at = at[np.lexsort((day[at], geo[at], item[at]))]
    same = (item[at][1:] == item[at][:-1]) & (geo[at][1:] == geo[at][:-1])
    near = same & (np.diff(day[at]) > 0) & (np.diff(day[at]) < _WEEK)
    inside = np.zeros(len(day), dtype=bool)
    inside[at[1:][near]] = True
    inside[at[:-1][near]] = True
    result: np.ndarray = inside & odd
    return result


def _of_items(rows: pd.DataFrame, items: pd.DataFrame) -> tuple["pd.Series[int]", np.ndarray, list[str]]:
    """Return the spend of each line item concerned, the most first, their names, and the days."""
    per_item = rows.groupby("line_item_id", observed=True)["spend_micros"].sum().sort_values(ascending=False)
    names = items["name"].reindex(per_item.index.astype(object)).astype(object).to_numpy()
    return per_item, names, sorted({f"{day:%Y-%m-%d}" for day in rows["date"]})


def _place(table: MediaTable, rows: pd.DataFrame, per_item: "pd.Series[int]", days: list[str]) -> Place:
    return Place(
        source=table.source,
        rows=rows_named(rows),
        line_items=tuple(map(str, per_item.index[:MOST_NAMED])),
        periods=tuple(days[:MOST_NAMED]),
    )
