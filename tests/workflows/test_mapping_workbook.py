"""The workbook goes out, comes back as a proposal, and never overwrites what others did meanwhile."""

import io
from collections.abc import Callable

import openpyxl
import pytest

from mmm_core.errors import BadInput
from mmm_core.settings import ProjectSettings
from mmm_core.storage.opened import Storage
from mmm_core.taxonomy import workbook_form as form
from mmm_core.taxonomy.mapping import Target
from mmm_core.taxonomy.nodes import Node
from mmm_core.taxonomy.workbook_changes import UnusableWorkbook
from mmm_core.workflows.mapping import current_mapping, edit_mapping
from mmm_core.workflows.mapping_workbook import export_workbook, take_workbook
from mmm_core.workflows.participants import add_participant
from mmm_core.workflows.projects import create_project
from mmm_core.workflows.proposals import open_proposals, proposal, settle
from mmm_core.workflows.scoping import Ground

RADIO, SOCIAL = ("Brand", "Audio", "Radio"), ("Brand", "Social", "Brand social")
PODCAST = ("Brand", "Audio", "Podcast")


def filled(content: bytes, fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    fill(book)
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def say(row: int, group: str) -> Callable[[openpyxl.Workbook], None]:
    def fill(book: openpyxl.Workbook) -> None:
        book[form.LINE_ITEMS].cell(row, 3).value = group

    return fill


def take(storage: Storage, client: str, content: bytes, ground: Ground | None = None) -> str:
    return take_workbook(storage, client, content, name="mapping.xlsx", author="Ada", ground=ground)


def accept_all(storage: Storage, client: str, kept: str, ground: Ground) -> None:
    changes = proposal(storage, client, kept).changes(ground.items)
    settle(storage, client, kept, {change.key for change in changes if change.verdict != "same"}, author="Ada")


def test_a_filled_workbook_becomes_a_proposal_and_then_the_mapping(
    storage: Storage, client: str, ground: Ground
) -> None:
    content = filled(export_workbook(storage, client), say(2, "Brand > Audio > Podcast"))
    before = current_mapping(storage, client)
    kept = take(storage, client, content)
    assert current_mapping(storage, client) == before
    (one,) = open_proposals(storage, client)
    assert (one.id, one.origin, one.message, one.base_number) == (kept, "workbook", "Workbook mapping.xlsx", 1)
    accept_all(storage, client, kept, ground)
    mapping = current_mapping(storage, client).mapping
    assert mapping.choices[ground.items.index[0]] == Target(path=PODCAST)
    assert PODCAST in mapping.leaves


def test_owner_and_new_groups_come_back_too(storage: Storage, client: str, ground: Ground) -> None:
    add_participant(storage, client, name="Ada", role="marketing", author="Test")

    def fill(book: openpyxl.Workbook) -> None:
        groups = book[form.GROUPS]
        groups["E2"] = "Ada"
        for column, text in zip("BCDEF", (*PODCAST, "Ada", "Talk"), strict=True):
            groups[f"{column}5"] = text

    kept = take(storage, client, filled(export_workbook(storage, client), fill))
    accept_all(storage, client, kept, ground)
    mapping = current_mapping(storage, client).mapping
    assert mapping.node(mapping.leaves[0]) == Node(owner="Ada")
    assert mapping.node(PODCAST) == Node(owner="Ada", description="Talk")


def test_an_untouched_row_leaves_what_others_did_meanwhile(storage: Storage, client: str, ground: Ground) -> None:
    first, second = ground.items.index[:2]
    content = filled(export_workbook(storage, client), say(2, "Brand > Social > Brand social"))
    base = current_mapping(storage, client)
    edit_mapping(
        storage, client, lambda m: m.assign([second], Target(path=RADIO)), base=base, author="Ben", message="Ben's"
    )
    kept = take(storage, client, content, ground)
    changes = proposal(storage, client, kept).changes(ground.items)
    assert {change.key for change in changes if change.verdict != "same"} == {f"item:{first}"}
    accept_all(storage, client, kept, ground)
    choices = current_mapping(storage, client).mapping.choices
    assert (choices[first], choices[second]) == (Target(path=SOCIAL), Target(path=RADIO))


def test_a_row_that_somebody_else_changed_too_is_a_conflict(storage: Storage, client: str, ground: Ground) -> None:
    first = ground.items.index[0]
    content = filled(export_workbook(storage, client), say(2, "Brand > Social > Brand social"))
    base = current_mapping(storage, client)
    edit_mapping(
        storage, client, lambda m: m.assign([first], Target(path=RADIO)), base=base, author="Ben", message="Ben's"
    )
    changes = proposal(storage, client, take(storage, client, content, ground)).changes(ground.items)
    assert {(change.key, change.verdict) for change in changes if change.kind == "line_item"} == {
        (f"item:{first}", "conflict")
    }
    assert current_mapping(storage, client).mapping.choices[first] == Target(path=RADIO)


def test_a_workbook_that_was_not_filled_in_says_so(storage: Storage, client: str, ground: Ground) -> None:
    for content in (export_workbook(storage, client), filled(export_workbook(storage, client), lambda _: None)):
        with pytest.raises(BadInput, match=r"The workbook changes nothing \(mapping\.xlsx, written from revision 1\)"):
            take(storage, client, content, ground)


def test_the_workbook_of_another_project_is_refused(storage: Storage, client: str) -> None:
    content = filled(export_workbook(storage, client), say(2, "Brand > Audio > Podcast"))
    other = create_project(storage, ProjectSettings(name="Other"), author="Test").id
    with pytest.raises(BadInput, match="The workbook belongs to another project"):
        take(storage, other, content)
    assert open_proposals(storage, other) == ()


@pytest.mark.parametrize(("cell", "value"), [("B3", "9"), ("B4", "0" * 64)])
def test_a_stamp_that_does_not_hold_is_refused(storage: Storage, client: str, cell: str, value: str) -> None:
    def forge(book: openpyxl.Workbook) -> None:
        book[form.READ_ME][cell] = value

    with pytest.raises(BadInput, match=r"written from a mapping revision \d that this project does not have"):
        take(storage, client, filled(export_workbook(storage, client), forge))


def test_a_workbook_without_a_stamp_is_refused(storage: Storage, client: str) -> None:
    def strip(book: openpyxl.Workbook) -> None:
        book[form.READ_ME].delete_rows(1, 20)

    with pytest.raises(BadInput, match="does not say which state of which project"):
        take(storage, client, filled(export_workbook(storage, client), strip))


def test_problems_are_told_together_and_keep_no_proposal(storage: Storage, client: str, ground: Ground) -> None:
    def fill(book: openpyxl.Workbook) -> None:
        book[form.LINE_ITEMS]["C2"] = "Nowhere > Near"
        book[form.LINE_ITEMS]["C3"] = None
        book[form.GROUPS]["E2"] = "Eve"

    with pytest.raises(UnusableWorkbook, match=r"The workbook has 3 problems .*nothing was changed") as caught:
        take(storage, client, filled(export_workbook(storage, client), fill), ground)
    assert len(caught.value.problems) == 3
    assert open_proposals(storage, client) == ()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"line_item,group\na,b\n", "The file is no workbook"),
        (b"PK\x03\x04 nothing", "The workbook is damaged or locked"),
    ],
)
def test_what_is_no_workbook_is_refused(storage: Storage, client: str, content: bytes, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        take(storage, client, content)


def test_a_workbook_of_somebody_elses_making_is_refused(storage: Storage, client: str) -> None:
    book = openpyxl.Workbook()
    sink = io.BytesIO()
    book.save(sink)
    with pytest.raises(BadInput, match="The workbook has no sheet 'Line items', 'Groups', 'Read me'"):
        take(storage, client, sink.getvalue())
