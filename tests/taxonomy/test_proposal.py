"""Proposals: what both sides changed, and what comes of accepting some of it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mapping_steps import BASE, FLAT, edited, some_items, steps

from mmm_core.errors import BadInput
from mmm_core.taxonomy.identities import View
from mmm_core.taxonomy.mapping import Mapping, Rule, Target
from mmm_core.taxonomy.nodes import Node
from mmm_core.taxonomy.proposal import Proposal, accept
from mmm_core.taxonomy.resolution import resolve
from mmm_core.taxonomy.three_way import rows, views_of
from mmm_core.taxonomy.tree import add_level, archive_group, move_node, order_groups, remove_group

ITEMS = some_items()
SOCIAL, VIDEO, SEARCH = BASE.leaves
FIRST, SECOND, THIRD = ITEMS.index[:3]
OUT = Target(exclude="not ours")
META = Rule(match={"platform": ("meta",)}, target=Target(path=VIDEO))
GOOGLE_SALES = Rule(match={"platform": ("google",), "campaign": ("*sale*",)}, target=Target(path=SEARCH))
PLACE_B = Rule(match={"campaign": ("*_b",)}, target=OUT)


def to(path):
    return Target(path=path)


def changes(base, latest, mine):
    return {change.key: change for change in Proposal(base=base, latest=latest, mine=mine).changes(ITEMS)}


def test_each_verdict_says_who_changed_what():
    base = BASE.assign([FIRST, SECOND], to(VIDEO))
    latest = base.assign([SECOND], OUT).assign([THIRD], to(SEARCH))
    mine = base.assign([FIRST, SECOND], to(SEARCH)).assign(ITEMS.index[3:4], to(VIDEO)).release([FIRST])
    found = changes(base, latest, mine)
    assert {key: (one.verdict, one.theirs_changed) for key, one in found.items()} == {
        f"item:{FIRST}": ("removed", False),
        f"item:{SECOND}": ("conflict", True),
        f"item:{THIRD}": ("same", True),
        f"item:{ITEMS.index[3]}": ("added", False),
    }
    clash = found[f"item:{SECOND}"]
    assert (clash.what, clash.base, clash.theirs, clash.mine) == (
        ITEMS.loc[SECOND, "name"],
        "Video",
        "left out: not ours",
        "Search",
    )
    assert clash.spend_micros == ITEMS.loc[SECOND, "spend_micros"]


def test_what_both_changed_alike_leaves_nothing_to_accept():
    both = BASE.assign([FIRST], to(VIDEO))
    assert changes(BASE, both, both)[f"item:{FIRST}"].verdict == "same"
    assert accept(Proposal(base=BASE, latest=both, mine=both), {f"item:{FIRST}"}) == both


def test_an_accepted_line_item_brings_its_group_along():
    new = ("Sales", "Shopping")
    mine = BASE.with_group(new).assign([FIRST, SECOND], to(new))
    done = accept(Proposal(base=BASE, latest=BASE, mine=mine), {f"item:{FIRST}"})
    assert dict(done.choices) == {FIRST: to(new)}
    assert done.leaves == (*BASE.leaves, new)


def test_a_rename_is_one_change_and_no_line_item_moves():
    base = BASE.assign([FIRST], to(VIDEO)).with_node(VIDEO, Node(owner="Ann"))
    mine = move_node(base, VIDEO, ("Brand", "Moving pictures"))
    found = changes(base, base, mine)
    assert list(found) == ["group:Brand > Moving pictures"]
    assert (found["group:Brand > Moving pictures"].base, found["group:Brand > Moving pictures"].verdict) == (
        "Brand > Video",
        "changed",
    )


def test_a_rename_takes_along_what_somebody_put_into_the_group_since():
    mine = move_node(BASE, SOCIAL, ("Brand", "Paid social"))
    latest = BASE.assign([THIRD], to(SOCIAL))
    done = accept(Proposal(base=BASE, latest=latest, mine=mine), {"group:Brand > Paid social"})
    assert done.choices[THIRD] == to(("Brand", "Paid social"))
    assert SOCIAL not in done.leaves


def test_a_line_item_follows_a_group_that_somebody_renamed_since():
    mine = BASE.assign([THIRD], to(SOCIAL))
    latest = move_node(BASE, SOCIAL, ("Brand", "Paid social"))
    done = accept(Proposal(base=BASE, latest=latest, mine=mine), {f"item:{THIRD}"})
    assert done.choices[THIRD] == to(("Brand", "Paid social"))
    assert done.leaves == latest.leaves


def test_a_group_stays_while_something_that_stays_aims_at_it():
    base = BASE.assign([FIRST], to(VIDEO))
    latest = base.assign([SECOND], to(VIDEO))
    mine = remove_group(base, VIDEO)
    done = accept(Proposal(base=base, latest=latest, mine=mine), {"group:Brand > Video", f"item:{FIRST}"})
    assert dict(done.choices) == {SECOND: to(VIDEO)}
    assert VIDEO in done.leaves


def test_rules_levels_order_archive_and_owners_are_accepted_one_by_one():
    rule = Rule(match={"platform": ("meta",)}, target=to(VIDEO))
    mine = archive_group(order_groups(BASE.with_levels(("Goal", "Group")), BASE.leaves[::-1]), VIDEO)
    mine = mine.with_node(SEARCH, Node(owner="Bo")).with_rules([rule, *BASE.rules])
    proposal = Proposal(base=BASE, latest=BASE, mine=mine)
    keys = {"levels", "order", "archive:Brand > Video", "node:Sales > Search", "rule:platform is meta"}
    assert {change.key for change in proposal.changes(ITEMS)} == keys
    assert accept(proposal, {"levels"}) == BASE.with_levels(("Goal", "Group"))
    assert accept(proposal, {"order"}).leaves == (SEARCH, VIDEO, SOCIAL)
    assert accept(proposal, {"archive:Brand > Video"}).archived == (VIDEO,)
    assert accept(proposal, {"node:Sales > Search"}).node(SEARCH).owner == "Bo"
    assert accept(proposal, {"rule:platform is meta"}).rules == mine.rules
    assert accept(proposal, keys) == mine


def test_a_rule_weighs_the_spend_that_it_would_move():
    mine = BASE.with_rules([META, *BASE.rules])
    before, after = (resolve(ITEMS, one).table["leaf"] for one in (BASE, mine))
    expected = ITEMS.loc[before != after, "spend_micros"].sum()
    assert changes(BASE, BASE, mine)["rule:platform is meta"].spend_micros == expected != 0
    gone = changes(BASE, BASE, BASE.with_rules(()))["rule:campaign is *brand*"]
    assert gone.spend_micros == ITEMS.loc[resolve(ITEMS, BASE).table["leaf"] >= 0, "spend_micros"].sum()


def test_rules_that_two_people_added_at_one_place_both_stand_and_the_one_saved_first_comes_first():
    latest, mine = BASE.with_rules([*BASE.rules, META]), BASE.with_rules([*BASE.rules, GOOGLE_SALES])
    proposal = Proposal(base=BASE, latest=latest, mine=mine)
    assert {one.key: one.verdict for one in proposal.changes(ITEMS)} == {
        "rule:platform is meta": "same",
        "rule:platform is google and campaign is *sale*": "added",
    }
    done = accept(proposal, {"rule:platform is google and campaign is *sale*"})
    assert done.rules == (*BASE.rules, META, GOOGLE_SALES)


def test_a_rule_is_changed_removed_or_moved_without_touching_the_others():
    base = BASE.with_rules([*BASE.rules, META, GOOGLE_SALES])
    first, second, third = base.rules
    elsewhere = replace(second, target=OUT)
    mine = base.with_rules([third, elsewhere])
    latest = base.with_rules([first, PLACE_B, second, third])
    proposal = Proposal(base=base, latest=latest, mine=mine)
    found = {one.key: one.verdict for one in proposal.changes(ITEMS)}
    assert found == {
        "rule:campaign is *brand*": "removed",
        "rule:platform is meta": "changed",
        "rule:campaign is *_b": "same",
        "rule_order": "changed",
    }
    assert accept(proposal, {"rule:campaign is *brand*"}).rules == (PLACE_B, second, third)
    assert accept(proposal, {"rule:platform is meta"}).rules == (first, PLACE_B, elsewhere, third)
    assert accept(proposal, {"rule_order"}).rules == (first, PLACE_B, third, second)


def test_a_rule_with_two_goals_is_a_clash():
    latest = BASE.with_rules([*BASE.rules, META])
    mine = BASE.with_rules([*BASE.rules, replace(META, target=to(SEARCH))])
    found = changes(BASE, latest, mine)["rule:platform is meta"]
    assert (found.verdict, found.theirs, found.mine) == (
        "conflict",
        "platform is meta → Brand > Video",
        "platform is meta → Sales > Search",
    )


def test_rules_of_equal_patterns_are_told_apart():
    twice = BASE.with_rules([*BASE.rules, META, replace(META, target=OUT)])
    proposal = Proposal(base=BASE, latest=BASE, mine=twice)
    assert {one.key for one in proposal.changes(ITEMS)} == {"rule:platform is meta", "rule:platform is meta (2)"}
    assert accept(proposal, {"rule:platform is meta (2)"}).rules == (*BASE.rules, replace(META, target=OUT))


def test_what_somebody_moved_since_by_a_rule_is_counted_per_line_item():
    latest, mine = BASE.with_rules([META, *BASE.rules]), BASE.with_node(SEARCH, Node(owner="Bo"))
    review = Proposal(base=BASE, latest=latest, mine=mine).review(ITEMS)
    moved = resolve(ITEMS, BASE).table["leaf"] != resolve(ITEMS, latest).table["leaf"]
    assert (review.line_items_since, review.structure_since, review.clashes) == (int(moved.sum()), 1, 0)
    assert moved.sum() == 4


def test_nothing_moved_since_where_a_group_only_has_another_name():
    latest = move_node(BASE, SOCIAL, ("Brand", "Paid social"))
    review = Proposal(base=BASE, latest=latest, mine=BASE.assign([FIRST], to(VIDEO))).review(ITEMS)
    assert (review.line_items_since, review.clashes) == (0, 0)


def test_two_rules_that_send_the_same_line_items_to_different_places_clash():
    latest, mine = BASE.with_rules([*BASE.rules, META]), BASE.with_rules([*BASE.rules, PLACE_B])
    proposal = Proposal(base=BASE, latest=latest, mine=mine)
    review = proposal.review(ITEMS)
    both = ITEMS["name"].str.contains("sale_b") & ITEMS["name"].str.startswith("meta")
    (change,) = (one for one in review.changes if one.verdict != "same")
    assert (change.key, change.verdict, change.clashing) == ("rule:campaign is *_b", "conflict", int(both.sum()))
    assert review.clashes == both.sum() == 1
    assert accept(proposal, {change.key}).rules == (*BASE.rules, META, PLACE_B), "what was saved first still decides"


def test_a_choice_for_a_line_item_that_a_rule_has_moved_since_is_a_clash():
    sale = ITEMS.index[ITEMS["name"] == "meta / sale_a"][0]
    latest, mine = BASE.with_rules([*BASE.rules, META]), BASE.assign([sale], to(SEARCH))
    review = Proposal(base=BASE, latest=latest, mine=mine).review(ITEMS)
    change = next(one for one in review.changes if one.key == f"item:{sale}")
    assert (change.verdict, change.base, change.theirs, change.mine) == (
        "conflict",
        "waits for a group",
        "Video",
        "Search",
    )
    assert review.clashes == 1


def test_a_rule_for_a_column_that_is_gone_can_still_be_looked_at():
    lost = Rule(match={"placement": ("*x*",)}, target=to(VIDEO))
    review = Proposal(base=BASE, latest=BASE, mine=BASE.with_rules([*BASE.rules, lost])).review(ITEMS)
    assert [(one.key, one.spend_micros) for one in review.changes] == [("rule:placement is *x*", 0)]


def test_a_new_group_stands_where_the_proposal_has_it():
    new = ("Brand", "Audio")
    mine = order_groups(BASE.with_group(new), [SOCIAL, new])
    latest = BASE.with_group(("Sales", "Shopping"))
    done = accept(Proposal(base=BASE, latest=latest, mine=mine), {"group:Brand > Audio"})
    assert done.leaves == (SOCIAL, new, VIDEO, SEARCH, ("Sales", "Shopping"))


def test_a_rename_to_a_name_that_somebody_took_since_joins_that_group():
    mine = move_node(BASE, SOCIAL, ("Brand", "Paid social"))
    latest = BASE.with_group(("Sales", "Paid social")).assign([FIRST], to(("Sales", "Paid social")))
    done = accept(Proposal(base=BASE, latest=latest, mine=mine), {"group:Brand > Paid social"})
    assert done.leaves == (("Sales", "Paid social"), VIDEO, SEARCH)
    assert done.rules[0].target == done.choices[FIRST] == to(("Sales", "Paid social"))


def test_a_group_made_where_another_one_was_moved_to_has_a_row_of_its_own():
    place = ("Brand", "Paid social")
    mine = move_node(BASE, SOCIAL, place)
    latest = BASE.with_group(place).assign([FIRST], to(place))
    found = changes(BASE, latest, mine)
    assert {key for key in found if key.startswith("group:")} == {
        "group:Brand > Paid social",
        "group:Brand > Paid social (2)",
    }
    done = accept(Proposal(base=BASE, latest=latest, mine=mine), {"group:Brand > Paid social"})
    assert done.leaves.count(place) == 1
    assert done.choices[FIRST] == to(place)


def test_an_unknown_key_is_refused():
    with pytest.raises(BadInput, match="The proposal has no change item:gone"):
        accept(Proposal(base=BASE, latest=BASE, mine=BASE), {"item:gone"})


def test_a_level_more_is_one_change_and_carries_what_came_since():
    mine = add_level(BASE, 1, "Channel", "Online")
    latest = BASE.with_group(("Sales", "Shopping")).assign([FIRST], to(("Sales", "Shopping")))
    proposal = Proposal(base=BASE, latest=latest, mine=mine)
    assert [change.key for change in proposal.changes(ITEMS) if change.verdict != "same"] == ["levels"]
    done = accept(proposal, {"levels"})
    assert done.levels == ("Objective", "Channel", "Group")
    assert {*mine.leaves} < {*done.leaves}
    assert done.choices[FIRST].path[-1] == "Shopping"


@settings(max_examples=100)
@given(steps(most=6), steps(most=8))
def test_accepting_all_with_nothing_new_gives_exactly_the_proposal(start, made):
    base = edited(BASE, start, ITEMS)
    mine = edited(base, made, ITEMS)
    proposal = Proposal(base=base, latest=base, mine=mine)
    assert accept(proposal, {change.key for change in proposal.changes(ITEMS)}) == mine


@settings(max_examples=50)
@given(steps(("rules", "order", "assign"), most=6), steps(("rules",), most=6))
def test_all_changes_of_rules_put_together_give_the_proposed_rules(start, made):
    """Also where nothing is short-cut: somebody has changed another thing since."""
    base = edited(BASE, start, ITEMS)
    mine = edited(base, made, ITEMS)
    latest = base.assign([FIRST], Target(exclude="something else"))
    proposal = Proposal(base=base, latest=latest, mine=mine)
    keys = {change.key for change in proposal.changes(ITEMS) if change.kind in ("rule", "rule_order")}
    assert accept(proposal, keys).rules == mine.rules


@settings(max_examples=100)
@given(steps(most=6), steps(most=6), steps(most=6))
def test_accepting_nothing_gives_exactly_what_stands(start, since, made):
    base = edited(BASE, start, ITEMS)
    latest, mine = edited(base, since, ITEMS), edited(base, made, ITEMS)
    assert accept(Proposal(base=base, latest=latest, mine=mine), set()) == latest


@settings(max_examples=100)
@given(steps(most=6), steps(most=6), steps(most=6), st.data())
def test_any_subset_gives_a_mapping_in_which_no_cent_is_lost(start, since, made, data):
    base = edited(BASE, start, ITEMS)
    latest, mine = edited(base, since, ITEMS), edited(base, made, ITEMS)
    proposal = Proposal(base=base, latest=latest, mine=mine)
    found = proposal.changes(ITEMS)
    assert len({change.key for change in found}) == len(found)
    keys = data.draw(st.sets(st.sampled_from([change.key for change in found]))) if found else set()
    done = accept(proposal, keys)
    assert Mapping.from_dict(done.as_dict()) == done
    parts = ITEMS["spend_micros"].groupby(resolve(ITEMS, done).table["status"]).sum()
    assert parts.sum() == ITEMS["spend_micros"].sum()


@settings(max_examples=100)
@given(steps(FLAT, most=6), steps(FLAT, most=6), steps(FLAT, most=6), st.data())
def test_what_was_not_accepted_stays_as_it_was(start, since, made, data):
    """Choices, rules, levels and the groups they aim at; a group may get another name, if that was accepted."""
    base = edited(BASE, start, ITEMS)
    latest, mine = edited(base, since, ITEMS), edited(base, made, ITEMS)
    proposal = Proposal(base=base, latest=latest, mine=mine)
    offered = [one.key for one in proposal.changes(ITEMS) if one.kind in ("line_item", "rule", "node")]
    keys = data.draw(st.sets(st.sampled_from(offered))) if offered else set()
    done = accept(proposal, keys)
    kept = {item: target for item, target in latest.choices.items() if f"item:{item}" not in keys}
    assert {item: target for item, target in done.choices.items() if f"item:{item}" not in keys} == kept
    assert done.levels == latest.levels
    assert set(latest.leaves) <= set(done.leaves)
    assert [path for path in done.leaves if path in latest.leaves] == list(latest.leaves)
    taken = {row.rule for row in rows(views_of(base, latest, mine)) if row.key in keys}
    left = iter(done.rules)
    assert all(rule in left for key, rule in View(base, latest).rules.items() if key not in taken), "in their order"
    if taken <= {None}:
        assert done.rules == latest.rules
    said = {path: node for path, node in latest.nodes.items() if not any(key.startswith("node:") for key in keys)}
    assert said.items() <= done.nodes.items()
