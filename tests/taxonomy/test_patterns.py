"""Patterns of rules: every text is one, or gets a message; and every dimension can be asked for."""

import numpy as np
import pyarrow as pa
import pytest
from builders import media
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.errors import BadInput
from mmm_core.taxonomy.catalogue import catalogue
from mmm_core.taxonomy.mapping import Mapping, Rule, Target
from mmm_core.taxonomy.names import comparable, matches
from mmm_core.taxonomy.resolution import rule_masks


@pytest.mark.parametrize(
    ("glob", "name", "expected"),
    [("[!]", "[!]", True), ("[]", "[]", True), ("[]a]", "]", True), ("[!]a]", "]", False), ("[!]a]", "b", True),
     ("[[]", "[", True), ("[^a]", "^", True), ("[a-]", "-", True), ("[a\\]", "\\", True), ("[", "[", True)],
)  # fmt: skip
def test_brackets_mean_what_they_mean_in_a_shell(glob, name, expected):
    assert matches(pa.array([name]), [glob]).tolist() == [expected]


@pytest.mark.parametrize("glob", ["[z-a]", "x[9-0]*"])
def test_a_pattern_that_cannot_be_read_is_refused(glob):
    with pytest.raises(BadInput, match=r"Pattern '.*' cannot be read"):
        matches(pa.array(["a"]), [glob])


@given(st.text(max_size=20))
def test_every_text_is_a_pattern_or_gets_a_message(glob):
    try:
        assert matches(pa.array([comparable(glob)]), [glob]).dtype == np.dtype(bool)
    except BadInput:
        assert "[" in glob


def masks(items, dimension, glob):
    rule = Rule(match={dimension: (glob,)}, target=Target(path=("All",)))
    return dict(zip(items["name"], rule_masks(items, (rule,))[0].tolist(), strict=True))


@pytest.mark.parametrize("dimension", ["name", "source", "rows", "exposure"])
def test_a_rule_may_ask_for_a_dimension_that_is_called_like_a_fact(dimension):
    items = catalogue([media([("spring", "2024-01-01", 1), ("autumn", "2024-01-01", 1)], dimensions=(dimension,))])
    assert masks(items, dimension, "spr*") == {"spring": True, "autumn": False}


def test_source_is_the_file_for_line_items_without_such_a_dimension():
    items = catalogue(
        [
            media([("google", "2024-01-01", 1)], source="web.csv", dimensions=("source",)),
            media([("spring", "2024-01-01", 1)], source="plan.csv"),
        ]
    )
    assert masks(items, "source", "goo*") == {"google": True, "spring": False}
    assert masks(items, "source", "*.csv") == {"google": False, "spring": True}


def test_source_finds_a_line_item_of_two_files_by_either_and_a_sheet_by_its_file():
    items = catalogue(
        [
            media([("spring", "2024-01-01", 1)], source="plan.xlsx / 2024"),
            media([("spring", "2025-01-06", 1)], source="plan.xlsx / 2025"),
            media([("autumn", "2024-01-01", 1)], source="other.csv"),
        ]
    )
    for glob in ("plan.xlsx", "plan.xlsx / 2025", "PLAN*"):
        assert masks(items, "source", glob) == {"spring": True, "autumn": False}


@pytest.mark.parametrize("other", ["Brand social ", "Brand  social", "brand SOCIAL", "Ｂrand social"])
def test_two_groups_that_read_the_same_are_refused(other):
    with pytest.raises(BadInput, match="stands at two places"):
        Mapping(levels=("Objective", "Group"), leaves=(("Brand", "Brand social"), ("Sales", other)))


def test_a_group_without_a_printable_name_is_refused():
    with pytest.raises(BadInput, match="without a meaning"):
        Mapping(levels=("Group",), leaves=(("A\0",),))
