"""Sums over the ranges of control totals: exact for any line items, and no larger than the files."""

import numpy as np
import pandas as pd
from builders import media, mondays
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.checks.ledger_sums import LedgerSums, NodeFigures, ledger_sums
from mmm_core.schema import MediaTable

ITEMS, WEEKS = "abcd", mondays(20)
FIRST = int(np.datetime64(WEEKS[0], "D").astype(np.int64))
DAYS = (np.datetime64(WEEKS[0], "D") + np.arange(40)).astype(str).tolist()
AMOUNTS = st.integers(-500, 500).filter(bool)
RANGES = st.lists(st.tuples(st.integers(-10, 150), st.integers(0, 60)), max_size=8)


def rows(days: list[str]) -> st.SearchStrategy:
    return st.lists(st.tuples(st.sampled_from(ITEMS), st.sampled_from(days), AMOUNTS), min_size=3, max_size=30)


def asked(ranges: list[tuple[int, int]]) -> tuple[NodeFigures, ...]:
    pairs = np.array(sorted({(FIRST + start, FIRST + start + length) for start, length in ranges}), dtype=np.int64)
    facts = {"source": "ledger.csv", "node": "", "rows": (), "times": (), "named": {}}
    return (NodeFigures(ranges=pairs.reshape(-1, 2), micros=np.zeros(len(pairs), dtype=np.int64), **facts),)


def sums_of(*files: MediaTable, ranges: list[tuple[int, int]]) -> tuple[LedgerSums, pd.Index]:
    ids = pd.Index(sorted({str(one) for table in files for one in table.records["line_item_id"]}))
    return ledger_sums(files, asked(ranges), ids), ids


@given(rows(WEEKS), rows(DAYS), RANGES, st.sets(st.integers(0, 7)))
def test_any_line_items_have_in_every_range_what_their_records_have(weekly, daily, ranges, chosen) -> None:
    weekly = [*weekly, *(("a", week, 1) for week in WEEKS)]
    daily = [*daily, *(("b", day, 1) for day in DAYS)]
    files = [media(weekly, source="weekly.csv"), media(daily, source="daily.csv", dimensions=("placement",))]
    sums, ids = sums_of(*files, ranges=ranges)
    mask = np.isin(np.arange(len(ids)), list(chosen))
    spend, edge = sums.spend(mask), sums.edge(mask)
    assert (spend.dtype, edge.dtype, len(spend)) == (np.int64, np.int64, len(sums.ranges))
    for at, (start, end) in enumerate(sums.ranges.tolist()):
        wanted, across = 0, 0
        for table in files:
            own = table.records[table.records["line_item_id"].astype(str).isin(ids[mask])]
            day = own["date"].to_numpy(dtype="datetime64[D]").astype(np.int64)
            micros = own["spend_micros"].to_numpy()
            wanted += int(micros[(start <= day) & (day <= end)].sum())
            if table.source == "weekly.csv":
                for edge_day in (start, end + 1):
                    across += int(np.abs(micros[(day < edge_day) & (edge_day < day + 7)]).sum())
        assert (spend[at], edge[at]) == (wanted, across)


def test_many_ranges_keep_no_more_than_the_files_hold() -> None:
    """One array of line items by ranges would have 60 times as many places here, and gigabytes for a large client."""
    file = media([(name, week, 10) for name in ITEMS for week in WEEKS])
    sums, ids = sums_of(file, ranges=[(start, length) for start in range(140) for length in (0, 6, 27)])
    assert len(sums.ranges) > 400
    for kept in (sums.amounts, sums.across):
        assert len(kept.micros) == len(kept.stretch) <= len(file.records)
    everything = np.ones(len(ids), dtype=bool)
    assert sums.spend(everything).max() == 4 * 4 * 10_000_000
