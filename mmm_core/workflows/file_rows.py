"""The rows of a file behind a figure, with the cells as the file writes them."""

from dataclasses import dataclass

import pandas as pd

from mmm_core.errors import BadInput
from mmm_core.ingest.readings import MediaReading
from mmm_core.ingest.table import RawTable
from mmm_core.storage.opened import Storage
from mmm_core.storage.sources import Source
from mmm_core.workflows.reading import unique_label
from mmm_core.workflows.sources import list_sources, raw_table, reading_of, typed_table

ROW = "row"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRows:
    """Rows of one file; `cells` has `row` and then the file's columns as texts."""

    source: str
    file: str
    sheet: str
    cells: pd.DataFrame


def labelled_sources(storage: Storage, project_id: str) -> dict[str, Source]:
    """Return the media of a project by the label that their typed table has; a file that is there twice is numbered."""
    labels: set[str] = set()
    found: dict[str, Source] = {}
    for source in list_sources(storage, project_id):
        if source.kind == "media":
            twice = source.name in labels
            table = unique_label(raw_table(storage, source), labels) if twice else None
            labels.add(source.name)
            found[table.label if table is not None else typed_table(storage, source).source] = source
    return found


def rows_as_in_file(
    storage: Storage, project_id: str, source: str, rows: tuple[int, ...], *, line_item: str = ""
) -> FileRows:
    """Return rows of a media file as it writes them.

    Parameters
    ----------
    source : str
        Label of the source.
    line_item : str
        Name of the line item; of a wide file only its columns, the date and the region are returned.

    Raises
    ------
    BadInput
        If the project has no such source any more.
    """
    there = labelled_sources(storage, project_id).get(source)
    if there is None:
        raise BadInput(f"{source} is not in this project any more", remedy="Go back to the subtotals")
    table = raw_table(storage, there)
    columns = _columns(table, there, line_item)
    wanted = pd.Index(table.row_numbers).get_indexer(list(rows))
    cells = table.cells.select(columns).take(wanted[wanted >= 0]).to_pandas()
    cells.insert(0, ROW if ROW not in columns else "row of the file", table.row_numbers[wanted[wanted >= 0]])
    return FileRows(source=source, file=there.name, sheet=table.sheet, cells=cells)


def _columns(table: RawTable, source: Source, line_item: str) -> list[str]:
    """Return the columns to show: all of a long file with the date first, those of the line item of a wide one."""
    reading = reading_of(source)
    if not isinstance(reading, MediaReading):
        return list(table.columns)
    named = [name for name in (reading.date, reading.geo) if name in table.columns]
    if reading.layout == "wide" and line_item:
        roles = [role for role in (reading.spend, reading.exposure, reading.clicks) if isinstance(role, dict)]
        own = [role[line_item] for role in roles if line_item in role]
        if own:
            return list(dict.fromkeys([*named, *own]))
    return list(dict.fromkeys([*named, *table.columns]))
