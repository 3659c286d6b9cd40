"""What changed between two mappings, as a person would say it."""

import pytest
from builders import media

from mmm_core.taxonomy.catalogue import catalogue
from mmm_core.taxonomy.difference import difference
from mmm_core.taxonomy.mapping import Mapping, Rule, Target
from mmm_core.taxonomy.nodes import Node
from mmm_core.taxonomy.resolution import resolve
from mmm_core.taxonomy.tree import add_level, archive_group, merge_groups, move_node, order_groups, remove_group

SOCIAL, VIDEO, SEARCH = ("Brand", "Social"), ("Brand", "Video"), ("Sales", "Search")
RULE = Rule(match={"campaign": ("*social*",)}, target=Target(path=SOCIAL))


@pytest.fixture
def items():
    names = ("a social", "b social", "a video", "b video", "a search")
    return catalogue([media([(name, "2024-01-01", 10.0**at) for at, name in enumerate(names)])])


@pytest.fixture
def mapping(items):
    by_name = {name: item for item, name in items["name"].items()}
    base = Mapping(levels=("Goal", "Group"), leaves=(SOCIAL, VIDEO, SEARCH), rules=(RULE,))
    return base.assign([by_name["a video"], by_name["b video"]], Target(path=VIDEO)).with_node(VIDEO, Node(owner="Ann"))


@pytest.fixture
def compare(items, mapping):
    def compared(after):
        return difference(items, (mapping, resolve(items, mapping)), (after, resolve(items, after)))

    return compared


def test_line_items_that_moved_are_named_with_from_and_to(items, mapping, compare):
    by_name = {name: item for item, name in items["name"].items()}
    after = mapping.assign([by_name["a search"]], Target(path=SEARCH)).assign(
        [by_name["a video"]], Target(exclude="test")
    )
    found = compare(after)
    assert found.line_items[["name", "from", "to"]].to_numpy().tolist() == [
        ["a search", "waits for a group", "Search"],
        ["a video", "Video", "left out: test"],
    ]
    assert found.moved_micros == 10_100_000_000
    money = found.money.set_index("group")
    assert money.loc["Video"].tolist() == [1_100_000_000, 1_000_000_000, 100_000_000]
    assert money.loc["waits for a group"].tolist() == [10_000_000_000, 0, 10_000_000_000]
    assert found.structure == ()


def test_a_renamed_group_is_the_same_group(mapping, compare):
    found = compare(move_node(mapping, VIDEO, ("Brand", "Films")))
    assert found.line_items.empty
    assert found.structure == ("Group 'Video' is called 'Films' now.",)
    money = found.money.set_index("group")
    assert money.loc["Films"].tolist() == [1_100_000_000, 1_100_000_000, 0]
    assert "Video" not in money.index


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda m: move_node(m, ("Brand",), ("Fame",)), "'Brand' is called 'Fame' now, with 2 groups."),
        (lambda m: move_node(m, ("Sales",), ("Brand",)), "'Sales' is part of 'Brand' now, with 1 group."),
        (
            lambda m: move_node(m, VIDEO, ("Sales", "Video")),
            "Group 'Video' stands under 'Sales' now, before under 'Brand'.",
        ),
        (lambda m: remove_group(m, SEARCH), "Group 'Sales > Search' is gone."),
        (lambda m: m.with_group(("Sales", "Shop")), "Group 'Sales > Shop' is new."),
        (lambda m: archive_group(m, SEARCH), "Group 'Search' is archived."),
        (lambda m: order_groups(m, [SEARCH]), "The groups stand in another order."),
        (lambda m: m.with_levels(("Why", "Group")), "The levels are Why, Group; they were Goal, Group."),
        (lambda m: m.with_node(VIDEO, Node(owner="Bo")), "'Video' belongs to Bo, before to Ann."),
        (lambda m: m.with_node(VIDEO, Node()), "'Video' belongs to nobody, before to Ann."),
        (lambda m: m.with_node(VIDEO, Node(owner="Ann", colour="#102030")), "'Video' has another colour."),
        (lambda m: m.with_node(SOCIAL, Node(description="x")), "The description of 'Social' is another one."),
        (lambda m: m.with_rules([]), "Rule 1 is gone: campaign is *social* → Brand > Social."),
    ],
)  # fmt: skip
def test_each_change_of_structure_is_one_sentence(mapping, compare, change, sentence):
    assert compare(change(mapping)).structure == (sentence,)


def test_rules_are_new_gone_or_in_another_order(items, mapping):
    other = Rule(match={"campaign": ("*video*",)}, target=Target(path=VIDEO))
    two, turned = mapping.with_rules([RULE, other]), mapping.with_rules([other, RULE])
    sides = [(one, resolve(items, one)) for one in (mapping, two, turned)]
    assert difference(items, sides[0], sides[1]).structure == ("Rule 2 is new: campaign is *video* → Brand > Video.",)
    assert difference(items, sides[1], sides[2]).structure == ("The rules stand in another order.",)


def test_a_rename_changes_no_rule(mapping, compare):
    found = compare(move_node(mapping, SOCIAL, ("Brand", "Paid social")))
    assert found.structure == ("Group 'Social' is called 'Paid social' now.",)


def test_a_level_more_moves_nothing(mapping, compare):
    found = compare(add_level(mapping, 1, "Channel", "Online"))
    assert found.line_items.empty
    assert found.structure == ("The levels are Goal, Channel, Group; they were Goal, Group.",)
    assert found.money["moved"].sum() == 0


def test_a_group_that_went_into_another_is_part_of_it(mapping, compare):
    found = compare(merge_groups(mapping, [VIDEO], SOCIAL))
    assert "Group 'Brand > Video' is part of 'Social' now." in found.structure
    assert set(found.line_items["from"]) == {"Video"}


def test_two_groups_that_became_a_new_one_are_a_merge_not_a_rename(mapping, compare):
    found = compare(merge_groups(mapping, [SOCIAL, VIDEO], ("Brand", "All")))
    assert set(found.line_items["from"]) == {"Social", "Video"}
    assert set(found.structure) >= {
        "Group 'Brand > All' is new.",
        "Group 'Brand > Social' is part of 'All' now.",
        "Group 'Brand > Video' is part of 'All' now.",
    }
