"""What groupings have in common: every common part holds the same line items in each, and none is missed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.errors import BadInput
from mmm_core.taxonomy.shared_parts import EVERYTHING, Grouping, shared_parts

VIDEO, IMAGE, SOCIAL = ("Brand", "Social", "Video"), ("Brand", "Social", "Image"), ("Brand", "Social", "All social")
RADIO, SEARCH = ("Brand", "Audio", "Radio"), ("Sales", "Search", "Search")


def grouping(paths, leaf):
    return Grouping(paths=tuple(paths), leaf=np.array(leaf, dtype=np.int64))


APART = grouping([VIDEO, IMAGE, RADIO, SEARCH], [0, 0, 1, 2, 3])
MERGED = grouping([SOCIAL, RADIO, SEARCH], [0, 0, 0, 1, 2])


def by_name(*groupings):
    return {part.name: part for part in shared_parts(groupings)}


def test_a_merge_is_compared_with_what_it_merges():
    found = by_name(APART, MERGED)
    assert found["Video and Image"].groups == (("Video", "Image"), ("All social",))
    assert found["Video and Image"].is_smallest
    assert found["Radio"].groups == (("Radio",), ("Radio",))


def test_nodes_that_hold_the_same_line_items_come_before_what_is_below_them():
    names = [part.name for part in shared_parts([APART, MERGED])]
    assert names == [EVERYTHING, "Brand", "Video and Image", "Radio", "Search"]


def test_a_node_that_lost_a_line_item_is_no_common_part():
    moved = grouping([SOCIAL, RADIO, ("Sales", "Audio", "Podcast")], [0, 0, 0, 2, 1])
    found = by_name(APART, moved)
    assert "Brand" not in found
    assert found[EVERYTHING].groups == (("Video", "Image", "Radio", "Search"), ("All social", "Radio", "Podcast"))
    assert found["Radio"].groups == (("Radio",), ("Podcast",)), "called by what it was called first"


def test_what_one_grouping_leaves_out_tears_its_group_but_no_other():
    without = grouping([SOCIAL, RADIO, SEARCH], [0, 0, -1, 1, 2])
    assert set(by_name(APART, without)) == {"Video", "Radio", "Search"}, "Image is not in both models"
    torn = grouping([SOCIAL, RADIO, SEARCH], [0, -1, 0, 1, 2])
    assert set(by_name(APART, torn)) == {"Radio", "Search"}, "neither Video nor what it is merged with"


def test_what_all_leave_out_matters_to_nobody():
    found = by_name(grouping([VIDEO, RADIO], [0, 1, -1]), grouping([VIDEO, RADIO], [0, 1, -1]))
    assert set(found) == {EVERYTHING, "Video", "Radio"}, "and a node that is everything is not told twice"


def test_many_groups_are_counted_rather_than_named():
    paths = [("Brand", "X", name) for name in "ABCDE"]
    found = shared_parts([grouping([SOCIAL], [0] * 5), grouping(paths, range(5))])
    assert [part.name for part in found] == ["A, B and 3 more groups"]


def test_groupings_of_other_line_items_are_refused():
    with pytest.raises(BadInput, match="hold 5, 6 line items"):
        shared_parts([APART, grouping([VIDEO], [0] * 6)])
    with pytest.raises(BadInput, match="hold no line items"):
        shared_parts([])


LEAVES = st.lists(st.integers(-1, 3), min_size=1, max_size=12)
PATHS = tuple(("Top", f"Channel {at // 2}", f"Group {at}") for at in range(4))


@given(
    st.integers(1, 12).flatmap(
        lambda size: st.lists(st.lists(st.integers(-1, 3), min_size=size, max_size=size), min_size=2, max_size=4)
    )
)
def test_every_part_holds_the_same_line_items_everywhere_and_the_smallest_do_not_overlap(leaves):
    groupings = [grouping(PATHS, leaf) for leaf in leaves]
    taken = np.zeros(len(leaves[0]), dtype=int)
    for part in shared_parts(groupings):
        masks = [
            np.isin(one.leaf, [at for at, path in enumerate(PATHS) if path[-1] in names])
            for one, names in zip(groupings, part.groups, strict=True)
        ]
        assert masks[0].any()
        assert all((mask == masks[0]).all() for mask in masks)
        taken += masks[0] if part.is_smallest else 0
    assert taken.max() <= 1
    inside = np.array(leaves) >= 0
    if (inside.all(axis=0) == inside.any(axis=0)).all():
        assert (taken == inside.all(axis=0)).all(), "nothing is missed where all model the same line items"
