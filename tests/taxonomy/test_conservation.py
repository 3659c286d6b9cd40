"""Whatever people do to a mapping: no cent and no line item is lost, and undo brings back exactly what was."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mapping_steps import BASE, edited, some_items, steps

from mmm_core.taxonomy.difference import difference
from mmm_core.taxonomy.mapping import Mapping
from mmm_core.taxonomy.names import ReadNames
from mmm_core.taxonomy.resolution import EXCLUDED, MAPPED, UNMAPPED, Resolution, resolve

ITEMS = some_items()
NAMES = ReadNames(ITEMS)
SPEND = ITEMS["spend_micros"].to_numpy()
TOTAL = int(SPEND.sum())


def resolved(mapping: Mapping) -> Resolution:
    return resolve(ITEMS, mapping, NAMES)


def sums(mapping: Mapping) -> dict[str, int]:
    table = resolved(mapping).table
    assert table.index.equals(ITEMS.index)
    status = table["status"].to_numpy()
    return {one: int(SPEND[status == one].sum()) for one in set(status)}


@settings(max_examples=100)
@given(steps())
def test_mapped_waiting_and_left_out_add_up_to_the_files_to_the_cent(made):
    parts = sums(edited(BASE, made, ITEMS))
    assert set(parts) <= {MAPPED, UNMAPPED, EXCLUDED}
    assert sum(parts.values()) == TOTAL


@settings(max_examples=100)
@given(steps())
def test_every_group_of_a_resolution_is_a_group_in_use(made):
    mapping = edited(BASE, made, ITEMS)
    resolution = resolved(mapping)
    leaf = resolution.table["leaf"]
    assert resolution.leaves == mapping.leaves
    assert leaf.max() < len(mapping.leaves)
    assert ((leaf >= 0) == (resolution.table["status"] == MAPPED)).all()


@settings(max_examples=100)
@given(steps())
def test_undo_and_restore_bring_back_exactly_what_was(made):
    """A revision is what `as_dict` keeps; the mapping read back is the one that was left, whatever came in between."""
    kept, mapping = [], BASE
    for step in made:
        kept.append((mapping, mapping.as_dict(), mapping.fingerprint))
        mapping = step.on(mapping, ITEMS)
    for was, content, fingerprint in reversed(kept):
        back = Mapping.from_dict(content)
        assert back == was
        assert back.fingerprint == fingerprint
        assert back.as_dict() == content
    if kept:
        assert sums(Mapping.from_dict(kept[-1][1])) == sums(kept[-1][0])


@settings(max_examples=100)
@given(steps(), st.integers(0, 12))
def test_a_difference_moves_money_and_makes_none(made, cut):
    before, after = edited(BASE, made[:cut], ITEMS), edited(BASE, made, ITEMS)
    found = difference(ITEMS, (before, resolved(before)), (after, resolved(after)))
    assert found.money["before"].sum() == found.money["after"].sum() == TOTAL
    assert found.line_items.index.is_unique
    change = (found.money["after"] - found.money["before"]).set_axis(found.money["group"])
    came = found.line_items.groupby("to")["spend_micros"].sum()
    assert came.sum() == found.moved_micros
    assert change.sum() == 0
    if before == after:
        assert found.line_items.empty
        assert found.structure == ()


@pytest.mark.parametrize("kind", ["move", "rename_above", "order", "add_level"])
def test_a_new_name_or_place_moves_no_money(kind):
    """Renames are renames: what a group is called does not change what is in it."""

    @given(steps(most=8), steps((kind,), most=1))
    def holds(made, last):
        before = edited(BASE, made, ITEMS)
        after = edited(before, last, ITEMS)
        assert sums(before) == sums(after)
        found = difference(ITEMS, (before, resolved(before)), (after, resolved(after)))
        assert found.line_items.empty

    holds()
