"""Regrouping: money is conserved to the micro, whatever the grouping."""

import numpy as np
import pandas as pd
import pytest
from builders import media
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.panel.calendar import Calendar
from mmm_core.panel.cube import build_cube, regroup, regroup_exposure
from mmm_core.taxonomy.catalogue import catalogue
from mmm_core.taxonomy.mapping import Mapping, Target
from mmm_core.taxonomy.resolution import resolve

WEEKS = Calendar()

rows = st.lists(
    st.tuples(
        st.sampled_from("abcdefgh"),
        st.dates(pd.Timestamp("2023-01-01").date(), pd.Timestamp("2023-06-30").date()).map(str),
        st.integers(-(10**12), 10**12).map(lambda micros: micros / 1e6),
    ),
    min_size=1,
    max_size=40,
)


def cube_of(table):
    return build_cube([table], catalogue([table]).index, WEEKS, keep_geo=False)


@given(rows, st.lists(st.integers(0, 4), min_size=8, max_size=8))
def test_no_grouping_changes_the_total(table_rows, groups):
    table = media(table_rows)
    cube = cube_of(table)
    codes = np.array(groups[: len(cube.line_items)], dtype=np.int64)
    assert int(regroup(cube, codes, 5).sum()) == table.raw_micros


@given(rows, st.lists(st.tuples(st.integers(0, 7), st.sampled_from(["x", "y", "out", None])), max_size=30))
def test_any_sequence_of_assignments_conserves_money_and_undo_restores(table_rows, edits):
    table = media(table_rows)
    items, cube = catalogue([table]), cube_of(table)
    history = [Mapping(levels=("Group",), leaves=(("x",), ("y",)))]
    for position, goal in edits:
        chosen = items.index[position % len(items) : position % len(items) + 1]
        last = history[-1]
        target = Target(exclude="no") if goal == "out" else Target(path=(goal,)) if goal else None
        history.append(last.assign(chosen, target) if target else last.release(chosen))
    for mapping in [*history, *reversed(history)]:
        resolution = resolve(items, mapping)
        inside = int(regroup(cube, resolution.leaf_of(items.index), 2).sum())
        outside = int(items.loc[(resolution.table["status"] != "mapped").to_numpy(), "spend_micros"].sum())
        assert inside + outside == table.raw_micros
    assert history[0].fingerprint == Mapping(levels=("Group",), leaves=(("x",), ("y",))).fingerprint


@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(table_rows, random):
    shuffled = list(table_rows)
    random.shuffle(shuffled)
    one, other = cube_of(media(table_rows)), cube_of(media(shuffled))
    codes = np.arange(len(one.line_items))
    back = other.line_items.get_indexer(one.line_items)
    left, right = regroup(one, codes, len(codes)), regroup(other, codes, len(codes))
    assert np.array_equal(left, right[:, :, back])


def test_a_week_is_named_by_its_first_day():
    dates = pd.Series(pd.to_datetime(["2024-01-01", "2024-01-07", "2024-01-08"]))
    assert WEEKS.labels(WEEKS.number(dates)) == ("2024-01-01", "2024-01-01", "2024-01-08")
    sundays = Calendar(week_start="sunday")
    assert sundays.labels(sundays.number(dates)) == ("2023-12-31", "2024-01-07", "2024-01-07")
    assert Calendar(period="day").labels([19723]) == ("2024-01-01",)


@pytest.mark.parametrize("week_start", ["monday", "wednesday", "saturday"])
def test_every_date_lies_in_the_seven_days_of_its_week(week_start):
    calendar = Calendar(week_start=week_start)
    dates = pd.date_range("1969-12-01", "1970-02-01")
    first = pd.to_datetime(calendar.first_day(calendar.number(dates)))
    assert set((dates - first).days) == set(range(7))
    assert set(first.day_name()) == {week_start.title()}


def test_exposure_stays_unknown_where_no_row_reports_it():
    table = media([("a", "2024-01-01", 1, 100), ("a", "2024-01-08", 1), ("b", "2024-01-01", 1)])
    cube = cube_of(table)
    codes = cube.line_items.get_indexer(table.line_items.index)
    total = regroup_exposure(cube, codes, 2)
    a, b = (codes[0], codes[1])
    assert total[:, 0, a].tolist() == [100, 0]
    assert np.isnan(total[:, 0, b]).all()
