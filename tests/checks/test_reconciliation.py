"""Every row and every micro is accounted for."""

import dataclasses

import numpy as np
from builders import kpi, media, mondays
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.checks.reconciliation import OUTSIDE_WINDOW, STEPS
from mmm_core.schema import ProjectData
from mmm_core.settings import ProjectSettings
from mmm_core.taxonomy.mapping import Mapping, Target
from mmm_core.workflows.scoping import lay_ground, scope

WEEKS = ProjectSettings(name="Test")
row = st.tuples(
    st.sampled_from("abcde"), st.sampled_from(mondays(12)), st.integers(-(10**9), 10**11).map(lambda v: v / 1e6)
)
goals = st.sampled_from(["x", "y", "out", None])


@given(
    st.lists(row, min_size=1, max_size=30),
    st.lists(row, min_size=1, max_size=30),
    st.lists(goals, min_size=5, max_size=5),
)
def test_every_step_agrees_to_the_micro(first, second, goal_of_item):
    files = (media(first, source="one.csv"), media(second, source="two.csv"))
    ground = lay_ground(ProjectData(media=files, kpi=kpi(mondays(8), np.ones(8))), WEEKS) if _overlaps(files) else None
    if ground is None:
        return
    mapping = Mapping(levels=("Group",))
    for item, goal in zip(ground.items.index, goal_of_item, strict=False):
        if goal:
            mapping = mapping.assign([item], Target(exclude="no") if goal == "out" else Target(path=(goal,)))
    table = scope(ground, mapping).reconciliation
    assert (table["difference_micros"] == 0).all()
    for source, file in zip(("one.csv", "two.csv"), files, strict=True):
        own = table[table["source"] == source].set_index("step")
        assert tuple(own.index) == STEPS
        assert own.loc["raw", "micros"] == file.raw_micros
        for column in ("rows", "micros"):
            parts = own.loc[["mapped", "unmapped", "excluded"], column].sum()
            assert own.loc["raw", column] == own.loc["line_items", column] == parts
            assert own.loc["model_input", column] == own.loc["mapped", column]


def _overlaps(files):
    return min(min(table.records["date"]) for table in files) <= np.datetime64(mondays(8)[-1])


def test_a_lost_row_shows_as_a_difference():
    whole = media([("a", date, 10.0) for date in mondays(10)])
    torn = dataclasses.replace(whole, records=whole.records.iloc[1:])
    table = scope(lay_ground(ProjectData(media=(torn,)), WEEKS), Mapping()).reconciliation.set_index("step")
    assert table.loc["line_items", "difference_micros"] == -10_000_000
    assert table.loc["excluded", "difference_micros"] == 0


def test_rows_outside_the_window_are_excluded_with_that_reason():
    files = (media([("a", date, 10.0) for date in mondays(10)]),)
    ground = lay_ground(ProjectData(media=files, kpi=kpi(mondays(8), np.ones(8))), WEEKS)
    scoped = scope(ground, Mapping(levels=("Group",)).assign(ground.items.index, Target(path=("A",))))
    assert scoped.exclusions.to_dict("records") == [
        {"reason": OUTSIDE_WINDOW, "line_items": 1, "rows": 2, "micros": 20_000_000}
    ]
    assert float(scoped.panel.data["spend"].sum()) == 80.0


@given(st.lists(row, min_size=1, max_size=40), st.permutations(list("abcde")))
def test_subtotals_of_every_level_add_up_to_the_mapped_money(rows, order):
    ground = lay_ground(ProjectData(media=(media(rows),)), WEEKS)
    mapping = Mapping(levels=("Top", "Group"))
    for item, name in zip(ground.items.index, order, strict=False):
        mapping = mapping.assign([item], Target(path=("early" if name < "c" else "late", name)))
    table = scope(ground, mapping).subtotals
    totals = table.groupby("level")["spend_micros"].sum()
    assert totals["Top"] == totals["Group"] == ground.data.media[0].raw_micros
