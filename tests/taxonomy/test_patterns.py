"""Patterns of rules: every text is one, or gets a message; and every dimension can be asked for."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from builders import media
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.errors import BadInput
from mmm_core.taxonomy.catalogue import catalogue
from mmm_core.taxonomy.mapping import Mapping, Rule, Target
from mmm_core.taxonomy.names import comparable, glob_expression, is_expression, is_pattern, matches
from mmm_core.taxonomy.resolution import rule_masks


@pytest.mark.parametrize(
    ("glob", "name", "expected"),
    [("[!]", "[!]", True), ("[]", "[]", True), ("[]a]", "]", True), ("[!]a]", "]", False), ("[!]a]", "b", True),
     ("[[]", "[", True), ("[^a]", "^", True), ("[a-]", "-", True), ("[a\\]", "\\", True), ("[", "[", True)],
)  # fmt: skip
def test_brackets_mean_what_they_mean_in_a_shell(glob, name, expected):
    assert matches(pa.array([name]), [glob]).tolist() == [expected]


@given(st.lists(st.text("ab*? .", max_size=5), max_size=6), st.text("ab*? .", max_size=5))
def test_the_quick_way_for_simple_globs_finds_what_the_expression_finds(names, glob):
    read = pa.array([comparable(name) for name in names], pa.string())
    slow = pc.match_substring_regex(read, glob_expression(glob))
    assert matches(read, [glob]).tolist() == slow.to_pylist()


@pytest.mark.parametrize("glob", ["[z-a]", "x[9-0]*"])
def test_a_pattern_that_cannot_be_read_is_refused(glob):
    with pytest.raises(BadInput, match=r"Pattern '.*' cannot be read"):
        matches(pa.array(["a"]), [glob])


@given(st.text(max_size=20))
def test_every_text_is_a_pattern_or_gets_a_message(glob):
    try:
        assert matches(pa.array([comparable(glob)]), [glob]).dtype == np.dtype(bool)
    except BadInput:
        assert "[" in glob or is_expression(glob)


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [("/^FB_(brand|image)/", "fb_brand_de", True), ("/^fb_(brand|image)/", "fb_video", False),
     ("/q[1-4]$/", "x q3", True),
     ("/brand/", "ein brand spot", True), ("/Straße/", "Straße 5", True), ("/ＦＢ/", "fb", True), ("//", "//", True),
     ("/", "/", True), ("TV / *", "tv / spot", True), ("/(?i)A/", "a", True), ("/a b/", "a  b", True)],
)  # fmt: skip
def test_what_stands_between_slashes_is_searched_as_a_regular_expression(pattern, name, expected):
    assert matches(pa.array([comparable(name)]), [pattern]).tolist() == [expected]


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [("/(brand/", "missing"), ("/[z-a]/", "range"), ("/(?=brand)/", "perl operator"), ("/(a)\\1/", "escape"),
     ("/a**/", "repetition")],
)  # fmt: skip
def test_a_regular_expression_that_cannot_be_read_is_refused_with_the_reason(pattern, reason):
    with pytest.raises(BadInput, match=rf"(?s)cannot be read \(.*{reason}.*RE2"):
        matches(pa.array(["a"]), [pattern])


def test_a_hostile_expression_takes_no_time():
    """RE2 never backtracks: what would take ages elsewhere is answered at once."""
    assert matches(pa.array(["a" * 5_000]), ["/^(a+)+$b/"]).tolist() == [False]


@pytest.mark.parametrize(("text", "expected"), [("brand", False), ("*brand*", True), ("/brand/", True), ("a/b", False)])
def test_words_are_told_from_patterns(text, expected):
    assert is_pattern(text) is expected


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
