"""Subtotals as a pivot: the same money at every level, time step and region; comparisons only where there is one."""

import numpy as np
import pandas as pd
import pytest
from builders import media, mondays
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.checks.control_totals import ControlComparison
from mmm_core.checks.drilling import Cell, line_items_of, rows_behind
from mmm_core.checks.pivot import Grain, columns_of, pivot
from mmm_core.errors import BadInput
from mmm_core.panel.calendar import Calendar
from mmm_core.panel.cube import build_cube
from mmm_core.schema import MediaTable, ProjectData
from mmm_core.settings import ProjectSettings
from mmm_core.taxonomy.catalogue import catalogue
from mmm_core.taxonomy.mapping import Mapping, Target
from mmm_core.taxonomy.names import ReadNames
from mmm_core.taxonomy.resolution import resolve
from mmm_core.workflows.scoping import Ground, Scoped

GRAINS: tuple[Grain, ...] = ("week", "month", "quarter", "year")
PATHS = {"a": ("Top", "One"), "b": ("Top", "Two"), "c": ("Side", "Three")}
row = st.tuples(
    st.sampled_from("abcd"),
    st.sampled_from(mondays(120)),
    st.integers(-(10**9), 10**11).map(lambda value: value / 1e6),
    st.one_of(st.none(), st.integers(0, 10**6).map(float)),
    st.sampled_from(["North", "South"]),
)


def scoped_of(*files: MediaTable, period: str = "week", paths: dict | None = None) -> Scoped:
    """See files with regions through a tree of two levels."""
    settings = ProjectSettings(name="Test", period=period)
    items = catalogue(files)
    cube = build_cube(files, items.index, Calendar.of(settings), keep_geo=True)
    mapping = Mapping(levels=("Level", "Group"))
    for item, name in items["name"].items():
        if name in (paths or PATHS):
            mapping = mapping.assign([item], Target(path=(paths or PATHS)[name]))
    ground = Ground(
        settings=settings,
        data=ProjectData(media=files),
        items=items,
        names=ReadNames(items),
        cube=cube,
        kpi=None,
        controls=(),
        window=None,
        findings=(),
    )
    totals = ControlComparison(table=pd.DataFrame(), unknown=pd.DataFrame())
    return Scoped(
        ground=ground,
        mapping=mapping,
        resolution=resolve(items, mapping),
        panel=None,
        findings=(),
        control_totals=totals,
    )


def pivot_of(scoped: Scoped, level: str = "Group", grain: Grain = "week", **choices: object):
    ground = scoped.ground
    return pivot(ground.cube, scoped.resolution, scoped.mapping, ground.calendar, level=level, grain=grain, **choices)


def mapped_micros(scoped: Scoped) -> int:
    mapped = (scoped.resolution.table["status"] == "mapped").to_numpy()
    return int(scoped.ground.items.loc[mapped, "spend_micros"].sum())


@given(st.lists(row, min_size=1, max_size=30))
def test_every_level_time_step_and_region_holds_the_same_money(rows):
    scoped = scoped_of(media(rows))
    total = mapped_micros(scoped)
    for level in ("Level", "Group"):
        for grain in GRAINS:
            together, apart = pivot_of(scoped, level, grain), pivot_of(scoped, level, grain, geo_rows=True)
            assert int(together.spend.sum()) == int(apart.spend.sum()) == int(together.total().spend.sum()) == total
            single = sum(int(pivot_of(scoped, level, grain, geo=geo).spend.sum()) for geo in scoped.ground.cube.geos)
            assert single == total


@given(st.lists(row, min_size=1, max_size=30), st.sampled_from(GRAINS), st.booleans())
def test_what_is_behind_a_cell_adds_up_to_it(rows, grain, by_region):
    scoped = scoped_of(media(rows[::2] or rows, source="one.csv"), media(rows, source="two.csv"))
    ground, table = scoped.ground, pivot_of(scoped, "Level", grain, geo_rows=by_region)
    for at, path in enumerate(table.paths):
        for column in (0, len(table.columns.labels) - 1):
            first, last = table.columns.span(column)
            cell = Cell(path=path, first=first, last=last, geo=table.geos[at])
            items = line_items_of(ground.cube, ground.items, scoped.resolution, cell)
            assert int(items["spend_micros"].sum()) == int(table.spend[at, column])
            for item, spend in items["spend_micros"].items():
                behind = rows_behind(ground.data.media, ground.calendar, ground.cube, item, cell)
                assert int(behind["spend_micros"].sum()) == spend
                assert len(behind) == items.loc[item, "rows"]


def test_a_week_counts_to_the_month_of_its_first_day():
    scoped = scoped_of(media([("a", "2024-01-29", 70.0), ("a", "2024-02-05", 30.0)]))
    table = pivot_of(scoped, grain="month")
    assert table.columns.labels == ("2024-01", "2024-02")
    assert table.spend.tolist() == [[70_000_000, 30_000_000]]


def test_a_comparison_is_empty_and_not_zero_where_a_year_before_holds_nothing():
    weeks = mondays(106, start="2024-01-01")
    scoped = scoped_of(media([("a", week, 10.0) for week in weeks]))
    table = pivot_of(scoped, grain="week")
    difference, percent = table.values("spend", "difference"), table.values("spend", "percent")
    assert np.isnan(difference[0, :52]).all()
    assert (difference[0, 52:] == 0).all()
    assert (percent[0, 52:] == 0).all()
    assert table.sums("spend", "difference").tolist() == [0.0]
    assert np.isnan(pivot_of(scoped_of(media([("a", weeks[0], 1.0)])), grain="year").sums("spend", "percent")).all()


def test_a_period_that_the_files_cover_in_part_is_not_compared():
    weeks = mondays(60, start="2024-01-15")
    scoped = scoped_of(media([("a", week, 10.0) for week in weeks]))
    table = pivot_of(scoped, grain="month")
    compared = {label for label, at in zip(table.columns.labels, table.compared_with(), strict=True) if at >= 0}
    assert table.columns.complete.tolist()[0] is False
    assert compared == {"2025-02"}


def test_percent_is_empty_where_nothing_stood_a_year_before():
    scoped = scoped_of(media([("a", "2024-01-01", 0.0), ("a", "2024-12-30", 5.0), ("b", "2024-12-30", 0.0)]))
    table = pivot_of(scoped, grain="week")
    assert np.isnan(table.values("spend", "percent")[0, 52])
    assert table.values("spend", "difference")[0, 52] == 5.0


def test_cost_per_unit_counts_only_the_spend_that_has_exposure():
    rows = [("a", "2024-01-01", 20.0, 100.0), ("b", "2024-01-01", 999.0)]
    table = pivot_of(scoped_of(media(rows)), "Level", "week")
    assert table.values("cost").tolist() == [[0.2]]
    assert table.sums("cost").tolist() == [0.2]
    assert table.values("exposure").tolist() == [[100.0]]


def test_exposure_and_cost_are_empty_for_a_group_that_reports_none():
    table = pivot_of(scoped_of(media([("a", "2024-01-01", 20.0, 100.0), ("c", "2024-01-01", 9.0)])), "Level", "week")
    rows = {path: at for at, path in enumerate(table.paths)}
    assert np.isnan(table.values("cost")[rows["Side",], 0])
    assert np.isnan(table.values("exposure")[rows["Side",], 0])


def test_days_are_columns_of_a_daily_project_only():
    scoped = scoped_of(media([("a", "2024-01-30", 1.0), ("a", "2024-02-01", 2.0)]), period="day")
    assert pivot_of(scoped, grain="day").columns.labels == ("2024-01-30", "2024-01-31", "2024-02-01")
    assert pivot_of(scoped, grain="week").columns.labels == ("2024-01-29",)
    weekly = scoped_of(media([("a", "2024-01-01", 1.0)]))
    with pytest.raises(BadInput, match="weeks, not days"):
        columns_of(weekly.ground.cube, weekly.ground.calendar, "day")


def test_an_unknown_level_or_region_is_refused():
    scoped = scoped_of(media([("a", "2024-01-01", 1.0)]))
    with pytest.raises(BadInput, match="'Nothing' is not known"):
        pivot_of(scoped, "Nothing")
    with pytest.raises(BadInput, match="'West' is not known"):
        pivot_of(scoped, geo="West")


def test_rows_in_another_order_keep_their_figures():
    scoped = scoped_of(media([("a", "2024-01-01", 1.0), ("b", "2024-01-01", 2.0), ("c", "2024-01-01", 3.0)]))
    table = pivot_of(scoped)
    turned = table.in_order(np.array([2, 0, 1]))
    assert dict(zip(turned.paths, turned.spend[:, 0].tolist(), strict=True)) == dict(
        zip(table.paths, table.spend[:, 0].tolist(), strict=True)
    )
    assert turned.paths[0] == table.paths[2]


def test_line_items_outside_the_node_or_the_time_are_not_behind_a_cell():
    scoped = scoped_of(media([("a", "2024-01-01", 1.0), ("a", "2024-01-08", 2.0), ("c", "2024-01-01", 4.0)]))
    ground = scoped.ground
    behind = line_items_of(ground.cube, ground.items, scoped.resolution, Cell(path=("Top",), first=0, last=0))
    assert behind[["name", "spend_micros", "share"]].to_dict("records") == [
        {"name": "a", "spend_micros": 1_000_000, "share": 1.0}
    ]


def test_a_tree_without_groups_gives_an_empty_pivot():
    scoped = scoped_of(media([("d", "2024-01-01", 1.0)]))
    table = pivot_of(scoped)
    assert table.paths == ()
    assert table.total().spend.tolist() == [[0]]
