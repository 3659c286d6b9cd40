"""Spend per line item over the ranges that control totals name: exact over days, with what is uncertain at edges."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmm_core.checks.control_nodes import named_like
from mmm_core.ingest.granularity import granularity
from mmm_core.schema import ControlTotalsTable, MediaTable
from mmm_core.taxonomy.names import ReadNames, comparable

_WEEK = 7
_NEVER, _ALWAYS = np.iinfo(np.int64).max, np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeFigures:
    """The control totals of one source about one node; several rows of one range are added up.

    Attributes
    ----------
    node : str
        As the file writes it, "" for everything.
    rows : tuple of int
        Of the file.
    ranges : int64 array (figures, 2)
        First and last day, both inside, counted from 1970-01-01.
    times : tuple of str
        The ranges in words.
    micros : int64 array (figures,)
    named : mapping
        What is called so among the line items: label -> bool array (items,), see `control_nodes.named_like`.
    """

    source: str
    node: str
    rows: tuple[int, ...]
    ranges: np.ndarray
    times: tuple[str, ...]
    micros: np.ndarray
    named: Mapping[str, np.ndarray]


def node_figures(
    totals: Sequence[ControlTotalsTable], items: pd.DataFrame, names: ReadNames, currency: str
) -> tuple[NodeFigures, ...]:
    """Sort the control totals in the project's currency by source and node."""
    found = []
    for table in totals:
        own = table.rows[in_currency(table, currency)]
        for wanted, rows in own.groupby(own["node"].map(comparable), sort=False):
            added = rows.groupby(["start", "end"], sort=True)["micros"].sum()
            figures = NodeFigures(
                source=table.source,
                node=str(rows["node"].iloc[0]),
                rows=tuple(int(row) for row in rows["row"]),
                ranges=np.array([[*pair] for pair in added.index], dtype="datetime64[D]").astype(np.int64),
                times=tuple(spoken_range(pd.Timestamp(start), pd.Timestamp(end)) for start, end in added.index),
                micros=added.to_numpy(dtype=np.int64),
                named=named_like(str(wanted), items, names),
            )
            found.append(figures)
    return tuple(found)


def in_currency(table: ControlTotalsTable, currency: str) -> np.ndarray:
    """Return which rows are in the project's currency or name none, bool (rows,)."""
    if "currency" not in table.rows:
        return np.ones(len(table.rows), dtype=bool)
    return table.rows["currency"].astype(str).isin(["", currency]).to_numpy()


def spoken_range(start: pd.Timestamp, end: pd.Timestamp) -> str:
    """Name a range the short way: "2025-03" for a whole month, "2025" for a year, else both days."""
    if start.day == 1 and end == start + pd.offsets.MonthEnd(0):
        return f"{start:%Y-%m}"
    if start.is_year_start and end == start + pd.offsets.YearEnd(0):
        return f"{start:%Y}"
    return f"{start:%Y-%m-%d}" if start == end else f"{start:%Y-%m-%d} to {end:%Y-%m-%d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerSums:
    """What the files hold in each range; days are counted from 1970-01-01.

    Attributes
    ----------
    ranges : int64 array (ranges, 2)
        First and last day, both inside, sorted.
    spend : int64 array (items, ranges)
        Micros. A day counts to its range, a week to the range of its first day.
    edge : int64 array (items, ranges)
        Micros, never negative: spend of weeks that lie across the start or the end of the range.
    first, last : int64 array (items,)
        First and last day that the files of each line item cover.
    """

    ranges: np.ndarray
    spend: np.ndarray
    edge: np.ndarray
    first: np.ndarray
    last: np.ndarray


def ledger_sums(media: Sequence[MediaTable], figures: Sequence[NodeFigures], line_items: pd.Index) -> LedgerSums:
    """Add the media up over every range of the control totals.

    Parameters
    ----------
    line_items : Index
        Every `line_item_id` of the catalogue; axis of the result.
    """
    nothing = np.empty((0, 2), dtype=np.int64)
    ranges = np.unique(np.concatenate([nothing, *(own.ranges for own in figures)]), axis=0)
    shape = (len(line_items), len(ranges))
    spend, edge = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    first = np.full(len(line_items), _NEVER, dtype=np.int64)
    last = np.full(len(line_items), _ALWAYS, dtype=np.int64)
    for table in media:
        if table.records.empty:
            continue
        item, day, micros = _by_day(table, line_items)
        length = _WEEK if granularity(table.records["date"].to_numpy()) == "week" else 1
        seen = np.unique(item)
        first[seen] = np.minimum(first[seen], day[0])
        last[seen] = np.maximum(last[seen], day[-1] + length - 1)
        for place, (start, end) in enumerate(ranges.tolist()):
            _add(spend[:, place], item, micros, day, (start, end + 1))
            if length > 1:
                _add(edge[:, place], item, np.abs(micros), day, (start - length + 1, start))
                _add(edge[:, place], item, np.abs(micros), day, (end - length + 2, end + 1))
    return LedgerSums(ranges=ranges, spend=spend, edge=edge, first=first, last=last)


def _by_day(table: MediaTable, line_items: pd.Index) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return item, day and micros of each record, in order of time."""
    records = table.records
    ids = records["line_item_id"].astype("category")
    item = line_items.get_indexer(ids.cat.categories)[ids.cat.codes.to_numpy()]
    day = records["date"].to_numpy(dtype="datetime64[D]").astype(np.int64)
    order = np.argsort(day, kind="stable")
    return item[order], day[order], records["spend_micros"].to_numpy(dtype=np.int64)[order]


def _add(total: np.ndarray, item: np.ndarray, micros: np.ndarray, day: np.ndarray, days: tuple[int, int]) -> None:
    """Add what lies in the days, the second one outside, to each item's total."""
    low, high = np.searchsorted(day, days)
    np.add.at(total, item[low:high], micros[low:high])
