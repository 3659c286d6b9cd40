"""Turn a filled workbook into the mapping that its author wants; what is wrong with it is collected, not guessed."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from mmm_core.errors import BadInput, counted, listed
from mmm_core.taxonomy import workbook_form as form
from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Mapping, Path, Target
from mmm_core.taxonomy.names import comparable
from mmm_core.taxonomy.workbook_places import Places
from mmm_core.taxonomy.workbook_reading import FilledGroup, FilledLine, FilledWorkbook


class UnusableWorkbook(BadInput):
    """A filled workbook with contradictions; `problems` holds every one as a sentence, nothing was changed."""

    code = "unusable_workbook"
    title = "The workbook cannot be taken as it is"

    def __init__(self, problems: Sequence[str], *, name: str) -> None:
        self.problems = tuple(problems)
        super().__init__(
            f"The workbook has {counted(len(self.problems), 'problem')}",
            where=f"{name}: {listed([problem.rstrip('.') for problem in self.problems], most=20)}",
            expected="nothing was changed",
            remedy="Correct these cells and upload the file again",
        )


def wanted_mapping(
    filled: FilledWorkbook, base: Mapping, items: pd.DataFrame, *, participants: Sequence[str], name: str
) -> Mapping:
    """Apply what the client changed to the mapping that the workbook was written from.

    A row counts as changed when its cells differ from what was written into it; other rows change nothing, whatever
    happened to the mapping meanwhile.

    Parameters
    ----------
    participants : sequence of str
        Names that an owner may have.

    Raises
    ------
    UnusableWorkbook
        If a row cannot be placed or a cell not be understood; every such row is named.
    """
    problems: list[str] = []
    mapping = _with_groups(filled, base, participants, problems)
    mapping = _with_lines(filled.lines, mapping, base, items, problems)
    if problems:
        raise UnusableWorkbook(problems, name=name)
    return mapping


def _with_groups(filled: FilledWorkbook, base: Mapping, participants: Sequence[str], problems: list[str]) -> Mapping:
    known = {form.path_text(path).strip(): path for path in (*base.leaves, *base.archived)}
    people = {comparable(person): person for person in participants}
    mapping, places = base, Places(base)
    if len(filled.levels) != len(base.levels):
        problems.append(
            f"Sheet '{form.GROUPS}': it has {counted(len(filled.levels), 'level')}, not {len(base.levels)}."
        )
        return mapping
    for group in filled.groups:
        path = known.get(group.path) if group.path else _new_path(group, base, places, problems)
        where = f"Sheet '{form.GROUPS}', row {group.row}"
        if path is None:
            if group.path:
                problems.append(f"{where}: '{group.path}' is no group that was written there.")
            continue
        if group.path and tuple(map(form.reading_form, group.names)) != tuple(
            form.reading_form(form.kept(level)) for level in path
        ):
            problems.append(f"{where}: '{group.path}' was renamed; groups are renamed on the Mapping page.")
        if not group.path and path not in mapping.leaves:
            mapping = _added(mapping, path, where, problems)
        mapping = _said(mapping, path, group, people, where, problems)
    return mapping


def _new_path(group: FilledGroup, base: Mapping, places: Places, problems: list[str]) -> Path | None:
    """Return the path of an added row; None, with a problem, when a level is empty."""
    if all(group.names):
        return places.find(PATH_SEPARATOR.join(group.names)) or group.names
    empty = listed([level for level, text in zip(base.levels, group.names, strict=False) if not text])
    problems.append(f"Sheet '{form.GROUPS}', row {group.row}: {empty} is empty; a new group needs every level.")
    return None


def _said(
    mapping: Mapping, path: Path, group: FilledGroup, people: dict[str, str], where: str, problems: list[str]
) -> Mapping:
    """Take over owner and description where they were changed."""
    node = mapping.node(path)
    if group.owner != group.owner_written:
        owner = people.get(comparable(group.owner), "") if group.owner else ""
        if group.owner and not owner:
            problems.append(f"{where}: '{group.owner}' does not take part in this project and cannot own a group.")
        node = replace(node, owner=owner)
    try:
        if group.description != group.description_written:
            node = replace(node, description=group.description)
        return mapping.with_node(path, node) if node != mapping.node(path) else mapping
    except BadInput as error:
        problems.append(f"{where}: {error}")
        return mapping


def _added(mapping: Mapping, path: Path, where: str, problems: list[str]) -> Mapping:
    try:
        return mapping.with_group(path)
    except BadInput as error:
        problems.append(f"{where}: {error}")
        return mapping


def _with_lines(
    lines: Sequence[FilledLine], mapping: Mapping, base: Mapping, items: pd.DataFrame, problems: list[str]
) -> Mapping:
    changed = [line for line in lines if line.touched]
    _note_lost_rows(changed, lines, items, problems)
    meant: dict[tuple[str, str], list[FilledLine]] = {}
    for line in changed:
        meant.setdefault(_meant(line, base), []).append(line)
    places = Places(mapping)
    mapping = mapping.release([line.line_item for line in meant.pop(_RELEASE, [])])
    for (kind, text), told in meant.items():
        if kind == _GROUP:
            mapping = _assigned(mapping, text, told, places, problems)
        elif kind == _REASON:
            mapping = mapping.assign([line.line_item for line in told], Target(exclude=text))
        else:
            problems.append(f"{_rows([line.row for line in told])}: {text}")
    return mapping


_GROUP, _REASON, _UNCLEAR = "group", "reason", "unclear"
_RELEASE = ("release", "")


def _meant(line: FilledLine, base: Mapping) -> tuple[str, str]:
    """Tell what a changed row asks for: a group, a reason to stay out, to forget a choice, or nothing clear."""
    group, reason = line.group, line.reason
    if group and reason and group == line.group_written:
        group = ""  # a reason beside the group that stood there: out of the model
    elif group and reason and reason == line.reason_written:
        reason = ""  # a group beside the reason that stood there: back in
    if group and reason:
        return _UNCLEAR, "both a group and a reason to exclude; keep one of them."
    if group or reason:
        return (_GROUP, group) if group else (_REASON, reason)
    if line.line_item in base.choices:
        return _RELEASE
    return _UNCLEAR, (
        f"emptied, but a rule puts this here; choose another group or give a reason under '{form.REASON}'."
    )


def _assigned(mapping: Mapping, text: str, lines: list[FilledLine], places: Places, problems: list[str]) -> Mapping:
    """Assign line items to the group of a cell, which is added when the cell names a new one whose place is clear."""
    rows = [line.row for line in lines]
    path = places.find(text)
    if path is None:
        stood = [found for line in lines if (found := places.find(line.group_written)) is not None]
        meant = places.new(text, stood, mapping.levels)
        if isinstance(meant, str):
            problems.append(f"{_rows(rows)}: {meant}")
            return mapping
        path = meant
        places.add(path)
    try:
        return mapping.assign([line.line_item for line in lines], _target_in(mapping, path))
    except BadInput as error:
        problems.append(f"{_rows(rows)}: {error}")
        return mapping


def _target_in(mapping: Mapping, path: Path) -> Target:
    if path in mapping.archived:
        raise BadInput(
            f"Group '{PATH_SEPARATOR.join(path)}' is archived",
            expected="a group in use was expected",
            remedy="Bring it back on the Mapping page first",
        )
    return Target(path=path)


def _note_lost_rows(
    changed: Sequence[FilledLine], lines: Sequence[FilledLine], items: pd.DataFrame, problems: list[str]
) -> None:
    """Collect changed rows whose id is unknown, stands twice, or does not belong to the name beside it."""
    names = items["name"].astype(str).to_dict()
    unknown = [line.row for line in changed if line.line_item not in names]
    if unknown:
        problems.append(f"{_rows(unknown)}: the line item id is unknown; no file of the project holds it now.")
    swapped = [line.row for line in changed if line.line_item in names and not _same(line.name, names[line.line_item])]
    if swapped:
        problems.append(
            f"{_rows(swapped)}: id and name do not belong together; perhaps a column was sorted without the others."
        )
    places: dict[str, list[int]] = {}
    for line in lines:
        places.setdefault(line.line_item, []).append(line.row)
    problems.extend(
        f"{_rows(places[item])}: the line item id {item[:40]} stands in each of them."
        for item in dict.fromkeys(line.line_item for line in changed)
        if len(places[item]) > 1
    )


def _same(found: str, name: str) -> bool:
    return found == form.kept(name) or form.reading_form(found) == form.reading_form(form.kept(name))


def _rows(rows: Sequence[int]) -> str:
    return f"Row{'s' if len(rows) > 1 else ''} {listed(rows, most=10)}"
