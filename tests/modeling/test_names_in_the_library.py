"""Names travel to the library and back unchanged, and are never taken for a path there."""

from hypothesis import given
from hypothesis import strategies as st

from mmm_core.modeling.design import channel_label, group_of


@given(st.text(alphabet="/%25Fab :", max_size=12))
def test_a_group_comes_back_under_its_own_name(group: str) -> None:
    assert group_of(channel_label(group)) == group
    assert "/" not in channel_label(group)


@given(st.lists(st.text(alphabet="/%25F", max_size=6), unique=True))
def test_different_groups_have_different_labels(groups: list[str]) -> None:
    assert len({channel_label(group) for group in groups}) == len(groups)
