"""A comparison as tables: means beside the quantiles, and in every row what is true of its candidate."""

from dataclasses import replace

import numpy as np
import pytest

from mmm_core.documents.comparison_tables import candidate_table, group_table, part_table, with_standings
from mmm_core.taxonomy.shared_parts import Part
from mmm_core.validation.comparison import ComparedFit
from mmm_core.validation.contrast import put_side_by_side

DRAWS = np.exp(np.random.default_rng(3).normal(5, 1, (2000, 2)))
FULL = ComparedFit(
    name="As it is now",
    groups=("TV", "Radio"),
    spend=np.array([100.0, 0.0]),
    totals=DRAWS,
    shared_spend=np.array([100.0, 0.0]),
    shared_totals=DRAWS,
    effective=1000.0,
    r2=0.9,
    mape=0.02,
)
PARTS = [Part(name=name, groups=((name,),) * 3) for name in FULL.groups]
FOUND = put_side_by_side([FULL, replace(FULL, name="B", provisional=True), replace(FULL, name="C")], PARTS)


def test_parts_and_groups_have_a_mean_that_times_the_spend_is_the_contribution():
    parts, groups = part_table(FOUND).set_index("part"), group_table(FOUND).set_index("group")
    assert (parts.loc["TV", "roi_mean"] * 100).tolist() == pytest.approx([DRAWS[:, 0].mean()] * 3)
    assert parts.loc["TV", "contribution_mean"].tolist() == pytest.approx([DRAWS[:, 0].mean()] * 3)
    assert groups.loc["TV", "roi_mean"].tolist() == parts.loc["TV", "roi_mean"].tolist()
    assert parts.loc["Radio", "roi_mean"].isna().all(), "no spend"
    assert groups.loc["Radio", "roi_mean"].isna().all()


@pytest.mark.parametrize("table", [candidate_table, group_table, part_table])
def test_every_row_says_what_is_true_of_its_own_candidate(table):
    written = with_standings(table(FOUND), FOUND, signed=["A"])
    own = {"A": "signed", "B": "provisional", "C": "draft"}
    assert written["standing"].tolist() == [own[letter] for letter in written["letter"]]
    assert set(with_standings(table(FOUND), FOUND)["standing"]) == {"draft", "provisional"}


def test_a_table_without_rows_is_written_too():
    none = put_side_by_side([FULL], [])
    assert list(with_standings(part_table(none), none).columns) == ["standing"]
