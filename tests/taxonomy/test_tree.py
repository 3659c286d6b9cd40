"""Reshaping the client's tree: nothing loses its place unless the function says so."""

from dataclasses import replace

import pytest
from builders import media

from mmm_core.errors import BadInput
from mmm_core.taxonomy.catalogue import catalogue
from mmm_core.taxonomy.mapping import Mapping, Rule, Target
from mmm_core.taxonomy.nodes import Node
from mmm_core.taxonomy.resolution import resolve
from mmm_core.taxonomy.tree import (
    add_level,
    archive_group,
    drop_level,
    merge_groups,
    move_node,
    order_groups,
    remove_group,
    split_group,
    unarchive_group,
)

BRAND, SALES, TV = ("Brand", "Social", "Brand social"), ("Sales", "Social", "Sales social"), ("Brand", "TV", "TV spots")
JANE = Node(owner="Jane", colour="#1f77b4")


@pytest.fixture
def items():
    rows = [(name, "2024-01-01", spend) for name, spend in (("fb brand", 5), ("fb sale", 7), ("tv spot", 9))]
    return catalogue([media(rows)])


@pytest.fixture
def mapping(items):
    """TV by choice, social by rules."""
    rules = (
        Rule(match={"campaign": ("*brand*",)}, target=Target(path=BRAND)),
        Rule(match={"campaign": ("fb*",)}, target=Target(path=SALES)),
    )
    tv = items.index[items["campaign"] == "tv spot"]
    return Mapping(leaves=(BRAND, SALES, TV), rules=rules, nodes={BRAND: JANE}).assign(tv, Target(path=TV))


def groups(items, mapping):
    table = resolve(items, mapping).table
    names = [*mapping.groups, None]
    return {name: names[leaf] for name, leaf in zip(items["campaign"], table["leaf"], strict=True)}


def test_moving_an_inner_node_takes_everything_below_along(items, mapping):
    moved = move_node(mapping, ("Brand",), ("Awareness",))
    assert moved.leaves == (("Awareness", *BRAND[1:]), SALES, ("Awareness", *TV[1:]))
    assert groups(items, moved) == groups(items, mapping)
    assert moved.node(("Awareness", *BRAND[1:])) == JANE


def test_a_move_onto_another_group_is_refused(mapping):
    with pytest.raises(BadInput, match="There is a group 'Sales > Social > Sales social' already"):
        move_node(mapping, BRAND, SALES)


def test_a_move_to_another_depth_is_refused(mapping):
    with pytest.raises(BadInput, match="has 2 names; 3 were expected"):
        move_node(mapping, BRAND, ("Brand", "Social"))


def test_merged_groups_become_one_with_rules_and_choices(items, mapping):
    merged = merge_groups(mapping, [BRAND, TV], BRAND)
    assert merged.leaves == (BRAND, SALES)
    assert groups(items, merged) == {"tv spot": "Brand social", "fb sale": "Sales social", "fb brand": "Brand social"}
    assert merged.node(BRAND) == JANE


def test_a_merge_into_a_new_group_keeps_the_owner_of_what_joined(mapping):
    new = ("Brand", "All", "Brand all")
    assert merge_groups(mapping, [BRAND, TV], new).node(new) == JANE


def test_a_split_moves_the_named_line_items_only(items, mapping):
    sale = items.index[items["campaign"] == "fb sale"]
    split = split_group(mapping, SALES, {("Sales", "Social", "Retargeting"): sale})
    assert groups(items, split)["fb sale"] == "Retargeting"
    assert split.leaves == (BRAND, SALES, ("Sales", "Social", "Retargeting"), TV)


def test_one_line_item_in_two_parts_is_refused(items, mapping):
    parts = {("Sales", "Social", name): items.index[:1] for name in ("a", "b")}
    with pytest.raises(BadInput, match="named for two parts"):
        split_group(mapping, SALES, parts)


def test_an_archived_group_gives_its_line_items_to_the_next_rule_or_none(items, mapping):
    archived = archive_group(archive_group(mapping, BRAND), TV)
    assert archived.leaves == (SALES,)
    assert groups(items, archived) == {"tv spot": None, "fb sale": "Sales social", "fb brand": "Sales social"}


def test_a_group_brought_back_has_what_it_had(items, mapping):
    back = unarchive_group(archive_group(mapping, TV), TV)
    assert groups(items, back) == groups(items, mapping)
    assert back.archived == ()


def test_a_group_whose_name_was_taken_meanwhile_does_not_come_back(mapping):
    taken = archive_group(mapping, TV).with_group(("Sales", "TV", "TV spots"))
    with pytest.raises(BadInput, match="Group 'TV spots' stands at two places"):
        unarchive_group(taken, TV)


@pytest.mark.parametrize(
    "change",
    [
        lambda m: move_node(m, BRAND, TV),
        lambda m: move_node(m, ("Brand", "Social"), ("Brand", "TV")),
        lambda m: merge_groups(m, [BRAND, SALES], TV),
        lambda m: split_group(m, BRAND, {TV: []}),
        lambda m: drop_level(m, 1),
    ],
    ids=["move", "move above", "merge", "split", "drop a level"],
)
def test_nothing_comes_to_stand_where_an_archived_group_sleeps(mapping, change):
    """The choices of the archived group would wake and move money that nobody touched."""
    beside = mapping.with_group(("Brand", "Social", "Spots"))
    asleep = archive_group(beside, TV)
    same_name = move_node(asleep, ("Brand", "Social", "Spots"), ("Brand", "Social", "TV spots"))
    with pytest.raises(BadInput, match="There is an archived group 'Brand > TV > TV spots' already"):
        change(same_name)


def test_an_archived_path_cannot_be_added_anew(mapping):
    with pytest.raises(BadInput, match="is archived"):
        archive_group(mapping, TV).with_group(TV)


def test_line_items_cannot_be_sent_into_an_archived_group(items, mapping):
    with pytest.raises(BadInput, match="Group 'Brand > TV > TV spots' is archived"):
        archive_group(mapping, TV).assign(items.index, Target(path=TV))


@pytest.mark.parametrize("change", [archive_group, remove_group])
def test_what_is_left_of_a_removed_or_archived_group_reads_back(mapping, change):
    changed = change(mapping, BRAND)
    assert Mapping.from_dict(changed.as_dict()) == changed


def test_a_removed_group_takes_its_rules_and_choices_with_it(items, mapping):
    removed = remove_group(remove_group(mapping, TV), BRAND)
    assert (len(removed.rules), dict(removed.choices), dict(removed.nodes)) == (1, {}, {})
    assert groups(items, removed)["tv spot"] is None


def test_a_group_that_is_not_there_is_named(mapping):
    with pytest.raises(BadInput, match="The tree has no group 'a > b > c'"):
        archive_group(mapping, ("a", "b", "c"))


@pytest.mark.parametrize("position", [0, 1, 2, 3])
def test_a_level_added_and_dropped_again_leaves_the_mapping_as_it_was(items, mapping, position):
    deeper = add_level(mapping, position, "Market", "DE")
    assert deeper.levels[position] == "Market"
    assert groups(items, deeper) == groups(items, mapping)
    assert drop_level(deeper, position) == mapping


def test_dropping_the_last_level_rolls_groups_up(items, mapping):
    apart = move_node(mapping, ("Sales", "Social"), ("Sales", "Paid social"))
    rolled = drop_level(apart, 2)
    assert rolled.leaves == (("Brand", "Social"), ("Sales", "Paid social"), ("Brand", "TV"))
    assert groups(items, rolled) == {"tv spot": "TV", "fb sale": "Paid social", "fb brand": "Social"}


def test_a_roll_up_to_two_groups_of_one_name_is_refused(mapping):
    with pytest.raises(BadInput, match="Group 'Social' stands at two places"):
        drop_level(mapping, 2)


def test_order_is_the_clients(mapping):
    assert order_groups(mapping, [TV]).leaves == (TV, BRAND, SALES)


def test_what_is_said_about_a_node_goes_with_the_node(mapping):
    assert remove_group(mapping, BRAND).nodes == {}
    assert replace(mapping, nodes={("gone",): JANE}).nodes == {}
    with pytest.raises(BadInput, match="no node 'gone'"):
        mapping.with_node(("gone",), JANE)


@pytest.mark.parametrize("colour", ["red", "#12345", "#GGGGGG", "#1F77B4"])
def test_a_colour_is_six_hexadecimal_digits(colour):
    with pytest.raises(BadInput, match="is no colour"):
        Node(colour=colour)
