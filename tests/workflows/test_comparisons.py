"""What is compared: kept for everybody, named as people know it, never over one another; the blocked say why."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
import small_client
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.errors import BadInput, EditConflict
from mmm_core.jobs.crew import Crew
from mmm_core.modeling.fit import fit_fingerprint
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.panel.panel import save_panel
from mmm_core.settings import Installation
from mmm_core.storage.fits import StoredFit, register_fit
from mmm_core.storage.opened import Storage, close_storage
from mmm_core.storage.proposals import StoredProposal
from mmm_core.storage.revisions import RevisionNote
from mmm_core.taxonomy.mapping import Rule, Target
from mmm_core.workflows.candidates import Candidate, Choices
from mmm_core.workflows.comparing import OpenCandidate, ask_for_fits, candidate_state, is_compared, open_candidates
from mmm_core.workflows.comparisons import (
    MOST,
    Comparison,
    compare_merge,
    comparison_choices,
    current_comparison,
    mapping_of,
    save_comparison,
)
from mmm_core.workflows.mapping import current_mapping, edit_mapping, mapping_notes
from mmm_core.workflows.opening import ground_key, load_ground
from mmm_core.workflows.participants import add_participant
from mmm_core.workflows.proposals import drop_proposal, open_proposals
from mmm_core.workflows.scoping import Ground, scope
from mmm_core.workflows.specification import current_specification, save_specification
from mmm_core.workflows.taking_in import take_in

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
    assert names() == [f"Mapping 1: {note.message}", proposal]
    specification = current_specification(storage, client)
    changed = ModelSpecification(effect_spread=0.5)
    save_specification(storage, client, changed, base=specification, author="Ben")
    later = [f"Specification 1, mapping 1: {note.message}", f"Specification 1, {proposal[:1].lower()}{proposal[1:]}"]
    assert names() == later
    drop_proposal(storage, client, proposed.proposal_id, author="Ben")
    assert names() == later, "settled since, but still what was compared"


def test_a_specification_is_named_by_what_it_has_other_than_the_present_one(storage: Storage, client: str) -> None:
    first = current_specification(storage, client)
    hill = replace(first.specification, saturation="hill")
    second = save_specification(storage, client, hill, base=first, author="Ben")
    third = save_specification(storage, client, replace(hill, trend="linear"), base=second, author="Ben")
    choices = comparison_choices(storage, client)

    def name(number: int) -> str:
        return choices.name(replace(choices.now, specification_number=number))

    assert name(3) == "As it is now"
    assert name(2) == "Specification 2: Trend of the baseline: None"
    assert name(1).startswith("Specification 1: How returns diminish: Diminishing from the first unit on (logistic), ")
    assert name(0).startswith("Default specification: ")
    assert name(7) == "Specification 7", "one that is not there"
    save_specification(storage, client, hill, base=third, author="Ben")
    choices = comparison_choices(storage, client)
    assert name(2) == "Specification 2: the same choices as now"


def test_what_only_the_present_specification_has_is_told_of_an_earlier_one(storage: Storage, client: str) -> None:
    first = current_specification(storage, client)
    plain = replace(first.specification, trend="linear")
    second = save_specification(storage, client, plain, base=first, author="Ben")
    more = replace(plain, holidays=("DE",), window_first="2024-01-01")
    save_specification(storage, client, more, base=second, author="Ben")
    choices = comparison_choices(storage, client)
    name = choices.name(replace(choices.now, specification_number=second.number))
    assert name.startswith(f"Specification {second.number}: ")
    assert "same choices" not in name
    assert "DE" in name


def _note(number: int, message: str) -> RevisionNote:
    return RevisionNote(number=number, parent=number - 1, author="Ada", message=message, created_at=AT)


def _proposal(identity: str, message: str, author: str = "Ada") -> StoredProposal:
    return StoredProposal(
        id=identity,
        project_id="p",
        base_number=1,
        content={},
        author=author,
        message=message,
        origin="edit",
        created_at=AT,
    )


AT = datetime(2026, 3, 2, tzinfo=UTC)
AWKWARD = ["", "x", "x (2)", "specification 1", "x, specification 1", "a" * 80, "a" * 81, "mapping 1: x", "Ada: x"]


@given(
    st.lists(st.sampled_from(AWKWARD), min_size=1, max_size=4),
    st.lists(st.sampled_from(AWKWARD), max_size=3),
    st.lists(st.tuples(st.sampled_from(AWKWARD), st.sampled_from(["Ada", "Ada: x", ""])), max_size=4),
)
def test_no_two_candidates_are_ever_called_alike(mappings, specifications, waiting) -> None:
    choices = Choices(
        mappings=tuple(_note(at + 1, message) for at, message in reversed(list(enumerate(mappings)))),
        specifications=dict(reversed(list(enumerate(["", *specifications])))),
        proposals=tuple(_proposal(str(at), message, author) for at, (message, author) in enumerate(waiting)),
    )
    groupings = [
        *(Candidate(mapping_number=at) for at in range(len(mappings) + 1)),
        *(Candidate(mapping_number=1, proposal_id=str(at)) for at in range(len(waiting) + 2)),
    ]
    candidates = [
        replace(one, specification_number=number) for one in groupings for number in range(len(specifications) + 1)
    ]
    names = [choices.name(candidate) for candidate in candidates]
    assert len(set(names)) == len(names)


def test_two_proposals_of_the_same_words_are_told_apart_wherever_they_are_shown(
    storage: Storage, client: str, ground: Ground
) -> None:
    first = merged(storage, client)
    base = current_mapping(storage, client)
    edit_mapping(storage, client, lambda m: m.with_group(("X", "Y", "Z")), base=base, author="Ben", message="Added Z")
    candidates = merged(storage, client, first).candidates
    shown = opened(storage, client, ground, *candidates)
    assert [one.name for one in shown[1:]] == [
        "Proposal of Ada: merge Brand social and Search into Brand social",
        "Proposal of Ada: merge Brand social and Search into Brand social (2)",
    ]
    alone = opened(storage, client, ground, candidates[2])
    assert alone[0].name == shown[2].name, "the same name, whatever it stands beside"


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


def _keep_fit(storage: Storage, client: str, opened_candidate: OpenCandidate) -> None:
    """Keep a fit of a candidate as a worker does; what is in it plays no part here."""
    assert opened_candidate.ready is not None
    model = opened_candidate.ready.model
    name = fit_fingerprint(model.panel.fingerprint, model.specification)
    storage.artefacts.put_folder(model.panel.fingerprint, lambda folder: save_panel(model.panel, folder))
    storage.artefacts.put_folder(name, lambda folder: (folder / "fit.json").write_text("{}"))
    made = StoredFit(
        project_id=client,
        fingerprint=name,
        panel_fingerprint=model.panel.fingerprint,
        mapping_number=1,
        specification_number=1,
        artefact_key=name,
        summary={},
        created_at=AT,
    )
    with storage.database.transaction() as session:
        register_fit(session, storage.artefacts, made)


def test_candidates_are_compared_when_two_of_them_have_a_fit_and_not_before(
    storage: Storage, client: str, ground: Ground
) -> None:
    def compared() -> bool:
        return is_compared(storage, client, lambda mapping: scope(ground, mapping))

    chosen = merged(storage, client)
    shown = opened(storage, client, ground, *chosen.candidates)
    _keep_fit(storage, client, shown[0])
    assert not compared(), "one fit is nothing to compare"
    _keep_fit(storage, client, shown[1])
    assert compared()
    save(storage, client, chosen.candidates[0], Candidate(mapping_number=0, specification_number=1), base=chosen)
    assert not compared(), "fits of what is not chosen do not count, and what cannot be fitted is passed over"


def _in_step_since(weeks: int) -> bytes:
    """Return a media export whose Video and Image follow each other to the cent in the last weeks only."""
    exact, wobbling = small_client.media_rows(), pd.read_csv(io.BytesIO(small_client.wobbling_csv()), dtype="string")
    late = pd.to_datetime(exact["date"]) > pd.to_datetime(exact["date"]).max() - pd.Timedelta(weeks=weeks)
    return wobbling.assign(spend=wobbling["spend"].mask(late, exact["spend"])).to_csv(index=False).encode()


def test_a_candidate_is_judged_with_its_own_specification_and_not_with_the_present_one(tmp_path: Path) -> None:
    installation = Installation(data_dir=tmp_path / "data", database_url=f"sqlite:///{tmp_path / 'w.sqlite'}")
    crew = Crew(installation)  # never started: what it is asked for is queued, and nobody makes it
    storage = crew.storage
    path = small_client.write_client(tmp_path / "client", small_client.TWIN_TOML)
    (path.parent / "media.csv").write_bytes(_in_step_since(70))
    client = take_in(storage, path, author="Test").id
    ground = load_ground(storage, ground_key(storage, client))
    known = current_specification(storage, client)
    save_specification(
        storage, client, replace(known.specification, window_first="2023-09-04"), base=known, author="Ben"
    )
    whole, late = opened(
        storage,
        client,
        ground,
        Candidate(mapping_number=1, specification_number=1),
        Candidate(mapping_number=1, specification_number=2),
    )
    assert "ran in step" in late.why_not
    assert whole.ready is not None
    states = [candidate_state(storage, client, one) for one in (whole, late)]
    assert ask_for_fits(crew, client, states, author="Test") == ()
    assert candidate_state(storage, client, whole).is_open
    close_storage(installation)
