"""What is signed: the name depends on what counts and on nothing else, and every change is said in words."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmm_core.documents.scope_content import ScopeContent, changes

FINDING = {
    "key": "k1",
    "code": "duplicate_rows",
    "severity": "warning",
    "message": "3 rows repeat.",
    "status": "open",
    "fingerprint": "f1",
    "reason": "",
}
OBJECTION = {"key": "o1", "status": "open", "fingerprint": "g", "answer": "", "sentence": "A and B move in step."}
SOURCE = {"kind": "media", "name": "media.csv", "sheet": "", "fingerprint": "a", "reading": {"date": "day"}}
CONTENT = ScopeContent(
    data={"settings": {"currency": "EUR"}, "sources": [SOURCE], "corrections": []},
    mapping="m1",
    mapping_number=3,
    specification={"adstock_l_max": 8, "weekday_pattern": False},
    findings=(FINDING,),
    push_back=(OBJECTION,),
    agenda={
        "questions": ["Does TV pay?"],
        "actions": [],
        "owed": [{"what": "X", "who": "", "until": "", "received": False}],
    },
    panel_fingerprint="p",
)


def changed(**parts: object) -> tuple[str, ...]:
    return changes(CONTENT, replace(CONTENT, **parts), mapping_words=("1 line item moved",))


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"data": CONTENT.data | {"settings": {"currency": "USD"}}}, ("Data: currency EUR -> USD",)),
        ({"data": CONTENT.data | {"sources": []}}, ("Data: media.csv removed",)),
        (
            {"data": CONTENT.data | {"sources": [SOURCE | {"fingerprint": "b"}]}},
            ("Data: media.csv replaced by another file",),
        ),
        ({"data": CONTENT.data | {"sources": [SOURCE | {"reading": {}}]}}, ("Data: media.csv is read in another way",)),
        ({"mapping": "m2"}, ("Mapping: 1 line item moved",)),
        (
            {"specification": {"adstock_l_max": 4, "weekday_pattern": True}},
            (
                "Specification: Spend works for how many periods: 8 -> 4",
                "Specification: A pattern per weekday: no -> yes",
            ),
        ),
        ({"findings": (FINDING | {"status": "accepted", "reason": "known"},)}, ("Finding accepted: 3 rows repeat",)),
        ({"findings": (FINDING | {"fingerprint": "f2"},)}, ("Finding shows something else: 3 rows repeat",)),
        ({"findings": ()}, ("Finding no longer there: 3 rows repeat",)),
        ({"findings": (FINDING, FINDING | {"key": "k2", "message": "New."})}, ("Finding new: New",)),
        (
            {"push_back": (OBJECTION | {"status": "settled", "answer": "keep"},)},
            ("Objection settled: A and B move in step",),
        ),
        ({"agenda": CONTENT.agenda | {"questions": []}}, ("Agenda: planning question removed: Does TV pay?",)),
        (
            {"agenda": CONTENT.agenda | {"owed": [CONTENT.agenda["owed"][0] | {"received": True}]}},
            ("Agenda: data received: X",),
        ),
    ],
)
def test_a_change_of_any_part_changes_the_name_and_is_said(parts, said) -> None:
    assert replace(CONTENT, **parts).fingerprint != CONTENT.fingerprint
    assert changed(**parts) == said


def test_nothing_changed_is_nothing_said() -> None:
    assert changed() == ()


def test_what_decides_no_figure_and_no_word_is_no_part_of_the_name() -> None:
    other = replace(CONTENT, mapping_number=9, panel_fingerprint="q")
    assert other.fingerprint == CONTENT.fingerprint
    reworded = replace(CONTENT, findings=(FINDING | {"message": "Three rows repeat.", "severity": "note"},))
    assert reworded.fingerprint == CONTENT.fingerprint, "the finding's own fingerprint names what was found"


def test_many_changes_of_one_kind_are_counted() -> None:
    many = tuple(FINDING | {"key": f"k{number}", "message": f"Message {number}."} for number in range(2, 40))
    (said,) = changed(findings=(FINDING, *many))
    assert said.startswith("38 findings new: ")
    assert said.endswith("and 35 more")


@given(st.permutations([FINDING | {"key": key, "reason": key * 2} for key in "abcd"]))
def test_the_order_in_which_findings_are_listed_does_not_count(findings) -> None:
    ordered = [FINDING | {"key": key, "reason": key * 2} for key in "abcd"]
    assert (
        replace(CONTENT, findings=tuple(findings)).fingerprint == replace(CONTENT, findings=tuple(ordered)).fingerprint
    )


def test_what_is_kept_with_a_signature_comes_back() -> None:
    assert ScopeContent.from_dict(CONTENT.as_dict() | {"statement": "I stand behind it."}) == CONTENT
