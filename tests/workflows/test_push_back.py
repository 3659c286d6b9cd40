"""The push-back of a project: what is objected, who may say what, what an accepted way out changes."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import small_client

from mmm_core.errors import BadInput, BlockedFit, EditConflict, NotFound
from mmm_core.feasibility.answers import Answer, ObjectionState, states_of, told
from mmm_core.feasibility.objections import Verdict, Weight
from mmm_core.storage.opened import Storage
from mmm_core.taxonomy.tree import merge_groups, move_node
from mmm_core.workflows.agenda import current_agenda
from mmm_core.workflows.answering import accept_alternative, answer_entries, raise_objection, say_to_objection
from mmm_core.workflows.fitting import refuse_blocking, start_fit
from mmm_core.workflows.mapping import current_mapping, edit_mapping
from mmm_core.workflows.opening import ground_key, load_ground
from mmm_core.workflows.participants import add_participant
from mmm_core.workflows.push_back import (
    caveats_of,
    feasibility_of,
    groups_of,
    objection_states,
    siblings_of,
    try_merged,
    ways_out,
    what_objections_block,
)
from mmm_core.workflows.scoping import Scoped, scope
from mmm_core.workflows.sources import list_sources, remove_source
from mmm_core.workflows.specification import current_specification, save_specification
from mmm_core.workflows.taking_in import export_project, take_in
from mmm_core.workflows.workshop_file import read_workshop_file

PEOPLE = (("Mona", "marketing"), ("Fred", "finance"), ("Ada", "analytics"), ("Vera", "viewer"))


@pytest.fixture
def project(storage: Storage, tmp_path: Path) -> str:
    identity = take_in(storage, small_client.write_client(tmp_path / "twins", small_client.TWIN_TOML), author="Test").id
    for name, role in PEOPLE:
        add_participant(storage, identity, name=name, role=role, author="Test")
    return identity


def scoped_of(storage: Storage, project: str) -> Scoped:
    return scope(load_ground(storage, ground_key(storage, project)), current_mapping(storage, project).mapping)


def pair_of(storage: Storage, project: str) -> ObjectionState:
    states = objection_states(storage, project, scoped_of(storage, project))
    return next(one for one in states if one.objection.kind == "pair")


def say(storage: Storage, project: str, action: str, author: str, text: str = "", state: ObjectionState | None = None):
    say_to_objection(storage, project, state or pair_of(storage, project), action=action, text=text, author=author)


def test_groups_bought_in_fixed_shares_are_objected_to(storage: Storage, project: str) -> None:
    state = pair_of(storage, project)
    assert set(state.objection.groups) == {"Video", "Image"}
    assert state.objection.verdict is Verdict.ROLL_UP
    assert state.status == "open"
    assert state.objection.sentence.startswith("Video and Image ran in step in")


def test_the_same_scope_is_judged_the_same_whatever_was_looked_at_before(storage: Storage, project: str) -> None:
    scoped, specification = scoped_of(storage, project), current_specification(storage, project).specification
    first = feasibility_of(scoped, specification)
    other = edit_mapping(
        storage,
        project,
        lambda mapping: merge_groups(mapping, [mapping.leaves[0], mapping.leaves[1]], mapping.leaves[0]),
        base=current_mapping(storage, project),
        author="Mona",
        message="Tried",
    )
    feasibility_of(scope(scoped.ground, other.mapping), specification)
    again = feasibility_of(scope(scoped.ground, scoped.mapping), replace(specification, seed=9))
    assert again.name == first.name
    assert [one.fingerprint for one in again.judgement.objections] == [
        one.fingerprint for one in first.judgement.objections
    ]


@pytest.mark.parametrize(("action", "may"), [("keep", "Mona"), ("propose", "Mona"), ("withdraw", "Ada")])
def test_only_its_own_role_may_decide(storage: Storage, project: str, action: str, may: str) -> None:
    for name, _ in PEOPLE:
        if name != may:
            with pytest.raises(BadInput, match=r"takes part for|looks on"):
                say(storage, project, action, name, "because")
    with pytest.raises(BadInput, match="does not take part"):
        say(storage, project, action, "Nobody", "because")
    assert answer_entries(storage, project) == ()
    say(storage, project, action, may, "because")
    assert [entry.author for entry in answer_entries(storage, project)] == [may]


def test_everybody_but_viewers_may_comment_and_nothing_is_decided_by_it(storage: Storage, project: str) -> None:
    say(storage, project, "comment", "Fred", "What does it cost?")
    with pytest.raises(BadInput, match="looks on"):
        say(storage, project, "comment", "Vera", "Me too")
    assert pair_of(storage, project).status == "open"


def test_a_decision_without_a_reason_is_refused(storage: Storage, project: str) -> None:
    with pytest.raises(BadInput, match="no reason"):
        say(storage, project, "keep", "Mona", "  ")


def test_the_client_keeps_and_the_analyst_settles(storage: Storage, project: str) -> None:
    with pytest.raises(BadInput, match="no answer yet"):
        say(storage, project, "settle", "Ada")
    say(storage, project, "keep", "Mona", "two teams")
    assert pair_of(storage, project).status == "answered"
    say(storage, project, "settle", "Ada")
    state = pair_of(storage, project)
    assert state.status == "settled"
    with pytest.raises(EditConflict, match="settled already"):
        say(storage, project, "keep", "Mona", "again")


def test_who_decides_on_what_was_overtaken_is_told(storage: Storage, project: str) -> None:
    seen = pair_of(storage, project)
    say(storage, project, "keep", "Mona", "two teams")
    with pytest.raises(EditConflict, match="Mona has said something since you looked"):
        say(storage, project, "withdraw", "Ada", "never mind", state=seen)
    say(storage, project, "comment", "Ada", "seen", state=seen)
    assert [entry.action for entry in answer_entries(storage, project)] == ["keep", "comment"]


def test_a_caveat_stands_beside_both_groups(storage: Storage, project: str) -> None:
    say(storage, project, "keep", "Mona", "two teams")
    said = caveats_of(storage, project, scoped_of(storage, project))
    assert said["Video"] == said["Image"] == "kept apart against advice: read Video and Image together (two teams)"
    assert "Search" not in said


def test_an_accepted_merge_edits_the_mapping_and_takes_the_objection_along(storage: Storage, project: str) -> None:
    scoped, state = scoped_of(storage, project), pair_of(storage, project)
    specification = current_specification(storage, project).specification
    way = next(one for one in ways_out(scoped, specification, state.objection) if one.kind == "merge")
    spend = scoped.panel.data["spend"].sum().item()
    base = current_mapping(storage, project)
    with pytest.raises(BadInput, match="takes part for analytics"):
        accept_alternative(storage, project, state, way, base=base, author="Ada", into=("Brand", "Social", "Social"))
    accept_alternative(storage, project, state, way, base=base, author="Mona", into=("Brand", "Social", "Social"))
    after = scoped_of(storage, project)
    assert set(groups_of(after)) == {"Social", "Search", "Radio"}
    assert after.panel.data["spend"].sum().item() == pytest.approx(spend)
    gone = [one for one in objection_states(storage, project, after) if one.status == "gone"]
    assert [one.answer_words for one in gone] == ["accepted: Merge Video and Image into one group: Social"]
    assert current_mapping(storage, project).message == "Merged Video and Image into Social, as the push-back advised"


def test_a_merge_accepted_on_an_overtaken_mapping_changes_nothing(storage: Storage, project: str) -> None:
    scoped, state, base = scoped_of(storage, project), pair_of(storage, project), current_mapping(storage, project)
    way = try_merged(scoped, current_specification(storage, project).specification, ["Video", "Image"])
    edit_mapping(
        storage, project, lambda m: replace(m, leaves=m.leaves[::-1]), base=base, author="Fred", message="Order"
    )
    with pytest.raises(EditConflict):
        accept_alternative(storage, project, state, way, base=base, author="Mona", into=("Brand", "Social", "Social"))
    assert answer_entries(storage, project) == ()
    assert set(groups_of(scoped_of(storage, project))) == {"Video", "Image", "Search", "Radio"}


def test_an_accepted_test_is_noted_among_the_actions_foreseen(storage: Storage, project: str) -> None:
    state, specification = pair_of(storage, project), current_specification(storage, project).specification
    ways = ways_out(scoped_of(storage, project), specification, state.objection)
    way = next(one for one in ways if one.kind == "lift_test")
    accept_alternative(
        storage, project, state, way, base=current_mapping(storage, project), author="Mona", text="In spring"
    )
    assert current_agenda(storage, project).agenda.actions == (way.words,)
    assert pair_of(storage, project).status == "answered"
    assert way.words in caveats_of(storage, project, scoped_of(storage, project))["Video"]


def test_an_accepted_expectation_tightens_the_prior_of_that_group_alone(storage: Storage, project: str) -> None:
    state, before = pair_of(storage, project), current_specification(storage, project).specification
    scoped = scoped_of(storage, project)
    way = next(one for one in ways_out(scoped, before, state.objection) if one.kind == "prior")
    base = current_mapping(storage, project)
    accept_alternative(storage, project, state, way, base=base, author="Mona")
    after = current_specification(storage, project).specification
    assert dict(after.group_spreads) == {way.groups[0]: pytest.approx(before.effect_spread / 2)}
    assert after.spread_of("Search") == before.effect_spread


def test_trying_a_merge_saves_nothing(storage: Storage, project: str) -> None:
    scoped, number = scoped_of(storage, project), current_mapping(storage, project).number
    tried = try_merged(scoped, current_specification(storage, project).specification, ["Search", "Radio"])
    assert tried.widths[0].name == "Search + Radio"
    assert current_mapping(storage, project).number == number
    with pytest.raises(BadInput, match="cannot be merged"):
        try_merged(scoped, current_specification(storage, project).specification, ["Search"])


def test_the_analyst_objects_by_hand_and_viewers_never(storage: Storage, project: str) -> None:
    known = groups_of(scoped_of(storage, project))
    with pytest.raises(BadInput, match="takes part for marketing"):
        raise_objection(storage, project, ["Radio"], verdict=Verdict.ROLL_UP, text="x", author="Mona", known=known)
    with pytest.raises(BadInput, match="no group 'Nope'"):
        raise_objection(storage, project, ["Nope"], verdict=Verdict.ROLL_UP, text="x", author="Ada", known=known)
    raise_objection(
        storage, project, ["Radio"], verdict=Verdict.EXPERIMENT, text="A package deal", author="Ada", known=known
    )
    states = objection_states(storage, project, scoped_of(storage, project))
    by_hand = [one for one in states if one.objection.kind == "analyst"]
    assert [(one.objection.sentence, one.status) for one in by_hand] == [("A package deal", "open")]


def test_what_is_said_travels_with_the_files(storage: Storage, project: str, tmp_path: Path) -> None:
    say(storage, project, "keep", "Mona", "two teams")
    say(storage, project, "comment", "Fred", "stays at home")
    say(storage, project, "settle", "Ada", "fine")
    raise_objection(
        storage,
        project,
        ["Radio"],
        verdict=Verdict.CAUTION,
        text="A package deal",
        author="Ada",
        known=groups_of(scoped_of(storage, project)),
    )
    folder = tmp_path / "out"
    (tmp_path / "w.zip").write_bytes(export_project(storage, project))
    import zipfile

    zipfile.ZipFile(tmp_path / "w.zip").extractall(folder)
    copy = take_in(storage, folder / "workshop.toml", author="Test").id

    def told(identity: str) -> list[tuple[str, str, str]]:
        states = objection_states(storage, identity, scoped_of(storage, identity))
        return [(one.objection.key, one.status, one.answer_words) for one in states]

    assert told(copy) == told(project)
    assert [entry.action for entry in answer_entries(storage, copy)] == ["keep", "settle", "raise"]


def test_an_objection_that_is_gone_takes_no_answer(storage: Storage, project: str) -> None:
    state = replace(pair_of(storage, project), status="gone")
    with pytest.raises(NotFound, match="not raised any more"):
        say(storage, project, "keep", "Mona", "two teams", state=state)


def test_a_viewer_edits_neither_mapping_nor_specification_nor_files(storage: Storage, project: str) -> None:
    base, specification = current_mapping(storage, project), current_specification(storage, project)
    with pytest.raises(BadInput, match="takes part as a viewer"):
        edit_mapping(storage, project, lambda m: replace(m, leaves=()), base=base, author="Vera", message="x")
    wanted = replace(specification.specification, adstock_l_max=3)
    with pytest.raises(BadInput, match="takes part as a viewer"):
        save_specification(storage, project, wanted, base=specification, author="vera ")
    with pytest.raises(BadInput, match="takes part as a viewer"):
        remove_source(storage, project, list_sources(storage, project)[0].id, author="Vera")
    assert current_mapping(storage, project).number == base.number


def test_a_settlement_and_an_expectation_follow_a_group_to_its_new_name(storage: Storage, project: str) -> None:
    say(storage, project, "keep", "Mona", "two teams")
    say(storage, project, "settle", "Ada")
    base = current_specification(storage, project)
    tighter = replace(base.specification, group_spreads=(("Video", 0.2),))
    save_specification(storage, project, tighter, base=base, author="Ada")
    edit_mapping(
        storage,
        project,
        lambda mapping: move_node(mapping, ("Brand", "Social", "Video"), ("Brand", "Social", "Films")),
        base=current_mapping(storage, project),
        author="Mona",
        message="Renamed",
    )
    state = pair_of(storage, project)
    assert set(state.objection.groups) == {"Films", "Image"}
    assert (state.status, state.answer_words) == ("settled", "kept with a caveat: two teams")
    assert not [one for one in objection_states(storage, project, scoped_of(storage, project)) if one.status == "gone"]
    assert current_specification(storage, project).specification.spread_of("Films") == 0.2
    say(storage, project, "reopen", "Ada", "once more")
    assert pair_of(storage, project).status == "open"


def test_what_was_settled_is_open_again_once_it_blocks(storage: Storage, project: str) -> None:
    state = pair_of(storage, project)
    lighter = replace(state.objection, reasons=(replace(state.objection.reasons[0], weight=Weight.SERIOUS),))
    settled = Answer(
        key=lighter.key,
        action="settle",
        author="Ada",
        role="analytics",
        detail=told(lighter),
        bound_to=lighter.fingerprint,
    )
    assert states_of([lighter], [settled])[0].status == "settled"
    assert states_of([state.objection], [settled])[0].status == "changed"


def test_the_app_starts_no_fit_of_groups_that_are_one_variable(storage: Storage, project: str) -> None:
    crew = SimpleNamespace(storage=storage, submit_fit=pytest.fail)
    scoped, specification = scoped_of(storage, project), current_specification(storage, project)
    with pytest.raises(BlockedFit, match="1 objection blocks the fit: Video and Image ran in step"):
        start_fit(crew, project, scoped, specification, mapping_number=1, author="Ada")
    with pytest.raises(BadInput, match="takes part as a viewer"):
        start_fit(crew, project, scoped, specification, mapping_number=1, author="Vera")


def test_two_objections_by_hand_of_one_number_are_refused(tmp_path: Path) -> None:
    section = """
[[push_back]]
action = "raise"
kind = "analyst"
groups = ["Radio"]
text = "x"
author = "Ada"
role = "analytics"
"""
    one = small_client.write_client(tmp_path / "one", small_client.TWIN_TOML + section)
    assert read_workshop_file(one).push_back[0].entry().detail["sentence"] == "x"
    two = small_client.write_client(tmp_path / "two", small_client.TWIN_TOML + 2 * section)
    with pytest.raises(BadInput, match="raise objection number '' about Radio"):
        read_workshop_file(two)


def test_a_fit_waits_for_what_blocks(storage: Storage, project: str) -> None:
    state = pair_of(storage, project)
    blocks = replace(state.objection, reasons=(replace(state.objection.reasons[0], weight=Weight.BLOCKS),))
    held_up = what_objections_block([replace(state, objection=blocks)])
    with pytest.raises(BlockedFit, match="1 objection blocks the fit: Video and Image ran in step"):
        refuse_blocking(held_up)
    assert what_objections_block([replace(state, objection=blocks, status="settled")]) == ()


def test_siblings_are_those_nearest_in_the_tree(storage: Storage, project: str) -> None:
    mapping = current_mapping(storage, project).mapping
    near = siblings_of(mapping, ["Video", "Image", "Search", "Radio"])
    assert near["Video"][:2] == ("Image", "Radio")
    assert set(near["Search"]) == {"Video", "Image", "Radio"}


def test_a_scope_without_model_input_has_nothing_to_object_to(storage: Storage, project: str) -> None:
    scoped = scoped_of(storage, project)
    empty = replace(scoped, panel=None)
    assert feasibility_of(empty, current_specification(storage, project).specification).judgement.objections == ()
    assert np.isfinite(
        [
            group.roi.width
            for group in feasibility_of(scoped, current_specification(storage, project).specification).found.groups
        ]
    ).all()


def test_an_accepted_branch_shares_its_expectation_in_the_specification(storage: Storage, project: str) -> None:
    state, before = pair_of(storage, project), current_specification(storage, project).specification
    scoped = scoped_of(storage, project)
    ways = {one.kind: one for one in ways_out(scoped, before, state.objection)}
    if "alike" not in ways:  # the pair lies in two branches of the small client's tree
        ways["alike"] = replace(ways["prior"], kind="alike", detail={"place": list(scoped.mapping.leaves[0][:1])})
    base = current_mapping(storage, project)
    accept_alternative(storage, project, state, ways["alike"], base=base, author="Mona")
    (shared,) = current_specification(storage, project).specification.alike
    assert list(shared.place) == ways["alike"].detail["place"]
