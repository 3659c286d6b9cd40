"""What a rule does, before it is saved and after."""

import numpy as np
import pytest
from builders import media
from hypothesis import given
from mapping_steps import BASE, FLAT, edited, some_items, steps

from mmm_core.errors import BadInput
from mmm_core.taxonomy.catalogue import catalogue
from mmm_core.taxonomy.mapping import Mapping, Rule, Target
from mmm_core.taxonomy.resolution import resolve
from mmm_core.taxonomy.rule_preview import preview_rule, rule_facts
from mmm_core.taxonomy.tree import archive_group

BRAND, SALES = ("Brand",), ("Sales",)
NAMES = ("fb_brand", "fb_sale", "gg_brand", "gg_sale")


def rule(glob, path):
    return Rule(match={"campaign": (glob,)}, target=Target(path=path))


@pytest.fixture
def items():
    return catalogue([media([(name, "2024-01-01", 10.0**at) for at, name in enumerate(NAMES)])])


def named(items, mask):
    return set(items["name"][mask])


def test_a_preview_tells_apart_what_decides(items):
    chosen = items.index[items["name"] == "gg_sale"]
    mapping = Mapping(levels=("Group",), rules=(rule("fb_brand", BRAND), rule("fb_sale", SALES))).assign(
        chosen, Target(exclude="test")
    )
    found = preview_rule(items, resolve(items, mapping), mapping, rule("*", BRAND), 1)
    assert named(items, found.matches) == set(NAMES)
    assert named(items, found.taken_by_higher) == {"fb_brand"}
    assert named(items, found.taken_by_choice) == {"gg_sale"}
    assert named(items, found.takes_from_lower) == {"fb_sale"}
    assert named(items, found.decides) == {"fb_sale", "gg_brand"}
    assert (found.spend_micros, found.decided_micros) == (1_111_000_000, 110_000_000)
    assert found.conflicts[["name", "decided_by", "goes_to", "taken"]].to_numpy().tolist() == [
        ["gg_sale", "choice", "left out: test", False],
        ["fb_sale", "rule 2", "Sales", True],
    ]
    assert named(items, found.agreeing) == {"fb_brand"}
    assert found.without_turn == (1,), "the second rule has nothing left to decide"


def test_a_preview_adds_up_what_else_decides_with_its_money(items):
    mapping = Mapping(levels=("Group",), rules=(rule("*", SALES),)).assign(items.index[:2], Target(exclude="test"))
    against = preview_rule(items, resolve(items, mapping), mapping, rule("*", BRAND), 0).against
    assert against.to_numpy().tolist() == [
        ["choice", "left out: test", False, 2, 1_100_000_000],
        ["rule 1", "Sales", True, 2, 11_000_000],
    ]


def test_a_rule_that_keeps_some_of_its_line_items_still_gets_its_turn(items):
    mapping = Mapping(levels=("Group",), rules=(rule("fb_*", BRAND), rule("none*", BRAND)))
    found = preview_rule(items, resolve(items, mapping), mapping, rule("fb_sale", SALES), 0)
    assert named(items, found.takes_from_lower) == {"fb_sale"}
    assert found.without_turn == ()


def test_a_rule_behind_all_others_takes_nothing_from_them(items):
    mapping = Mapping(levels=("Group",), rules=(rule("fb_*", SALES),))
    found = preview_rule(items, resolve(items, mapping), mapping, rule("*brand", BRAND))
    assert named(items, found.decides) == {"gg_brand"}
    assert not found.takes_from_lower.any()


def test_facts_name_rules_that_are_never_reached_and_those_that_sleep(items):
    rules = (rule("fb_*", BRAND), rule("fb_brand", SALES), rule("none*", SALES), rule("gg_*", ("Old",)))
    mapping = archive_group(Mapping(levels=("Group",), rules=rules), ("Old",))
    facts = rule_facts(items, mapping, resolve(items, mapping))
    assert facts["matches"].tolist() == [2, 1, 0, 2]
    assert facts["decides"].tolist() == [2, 0, 0, 0]
    assert facts["never_reached"].tolist() == [False, True, False, False]
    assert facts["asleep"].tolist() == [False, False, False, True]
    assert facts["conflicts"].tolist() == [0, 1, 0, 0]
    assert facts["decided_micros"].tolist() == [11_000_000, 0, 0, 0]
    assert facts["conflict_micros"].tolist() == [0, 1_000_000, 0, 0]


def test_a_rule_that_agrees_with_a_choice_is_no_conflict(items):
    mapping = Mapping(levels=("Group",), rules=(rule("fb_*", BRAND),)).assign(items.index, Target(path=BRAND))
    facts = rule_facts(items, mapping, resolve(items, mapping))
    assert facts.loc[0, ["taken_by_choice", "conflicts"]].tolist() == [2, 0]


def test_a_pattern_that_cannot_be_read_is_refused(items):
    with pytest.raises(BadInput, match=r"Pattern '/\[/' cannot be read"):
        preview_rule(items, resolve(items, Mapping()), Mapping(), rule("/[/", BRAND + SALES + BRAND))


ITEMS = some_items()


@given(steps(FLAT, most=8), steps(("rules",), most=3))
def test_a_preview_says_what_resolving_with_the_rule_will_do(made, rules):
    """Whatever the mapping: what the preview calls decided is what the new rule decides once it is saved."""
    mapping = edited(BASE, made, ITEMS)
    for step in rules:
        saved = step.on(mapping, ITEMS)
        new = next((at for at, one in enumerate(saved.rules) if one not in mapping.rules), None)
        kept = [one for at, one in enumerate(saved.rules) if at != new]
        if new is None or kept != list(mapping.rules) or saved.rules[new].target.path in mapping.archived:
            continue
        found = preview_rule(ITEMS, resolve(ITEMS, mapping), mapping, saved.rules[new], new)
        resolution = resolve(ITEMS, saved)
        decided = (resolution.table["decided_by"] == f"rule {new + 1}").to_numpy()
        np.testing.assert_array_equal(found.decides, decided)
        assert rule_facts(ITEMS, saved, resolution)["decides"].tolist() == resolution.rule_matches.tolist()
