"""Ways out of an objection: what is offered, in which order, with which price."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from resolvability_clients import in_step
from simulated import make_panel

from mmm_core.feasibility.alternatives import Alternative, Kinship, alternatives, merge_alternative, width_words
from mmm_core.feasibility.judging import judge
from mmm_core.feasibility.objections import Objection, Verdict
from mmm_core.feasibility.resolvability import Resolvability, resolvability
from mmm_core.modeling.choices import Alike, Expectation
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import Panel

SPECIFICATION = ModelSpecification()


@cache
def panel() -> Panel:
    return in_step()


@cache
def found() -> Resolvability:
    return resolvability(panel(), SPECIFICATION)


def ways(objection: Objection, **more: object) -> tuple[Alternative, ...]:
    return alternatives(panel(), SPECIFICATION, found(), objection, kin=Kinship(**more), currency="EUR", unit="orders")


@cache
def of_the_twins() -> tuple[Alternative, ...]:
    objection = judge(panel(), SPECIFICATION, found()).objections[0]
    assert objection.groups == ("brand_social", "performance_social")
    return ways(objection)


def test_a_pair_gets_every_way_out_the_helpful_and_cheap_ones_first() -> None:
    made = of_the_twins()
    assert {way.kind for way in made} == {"merge", "timing", "prior", "lift_test"}
    assert [way.feasible for way in made] == sorted((way.feasible for way in made), reverse=True)
    assert made[0].kind == "merge"
    assert len({way.key for way in made}) == len(made)


def test_every_way_out_says_its_price_and_what_it_would_bring() -> None:
    for way in of_the_twins():
        assert way.price.endswith(".")
        assert way.widths
        for change in way.widths:
            assert "becomes" in width_words(change)
            assert change.ratio == pytest.approx(change.contribution_after.width / change.contribution_before.width)
        assert bool(way.why_not) != way.feasible


def test_turns_bring_twins_apart() -> None:
    turns = next(way for way in of_the_twins() if way.kind == "timing")
    assert turns.feasible
    assert max(change.ratio for change in turns.widths) < 0.8


def test_a_lift_test_names_weeks_money_and_how_exact_it_has_to_be() -> None:
    for way in of_the_twins():
        if way.kind == "lift_test":
            assert f"{way.detail['weeks']} weeks" in way.price
            assert "EUR" in way.price
            assert "± " not in way.price
            assert "orders" in way.price


def test_a_merge_of_twins_is_compared_with_their_sum_and_not_with_either() -> None:
    merged = merge_alternative(panel(), SPECIFICATION, found(), ["brand_social", "performance_social"], "social")
    change = merged.widths[0]
    both = found().pair("brand_social", "performance_social").together
    assert change.contribution_before.width == pytest.approx(both.width)
    assert merged.detail["name"] == "social"


def test_siblings_that_are_not_known_to_work_alike_are_not_said_to() -> None:
    merged = merge_alternative(panel(), SPECIFICATION, found(), ["brand_social", "performance_social"], "social")
    assert "The data cannot say whether they work alike" in merged.price


def test_a_group_is_offered_its_nearest_siblings() -> None:
    objection = Objection(kind="group", groups=("mail",), verdict=Verdict.ROLL_UP, sentence="", caveat="")
    made = ways(objection, siblings={"mail": ("print", "tv", "search")})
    assert [set(way.groups) for way in made if way.kind == "merge"] == [{"mail", "print"}, {"mail", "tv"}]


def test_too_many_groups_may_be_rolled_up_by_a_level() -> None:
    whole = Objection(kind="grouping", groups=(), verdict=Verdict.ROLL_UP, sentence="", caveat="")
    above = {group: "social" if "social" in group else "rest" for group in panel().groups}
    made = ways(whole, above=above)
    rolled = next(way for way in made if way.kind == "level")
    assert rolled.words == "Roll the tree up by one level: 2 groups in place of 8"
    spent = panel().data["spend"].sum(("period", "geo"))
    assert {change.name for change in rolled.widths} == {"social", "rest"}
    assert float(spent.sum()) == pytest.approx(sum(group.spend for group in found().groups))


def test_a_level_that_changes_nothing_is_not_offered() -> None:
    whole = Objection(kind="grouping", groups=(), verdict=Verdict.ROLL_UP, sentence="", caveat="")
    assert not [way for way in ways(whole, above={group: group for group in panel().groups}) if way.kind == "level"]
    assert not [way for way in ways(whole, above={}) if way.kind == "level"]


def test_a_lone_group_has_no_partner_to_merge_with() -> None:
    rng = np.random.default_rng(1)
    lone = make_panel(rng.gamma(2.0, 1e3, (60, 1, 1)), rng.normal(1e6, 1e4, (60, 1)), group=["TV"])
    one = resolvability(lone, SPECIFICATION)
    objection = Objection(kind="group", groups=("TV",), verdict=Verdict.EXPERIMENT, sentence="", caveat="")
    made = alternatives(
        lone, SPECIFICATION, one, objection, kin=Kinship(siblings={"TV": ()}), currency="EUR", unit="EUR"
    )
    assert {way.kind for way in made} == {"prior", "lift_test"}


def test_what_people_expect_already_is_not_offered_again() -> None:
    expected = Expectation(place=("mail",), roi=(0.5, 2.0))
    told = ModelSpecification(expectations=(expected,))
    known = resolvability(panel(), told)
    objection = Objection(kind="group", groups=("mail",), verdict=Verdict.EXPERIMENT, sentence="", caveat="")
    made = alternatives(panel(), told, known, objection, kin=Kinship(), currency="EUR", unit="orders")
    assert {way.kind for way in made} == {"lift_test"}


def test_groups_of_one_branch_may_share_what_they_return_in_place_of_a_merge() -> None:
    objection = judge(panel(), SPECIFICATION, found()).objections[0]
    branch = dict.fromkeys(("brand_social", "performance_social"), ("Social",))

    (way,) = [one for one in ways(objection, families=branch) if one.kind == "alike"]

    assert way.feasible
    assert way.detail["place"] == ["Social"]
    assert all(change.ratio < 1 for change in way.widths)


def test_groups_without_a_common_branch_are_not_offered_to_share() -> None:
    objection = judge(panel(), SPECIFICATION, found()).objections[0]
    apart = {"brand_social": ("Brand",), "performance_social": ("Performance",)}

    assert not [one for one in ways(objection, families=apart) if one.kind == "alike"]


def test_a_branch_that_shares_already_is_not_offered_again() -> None:
    objection = judge(panel(), SPECIFICATION, found()).objections[0]
    branch = dict.fromkeys(objection.groups, ("Social",))
    told = replace(SPECIFICATION, alike=(Alike(place=("Social",)),))

    made = alternatives(panel(), told, found(), objection, kin=Kinship(families=branch), currency="EUR", unit="orders")

    assert not [one for one in made if one.kind == "alike"]
