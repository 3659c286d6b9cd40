"""Read the files that a `workshop.toml` names."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from mmm_core.errors import BadInput, counted, listed
from mmm_core.findings import Finding, Place, Severity
from mmm_core.ingest.sandbox import read_upload
from mmm_core.ingest.table import RawTable
from mmm_core.ingest.typed import read_controls, read_kpi, read_media
from mmm_core.schema import ProjectData
from mmm_core.taxonomy.catalogue import column_of_dimension, dimensions_of
from mmm_core.taxonomy.mapping import Mapping, Target
from mmm_core.taxonomy.mapping_table import choices_from_table
from mmm_core.workflows.workshop_file import WorkshopFile


def read_sources(content: WorkshopFile, folders: Sequence[Path]) -> ProjectData:
    """Read media, KPI and controls; a file is taken from the first of the folders that has it.

    Raises
    ------
    BadInput
        If a file is missing or cannot be read as told.
    """
    labels: set[str] = set()
    media = tuple(
        read_media(_table(folders, section.file, section.sheet, labels), section.reading()) for section in content.media
    )
    kpi = read_kpi(_table(folders, content.kpi.file, content.kpi.sheet, set()), content.kpi.reading())
    controls = tuple(
        read_controls(_table(folders, section.file, section.sheet, set()), section.reading())
        for section in content.controls
    )
    return ProjectData(media=media, kpi=kpi, controls=controls)


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
        table = _table(folders, content.mapping_file, None, set())
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
    return Mapping(levels=levels, leaves=leaves, rules=rules, choices=choices), findings


def find_file(folders: Sequence[Path], file: str) -> Path:
    """Return the path of a file in the first of the folders that has it, or where it was expected."""
    return next((folder / file for folder in folders if (folder / file).is_file()), folders[0] / file)


def _table(folders: Sequence[Path], file: str, sheet: str | None, labels: set[str]) -> RawTable:
    try:
        table = read_upload(find_file(folders, file).read_bytes(), name=file, sheet=sheet)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise BadInput(
            f"File {file!r} cannot be read",
            where=str(getattr(error, "strerror", None) or error),
            expected=f"it was expected in {folders[0]}",
            remedy="Correct the name under 'file', or put the file there",
        ) from error
    return unique_label(table, labels)


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
    return [str(item) for item in items.index[alone if alone.any() else hit]]
