"""Rules learned from choices: precise, readable, worth it."""

import pytest
from builders import media
from sample_client import sample

from mmm_core.taxonomy.catalogue import catalogue
from mmm_core.taxonomy.learning import learn_rules
from mmm_core.taxonomy.mapping import Mapping, Rule, Target
from mmm_core.taxonomy.resolution import resolve

BRAND, SALES = ("Brand",), ("Sales",)


def catalogued(*names):
    rows = [(tuple(name.split(" / ")), "2024-01-01", 2.0**at) for at, name in enumerate(names)]
    return catalogue([media(rows, dimensions=("platform", "campaign"))])


def chosen(items, rules=(), **goals):
    """Choose the target of line items by campaign; a goal of None is no choice."""
    mapping = Mapping(levels=("Group",), rules=tuple(rules))
    for item, campaign in items["campaign"].items():
        if goals.get(campaign):
            mapping = mapping.assign([item], Target(path=goals[campaign]))
    return mapping


def learned(items, mapping):
    return learn_rules(items, resolve(items, mapping), mapping)


NAMES = tuple(
    f"{platform} / fb_{what}_{at}" for platform in ("meta", "google") for what in ("brand", "sale") for at in "xyz"
)


def test_what_the_picks_share_becomes_a_glob_on_its_column():
    items = catalogued(*NAMES)
    goals = {name: BRAND for name in items["campaign"] if "brand" in name} | {"fb_sale_x": SALES}
    (found,) = learned(items, chosen(items, **goals))
    assert found.rule == Rule(match={"campaign": ("*brand*",)}, target=Target(path=BRAND))
    assert (found.picks, found.contradicts, found.also_matches) == (6, 0, 0)
    assert found.because == "6 line items that you chose for Brand contain 'brand' in campaign"
    assert found.spend_micros == items.loc[items["campaign"].str.contains("brand"), "spend_micros"].sum()


def test_it_says_what_it_would_also_match():
    items = catalogued(*NAMES)
    goals = dict.fromkeys(("fb_brand_x", "fb_brand_y"), BRAND) | {"fb_sale_x": SALES, "fb_sale_y": SALES}
    found = next(one for one in learned(items, chosen(items, **goals)) if one.rule.target.path == BRAND)
    others = items[items["campaign"] == "fb_brand_z"]
    assert found.rule.match == {"campaign": ("*brand*",)}
    assert (found.picks, found.also_matches, found.also_micros) == (4, 2, others["spend_micros"].sum())


def test_two_conditions_are_asked_for_where_one_would_contradict():
    names = [f"meta / fb_brand_{at}" for at in "abcd"] + [f"google / gg_brand_{at}" for at in "abcd"]
    names += [f"meta / fb_sale_{at}" for at in "abcd"]
    items = catalogued(*names)
    goals = {name: BRAND if name.startswith("fb_brand") else SALES for name in items["campaign"]}
    found = [one for one in learned(items, chosen(items, **goals)) if one.rule.target.path == BRAND]
    assert [one.contradicts for one in found] == [0]
    assert found[0].picks == 4
    decided = resolve(items, Mapping(levels=("Group",), rules=(found[0].rule,))).table["status"] == "mapped"
    assert set(items["campaign"][decided]) == {name for name in items["campaign"] if name.startswith("fb_brand")}


def test_a_few_choices_that_contradict_are_counted_and_named():
    names = [f"meta / brand_{at:02d}" for at in range(40)] + ["meta / sale_a", "meta / sale_b", "meta / sale_c"]
    items = catalogued(*names)
    goals = {name: BRAND if name.startswith("brand") else SALES for name in items["campaign"]} | {"brand_07": SALES}
    found = next(one for one in learned(items, chosen(items, **goals)) if one.rule.target.path == BRAND)
    assert (found.picks, found.also_matches, found.contradicts) == (39, 0, 1)
    assert found.contradicted == ("meta / brand_07",)


@pytest.mark.parametrize("picks", [1, 2])
def test_too_few_picks_are_no_rule(picks):
    items = catalogued(*(f"meta / brand_{at}" for at in "abcdef"[:picks]), "meta / sale")
    assert learned(items, chosen(items, **{name: BRAND for name in items["campaign"] if "brand" in name})) == ()


def test_picks_without_anything_in_common_are_no_rule():
    items = catalogued("a / eins", "b / zwei", "c / drei", "d / vier")
    assert learned(items, chosen(items, **dict.fromkeys(items["campaign"], BRAND))) == ()


def test_what_rules_do_already_is_not_learned_again():
    items = catalogued(*NAMES)
    rule = Rule(match={"campaign": ("*brand*",)}, target=Target(path=BRAND))
    goals = {name: BRAND for name in items["campaign"] if "brand" in name}
    assert learned(items, chosen(items, rules=[rule], **goals)) == ()


def test_a_rule_that_overrules_another_stands_before_it():
    items = catalogued(*NAMES)
    rules = [Rule(match={"campaign": (glob,)}, target=Target(path=SALES)) for glob in ("nothing*", "fb_*")]
    goals = {name: BRAND for name in items["campaign"] if "brand" in name}
    mapping = chosen(items, rules=rules, **goals)
    (found,) = learned(items, mapping)
    assert found.position == 1
    released = mapping.release(items.index).with_rules([rules[0], found.rule, rules[1]])
    table = resolve(items, released).table
    assert set(items["campaign"][(table["decided_by"] == "rule 2").to_numpy()]) == set(goals)


def test_a_rule_that_leaves_out_is_learned_too():
    items = catalogued(*NAMES)
    ids = items.index[items["campaign"].str.contains("sale")]
    mapping = Mapping(levels=("Group",)).assign(ids, Target(exclude="other budget"))
    found = learned(items, mapping.assign(items.index.difference(ids), Target(path=BRAND)))
    assert Rule(match={"campaign": ("*sale*",)}, target=Target(exclude="other budget")) in [one.rule for one in found]


def test_the_rules_of_the_sample_client_are_found_again_from_its_line_items():
    """All line items chosen by hand: the rules learned decide nearly all of them as the choices do."""
    items, whole, truth = sample()
    mapping = Mapping(levels=whole.levels)
    for path in whole.leaves:
        mapping = mapping.assign([item for item, group in truth.items() if group == path], Target(path=path))
    found = learned(items, mapping)
    spend = [one.spend_micros for one in found]
    assert spend == sorted(spend, reverse=True)
    assert sum(one.picks for one in found) >= 0.95 * len(truth)
    assert sum(one.contradicts for one in found) <= 0.02 * len(truth)
    assert len(found) <= 12
    assert Rule(match={"Campaign": ("*search*",)}, target=Target(path=("Performance", "Search", "Paid search"))) in [
        one.rule for one in found
    ]
