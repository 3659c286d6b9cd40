"""What is compared: kept for everybody, named as people know it, never over one another; the blocked say why."""

import pytest

from mmm_core.errors import BadInput, EditConflict
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.storage.opened import Storage
from mmm_core.taxonomy.mapping import Rule, Target
from mmm_core.workflows.comparing import candidate_state, open_candidates
from mmm_core.workflows.comparisons import (
    MOST,
    Candidate,
    Comparison,
    compare_merge,
    comparison_choices,
    current_comparison,
    mapping_of,
    save_comparison,
)
from mmm_core.workflows.mapping import current_mapping, edit_mapping, mapping_notes
from mmm_core.workflows.participants import add_participant
from mmm_core.workflows.proposals import drop_proposal, open_proposals
from mmm_core.workflows.scoping import Ground, scope
from mmm_core.workflows.specification import current_specification, save_specification

SOCIAL, SEARCH = ("Brand", "Social", "Brand social"), ("Sales", "Search", "Search")
PAIR = (Candidate(mapping_number=1), Candidate(mapping_number=0))


def save(storage: Storage, client: str, *candidates: Candidate, base: Comparison | None = None) -> Comparison:
    return save_comparison(storage, client, candidates, base=base or Comparison(), author="Ada")


def merged(storage: Storage, client: str, base: Comparison | None = None) -> Comparison:
    return compare_merge(storage, client, (SOCIAL, SEARCH), SOCIAL, base=base or Comparison(), author="Ada")


def opened(storage: Storage, client: str, ground: Ground, *candidates: Candidate):
    choices = comparison_choices(storage, client, candidates)
    return open_candidates(storage, client, candidates, choices, lambda mapping: scope(ground, mapping))


def test_a_comparison_is_a_revision_that_everybody_reads(storage: Storage, client: str) -> None:
    assert current_comparison(storage, client) == Comparison()
    kept = save(storage, client, *PAIR)
    assert (kept.number, kept.candidates) == (1, PAIR)
    assert current_comparison(storage, client) == kept
    assert save(storage, client, *PAIR, base=kept).number == 1, "the same again adds nothing"


def test_a_later_choice_is_not_written_over(storage: Storage, client: str) -> None:
    kept = save(storage, client, *PAIR)
    with pytest.raises(EditConflict, match="Ada saved comparison revision 1"):
        save(storage, client, *reversed(PAIR))
    assert current_comparison(storage, client) == kept


@pytest.mark.parametrize(
    ("candidates", "message"),
    [
        ((), "0 different candidates were chosen"),
        ((PAIR[0], PAIR[0]), "1 different candidate was chosen"),
        (tuple(Candidate(mapping_number=at) for at in range(MOST + 1)), "7 different candidates were chosen"),
    ],
)
def test_two_to_six_different_candidates_are_compared(storage: Storage, client: str, candidates, message) -> None:
    with pytest.raises(BadInput, match=message):
        save(storage, client, *candidates)


def test_a_viewer_chooses_nothing_and_leaves_no_proposal(storage: Storage, client: str) -> None:
    add_participant(storage, client, name="Ada", role="viewer", author="Test")
    with pytest.raises(BadInput, match="takes part as a viewer"):
        save(storage, client, *PAIR)
    with pytest.raises(BadInput, match="takes part as a viewer"):
        merged(storage, client)
    assert open_proposals(storage, client) == ()


def test_a_merge_is_compared_without_an_edit_and_can_be_taken_over_later(storage: Storage, client: str) -> None:
    before = mapping_notes(storage, client)
    now, other = merged(storage, client).candidates
    assert mapping_notes(storage, client) == before
    assert now == Candidate(mapping_number=1, specification_number=1)
    (waiting,) = open_proposals(storage, client)
    assert other.proposal_id == waiting.id
    assert set(mapping_of(storage, client, other).groups) == {"Brand social", "Radio"}
    assert set(mapping_of(storage, client, now).groups) == {"Brand social", "Search", "Radio"}


def test_a_merge_needs_two_groups_and_room(storage: Storage, client: str) -> None:
    with pytest.raises(BadInput, match="1 group was chosen"):
        compare_merge(storage, client, (SOCIAL,), SOCIAL, base=Comparison(), author="Ada")
    full = save(storage, client, *(Candidate(mapping_number=at) for at in range(MOST)))
    with pytest.raises(BadInput, match="6 candidates are compared already"):
        merged(storage, client, full)
    assert open_proposals(storage, client) == ()


def test_candidates_are_called_what_people_know_them_by_and_stay_what_they_were(storage: Storage, client: str) -> None:
    first, proposed = merged(storage, client).candidates

    def names() -> list[str]:
        choices = comparison_choices(storage, client, (first, proposed))
        return [choices.name(one) for one in (first, proposed)]

    proposal = "Proposal of Ada: merge Brand social and Search into Brand social"
    assert names() == ["As it is now", proposal]
    base = current_mapping(storage, client)
    edit_mapping(storage, client, lambda m: m.with_group(("X", "Y", "Z")), base=base, author="Ben", message="Added Z")
    note = mapping_notes(storage, client)[-1]
    assert names() == [f"Revision 1: {note.message}", proposal]
    specification = current_specification(storage, client)
    changed = ModelSpecification(effect_spread=0.5)
    save_specification(storage, client, changed, base=specification, author="Ben")
    assert names() == [f"Revision 1: {note.message}, specification 1", f"{proposal}, specification 1"]
    drop_proposal(storage, client, proposed.proposal_id, author="Ben")
    assert names()[1].startswith(proposal), "settled since, but still what was compared"


def test_a_candidate_that_is_blocked_says_why_and_the_others_are_ready(
    storage: Storage, client: str, ground: Ground
) -> None:
    base = current_mapping(storage, client)
    strange = Rule(match={"format": ("*",)}, target=Target(path=SOCIAL))
    broken = edit_mapping(
        storage, client, lambda m: m.with_rules((strange, *m.rules)), base=base, author="Ben", message="Formats"
    )
    found = opened(
        storage, client, ground, PAIR[0], PAIR[1], Candidate(mapping_number=broken.number), Candidate(mapping_number=99)
    )
    ready, empty, unreadable, gone = found
    assert ready.ready is not None
    assert ready.why_not == ""
    assert "no model input" in empty.why_not
    assert "format" in unreadable.why_not
    assert "There is no mapping revision 99" in gone.why_not
    states = [candidate_state(storage, client, one) for one in found]
    assert [state.lacks_fit for state in states] == [True, False, False, False]
    assert not any(state.is_open or state.lacks_holdout or state.to_show for state in states)


def test_the_same_grouping_with_another_specification_is_another_candidate(
    storage: Storage, client: str, ground: Ground
) -> None:
    known = current_specification(storage, client)
    save_specification(storage, client, ModelSpecification(effect_spread=0.5), base=known, author="Ben")
    early, late = opened(
        storage,
        client,
        ground,
        Candidate(mapping_number=1, specification_number=1),
        Candidate(mapping_number=1, specification_number=2),
    )
    assert early.ready is not None
    assert late.ready is not None
    assert early.ready.model.panel.fingerprint == late.ready.model.panel.fingerprint
    assert (early.ready.model.specification.effect_spread, late.ready.model.specification.effect_spread) == (0.9, 0.5)
