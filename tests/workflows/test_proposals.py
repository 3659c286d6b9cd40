"""An edit that somebody else overtook is kept, survives a reload, and is taken over as far as somebody chooses."""

import pytest

from mmm_core.errors import BadInput, EditConflict
from mmm_core.storage.audit import list_entries
from mmm_core.storage.opened import Storage
from mmm_core.taxonomy.mapping import Mapping, Rule, Target
from mmm_core.taxonomy.resolution import resolve
from mmm_core.workflows.mapping import MappingRevision, current_mapping, edit_mapping, mapping_notes
from mmm_core.workflows.proposals import (
    KeptEdit,
    drop_proposal,
    edit_or_keep,
    keep_proposal,
    open_proposals,
    proposal,
    settle,
)
from mmm_core.workflows.scoping import Ground

RADIO, SEARCH, PODCAST = ("Brand", "Audio", "Radio"), ("Sales", "Search", "Search"), ("Brand", "Audio", "Podcast")


def assign(storage: Storage, client: str, base: MappingRevision, item: str, path: tuple[str, ...], author: str):
    return edit_or_keep(
        storage,
        client,
        lambda m: m.assign([item], Target(path=path)),
        base=base,
        author=author,
        message=f"{item} to {path[-1]}",
    )


def overtaken(storage: Storage, client: str, ground: Ground) -> tuple[KeptEdit, list[str]]:
    """Ada assigns the first line item; Ben, on what he saw before, the same one and another."""
    first, second = items = list(ground.items.index[:2])
    seen = current_mapping(storage, client)
    assert isinstance(assign(storage, client, seen, first, RADIO, "Ada"), MappingRevision)
    mine = seen.mapping.assign([first], Target(path=SEARCH)).assign([second], Target(path=PODCAST))
    kept = edit_or_keep(storage, client, lambda _: mine, base=seen, author="Ben", message="Mine")
    assert isinstance(kept, KeptEdit)
    return kept, items


def keys(storage: Storage, client: str, kept: KeptEdit, ground: Ground, *verdicts: str) -> set[str]:
    changes = proposal(storage, client, kept.proposal_id).changes(ground.items)
    return {change.key for change in changes if change.verdict in verdicts}


def test_an_edit_that_nobody_overtook_is_saved_as_ever(storage: Storage, client: str, ground: Ground) -> None:
    saved = assign(storage, client, current_mapping(storage, client), ground.items.index[0], RADIO, "Ada")
    assert isinstance(saved, MappingRevision)
    assert current_mapping(storage, client) == saved
    assert open_proposals(storage, client) == ()


def test_two_editors_who_each_add_a_rule_both_keep_theirs(storage: Storage, client: str, ground: Ground) -> None:
    story = Rule(match={"campaign": ("*story*",)}, target=Target(path=RADIO))
    shopping = Rule(match={"campaign": ("*shopping*",)}, target=Target(exclude="Not ours"))
    seen = current_mapping(storage, client)
    for author, rule in (("Ada", story), ("Ben", shopping)):
        result = edit_or_keep(
            storage,
            client,
            lambda m, rule=rule: m.with_rules((rule, *m.rules)),
            base=seen,
            author=author,
            message="A rule",
        )
    assert isinstance(result, KeptEdit), "Ben did not see what Ada saved"
    review = proposal(storage, client, result.proposal_id).review(ground.items)
    wanted = [change.key for change in review.changes if change.verdict != "same"]
    assert (wanted, review.clashes, review.line_items_since) == (["rule:campaign is *shopping*"], 0, 1)
    saved = settle(storage, client, result.proposal_id, wanted, author="Ben")
    assert saved.mapping.rules == (story, shopping, *seen.mapping.rules)
    decided = resolve(ground.items, saved.mapping).table["decided_by"]
    campaigns = ground.items["campaign"]
    assert decided[campaigns == "FB_Brand_Story_DE"].tolist() == ["rule 1"]
    assert decided[campaigns == "GO_Search_Shopping"].tolist() == ["rule 2"]


def test_an_overtaken_edit_is_kept_and_changes_nothing(storage: Storage, client: str, ground: Ground) -> None:
    kept, (first, second) = overtaken(storage, client, ground)
    assert "Ada saved mapping revision" in str(kept.conflict)
    now = current_mapping(storage, client).mapping
    assert (now.choices[first], second in now.choices) == (Target(path=RADIO), False)
    (one,) = open_proposals(storage, client)
    assert (one.id, one.author, one.message, one.origin) == (kept.proposal_id, "Ben", "Mine", "edit")


def test_the_same_overtaken_edit_twice_is_one_proposal(storage: Storage, client: str) -> None:
    mine = Mapping(leaves=(PODCAST,))
    ids = {
        keep_proposal(storage, client, mine, base_number=1, author=author, message="Mine") for author in ("A", "A", "B")
    }
    assert len(ids) == len(open_proposals(storage, client)) == 2


def test_only_what_is_accepted_is_taken_over_on_top_of_the_latest(
    storage: Storage, client: str, ground: Ground
) -> None:
    kept, (first, second) = overtaken(storage, client, ground)
    clashes, rest = (
        keys(storage, client, kept, ground, "conflict"),
        keys(storage, client, kept, ground, "added", "changed"),
    )
    assert len(clashes) == 1
    saved = settle(storage, client, kept.proposal_id, rest, author="Ben")
    assert saved.mapping.choices[first] == Target(path=RADIO)
    assert saved.mapping.choices[second] == Target(path=PODCAST)
    assert current_mapping(storage, client) == saved
    assert open_proposals(storage, client) == ()
    assert mapping_notes(storage, client)[0].message == f"Took over {len(rest)} changes of Ben: Mine"


def test_accepting_everything_includes_the_clash(storage: Storage, client: str, ground: Ground) -> None:
    kept, (first, _) = overtaken(storage, client, ground)
    every = keys(storage, client, kept, ground, "conflict", "added", "changed")
    assert settle(storage, client, kept.proposal_id, every, author="Ben").mapping.choices[first] == Target(path=SEARCH)


def test_accepting_nothing_closes_the_proposal_without_a_revision(
    storage: Storage, client: str, ground: Ground
) -> None:
    kept, _ = overtaken(storage, client, ground)
    before = current_mapping(storage, client)
    assert settle(storage, client, kept.proposal_id, (), author="Ben") == before
    assert current_mapping(storage, client) == before
    assert open_proposals(storage, client) == ()


def test_what_was_shown_must_still_be_the_latest(storage: Storage, client: str, ground: Ground) -> None:
    kept, _ = overtaken(storage, client, ground)
    seen = current_mapping(storage, client)
    every = keys(storage, client, kept, ground, "conflict", "added", "changed")
    edit_mapping(storage, client, lambda m: m.with_group(("X", "Y", "Z")), base=seen, author="Cem", message="Z")
    with pytest.raises(EditConflict, match=rf"Cem saved mapping revision \d+ while revision {seen.number} was shown"):
        settle(storage, client, kept.proposal_id, every, author="Ben", seen_number=seen.number)
    assert current_mapping(storage, client).author == "Cem"
    assert len(open_proposals(storage, client)) == 1


def test_a_key_that_is_not_in_the_proposal_leaves_it_open(storage: Storage, client: str, ground: Ground) -> None:
    kept, _ = overtaken(storage, client, ground)
    with pytest.raises(BadInput, match="no change item:nothing"):
        settle(storage, client, kept.proposal_id, {"item:nothing"}, author="Ben")
    assert len(open_proposals(storage, client)) == 1


def test_a_settled_proposal_is_not_settled_again(storage: Storage, client: str, ground: Ground) -> None:
    kept, _ = overtaken(storage, client, ground)
    drop_proposal(storage, client, kept.proposal_id, author="Ada")
    with pytest.raises(EditConflict, match="The proposal of Ben was settled"):
        settle(storage, client, kept.proposal_id, (), author="Ben")
    with pytest.raises(EditConflict, match="The proposal of Ben was settled"):
        drop_proposal(storage, client, kept.proposal_id, author="Ben")


def test_every_act_on_a_proposal_is_in_the_audit_trail(storage: Storage, client: str, ground: Ground) -> None:
    kept, _ = overtaken(storage, client, ground)
    settle(storage, client, kept.proposal_id, keys(storage, client, kept, ground, "conflict"), author="Ada")
    with storage.database.reading() as session:
        acts = [(entry.author, entry.action) for entry in list_entries(session, client, most=3)]
    assert acts == [("Ada", "proposal.settled"), ("Ada", "mapping.saved"), ("Ben", "proposal.kept")]
