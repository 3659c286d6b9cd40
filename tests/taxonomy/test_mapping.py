"""The mapping: tree, rules, choices."""

import pytest
from builders import media
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.errors import BadInput
from mmm_core.taxonomy.catalogue import catalogue
from mmm_core.taxonomy.mapping import Mapping, Rule, Target
from mmm_core.taxonomy.resolution import resolve
from mmm_core.taxonomy.tree import move_node

BRAND, SALES = ("Brand", "Social", "Brand social"), ("Sales", "Social", "Sales social")
OUT = Target(exclude="not ours")


def rule(path, **match):
    return Rule(match={name: (glob,) for name, glob in match.items()}, target=Target(path=path))


@pytest.fixture
def items():
    rows = [
        (("Facebook", "FB_Brand_DE"), "2024-01-01", 5),
        (("Facebook", "FB_Sale_DE"), "2024-01-01", 7),
        (("Google", "Ｂrand  Search"), "2024-01-01", 3),
    ]
    return catalogue([media(rows, dimensions=("platform", "campaign"))])


def decided(items, mapping):
    resolution = resolve(items, mapping)
    groups = [*mapping.groups, None]
    return {
        name: groups[leaf] if status != "excluded" else "out"
        for name, leaf, status in zip(
            items["campaign"], resolution.table["leaf"], resolution.table["status"], strict=True
        )
    }


def test_the_first_matching_rule_decides(items):
    mapping = Mapping(rules=(rule(BRAND, campaign="*brand*"), rule(SALES, platform="facebook")))
    assert decided(items, mapping) == {
        "FB_Brand_DE": "Brand social",
        "FB_Sale_DE": "Sales social",
        "Ｂrand  Search": "Brand social",
    }


def test_a_choice_beats_every_rule_and_its_release_gives_the_rule_back(items):
    mapping = Mapping(rules=(rule(BRAND, campaign="*"),))
    chosen = mapping.assign(items.index[:1], Target(path=SALES))
    assert decided(items, chosen)["FB_Sale_DE"] == "Sales social"
    assert decided(items, chosen.release(items.index[:1])) == decided(items, mapping)


def test_a_glob_matches_the_whole_name_as_people_read_it(items):
    assert decided(items, Mapping(rules=(rule(BRAND, campaign="BRAND search"),)))["Ｂrand  Search"] == "Brand social"
    assert decided(items, Mapping(rules=(rule(BRAND, campaign="brand"),)))["Ｂrand  Search"] is None


def test_a_rule_can_leave_line_items_out(items):
    mapping = Mapping(rules=(Rule(match={"platform": ("google",)}, target=OUT), rule(BRAND, campaign="*")))
    assert decided(items, mapping)["Ｂrand  Search"] == "out"


def test_a_rule_on_an_unknown_dimension_is_refused_with_the_known_ones(items):
    with pytest.raises(
        BadInput, match=r"Rule 1 asks for 'platfrom', which no media source has \(known: campaign, platform\)"
    ):
        resolve(items, Mapping(rules=(rule(BRAND, platfrom="*"),)))


def test_a_line_item_without_the_dimension_does_not_match(items):
    other = media([("TV spot", "2024-01-01", 9)], source="tv.csv", dimensions=("line_item",))
    both = catalogue([other, media([(("Facebook", "x"), "2024-01-01", 5)], dimensions=("platform", "campaign"))])
    resolution = resolve(both, Mapping(rules=(rule(BRAND, platform="*"),)))
    assert dict(zip(both["name"], resolution.table["status"], strict=True)) == {
        "TV spot": "unmapped",
        "Facebook / x": "mapped",
    }


def test_line_item_names_the_joined_dimensions(items):
    mapping = Mapping(rules=(rule(BRAND, line_item="facebook / fb_sale*"),))
    assert decided(items, mapping)["FB_Sale_DE"] == "Brand social"


def test_one_group_name_at_two_places_is_refused():
    with pytest.raises(BadInput, match="Group 'social' stands at two places"):
        Mapping(leaves=(("Brand", "Social", "Social"), ("Sales", "Social", "social")))


@pytest.mark.parametrize("path", [("Brand",), ("Brand", " ", "x"), ("a", "b", "c", "d")])
def test_a_path_needs_one_name_per_level(path):
    with pytest.raises(BadInput, match="one non-empty name per level"):
        Mapping(leaves=(path,))


def test_renaming_a_group_takes_rules_and_choices_along(items):
    mapping = Mapping(rules=(rule(BRAND, platform="google"),)).assign(items.index[:1], Target(path=BRAND))
    moved = move_node(mapping, BRAND, SALES)
    assert moved.leaves == (SALES,)
    assert {name for name in decided(items, moved).values() if name} == {"Sales social"}


paths = st.sampled_from([BRAND, SALES, ("Brand", "TV", "TV")])
targets = st.one_of(paths.map(lambda path: Target(path=path)), st.just(OUT))
choices = st.dictionaries(st.sampled_from("abcdef"), targets)
rules = st.lists(
    st.builds(
        lambda match, target: Rule(match=match, target=target),
        st.dictionaries(st.sampled_from(["platform", "campaign"]), st.tuples(st.text(max_size=5)), max_size=2),
        targets,
    ),
    max_size=3,
).map(tuple)


@given(st.builds(Mapping, leaves=st.lists(paths, unique=True).map(tuple), rules=rules, choices=choices))
def test_a_revision_reads_back_as_it_was_written(mapping):
    back = Mapping.from_dict(mapping.as_dict())
    assert back == mapping
    assert back.fingerprint == mapping.fingerprint


@given(choices, choices)
def test_fingerprints_do_not_depend_on_the_order_of_choices(first, second):
    one, other = {**first, **second}, dict(reversed(list({**first, **second}.items())))
    leaves = (BRAND, SALES, ("Brand", "TV", "TV"))
    assert Mapping(leaves=leaves, choices=one).fingerprint == Mapping(leaves=leaves, choices=other).fingerprint
