"""Write a mapping as an Excel workbook that the client fills in: locked names, drop-downs from the tree, a stamp."""

import io
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill, Protection
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from mmm_core.errors import BadInput
from mmm_core.money import MICROS_PER_UNIT
from mmm_core.taxonomy import workbook_form as form
from mmm_core.taxonomy.catalogue import dimensions_of
from mmm_core.taxonomy.mapping import Mapping
from mmm_core.taxonomy.resolution import Resolution

GROUP_PATHS, PARTICIPANTS = "GroupPaths", "ParticipantNames"
"""Named ranges behind the drop-downs."""
NEW_GROUPS = 200
"""Empty rows for groups that the client adds."""

_WIDTHS = {form.NAME: 48, form.GROUP: 40, form.REASON: 24, form.DESCRIPTION: 48, form.PATH: 48}
_OPEN = PatternFill("solid", fgColor="FFF8E1")
_FIGURES, _TEXT = "#,##0.00", "@"


@dataclass(frozen=True, slots=True)
class _Styles:
    """Styles that cells share (openpyxl gives them no type of their own)."""

    head: Any
    locked: Any
    open: Any
    money: Any


def write_workbook(
    items: pd.DataFrame,
    mapping: Mapping,
    resolution: Resolution,
    *,
    stamp: form.Stamp,
    project_name: str,
    currency: str,
    participants: Sequence[str] = (),
) -> bytes:
    """Write the workbook.

    Parameters
    ----------
    items : DataFrame
        The catalogue, in whose order the line items are listed.
    participants : sequence of str
        Names that the drop-down of owners offers.

    Raises
    ------
    BadInput
        If a sheet cannot hold that many line items.
    """
    if len(items) >= form.MOST_ROWS:
        raise BadInput(
            f"The project has {len(items):,} line items",
            expected=f"a sheet holds at most {form.MOST_ROWS - 1:,}",
            remedy="Map by rules in the app, which need no list",
        )
    workbook = Workbook(write_only=True)
    lines, groups, read_me = (workbook.create_sheet(name) for name in (form.LINE_ITEMS, form.GROUPS, form.READ_ME))
    styles = _styles(lines)
    _write_lines(lines, items, mapping, resolution, styles, currency)
    _write_groups(groups, mapping, styles, with_owners=bool(participants))
    _write_read_me(read_me, stamp, project_name, participants, styles)
    _name(workbook, GROUP_PATHS, form.GROUPS, "A", max(1, len(mapping.leaves)))
    if participants:
        _name(workbook, PARTICIPANTS, form.READ_ME, "D", len(participants))
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def _write_lines(
    sheet: Any,
    items: pd.DataFrame,
    mapping: Mapping,
    resolution: Resolution,
    styles: _Styles,
    currency: str,
) -> None:
    dimensions = dimensions_of(items)
    headers = [*form.LINE_COLUMNS, *dimensions]
    headers[form.LINE_COLUMNS.index(form.SPEND)] = f"{form.SPEND} ({currency})"
    _prepare(sheet, headers, len(items) + 1, hidden=(form.GROUP_WRITTEN, form.REASON_WRITTEN))
    if len(items):
        column = get_column_letter(form.LINE_COLUMNS.index(form.GROUP) + 1)
        _offer(sheet, GROUP_PATHS, f"{column}2:{column}{len(items) + 1}", "Choose a group, or type a new path")
    sheet.append([_text(sheet, name, styles.head) for name in headers])
    leaves = [form.path_text(path) for path in mapping.leaves] + [""]
    decided = resolution.table
    facts = zip(
        items.index,
        items["name"].astype(str),
        [leaves[leaf] for leaf in decided["leaf"]],
        decided["reason"].astype(str),
        items["source"].astype(str),
        items["rows"].astype(int).tolist(),
        items["spend_micros"].astype(int).tolist(),
        items[list(dimensions)].astype("string").fillna("").itertuples(index=False, name=None),
        strict=True,
    )
    for item, name, group, reason, source, rows, micros, values in facts:
        locked = [_text(sheet, text, styles.locked) for text in (str(item), name)]
        filled = [_text(sheet, text, styles.open) for text in (group, reason)]
        money: Any = WriteOnlyCell(sheet, micros / MICROS_PER_UNIT)
        money._style = styles.money
        rest = [_text(sheet, text, styles.locked) for text in (group, reason, *values)]
        sheet.append([*locked, *filled, _text(sheet, source, styles.locked), rows, money, *rest])


def _write_groups(sheet: Any, mapping: Mapping, styles: _Styles, *, with_owners: bool) -> None:
    headers = [form.PATH, *mapping.levels, *form.AFTER_LEVELS]
    last = len(mapping.leaves) + NEW_GROUPS + 1
    _prepare(sheet, headers, last, hidden=(form.OWNER_WRITTEN, form.DESCRIPTION_WRITTEN))
    if with_owners:
        column = get_column_letter(len(mapping.levels) + 2)
        _offer(sheet, PARTICIPANTS, f"{column}2:{column}{last}", "Choose a participant")
    sheet.append([_text(sheet, name, styles.head) for name in headers])
    for path in mapping.leaves:
        node = mapping.node(path)
        locked = [_text(sheet, text, styles.locked) for text in (form.path_text(path), *path)]
        said = (node.owner, node.description)
        filled = [_text(sheet, text, styles.open) for text in said]
        sheet.append([*locked, *filled, *(_text(sheet, text, styles.locked) for text in said)])
    for _ in range(NEW_GROUPS):
        free = [_text(sheet, "", styles.open) for _ in range(len(mapping.levels) + 2)]
        sheet.append([_text(sheet, "", styles.locked), *free])


def _write_read_me(
    sheet: Any, stamp: form.Stamp, project_name: str, participants: Sequence[str], styles: _Styles
) -> None:
    sheet.protection.sheet = True
    for column, width in (("A", 24), ("B", 90), ("D", 30)):
        sheet.column_dimensions[column].width = width
    rows: list[tuple[str, str]] = [
        ("Mapping of", project_name),
        (form.PROJECT_LABEL, stamp.project_id),
        (form.NUMBER_LABEL, str(stamp.number)),
        (form.FINGERPRINT_LABEL, stamp.fingerprint),
        (form.SCHEMA_LABEL, str(stamp.schema)),
        ("", ""),
        ("What to fill in", f"The yellow cells of '{form.LINE_ITEMS}' and '{form.GROUPS}'; everything else is locked."),
        (form.GROUP, "Choose from the list, or type a new path such as: Brand > Social > Brand social."),
        ("", "A new name alone makes a group beside the one that stood there."),
        ("", "An emptied cell forgets a choice made by hand; rules then decide again."),
        (form.REASON, "A reason takes the line item out of the model."),
        (form.GROUPS, "Owner and description of each group; add groups in the empty rows below."),
        ("Bringing it back", "Upload the file on the Mapping page. Nothing is changed before you have accepted it."),
    ]
    named = ["Participants", *participants]
    for place in range(max(len(rows), len(named))):
        label, text = rows[place] if place < len(rows) else ("", "")
        name = named[place] if place < len(named) else ""
        pair = [_text(sheet, label, styles.head), _text(sheet, text, styles.locked)]
        sheet.append([*pair, None, _text(sheet, name, styles.head if place == 0 else styles.locked)])


def _prepare(sheet: Any, headers: Sequence[str], last: int, *, hidden: Iterable[str]) -> None:
    """Set what a write-only sheet must know before its first row: protection, filter, widths, hidden columns."""
    sheet.protection.sheet = True
    sheet.protection.autoFilter = False  # False: allowed although the sheet is protected
    sheet.protection.formatColumns = False
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headers))}{last}"
    out_of_sight = {headers.index(name) for name in hidden}
    for place, name in enumerate(headers):
        column = sheet.column_dimensions[get_column_letter(place + 1)]
        column.width, column.hidden = _WIDTHS.get(name, 18), place in out_of_sight


def _offer(sheet: Any, source: str, cells: str, prompt: str) -> None:
    """Put a drop-down on cells that also takes what is typed: a path that is not in the list adds a group."""
    choice = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=False)
    choice.prompt, choice.showInputMessage = prompt, True
    choice.add(cells)
    sheet.data_validations.append(choice)


def _text(sheet: Any, text: str, style: Any) -> Any:
    """Make a cell of text that no spreadsheet takes for a formula or a number."""
    cell: Any = WriteOnlyCell(sheet, None)
    if text:
        cell.value = form.escaped(form.kept(text))
        cell.data_type = "s"
    cell._style = style
    return cell


def _styles(sheet: Any) -> _Styles:
    def made(**parts: object) -> Any:
        cell: Any = WriteOnlyCell(sheet, None)
        cell.quotePrefix = True
        for name, part in parts.items():
            setattr(cell, name, part)
        return copy(cell._style)

    return _Styles(
        head=made(font=Font(bold=True), number_format=_TEXT),
        locked=made(number_format=_TEXT),
        open=made(number_format=_TEXT, fill=_OPEN, protection=Protection(locked=False)),
        money=made(number_format=_FIGURES, quotePrefix=False),
    )


def _name(workbook: Workbook, name: str, sheet: str, column: str, rows: int) -> None:
    reference = f"{quote_sheetname(sheet)}!${column}$2:${column}${rows + 1}"
    workbook.defined_names[name] = DefinedName(name, attr_text=reference)
