"""A mapping workbook brings every name back byte for byte, offers the tree's groups, and guards the rest."""

import io

import builders
import openpyxl
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mmm_core.errors import BadInput
from mmm_core.ingest.plain_cells import plain_cells
from mmm_core.taxonomy import workbook_form as form
from mmm_core.taxonomy.catalogue import catalogue
from mmm_core.taxonomy.mapping import Mapping, Rule, Target
from mmm_core.taxonomy.nodes import Node
from mmm_core.taxonomy.resolution import resolve
from mmm_core.taxonomy.workbook_changes import wanted_mapping
from mmm_core.taxonomy.workbook_reading import FilledWorkbook, read_workbook
from mmm_core.taxonomy.workbook_writing import write_workbook

SHEETS = [form.LINE_ITEMS, form.GROUPS, form.READ_ME]
STAMP = form.Stamp(project_id="project", number=7, fingerprint="f" * 64)
SOCIAL, RADIO = ("Brand", "Social", "Brand social"), ("Brand", "Audio", "Radio")
AWKWARD = [
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tname",
    "\rname",
    "'quoted",
    'with "quotes"',
    "two\nlines",
    "two\r\nlines",
    "_x000D_",
    "_x005F_x000D_",
    "_x005f_",
    "bell\x07",
    "\x1f",
    "  spaces  ",
    "\n",
    " ",
    " \u2028 ",
    "حملة الربيع",
    "שלום\u200f",
    "👩‍👩‍👧 family",
    "\u202eevil",
    "1.234,50",
    "0123",
    "1e5",
    "TRUE",
    "2024-01-01",
    "#N/A",
    "<b>&amp;</b>",
    "]]>",
    "\u2028",
    "x" * 300,
]
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffe\uffff"), min_size=1, max_size=40)


def items_named(*names: str) -> pd.DataFrame:
    return catalogue([builders.media([(name, "2024-01-01", 10.25 + place) for place, name in enumerate(names)])])


def written(items: pd.DataFrame, mapping: Mapping, participants: tuple[str, ...] = ()) -> bytes:
    return write_workbook(
        items,
        mapping,
        resolve(items, mapping),
        stamp=STAMP,
        project_name="=Acme",
        currency="EUR",
        participants=participants,
    )


def read(content: bytes) -> FilledWorkbook:
    return read_workbook(plain_cells(content, name="mapping.xlsx", sheets=SHEETS), name="mapping.xlsx")


def saved_by_another_program(content: bytes) -> bytes:
    """Load and save: strings move into a table of their own, styles are renumbered, formulas stay formulas."""
    sink = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(content)).save(sink)
    return sink.getvalue()


@settings(max_examples=40)
@example(AWKWARD)
@given(st.lists(NAMES, min_size=1, max_size=8, unique=True))
def test_names_come_back_byte_for_byte(names: list[str]) -> None:
    items = items_named(*names)
    filled = read(written(items, Mapping()))
    assert {line.line_item: line.name for line in filled.lines} == items["name"].to_dict()
    assert not any(line.touched for line in filled.lines)
    assert filled.stamp == STAMP


@settings(max_examples=25)
@example(["=1+1", "_x000D_", "a\rb"])
@given(st.lists(NAMES.filter(lambda name: name.strip() and " > " not in name), min_size=1, max_size=4))
def test_groups_and_reasons_of_any_name_come_back_and_change_nothing(names: list[str]) -> None:
    items = items_named("a", "b")
    leaves = {f"{place} {name}": (f"{name}", f"{place} {name}") for place, name in enumerate(names)}
    mapping = Mapping(
        levels=("Area", "Group"),
        leaves=tuple(leaves.values()),
        choices={items.index[0]: Target(path=next(iter(leaves.values()))), items.index[1]: Target(exclude=names[0])},
    )
    first = written(items, mapping)
    for content in (first, saved_by_another_program(first)):
        assert wanted_mapping(read(content), mapping, items, participants=(), name="x") == mapping


def test_awkward_names_survive_another_program_so_that_no_row_is_mistaken() -> None:
    items = items_named(*AWKWARD)
    content = saved_by_another_program(saved_by_another_program(written(items, Mapping(leaves=(RADIO,)))))
    book = openpyxl.load_workbook(io.BytesIO(content))
    for row in range(2, len(items) + 2):
        book[form.LINE_ITEMS].cell(row, 3).value = "Brand > Audio > Radio"
    sink = io.BytesIO()
    book.save(sink)
    mapping = wanted_mapping(read(sink.getvalue()), Mapping(leaves=(RADIO,)), items, participants=(), name="x")
    assert mapping.choices == dict.fromkeys(items.index, Target(path=RADIO))


def test_no_text_becomes_a_formula() -> None:
    items = items_named(*AWKWARD)
    mapping = Mapping(
        levels=("=Level",), leaves=(("=Group",),), nodes={("=Group",): Node(owner="=Ada", description="@x")}
    )
    book = openpyxl.load_workbook(io.BytesIO(written(items, mapping, participants=("=Ada",))))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    texts = [cell for cell in cells if cell.data_type == "s"]
    assert len(texts) > len(AWKWARD)
    assert all(cell.quotePrefix for cell in texts)


@pytest.mark.parametrize("length", [32_767, 32_768, 40_000])
def test_a_name_that_no_cell_can_hold_is_shortened_and_its_row_still_fits(length: int) -> None:
    items = items_named("y" * length)
    content = written(items, Mapping(leaves=(RADIO,)))
    (line,) = read(content).lines
    assert len(line.name) == 32_767
    assert line.name.endswith("…" if length > 32_767 else "y")
    assert filled_in(content, {2: ("Brand > Audio > Radio", None)}, items).choices


@pytest.mark.parametrize("text", ["\r" * 10_000, "👍" * 20_000, "_x000D_" * 5_000])
def test_what_counts_is_the_room_that_the_escaped_text_takes(text: str) -> None:
    kept = form.kept(text)
    assert len(form.escaped(kept).encode("utf-16-le")) // 2 <= form.LONGEST_TEXT
    assert text.startswith(kept.removesuffix("…"))
    (line,) = read(written(items_named(text), Mapping())).lines
    assert line.name == kept


def filled_in(content: bytes, rows: dict[int, tuple[str | None, str | None]], items: pd.DataFrame) -> Mapping:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for row, (group, reason) in rows.items():
        book[form.LINE_ITEMS].cell(row, 3).value, book[form.LINE_ITEMS].cell(row, 4).value = group, reason
    sink = io.BytesIO()
    book.save(sink)
    return wanted_mapping(read(sink.getvalue()), Mapping(leaves=(RADIO,)), items, participants=(), name="x")


def test_groups_are_offered_from_the_named_range_of_the_tree() -> None:
    items = items_named("a", "b", "c")
    book = openpyxl.load_workbook(io.BytesIO(written(items, Mapping(leaves=(SOCIAL, RADIO)), participants=("Ada",))))
    (choice,) = book[form.LINE_ITEMS].data_validations.dataValidation
    assert (choice.type, choice.formula1, str(choice.sqref)) == ("list", "GroupPaths", "C2:C4")
    assert not choice.showErrorMessage
    sheet, cells = next(book.defined_names["GroupPaths"].destinations)
    offered = [row[0].value for row in book[sheet][cells.replace("$", "")]]
    assert offered == ["Brand > Social > Brand social", "Brand > Audio > Radio"]
    (owners,) = book[form.GROUPS].data_validations.dataValidation
    sheet, cells = next(book.defined_names[owners.formula1].destinations)
    assert book[sheet][cells.replace("$", "").split(":")[0]].value == "Ada"


def test_only_what_the_client_fills_in_is_open() -> None:
    book = openpyxl.load_workbook(io.BytesIO(written(items_named("a"), Mapping(leaves=(RADIO,)))))
    assert all(sheet.protection.sheet and sheet.protection.password is None for sheet in book)
    lines, groups = book[form.LINE_ITEMS], book[form.GROUPS]
    assert [cell.column_letter for cell in lines[2] if not cell.protection.locked] == ["C", "D"]
    assert [cell.column_letter for cell in groups[2] if not cell.protection.locked] == ["E", "F"]
    assert [cell.column_letter for cell in groups[3] if not cell.protection.locked] == ["B", "C", "D", "E", "F"]
    assert [name for name, column in lines.column_dimensions.items() if column.hidden] == ["H", "I"]


def test_spend_and_rows_are_numbers() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(written(items_named("a"), Mapping())))[form.LINE_ITEMS]
    assert sheet["G1"].value == "Spend (EUR)"
    assert (sheet["F2"].value, sheet["G2"].value) == (1, 10.25)
    assert [cell.value for cell in sheet[1]][:9] == [
        *form.LINE_COLUMNS[:6],
        "Spend (EUR)",
        *form.LINE_COLUMNS[7:],
    ]


def test_more_line_items_than_a_sheet_has_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form, "MOST_ROWS", 3)
    written(items_named("a", "b"), Mapping())
    with pytest.raises(BadInput, match=r"The project has 3 line items; a sheet holds at most 2"):
        written(items_named("a", "b", "c"), Mapping())


def test_a_rule_may_decide_while_the_sheet_shows_its_group() -> None:
    items = items_named("fb one", "fb two")
    mapping = Mapping(leaves=(SOCIAL,), rules=(Rule(match={"campaign": ("fb*",)}, target=Target(path=SOCIAL)),))
    assert {line.group for line in read(written(items, mapping)).lines} == {"Brand > Social > Brand social"}
