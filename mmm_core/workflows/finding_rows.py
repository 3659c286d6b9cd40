"""The rows of the files that a finding speaks of, with their values."""

from collections.abc import Iterator, Mapping

import pandas as pd

from mmm_core.findings import Finding
from mmm_core.money import amount_text
from mmm_core.schema import (
    ControlsTable,
    ControlTotalsTable,
    KpiTable,
    LiftTestsTable,
    MediaTable,
    OrganicTable,
    ProjectData,
)
from mmm_core.workflows.scoping import Scoped

_NAME = "Line item"


def rows_behind(scoped: Scoped, finding: Finding) -> pd.DataFrame:
    """Return the rows that a finding names, as they were read.

    Parameters
    ----------
    scoped : Scoped
        Where the finding was made.

    Returns
    -------
    DataFrame
        A row per record, in the order of the file: "Row" (as the spreadsheet counts), "Date" (text), then what the
        kind of file holds: "Line item", "Region", "Spend", "Exposure", or values by their names. Money is text with all
        its decimals. Empty when the finding names no row that was read as data.
    """
    rows, source = finding.where.rows, finding.where.source
    if finding.fix is not None and finding.fix.rows:
        rows, source = finding.fix.rows, finding.fix.source or source
    if not rows:
        return pd.DataFrame()
    wanted = frozenset(finding.where.line_items)
    for label, sheet, table in _tables(scoped.ground.data):
        if source == label or (finding.where.sheet and label == f"{source} / {finding.where.sheet}"):
            hit = sheet.loc[sheet["row"].isin(rows)]
            own = hit[hit["line_item_id"].isin(wanted)] if wanted and "line_item_id" in hit else hit
            return _shown(own if len(own) else hit, table)
    return pd.DataFrame()


def _tables(data: ProjectData) -> Iterator[tuple[str, pd.DataFrame, object]]:
    bought: list[MediaTable | OrganicTable] = [*data.media, *data.organic]
    for media in bought:
        yield media.source, media.records, media
    others: list[KpiTable | ControlsTable | ControlTotalsTable | LiftTestsTable] = [data.kpi] if data.kpi else []
    for tables in (data.tracked, data.controls, data.control_totals, data.lift_tests):
        others.extend(tables)
    for other in others:
        yield other.source, other.rows, other


def _shown(records: pd.DataFrame, table: object) -> pd.DataFrame:
    """Lay records out for people: names instead of identities, exact money, days without a time."""
    records = records.sort_values("row", kind="stable")
    names = _names(table)
    columns: dict[str, object] = {"Row": records["row"].to_numpy()}
    for column in records.columns:
        values = records[column]
        if column in ("row", "file_rows", "currency") or (column == "geo" and not getattr(table, "has_geo", True)):
            continue
        title = {"geo": "Region", "line_item_id": _NAME}.get(column, column.removesuffix("_micros"))
        title = title[:1].upper() + title[1:].replace("_", " ")
        if column == "line_item_id":
            columns[title] = [names.get(str(value), str(value)) for value in values]
        elif column.endswith("micros"):
            columns[title] = [amount_text(int(value)) if pd.notna(value) else "" for value in values]
        elif pd.api.types.is_datetime64_any_dtype(values):
            columns[title] = values.dt.strftime("%Y-%m-%d").to_numpy()
        else:
            columns[title] = values.to_numpy()
    return pd.DataFrame(columns)


def _names(table: object) -> Mapping[str, str]:
    """Return how line items are called, by their identity."""
    if not isinstance(table, MediaTable | OrganicTable):
        return {}
    parts = table.line_items.astype("string").fillna("").agg(" / ".join, axis=1)
    return {str(identity): str(name) for identity, name in parts.items()}
