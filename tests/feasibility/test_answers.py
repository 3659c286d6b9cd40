"""What became of an objection, and which caveat stays beside the groups."""

from dataclasses import replace

import pytest

from mmm_core.feasibility.answers import Answer, caveats, standing_by_hand, states_of, told
from mmm_core.feasibility.objections import Objection, Verdict

PAIR = Objection(
    kind="pair",
    groups=("TV", "Radio"),
    verdict=Verdict.ROLL_UP,
    sentence="TV and Radio ran in step",
    caveat="kept apart against advice: read TV and Radio together",
    basis="spend of 2025",
)
CAUTION = replace(PAIR, kind="group", groups=("Print",), verdict=Verdict.CAUTION, caveat="kept against advice: small")


def entry(action, objection=PAIR, text="", **detail):
    return Answer(
        key=objection.key,
        action=action,
        author="Mona",
        role="marketing",
        text=text,
        detail={**told(objection), **detail},
        bound_to=objection.fingerprint,
    )


def state(*entries, objection=PAIR):
    return states_of([objection], entries)[0]


@pytest.mark.parametrize(
    ("actions", "status"),
    [
        ([], "open"),
        (["comment"], "open"),
        (["keep"], "answered"),
        (["propose", "comment"], "answered"),
        (["keep", "return"], "open"),
        (["keep", "settle"], "settled"),
        (["keep", "settle", "reopen"], "open"),
        (["withdraw"], "withdrawn"),
        (["withdraw", "reopen"], "open"),
    ],
)
def test_an_objection_goes_through_its_states(actions, status):
    found = state(*(entry(action, text="why") for action in actions))
    assert found.status == status
    assert found.is_open == (status in ("open", "answered"))


def test_a_caution_asks_for_no_answer_and_leaves_no_caveat():
    found = state(objection=CAUTION)
    assert (found.status, found.is_open, found.caveat) == ("noted", False, "")


def test_an_answer_does_not_outlive_the_spend_that_it_was_given_on():
    found = state(entry("keep", text="two teams"), entry("settle"), objection=replace(PAIR, basis="spend of 2026"))
    assert (found.status, found.is_open) == ("changed", True)


def test_a_caveat_follows_what_is_kept_with_its_reason_also_after_it_is_settled():
    kept = entry("keep", text="two teams steer them")
    wanted = "kept apart against advice: read TV and Radio together (two teams steer them)"
    assert state(kept).caveat == wanted
    assert state(kept, entry("settle")).caveat == wanted
    assert state(kept, entry("withdraw")).caveat == ""


def test_an_unanswered_objection_says_so_beside_the_groups():
    assert state().caveat.endswith("(not answered yet)")


def test_an_agreed_test_is_named_in_the_caveat():
    found = state(entry("accept", alternative="Test TV for 6 weeks", way="lift_test"))
    assert found.status == "answered"
    assert found.caveat.endswith("agreed: Test TV for 6 weeks")


def test_a_merge_that_was_undone_leaves_the_question_open():
    assert state(entry("accept", alternative="Merge TV and Radio", way="merge")).status == "open"


def test_what_is_not_raised_any_more_keeps_its_thread():
    found = states_of([], [entry("keep", text="two teams")])
    assert [(one.status, one.objection.sentence, one.objection.groups) for one in found] == [
        ("gone", "TV and Radio ran in step", ("TV", "Radio"))
    ]
    assert found[0].caveat == ""


def test_what_the_analyst_raised_by_hand_stands_until_its_groups_go():
    by_hand = Objection(
        kind="analyst", groups=("TV",), verdict=Verdict.ROLL_UP, sentence="A package deal", caveat="c", number="1"
    )
    raised = states_of([PAIR], [entry("raise", objection=by_hand, text="A package deal")])
    assert [one.objection.kind for one in raised] == ["pair", "analyst"]
    assert raised[1].status == "open"
    assert [one.status for one in standing_by_hand(raised, ["TV", "Radio"])] == ["open", "open"]
    assert [one.status for one in standing_by_hand(raised, ["Radio"])] == ["open", "gone"]


def test_caveats_are_listed_per_group_in_the_order_of_the_model():
    pair = states_of([PAIR, CAUTION], [entry("keep", text="two teams")])
    said = caveats(pair, ["Radio", "Print", "TV"])
    assert list(said) == ["Radio", "TV"]
    assert said["TV"] == said["Radio"]


def test_a_caveat_on_the_whole_grouping_stands_beside_every_group():
    whole = replace(PAIR, kind="grouping", groups=())
    assert list(caveats(states_of([whole], []), ["TV", "Radio"])) == ["TV", "Radio"]
