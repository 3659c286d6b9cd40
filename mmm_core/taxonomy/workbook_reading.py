"""Read a mapping workbook that comes back filled in: what it says, row by row, before anybody judges it."""

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass

from mmm_core.errors import BadInput, listed
from mmm_core.taxonomy import workbook_form as form

Cells = MappingOf[str, Sequence[Sequence[str]]]
"""Per sheet its rows from the first one on, each a sequence of texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledLine:
    """A row of the sheet of line items: what was written into it, and what it says now; `row` as the sheet counts."""

    row: int
    line_item: str
    name: str
    group: str
    reason: str
    group_written: str
    reason_written: str

    @property
    def touched(self) -> bool:
        """Whether somebody changed the row."""
        return (self.group, self.reason) != (self.group_written, self.reason_written)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledGroup:
    """A row of the sheet of groups; `path` is "" in a row that the client added."""

    row: int
    path: str
    names: tuple[str, ...]
    owner: str
    description: str
    owner_written: str
    description_written: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledWorkbook:
    """Everything that a workbook says."""

    stamp: form.Stamp
    levels: tuple[str, ...]
    lines: tuple[FilledLine, ...]
    groups: tuple[FilledGroup, ...]


def read_workbook(cells: Cells, *, name: str) -> FilledWorkbook:
    """Read the three sheets.

    Raises
    ------
    BadInput
        If a sheet, its header or the stamp is missing, so that nothing in it can be placed.
    """
    missing = [label for label in (form.LINE_ITEMS, form.GROUPS, form.READ_ME) if label not in cells]
    if missing:
        raise BadInput(
            f"The workbook has no sheet {listed([repr(label) for label in missing])}",
            where=name,
            expected="the file that was downloaded here was expected, with all its sheets",
            remedy="Download the workbook again and fill that one in",
        )
    stamp = _stamp(cells[form.READ_ME], name)
    levels = _levels(cells[form.GROUPS], name)
    return FilledWorkbook(
        stamp=stamp,
        levels=levels,
        lines=tuple(_lines(cells[form.LINE_ITEMS], name)),
        groups=tuple(_groups(cells[form.GROUPS], levels)),
    )


def _stamp(rows: Sequence[Sequence[str]], name: str) -> form.Stamp:
    said = {row[0].strip(): row[1].strip() for row in rows if len(row) > 1}
    number, schema = said.get(form.NUMBER_LABEL, ""), said.get(form.SCHEMA_LABEL, "")
    project, fingerprint = said.get(form.PROJECT_LABEL, ""), said.get(form.FINGERPRINT_LABEL, "")
    if not (project and fingerprint and number.isdecimal() and schema.isdecimal()):
        raise BadInput(
            "The workbook does not say which state of which project it was written from",
            where=f"{name}, sheet '{form.READ_ME}'",
            expected="project, revision and fingerprint were expected there",
            remedy="Download the workbook again and copy the filled columns into it",
        )
    if int(schema) > form.SCHEMA:
        raise BadInput(
            f"The workbook has form {schema}",
            where=name,
            expected=f"this version reads forms up to {form.SCHEMA}",
            remedy="Download the workbook again here, or upload it where it came from",
        )
    return form.Stamp(project_id=project, number=int(number), fingerprint=fingerprint, schema=int(schema))


def _lines(rows: Sequence[Sequence[str]], name: str) -> list[FilledLine]:
    width = len(form.LINE_COLUMNS)
    header = tuple(_cell(rows[0], place) for place in range(width)) if rows else ()
    wrong = [
        expected
        for expected, found in zip(form.LINE_COLUMNS, header or ("",) * width, strict=True)
        if not (found == expected or (expected == form.SPEND and found.startswith(f"{form.SPEND} (")))
    ]
    if wrong:
        raise BadInput(
            f"The columns of sheet '{form.LINE_ITEMS}' are not those that were written",
            where=f"{name}; not in their place: {listed([repr(column) for column in wrong])}",
            expected="the first row as it was downloaded was expected",
            remedy="Undo the moving or renaming of columns",
        )
    place = {column: at for at, column in enumerate(form.LINE_COLUMNS)}
    return [
        FilledLine(
            row=number,
            line_item=_cell(row, place[form.ID]).strip(),
            name=_cell(row, place[form.NAME]),
            group=_cell(row, place[form.GROUP]).strip(),
            reason=_cell(row, place[form.REASON]).strip(),
            group_written=_cell(row, place[form.GROUP_WRITTEN]).strip(),
            reason_written=_cell(row, place[form.REASON_WRITTEN]).strip(),
        )
        for number, row in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in row)
    ]


def _levels(rows: Sequence[Sequence[str]], name: str) -> tuple[str, ...]:
    header = [cell.strip() for cell in rows[0]] if rows else []
    ends = (place for place in range(len(header)) if tuple(header[place : place + 4]) == form.AFTER_LEVELS)
    end = max(ends, default=0)
    if end < 2 or header[0] != form.PATH:
        raise BadInput(
            f"The columns of sheet '{form.GROUPS}' are not those that were written",
            where=name,
            expected="the first row as it was downloaded was expected",
            remedy="Undo the moving or renaming of columns",
        )
    return tuple(header[1:end])


def _groups(rows: Sequence[Sequence[str]], levels: tuple[str, ...]) -> list[FilledGroup]:
    end = len(levels) + 1
    return [
        FilledGroup(
            row=number,
            path=_cell(row, 0).strip(),
            names=tuple(_cell(row, place).strip() for place in range(1, end)),
            owner=_cell(row, end).strip(),
            description=_cell(row, end + 1).strip(),
            owner_written=_cell(row, end + 2).strip(),
            description_written=_cell(row, end + 3).strip(),
        )
        for number, row in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in row)
    ]


def _cell(row: Sequence[str], place: int) -> str:
    return row[place] if place < len(row) else ""
