"""Only its owner calls a group their lever; everybody who takes part may object, with a reason."""

import pytest

from mmm_core.errors import BadInput
from mmm_core.storage.audit import list_entries
from mmm_core.storage.opened import Storage
from mmm_core.taxonomy.mapping import Target
from mmm_core.taxonomy.nodes import Node
from mmm_core.taxonomy.recognition import recognition_status
from mmm_core.taxonomy.tree import move_node, remove_group
from mmm_core.workflows.mapping import current_mapping, edit_mapping
from mmm_core.workflows.participants import add_participant
from mmm_core.workflows.recognition import recognise, recognitions, withdraw_objection
from mmm_core.workflows.scoping import Ground, Scoped, scope

RADIO, SEARCH = ("Brand", "Audio", "Radio"), ("Sales", "Search", "Search")


@pytest.fixture
def project(storage: Storage, client: str) -> str:
    for name, role in (("Ada", "marketing"), ("Ben", "finance")):
        add_participant(storage, client, name=name, role=role, author="Test")
    base = current_mapping(storage, client)
    edit_mapping(
        storage, client, lambda m: m.with_node(RADIO, Node(owner="Ada")), base=base, author="Test", message="Owner"
    )
    return client


def now(storage: Storage, project: str, ground: Ground) -> Scoped:
    return scope(ground, current_mapping(storage, project).mapping)


def status(storage: Storage, project: str, ground: Ground, path: tuple[str, ...] = RADIO) -> str:
    scoped = now(storage, project, ground)
    table = recognition_status(
        scoped.mapping, scoped.resolution, ground.items, recognitions(storage, project)
    ).set_index("path")
    return str(table.loc[[path], "status"].iloc[0])


def say(storage: Storage, project: str, ground: Ground, author: str, verdict: str, comment: str = "") -> None:
    scoped = now(storage, project, ground)
    recognise(storage, project, scoped, RADIO, author=author, verdict=verdict, comment=comment)


def test_the_owner_recognises_the_group_however_the_name_is_typed(
    storage: Storage, project: str, ground: Ground
) -> None:
    assert status(storage, project, ground) == "waiting"
    say(storage, project, ground, " ADA", "recognised")
    assert status(storage, project, ground) == "recognised"
    assert recognitions(storage, project)[0].participant == "Ada"


def test_nobody_but_the_owner_calls_it_their_lever(storage: Storage, project: str, ground: Ground) -> None:
    with pytest.raises(BadInput, match=r"Ben is not the owner of 'Radio' \(its owner is Ada\)"):
        say(storage, project, ground, "Ben", "recognised")
    assert recognitions(storage, project) == ()


def test_a_group_without_an_owner_is_nobodys_lever(storage: Storage, project: str, ground: Ground) -> None:
    with pytest.raises(BadInput, match=r"Ada is not the owner of 'Search' \(it has no owner\)"):
        recognise(storage, project, now(storage, project, ground), SEARCH, author="Ada", verdict="recognised")


def test_who_takes_no_part_says_nothing(storage: Storage, project: str, ground: Ground) -> None:
    for verdict in ("recognised", "objects"):
        with pytest.raises(BadInput, match="'Eve' does not take part in this project"):
            say(storage, project, ground, "Eve", verdict, "No")


def test_everybody_else_may_object_with_a_reason(storage: Storage, project: str, ground: Ground) -> None:
    say(storage, project, ground, "Ada", "recognised")
    with pytest.raises(BadInput, match="The objection has no comment"):
        say(storage, project, ground, "Ben", "objects", "  ")
    say(storage, project, ground, "Ben", "objects", "Spring and autumn differ")
    assert status(storage, project, ground) == "objection"


def test_an_objection_is_taken_back_by_whoever_made_it(storage: Storage, project: str, ground: Ground) -> None:
    say(storage, project, ground, "Ada", "recognised")
    say(storage, project, ground, "Ben", "objects", "No")
    with pytest.raises(BadInput, match="Ada does not object to 'Radio'"):
        withdraw_objection(storage, project, now(storage, project, ground), RADIO, author="Ada")
    withdraw_objection(storage, project, now(storage, project, ground), RADIO, author="ben")
    assert status(storage, project, ground) == "recognised"


def test_an_objection_is_taken_back_after_the_group_was_renamed(storage: Storage, project: str, ground: Ground) -> None:
    say(storage, project, ground, "Ben", "objects", "Nobody calls it that")
    renamed, base = ("Brand", "Audio", "Spots"), current_mapping(storage, project)
    edit_mapping(storage, project, lambda m: move_node(m, RADIO, renamed), base=base, author="Test", message="Renamed")
    assert status(storage, project, ground, renamed) == "objection"
    withdraw_objection(storage, project, now(storage, project, ground), renamed, author="Ben")
    assert status(storage, project, ground, renamed) == "waiting"


def test_an_objection_to_an_empty_group_is_not_taken_back_at_another_empty_one(
    storage: Storage, project: str, ground: Ground
) -> None:
    """Groups without line items all hold the same, which makes none of them the other."""
    podcast, cinema = ("Brand", "Audio", "Podcast"), ("Brand", "Video", "Cinema")
    base = current_mapping(storage, project)
    base = edit_mapping(storage, project, lambda m: m.with_group(podcast), base=base, author="Test", message="One")
    scoped = now(storage, project, ground)
    recognise(storage, project, scoped, podcast, author="Ben", verdict="objects", comment="Nothing runs there")
    edit_mapping(
        storage, project, lambda m: remove_group(m.with_group(cinema), podcast), base=base, author="T", message="Other"
    )
    with pytest.raises(BadInput, match="Ben does not object to 'Cinema'"):
        withdraw_objection(storage, project, now(storage, project, ground), cinema, author="Ben")


def test_an_objection_taken_back_is_no_tick(storage: Storage, project: str, ground: Ground) -> None:
    say(storage, project, ground, "Ada", "objects", "Not mine")
    withdraw_objection(storage, project, now(storage, project, ground), RADIO, author="Ada")
    assert status(storage, project, ground) != "recognised"


def test_a_tick_is_bound_to_what_the_group_held(storage: Storage, project: str, ground: Ground) -> None:
    say(storage, project, ground, "Ada", "recognised")
    base, item = current_mapping(storage, project), ground.items.index[0]
    edit_mapping(
        storage, project, lambda m: m.assign([item], Target(path=RADIO)), base=base, author="Ben", message="More"
    )
    assert status(storage, project, ground) == "changed since"
    say(storage, project, ground, "Ada", "recognised")
    assert status(storage, project, ground) == "recognised"


def test_an_owner_above_owns_the_group(storage: Storage, project: str, ground: Ground) -> None:
    base = current_mapping(storage, project)
    edit_mapping(
        storage,
        project,
        lambda m: m.with_node(RADIO, Node()).with_node(("Brand",), Node(owner="Ben")),
        base=base,
        author="Test",
        message="Ben owns Brand",
    )
    say(storage, project, ground, "Ben", "recognised")
    assert status(storage, project, ground) == "recognised"


def test_a_group_that_is_gone_cannot_be_judged(storage: Storage, project: str, ground: Ground) -> None:
    scoped = now(storage, project, ground)
    with pytest.raises(BadInput, match="The tree has no group 'Brand > Audio > Podcast'"):
        recognise(storage, project, scoped, ("Brand", "Audio", "Podcast"), author="Ben", verdict="objects", comment="x")


def test_what_was_said_is_in_the_audit_trail(storage: Storage, project: str, ground: Ground) -> None:
    say(storage, project, ground, "Ben", "objects", "No")
    with storage.database.reading() as session:
        (entry,) = list_entries(session, project, most=1)
    assert (entry.author, entry.action) == ("Ben", "group.judged")
    assert entry.detail == {"path": list(RADIO), "participant": "Ben", "verdict": "objects", "comment": "No"}
