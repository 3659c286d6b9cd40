"""What a filled workbook asks for, and everything that is wrong with it, in one list."""

from dataclasses import replace

import builders
import pandas as pd
import pytest

from mmm_core.errors import BadInput
from mmm_core.taxonomy import workbook_form as form
from mmm_core.taxonomy.catalogue import catalogue
from mmm_core.taxonomy.mapping import Mapping, Rule, Target
from mmm_core.taxonomy.nodes import Node
from mmm_core.taxonomy.workbook_changes import UnusableWorkbook, wanted_mapping
from mmm_core.taxonomy.workbook_reading import FilledGroup, FilledLine, FilledWorkbook, read_workbook

SOCIAL, RADIO, PRINT = ("Brand", "Social", "Brand social"), ("Brand", "Audio", "Radio"), ("Brand", "Print", "Print")
ITEMS = catalogue([builders.media([(name, "2024-01-01", 9.0 - place) for place, name in enumerate("abcd")])])
A, B, C, D = ITEMS.index
BASE = Mapping(
    leaves=(SOCIAL, RADIO),
    archived=(PRINT,),
    rules=(Rule(match={"campaign": ("b",)}, target=Target(path=RADIO)),),
    choices={A: Target(path=SOCIAL), C: Target(exclude="test")},
)
WRITTEN = {A: ("Brand > Social > Brand social", ""), B: ("Brand > Audio > Radio", ""), C: ("", "test"), D: ("", "")}


def line(item: str, **said: str) -> FilledLine:
    group, reason = WRITTEN.get(item, ("", ""))
    place = list(ITEMS.index).index(item) if item in ITEMS.index else 0
    plain = FilledLine(
        row=place + 2,
        line_item=item,
        name="abcd"[place],
        group=group,
        reason=reason,
        group_written=group,
        reason_written=reason,
    )
    return replace(plain, **said)


def group(path: tuple[str, ...] | None, **said: object) -> FilledGroup:
    plain = FilledGroup(
        row=2,
        path=form.path_text(path) if path else "",
        names=path or ("", "", ""),
        owner="",
        description="",
        owner_written="",
        description_written="",
    )
    return replace(plain, **said)


def wanted(*lines: FilledLine, groups: tuple[FilledGroup, ...] = (), people: tuple[str, ...] = ("Ada",)) -> Mapping:
    untouched = [line(item) for item in ITEMS.index if item not in {one.line_item for one in lines}]
    stamp = form.Stamp(project_id="p", number=1, fingerprint="f")
    filled = FilledWorkbook(stamp=stamp, levels=BASE.levels, lines=(*lines, *untouched), groups=groups)
    return wanted_mapping(filled, BASE, ITEMS, participants=people, name="mapping.xlsx")


def problems(*lines: FilledLine, groups: tuple[FilledGroup, ...] = ()) -> tuple[str, ...]:
    with pytest.raises(UnusableWorkbook, match=r"mapping\.xlsx.*nothing was changed") as caught:
        wanted(*lines, groups=groups)
    return caught.value.problems


def test_untouched_rows_change_nothing() -> None:
    assert wanted() == BASE


def test_a_group_from_the_list_becomes_a_choice() -> None:
    assert wanted(line(D, group="Brand > Audio > Radio")).choices == {**BASE.choices, D: Target(path=RADIO)}


@pytest.mark.parametrize(
    "typed", ["Radio", "brand > audio > RADIO", "Brand >  Audio > Radio", "Brand > Audio > Ra\u00addio"]
)
def test_a_group_typed_as_people_read_it_is_that_group(typed: str) -> None:
    mapping = wanted(line(D, group=typed))
    assert (mapping.choices[D], mapping.leaves) == (Target(path=RADIO), BASE.leaves)


@pytest.mark.parametrize("typed", ["Sales > Search > Ads", "Sales>Search>Ads"])
def test_a_whole_new_path_adds_its_group_once(typed: str) -> None:
    mapping = wanted(line(A, group=typed), line(D, group=typed))
    assert mapping.leaves == (SOCIAL, RADIO, ("Sales", "Search", "Ads"))
    assert mapping.choices[A] == mapping.choices[D] == Target(path=("Sales", "Search", "Ads"))


@pytest.mark.parametrize("typed", ["Podcast", "Audio > Podcast", "audio>Podcast"])
def test_a_new_name_stands_beside_the_group_that_its_line_item_was_in(typed: str) -> None:
    mapping = wanted(line(B, group=typed))
    assert mapping.leaves == (SOCIAL, RADIO, ("Brand", "Audio", "Podcast"))
    assert mapping.choices[B] == Target(path=("Brand", "Audio", "Podcast"))


def test_a_new_name_whose_place_is_not_clear_is_asked_about() -> None:
    (said,) = problems(line(A, group="Podcast"), line(B, group="Podcast"))
    assert said.startswith("Rows 2, 3: there is no group 'Podcast'; a new one is written with all 3 levels")
    assert "it could stand under Brand > Social, Brand > Audio." in said
    (said,) = problems(line(D, group="Podcast"))
    assert said.endswith("it could stand under Brand > Social, Brand > Audio, Brand > Print.")


def test_a_name_that_is_nearly_one_of_the_groups_is_taken_for_a_slip() -> None:
    (said,) = problems(line(A, group="Brnad social"))
    assert "for 'Brand > Social > Brand social' choose it from the list" in said
    mapping = wanted(line(A, group="Brand > Social > Brnad social"))
    assert mapping.leaves[-1] == ("Brand", "Social", "Brnad social"), "a whole path is meant as it is written"


def test_an_emptied_choice_is_forgotten() -> None:
    mapping = wanted(line(A, group=""), line(C, reason=""))
    assert mapping.choices == {}


def test_an_emptied_cell_that_a_rule_fills_is_asked_about() -> None:
    (said,) = problems(line(B, group=""))
    assert said.startswith("Row 3: emptied, but a rule puts this here")


def test_a_reason_takes_out_and_a_group_takes_in_beside_what_stood_there() -> None:
    mapping = wanted(line(B, reason="not media"), line(C, group="Brand > Audio > Radio"))
    assert mapping.choices[B] == Target(exclude="not media")
    assert mapping.choices[C] == Target(path=RADIO)


def test_everything_wrong_is_said_at_once() -> None:
    said = problems(
        line(A, group="Brand > Nothing"),
        line(B, group="Brand > Print > Print"),
        line(C, group="Brand > Audio > Radio", reason="other"),
        line(D, group="Sales > Search > radio"),
        line("0" * 16, group="Brand > Audio > Radio", row=9),
        groups=(group(None, row=20, names=("Sales", "", "Ads")), group(RADIO, row=3, owner="Eve")),
    )
    assert len(said) == 7
    expected = [
        ("Row 2", "there is no group 'Brand > Nothing'"),
        ("Row 3", "'Brand > Print > Print' is archived"),
        ("Row 4", "both a group and a reason"),
        ("Row 5", "stands at two places"),
        ("Row 9", "the line item id is unknown"),
        ("row 20", "Channel is empty"),
        ("row 3", "'Eve' does not take part"),
    ]
    for where, what in expected:
        assert [one for one in said if where in one and what in one], (where, what, said)


def test_an_id_that_stands_twice_is_refused_when_one_of_its_rows_was_filled_in() -> None:
    (said,) = problems(line(A, group="Brand > Audio > Radio"), line(A, row=9))
    assert said == f"Rows 2, 9: the line item id {A} stands in each of them."


def test_names_that_were_sorted_away_from_their_ids_are_noticed() -> None:
    (said,) = problems(line(A, group="Brand > Audio > Radio", name="b"))
    assert "Row 2: id and name do not belong together" in said


def test_rows_of_line_items_that_are_gone_do_no_harm_while_nobody_filled_them_in() -> None:
    assert wanted(line("0" * 16, row=9)) == BASE


def test_owner_and_description_of_a_group_are_taken_over() -> None:
    mapping = wanted(groups=(group(RADIO, owner="ADA", description="Spots"), group(SOCIAL)))
    assert mapping.nodes == {RADIO: Node(owner="Ada", description="Spots")}


def test_an_added_row_of_groups_adds_a_group_with_its_owner() -> None:
    added = group(None, names=("Sales", "Search", "Ads"), owner="Ada")
    mapping = wanted(line(D, group="Sales > Search > Ads"), groups=(added,))
    assert mapping.leaves[-1] == ("Sales", "Search", "Ads")
    assert mapping.nodes == {("Sales", "Search", "Ads"): Node(owner="Ada")}
    assert mapping.choices[D] == Target(path=("Sales", "Search", "Ads"))


def test_renaming_in_the_sheet_of_groups_is_refused() -> None:
    (said,) = problems(groups=(group(RADIO, names=("Brand", "Audio", "Wireless")),))
    assert "'Brand > Audio > Radio' was renamed; groups are renamed on the Mapping page" in said


CELLS = {
    form.LINE_ITEMS: [[*form.LINE_COLUMNS, "campaign"], [A, "a", "", "", "media.csv", "1", "9", "", "", "a"]],
    form.GROUPS: [[form.PATH, "Objective", "Channel", "Group", *form.AFTER_LEVELS]],
    form.READ_ME: [
        [form.PROJECT_LABEL, "p"],
        [form.NUMBER_LABEL, "7"],
        [form.FINGERPRINT_LABEL, "f"],
        [form.SCHEMA_LABEL, "1"],
    ],
}


def test_a_workbook_without_changes_is_read_as_it_stands() -> None:
    filled = read_workbook(CELLS, name="x")
    assert (filled.stamp.number, filled.levels, len(filled.lines)) == (7, ("Objective", "Channel", "Group"), 1)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({form.LINE_ITEMS: []}, "no sheet 'Groups', 'Read me'"),
        (CELLS | {form.READ_ME: [["hello", "world"]]}, "does not say which state of which project"),
        (CELLS | {form.READ_ME: [*CELLS[form.READ_ME][:3], [form.SCHEMA_LABEL, "2"]]}, "The workbook has form 2"),
        (CELLS | {form.LINE_ITEMS: [["Line item", "Group"]]}, "columns of sheet 'Line items' are not those"),
        (CELLS | {form.GROUPS: [["Path", "Group", "Owner"]]}, "columns of sheet 'Groups' are not those"),
    ],
)
def test_a_workbook_of_another_form_is_refused(cells: dict[str, list[list[str]]], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        read_workbook(cells, name="mapping.xlsx")


def test_the_catalogue_need_not_hold_what_the_mapping_chose() -> None:
    assert (
        wanted_mapping(
            FilledWorkbook(
                stamp=form.Stamp(project_id="p", number=1, fingerprint="f"), levels=BASE.levels, lines=(), groups=()
            ),
            BASE,
            pd.DataFrame({"name": []}),
            participants=(),
            name="x",
        )
        == BASE
    )
