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
_NOTHING = np.empty(0, dtype=np.int64)
_Records = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Item, day and micros of each record."""
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
class Windows:
    """Amounts per line item over windows of days; only the stretches in which a line item has some are kept.

    Attributes
    ----------
    starts : int64 array (items + 1,)
        Where the entries of each line item begin.
    stretch, micros : int64 arrays (entries,)
        Stretch of days between two edges of windows, and what the line item has in it.
    windows : int64 array (windows, 2)
        First stretch of each window, and the first one behind it.
    """

    starts: np.ndarray
    stretch: np.ndarray
    micros: np.ndarray
    windows: np.ndarray

    def of(self, chosen: np.ndarray) -> np.ndarray:
        """Add the amounts of chosen line items up, bool (items,); exact, int64 (windows,)."""
        items = np.flatnonzero(chosen)
        count = self.starts[items + 1] - self.starts[items]
        before = np.cumsum(count) - count
        entries = np.repeat(self.starts[items] - before, count) + np.arange(count.sum())
        added = np.zeros(int(self.windows.max(initial=0)) + 2, dtype=np.int64)
        np.add.at(added, self.stretch[entries] + 1, self.micros[entries])
        upto = np.cumsum(added)
        amounts: np.ndarray = upto[self.windows[:, 1]] - upto[self.windows[:, 0]]
        return amounts


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerSums:
    """What the files hold in each range; days are counted from 1970-01-01.

    Attributes
    ----------
    ranges : int64 array (ranges, 2)
        First and last day, both inside, sorted.
    first, last : int64 array (items,)
        First and last day that the files of each line item cover.
    amounts, across : Windows
        Micros of each range; absolute micros of weeks across the start of each range, then across the end of each.
    place_of : mapping
        First and last day of a range -> its place.
    """

    ranges: np.ndarray
    first: np.ndarray
    last: np.ndarray
    amounts: Windows
    across: Windows
    place_of: Mapping[tuple[int, int], int]

    def places(self, ranges: np.ndarray) -> np.ndarray:
        """Return where some of the ranges stand among all, int64."""
        return np.array([self.place_of[start, end] for start, end in ranges.tolist()], dtype=np.int64)

    def spend(self, chosen: np.ndarray) -> np.ndarray:
        """Return micros of chosen line items per range; a day counts to its range, a week to that of its first day."""
        return self.amounts.of(chosen)

    def edge(self, chosen: np.ndarray) -> np.ndarray:
        """Return micros, never negative, of the weeks of chosen line items across the start or end of each range."""
        starts, ends = self.across.of(chosen).reshape(2, -1)
        both: np.ndarray = starts + ends
        return both


def ledger_sums(media: Sequence[MediaTable], figures: Sequence[NodeFigures], line_items: pd.Index) -> LedgerSums:
    """Add the media up over every range of the control totals.

    Parameters
    ----------
    line_items : Index
        Every `line_item_id` of the catalogue; axis of the result.
    """
    nothing = np.empty((0, 2), dtype=np.int64)
    ranges = np.unique(np.concatenate([nothing, *(own.ranges for own in figures)]), axis=0)
    first = np.full(len(line_items), _NEVER, dtype=np.int64)
    last = np.full(len(line_items), _ALWAYS, dtype=np.int64)
    spend: list[_Records] = []
    weeks: list[_Records] = []
    for table in media:
        if table.records.empty:
            continue
        item, day, micros = _by_day(table, line_items)
        weekly = granularity(table.records["date"].to_numpy()) == "week"
        seen = np.unique(item)
        first[seen] = np.minimum(first[seen], day.min())
        last[seen] = np.maximum(last[seen], day.max() + (_WEEK - 1 if weekly else 0))
        spend.append((item, day, micros))
        if weekly:
            weeks.append((item, day, np.abs(micros)))
    start, behind = ranges[:, 0], ranges[:, 1] + 1
    across = np.concatenate([_window(start - _WEEK + 1, start), _window(behind - _WEEK + 1, behind)])
    return LedgerSums(
        ranges=ranges,
        first=first,
        last=last,
        amounts=_added_up(spend, _window(start, behind), len(line_items)),
        across=_added_up(weeks, across, len(line_items)),
        place_of={(first_day, last_day): place for place, (first_day, last_day) in enumerate(ranges.tolist())},
    )


def _window(start: np.ndarray, behind: np.ndarray) -> np.ndarray:
    return np.stack([start, behind], axis=1)


def _added_up(tables: Sequence[_Records], days: np.ndarray, items: int) -> Windows:
    """Add records up per line item and stretch of days; a window, int64 (windows, 2), ends before its second day."""
    item, day, micros = (np.concatenate([_NOTHING, *(table[part] for table in tables)]) for part in range(3))
    edges = np.unique(days)
    stretch = np.searchsorted(edges, day, side="right")
    inside = (stretch > 0) & (stretch < len(edges))  # before the first edge and behind the last one is no window
    place = item[inside] * (len(edges) + 1) + stretch[inside]
    order = np.argsort(place, kind="stable")
    place, micros = place[order], micros[inside][order]
    begins = np.flatnonzero(np.diff(place, prepend=-1))
    held, stretch = np.divmod(place[begins], len(edges) + 1)
    return Windows(
        starts=np.searchsorted(held, np.arange(items + 1)),
        stretch=stretch,
        micros=np.add.reduceat(micros, begins) if len(begins) else _NOTHING,
        windows=np.searchsorted(edges, days, side="right"),
    )


def _by_day(table: MediaTable, line_items: pd.Index) -> _Records:
    """Return item, day and micros of each record."""
    records = table.records
    ids = records["line_item_id"].astype("category")
    item = line_items.get_indexer(ids.cat.categories)[ids.cat.codes.to_numpy()].astype(np.int64)
    day = records["date"].to_numpy(dtype="datetime64[D]").astype(np.int64)
    return item, day, records["spend_micros"].to_numpy(dtype=np.int64)
