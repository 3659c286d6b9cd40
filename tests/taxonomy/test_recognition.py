"""Recognition: whose word counts, on which content, and until when."""

from datetime import UTC, datetime

import pytest
from builders import media

from mmm_core.errors import BadInput
from mmm_core.taxonomy.catalogue import catalogue
from mmm_core.taxonomy.mapping import Mapping, Target
from mmm_core.taxonomy.nodes import Node
from mmm_core.taxonomy.recognition import Recognition, group_fingerprint, owner_of, recognition_status
from mmm_core.taxonomy.resolution import resolve
from mmm_core.taxonomy.tree import move_node, remove_group

SOCIAL, SEARCH = ("Brand", "Social"), ("Sales", "Search")


@pytest.fixture
def items():
    return catalogue([media([(name, "2024-01-01", 1.0 + at) for at, name in enumerate("abcd")])])


@pytest.fixture
def mapping(items):
    base = Mapping(levels=("Goal", "Group"), leaves=(SOCIAL, SEARCH)).with_node(SOCIAL, Node(owner="Ann"))
    return base.assign(items.index[:2], Target(path=SOCIAL)).assign(items.index[2:3], Target(path=SEARCH))


def name_of(items, mapping, path):
    return group_fingerprint(resolve(items, mapping), path, items)


def said(items, mapping, participant="Ann", *, verdict="recognised", path=SOCIAL, comment="", day=1):
    return Recognition(
        path=path,
        participant=participant,
        verdict=verdict,
        comment=comment,
        group_fingerprint=name_of(items, mapping, path),
        at=datetime(2024, 1, day, tzinfo=UTC),
    )


def statuses(items, mapping, *words):
    found = recognition_status(mapping, resolve(items, mapping), items, words)
    return dict(zip(found["path"], found["status"], strict=True))


def test_a_group_is_named_by_its_line_items_alone(items, mapping):
    name = name_of(items, mapping, SOCIAL)
    assert name_of(items, mapping.assign(items.index[3:], Target(path=SEARCH)), SOCIAL) == name
    assert name_of(items, move_node(mapping, SOCIAL, ("Sales", "Paid social")), ("Sales", "Paid social")) == name
    assert name_of(items, mapping.assign(items.index[3:], Target(path=SOCIAL)), SOCIAL) != name
    assert name_of(items, mapping.release(items.index[:1]), SOCIAL) != name


def test_an_owner_recognises_what_is_in_the_group_now(items, mapping):
    assert statuses(items, mapping) == {SOCIAL: "waiting", SEARCH: "no owner"}
    word = said(items, mapping)
    assert statuses(items, mapping, word)[SOCIAL] == "recognised"
    more = mapping.assign(items.index[3:], Target(path=SOCIAL))
    assert statuses(items, more, word)[SOCIAL] == "changed since"
    assert statuses(items, more, word, said(items, more, day=2))[SOCIAL] == "recognised"


def test_the_word_of_somebody_else_does_not_recognise_a_group(items, mapping):
    assert statuses(items, mapping, said(items, mapping, "Bo"))[SOCIAL] == "waiting"
    assert statuses(items, mapping, said(items, mapping, "ANN "))[SOCIAL] == "recognised"


def test_an_objection_stands_until_the_same_person_takes_it_back(items, mapping):
    objection = said(items, mapping, "Bo", verdict="objects", comment="Where is video?", day=2)
    found = recognition_status(mapping, resolve(items, mapping), items, [objection, said(items, mapping, day=3)])
    assert found.loc[0, ["status", "comment", "by"]].tolist() == ["objection", "Where is video?", "Bo"]
    more = mapping.assign(items.index[3:], Target(path=SOCIAL))
    assert statuses(items, more, objection)[SOCIAL] == "objection"
    assert statuses(items, mapping, objection, said(items, mapping, "Bo", day=4))[SOCIAL] == "waiting"


def test_the_latest_word_counts_in_whatever_order_words_come(items, mapping):
    first, last = said(items, mapping, verdict="objects", comment="no", day=1), said(items, mapping, day=2)
    assert statuses(items, mapping, last, first)[SOCIAL] == "recognised"


def test_a_renamed_or_moved_group_keeps_what_was_said_of_it(items, mapping):
    word = said(items, mapping)
    renamed = move_node(mapping, SOCIAL, ("Sales", "Paid social"))
    assert statuses(items, renamed, word)["Sales", "Paid social"] == "recognised"


def test_a_group_that_holds_the_same_line_items_as_another_did_is_not_that_one(items, mapping):
    """What was said of a group that still stands is never said of another; nor of an empty one."""
    swapped = mapping.release(items.index).assign(items.index[:2], Target(path=SEARCH))
    assert statuses(items, swapped.with_node(SEARCH, Node(owner="Ann")), said(items, mapping))[SEARCH] == "waiting"
    empty = mapping.release(items.index)
    word = said(items, empty)
    others = remove_group(empty, SOCIAL).with_node(SEARCH, Node(owner="Ann"))
    assert statuses(items, others, word)[SEARCH] == "waiting"


def test_a_group_without_an_owner_belongs_to_the_owner_above(mapping):
    above = mapping.with_node(("Sales",), Node(owner="Cy"))
    assert [owner_of(above, path) for path in above.leaves] == ["Ann", "Cy"]
    assert owner_of(mapping, SEARCH) == ""


@pytest.mark.parametrize(
    ("verdict", "comment", "match"), [("maybe", "", "'maybe' is no verdict"), ("objects", " ", "says nothing")]
)
def test_a_verdict_is_clear_and_an_objection_says_why(items, mapping, verdict, comment, match):
    with pytest.raises(BadInput, match=match):
        said(items, mapping, verdict=verdict, comment=comment)
