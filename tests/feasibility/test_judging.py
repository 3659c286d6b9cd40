"""Every rule of the push-back: one case that fires, one that stays silent, one at the boundary."""

from dataclasses import replace

import numpy as np
import pytest
from simulated import make_panel

from mmm_core.feasibility.adequacy import GroupFacts, HistoryFacts
from mmm_core.feasibility.collinearity import PairFacts
from mmm_core.feasibility.group_rules import object_to_group
from mmm_core.feasibility.judging import judge, object_to_history
from mmm_core.feasibility.limits import OBJECTION_LIMITS as LIMITS
from mmm_core.feasibility.objections import Verdict, Weight, judgement
from mmm_core.feasibility.pair_rules import object_to_pair
from mmm_core.feasibility.resolution import GroupResolution, Interval
from mmm_core.modeling.specification import ModelSpecification

WEEKS = 104
RNG = np.random.default_rng(2)
PANEL = make_panel(RNG.gamma(2.0, 1000.0, (WEEKS, 1, 2)), RNG.normal(1e6, 1e4, (WEEKS, 1)), group=["TV", "Radio"])
GOOD = GroupFacts(
    group="TV",
    spend_share=0.4,
    active_weeks=100.0,
    weeks_since_start=104.0,
    variation=0.6,
    inflation=1.2,
    seasonal_share=0.1,
    control="price",
    control_correlation=0.2,
    regional_share=None,
)
KNOWN = GroupResolution(
    group="TV",
    spend=1000.0,
    contribution=Interval(low=800.0, median=1000.0, high=1200.0),
    share=Interval(low=0.08, median=0.1, high=0.12),
    roi=Interval(low=0.8, median=1.0, high=1.2),
    contraction=0.8,
    rough=False,
)
STEP = 1e-9


def rules_of(facts=GOOD, resolved=KNOWN, *, in_pair=False):
    found = object_to_group(PANEL, facts, resolved, LIMITS, in_pair=in_pair)
    return {reason.rule: reason for reason in found.reasons} if found is not None else {}


def test_nothing_is_held_against_a_group_that_moves_on_its_own():
    assert rules_of() == {}


@pytest.mark.parametrize(
    ("rule", "field", "line", "fires_above", "weight", "verdict"),
    [
        ("inflation", "inflation", LIMITS.inflation_caution - STEP, True, Weight.CAUTION, Verdict.CAUTION),
        ("inflation", "inflation", LIMITS.inflation_serious, True, Weight.SERIOUS, Verdict.ROLL_UP),
        ("inflation", "inflation", LIMITS.inflation_blocks, True, Weight.BLOCKS, Verdict.ROLL_UP),
        ("small_share", "spend_share", LIMITS.share_caution, False, Weight.CAUTION, Verdict.CAUTION),
        ("small_share", "spend_share", LIMITS.share_serious, False, Weight.SERIOUS, Verdict.ROLL_UP),
        ("few_active_weeks", "active_weeks", LIMITS.active_weeks_caution, False, Weight.CAUTION, Verdict.CAUTION),
        ("few_active_weeks", "active_weeks", LIMITS.active_weeks_serious, False, Weight.SERIOUS, Verdict.ROLL_UP),
        ("hardly_moves", "variation", LIMITS.moving_cv, False, Weight.SERIOUS, Verdict.EXPERIMENT),
        ("started_late", "weeks_since_start", LIMITS.started_weeks, False, Weight.SERIOUS, Verdict.ROLL_UP),
        ("moves_with_season", "seasonal_share", LIMITS.season, True, Weight.SERIOUS, Verdict.EXPERIMENT),
        ("moves_with_control", "control_correlation", LIMITS.control, True, Weight.SERIOUS, Verdict.EXPERIMENT),
        ("regions_alike", "regional_share", LIMITS.regions_alike, False, Weight.CAUTION, Verdict.CAUTION),
    ],
)
def test_a_rule_fires_beyond_its_line_and_not_on_it(rule, field, line, fires_above, weight, verdict):
    beyond = line + STEP if fires_above else line - STEP
    fired = rules_of(replace(GOOD, **{field: beyond}))
    assert (fired[rule].weight, fired[rule].verdict) == (weight, verdict)
    assert fired[rule].value == pytest.approx(beyond)
    on_it = rules_of(replace(GOOD, **{field: line}))
    assert rule not in on_it or on_it[rule].weight != weight


def test_a_group_and_a_control_that_move_against_each_other_count_as_well():
    assert "moves_with_control" in rules_of(replace(GOOD, control_correlation=-0.95))


def test_what_the_prior_tells_is_said_in_two_steps():
    def weight_at(contraction):
        own = rules_of(resolved=replace(KNOWN, contraction=contraction))
        return own["told_by_prior"].weight if own else None

    assert weight_at(LIMITS.told_by_prior - STEP) is Weight.SERIOUS
    assert weight_at(LIMITS.told_by_prior) is Weight.CAUTION
    assert weight_at(LIMITS.told_by_prior_caution - STEP) is Weight.CAUTION
    assert weight_at(LIMITS.told_by_prior_caution) is None


def test_what_a_pair_explains_is_not_said_twice():
    assert rules_of(replace(GOOD, inflation=50.0), replace(KNOWN, contraction=0.1), in_pair=True) == {}


def test_the_heaviest_reason_speaks_first_and_gives_the_verdict():
    found = object_to_group(PANEL, replace(GOOD, spend_share=0.015, variation=0.05), KNOWN, LIMITS, in_pair=False)
    assert found is not None
    assert [reason.rule for reason in found.reasons] == ["hardly_moves", "small_share"]
    assert found.verdict is Verdict.EXPERIMENT
    assert found.sentence.startswith("TV: its spend moves by only 5 %")


def pair(correlation, inflation=1.0, in_step=90):
    facts = {name: replace(GOOD, group=name, inflation=inflation) for name in ("TV", "Radio")}
    own = PairFacts(first="TV", second="Radio", correlation=correlation, in_step=in_step, compared=WEEKS)
    return object_to_pair(PANEL, own, facts, None, LIMITS)


def test_two_groups_that_run_in_step_are_to_be_rolled_up_where_both_are_inflated():
    assert pair(LIMITS.in_step) is None
    mild = pair(LIMITS.in_step + STEP, inflation=LIMITS.inflation_serious)
    strong = pair(LIMITS.in_step + STEP, inflation=LIMITS.inflation_serious + STEP)
    assert mild is not None
    assert strong is not None
    assert (mild.verdict, mild.weight) == (Verdict.CAUTION, Weight.CAUTION)
    assert (strong.verdict, strong.weight) == (Verdict.ROLL_UP, Weight.SERIOUS)
    assert strong.sentence.startswith("TV and Radio ran in step in 90 of 104 weeks: ")


def test_two_groups_that_are_one_variable_block():
    on_it, beyond = pair(LIMITS.one_variable, inflation=400.0), pair(LIMITS.one_variable + STEP, inflation=500.0)
    assert on_it is not None
    assert beyond is not None
    assert (on_it.blocks, beyond.blocks) == (False, True)


def test_two_groups_that_take_turns_are_named_so():
    found = pair(-0.95, inflation=11.0, in_step=4)
    assert found is not None
    assert found.sentence.startswith("TV and Radio took turns in 100 of 104 weeks: ")


@pytest.mark.parametrize(
    ("rows", "weight"),
    [(60, None), (59, Weight.CAUTION), (40, Weight.CAUTION), (39, Weight.SERIOUS)],
)
def test_too_many_effects_for_the_history_are_objected_to(rows, weight):
    found = object_to_history(PANEL, HistoryFacts(rows=rows, effects=10, parameters=20), LIMITS)
    assert (found.weight if found is not None else None) == weight


def test_the_machine_advises_nothing_on_a_grouping_that_can_be_told_apart():
    found = judge(PANEL, ModelSpecification(), None)
    assert found.objections == ()
    assert dict(found.verdicts) == {"TV": Verdict.KEEP, "Radio": Verdict.KEEP}


def test_a_copy_of_a_group_is_objected_to_as_a_pair_and_not_as_two_groups():
    spend = PANEL.data["spend"].values
    both = np.concatenate([spend, spend[:, :, :1] * 2], axis=2)
    panel = make_panel(both, PANEL.data["kpi"].values, group=["TV", "Radio", "TV again"])
    found = judge(panel, ModelSpecification(), None)
    assert [(one.kind, one.groups) for one in found.objections] == [("pair", ("TV", "TV again"))]
    assert found.objections[0].blocks
    assert found.verdicts["Radio"] is Verdict.KEEP


def test_a_sum_of_two_groups_blocks_without_any_pair_in_step():
    spend = RNG.gamma(2.0, 1000.0, (WEEKS, 1, 3))
    three = np.concatenate([spend, spend[:, :, :2].sum(axis=2, keepdims=True)], axis=2)
    found = judge(make_panel(three, PANEL.data["kpi"].values), ModelSpecification(), None)
    blocked = {one.groups for one in found.objections if one.blocks}
    assert blocked == {("group 0",), ("group 1",), ("group 3",)}


def test_an_answer_names_the_spend_that_it_was_given_on_and_not_the_other_groups():
    def objection(radio, other):
        spend = np.stack([PANEL.data["spend"].values[:, 0, 0], radio, other], axis=1)[:, None, :]
        panel = make_panel(spend, PANEL.data["kpi"].values, group=["TV", "Radio", "Other"])
        found = object_to_group(panel, replace(GOOD, variation=0.05), None, LIMITS, in_pair=False)
        assert found is not None
        return found

    noise = RNG.gamma(2.0, 1000.0, (3, WEEKS))
    assert objection(noise[0], noise[1]).fingerprint == objection(noise[0], noise[2]).fingerprint
    changed = make_panel(PANEL.data["spend"].values * 1.01, PANEL.data["kpi"].values, group=["TV", "Radio"])
    here = object_to_group(PANEL, replace(GOOD, variation=0.05), None, LIMITS, in_pair=False)
    there = object_to_group(changed, replace(GOOD, variation=0.05), None, LIMITS, in_pair=False)
    assert here is not None
    assert there is not None
    assert here.key == there.key
    assert here.fingerprint != there.fingerprint


def test_a_group_gets_the_heaviest_verdict_of_all_objections():
    light = object_to_group(PANEL, replace(GOOD, spend_share=0.015), KNOWN, LIMITS, in_pair=False)
    heavy = pair(0.95, inflation=20.0)
    assert light is not None
    assert heavy is not None
    found = judgement([light, heavy], ["TV", "Radio"])
    assert found.objections[0] is heavy
    assert found.verdicts == {"TV": Verdict.ROLL_UP, "Radio": Verdict.ROLL_UP}
