"""Read the files that a `workshop.toml` names."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mmm_core.errors import BadInput, counted, listed
from mmm_core.findings import Finding, Place, Severity
from mmm_core.fingerprint import of_bytes
from mmm_core.ingest.corrections import corrected_data
from mmm_core.ingest.file_form import FileForm
from mmm_core.ingest.rates import in_one_currency, rate_table
from mmm_core.ingest.readers import FOUND_OUT
from mmm_core.ingest.sandbox import read_upload
from mmm_core.ingest.table import RawTable
from mmm_core.schema import ProjectData
from mmm_core.taxonomy.catalogue import column_of_dimension, dimensions_of
from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Mapping, Target
from mmm_core.taxonomy.mapping_table import choices_from_table
from mmm_core.workflows.kinds import type_table
from mmm_core.workflows.workshop_file import WorkshopFile


def read_sources(content: WorkshopFile, folders: Sequence[Path]) -> ProjectData:
    """Read all sources; a file is taken from the first of the folders that has it.

    Raises
    ------
    BadInput
        If a file is missing or cannot be read as told.
    """
    labels: set[str] = set()
    tables: dict[str, list[Any]] = {}
    fingerprints: dict[str, str] = {}
    for section in content.sources():
        taken = labels if section.kind == "media" else set()
        reading = section.reading()
        raw = _table(folders, section.file, section.sheet, form=reading.form, called=section.called)
        table = type_table(unique_label(raw, taken), reading)
        tables.setdefault(section.kind, []).append(table)
        if section.kind == "media" and content.correction:
            fingerprints[table.source] = of_bytes(find_file(folders, section.file).read_bytes())
    data = ProjectData(
        media=tuple(tables["media"]),
        kpi=tables["kpi"][0],
        tracked=tuple(tables.get("tracked", ())),
        controls=tuple(tables.get("controls", ())),
        organic=tuple(tables.get("organic", ())),
        control_totals=tuple(tables.get("control_totals", ())),
        lift_tests=tuple(tables.get("lift_tests", ())),
    )
    data = corrected_data(data, content.corrections(), fingerprints)
    written = [section.itself() for section in content.rate]
    rates = [*tables.get("rates", ()), *([rate_table(written, source="[[rate]]")] if written else [])]
    return in_one_currency(data, rates, content.project.currency)


def read_mapping(
    content: WorkshopFile, folders: Sequence[Path], items: pd.DataFrame
) -> tuple[Mapping, tuple[Finding, ...]]:
    """Build the mapping from rules, a mapping table and choices; later ones of these win.

    Returns
    -------
    mapping, findings
        Findings name rows of the table and choices that fit no line item.

    Raises
    ------
    BadInput
        If the table, a rule or a choice cannot be used.
    """
    levels = tuple(content.taxonomy.levels)
    choices: dict[str, Target] = {}
    findings: tuple[Finding, ...] = ()
    if content.mapping_file:
        table = _table(folders, content.mapping_file, None)
        read = choices_from_table(
            table.cells.to_pandas(), table.row_numbers.tolist(), items, levels, source=content.mapping_file
        )
        choices |= read.choices
        findings = _unused_rows(read.rows_without_line_item, content.mapping_file)
    for number, choice in enumerate(content.choice, start=1):
        chosen = _chosen(choice.line_item, items, number)
        choices |= dict.fromkeys(chosen, choice.target())
        findings += () if chosen else (_idle_choice(choice.line_item, number),)
    rules = tuple(section.rule() for section in content.rule)
    leaves = tuple(tuple(path) for path in content.taxonomy.groups)
    mapping = Mapping(
        levels=levels,
        leaves=leaves,
        rules=rules,
        choices=choices,
        nodes={tuple(section.path): section.node() for section in content.node},
        archived=tuple(tuple(path) for path in content.taxonomy.archived),
    )
    _refuse_lost_nodes(content, mapping)
    return mapping, findings


def _refuse_lost_nodes(content: WorkshopFile, mapping: Mapping) -> None:
    """Refuse what is said about a node that the tree does not have, and twice about one that it has."""
    paths = [tuple(section.path) for section in content.node]
    twice = next((place for place, path in enumerate(paths) if path in paths[:place]), None)
    if twice is not None:
        raise BadInput(
            f"node[{twice + 1}] speaks of '{PATH_SEPARATOR.join(paths[twice])}' a second time",
            expected="one [[node]] per node was expected",
            remedy="Remove one of them",
        )
    said = (place for place, section in enumerate(content.node) if section.node())
    lost = next((place for place in said if paths[place] not in mapping.nodes), None)
    if lost is not None:
        raise BadInput(
            f"node[{lost + 1}] speaks of '{PATH_SEPARATOR.join(paths[lost])}', which is no node of the tree",
            expected="the path of a group, or the beginning of one, was expected",
            remedy="Correct the path, or add the group under taxonomy.groups",
        )


def find_file(folders: Sequence[Path], file: str) -> Path:
    """Return the path of a file in the first of the folders that has it, or where it was expected."""
    return next((folder / file for folder in folders if (folder / file).is_file()), folders[0] / file)


def _table(
    folders: Sequence[Path], file: str, sheet: str | None, *, form: FileForm = FOUND_OUT, called: str = ""
) -> RawTable:
    try:
        return read_upload(find_file(folders, file).read_bytes(), name=called or file, sheet=sheet, form=form)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise BadInput(
            f"File {file!r} cannot be read",
            where=str(getattr(error, "strerror", None) or error),
            expected=f"it was expected in {folders[0]}",
            remedy="Correct the name under 'file', or put the file there",
        ) from error


def unique_label(table: RawTable, labels: set[str]) -> RawTable:
    """Give a table that is read twice (with different roles) a label of its own, and note the label."""
    label, number = table.source, 2
    while label in labels:
        label, number = f"{table.source} ({number})", number + 1
    labels.add(label)
    if label == table.source:
        return table
    return replace(table, source=label)


def _unused_rows(rows: tuple[int, ...], source: str) -> tuple[Finding, ...]:
    if not rows:
        return ()
    return (
        Finding(
            code="mapping_row_without_line_item",
            severity=Severity.NOTE,
            message=f"{counted(len(rows), 'row')} of {source} {'fits' if len(rows) == 1 else 'fit'} no line item.",
            where=Place(source=source, rows=rows[:50]),
            evidence={"rows": len(rows)},
            remedy="Correct the names in these rows if their line items are unmapped.",
        ),
    )


def _idle_choice(wanted: dict[str, str], number: int) -> Finding:
    values = ", ".join(f"{dimension} = '{value}'" for dimension, value in wanted.items())
    return Finding(
        code="choice_without_line_item",
        severity=Severity.NOTE,
        message=f"choice[{number}] ({values}) is for a line item that no file holds at present.",
        evidence={"choice": number},
        remedy="Nothing to do if a file is still to come; otherwise correct the values or remove the choice.",
    )


def _chosen(wanted: dict[str, str], items: pd.DataFrame, number: int) -> list[str]:
    """Find the line items of a choice: the one that has these values and no others, else all that have them.

    An empty value stands for an empty cell; only where no line item has one, for a dimension that does not apply.

    Raises
    ------
    BadInput
        If a dimension is unknown.
    """
    hit, columns = np.ones(len(items), dtype=bool), []
    for dimension, value in wanted.items():
        column = column_of_dimension(items, dimension)
        if column is None:
            raise BadInput(
                f"choice[{number}] asks for '{dimension}', which no media source has",
                where=f"known: {listed(sorted(dimensions_of(items)), most=12)}",
                remedy="Correct the name",
            )
        columns.append(column)
        hit &= (items[column].astype("string").fillna("") == value).to_numpy(dtype=bool)
    others = items[[name for name in dimensions_of(items) if name not in columns]]
    alone = hit & others.isna().all(axis=1).to_numpy(dtype=bool)
    exact = hit & items[columns].notna().all(axis=1).to_numpy(dtype=bool)
    found = next((mask for mask in (alone & exact, alone, exact) if mask.any()), hit)
    return [str(item) for item in items.index[found]]
