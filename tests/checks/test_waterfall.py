"""From each raw file to the model, step by step: the difference of every step is named, and nothing is left over."""

import dataclasses

import numpy as np
import pytest
from builders import kpi, media, mondays
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.checks.reconciliation import in_total, unexplained_micros
from mmm_core.ingest.corrections import Correction, corrected_data
from mmm_core.schema import ProjectData
from mmm_core.settings import ProjectSettings
from mmm_core.taxonomy.mapping import Mapping, Target
from mmm_core.workflows.scoping import Scoped, lay_ground, scope

WEEKS = ProjectSettings(name="Test")
LEVELS = ("raw", "line_items", "model_input")
row = st.tuples(
    st.sampled_from("abcde"), st.sampled_from(mondays(12)), st.integers(-(10**9), 10**11).map(lambda v: v / 1e6)
)
goals = st.sampled_from(["x", "y", "out", "away", None])
corrections = st.lists(
    st.builds(
        Correction,
        id=st.uuids().map(str),
        kind=st.sampled_from(["leave_out_rows", "multiply_spend"]),
        source=st.sampled_from(["one.csv", "two.csv"]),
        rows=st.frozensets(st.integers(2, 12), min_size=1).map(lambda rows: tuple(sorted(rows))),
        factor=st.sampled_from(["1000", "0.333333", "1/24.9"]),
        reason=st.sampled_from(["twice", "wrong unit"]),
    ),
    max_size=4,
)


def scoped_of(files, fixes=(), goal_of_item=("x",) * 5, weeks: int = 12) -> Scoped:
    data = corrected_data(ProjectData(media=files), fixes, {table.source: "" for table in files})
    outcome = kpi(mondays(weeks), np.ones(weeks))
    ground = lay_ground(dataclasses.replace(data, kpi=outcome), WEEKS)
    mapping = Mapping(levels=("Group",))
    for item, goal in zip(ground.items.index, goal_of_item, strict=False):
        if goal:
            out = {"out": "not media", "away": "too small"}.get(goal)
            mapping = mapping.assign([item], Target(exclude=out) if out else Target(path=(goal,)))
    return scope(ground, mapping)


@given(
    st.lists(row, min_size=1, max_size=12),
    st.lists(row, min_size=1, max_size=12),
    st.lists(goals, min_size=5, max_size=5),
    corrections,
)
def test_the_steps_lead_from_every_raw_file_to_the_model_to_the_micro(first, second, goal_of_item, fixes):
    files = (media([*first, ("a", mondays(1)[0], 1.0)], source="one.csv"), media(second, source="two.csv"))
    everything = {str(item) for table in files for item in table.records["line_item_id"]}
    if not everything:
        return
    left = corrected_data(ProjectData(media=files), fixes, {"one.csv": "", "two.csv": ""}).media
    if sum(len(table.records) for table in left) == 0:
        return
    table = scoped_of(files, fixes, goal_of_item).waterfall
    assert unexplained_micros(table) == 0
    for file in files:
        own = table[table["source"] == file.source]
        assert int(own.iloc[0]["micros"]) == file.raw_micros, "the file as it was received"
        between = own[~own["step"].isin(LEVELS)]
        end = own[own["step"] == "model_input"]["micros"]
        assert file.raw_micros + int(between["micros"].sum()) == int(end.iloc[0])
    total = in_total(table)
    moved = int(total.loc[~total["step"].isin(LEVELS), "micros"].sum())
    amount = total.groupby("step")["micros"].sum()
    assert amount["raw"] + moved == amount["model_input"]


def test_each_correction_and_each_reason_has_a_step_of_its_own():
    rows = [(name, date, 10.0) for date in mondays(4) for name in "abcd"]
    fixes = (
        Correction(id="1", kind="leave_out_rows", source="media.csv", rows=(2,), reason="twice"),
        Correction(id="2", kind="multiply_spend", source="media.csv", rows=(3,), factor="3", reason="unit"),
    )
    table = scoped_of((media(rows),), fixes, ("x", "out", "away", None), weeks=3).waterfall
    steps = [(step, reason) for step, reason in zip(table["step"], table["reason"], strict=True)]
    assert steps == [
        ("raw", ""),
        ("correction", "twice"),
        ("correction", "unit"),
        ("line_items", ""),
        ("unmapped", ""),
        ("excluded", "not media"),
        ("excluded", "too small"),
        ("outside", ""),
        ("model_input", ""),
    ]
    amounts = table.set_index(["step", "reason"])["micros"]
    assert amounts["correction", "twice"] == -10_000_000
    assert amounts["correction", "unit"] == 20_000_000
    assert amounts["line_items", ""] == 170_000_000


def test_money_that_is_lost_between_file_and_line_items_is_not_explained():
    whole = media([("a", date, 10.0) for date in mondays(10)])
    torn = dataclasses.replace(whole, records=whole.records.iloc[1:])
    table = scoped_of((torn,)).waterfall
    assert unexplained_micros(table) == 10_000_000
    assert in_total(table)["step"].tolist()[:3] == ["raw", "unexplained", "line_items"]


@pytest.mark.parametrize("kept", [True, False])
def test_an_uncorrected_project_has_no_step_for_corrections(kept: bool):
    table = scoped_of((media([("a", mondays(1)[0], 10.0)]),), goal_of_item=("x",) if kept else (None,)).waterfall
    assert "correction" not in set(table["step"])
    assert int(table.loc[table["step"] == "model_input", "micros"].iloc[0]) == (10_000_000 if kept else 0)
