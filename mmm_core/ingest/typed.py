"""A table of texts and a reading to the typed table that the panel is made from. Every row keeps its origin."""

import numpy as np
import pandas as pd

from mmm_core.errors import BadInput, listed
from mmm_core.findings import Finding, Place, Severity
from mmm_core.ingest.columns import require_columns
from mmm_core.ingest.dates import read_dates
from mmm_core.ingest.media import read_media
from mmm_core.ingest.numbers import read_floats
from mmm_core.ingest.readings import ControlsReading, KpiReading
from mmm_core.ingest.regions import read_geo
from mmm_core.ingest.table import RawTable
from mmm_core.schema import ControlsTable, KpiTable

__all__ = ["read_controls", "read_kpi", "read_media"]


def read_kpi(table: RawTable, reading: KpiReading) -> KpiTable:
    """Read the outcome.

    Returns
    -------
    KpiTable
        Rows without a value are left out and reported as `kpi_value_missing`.

    Raises
    ------
    BadInput
        If a column does not exist, a cell cannot be read, or two rows stand for the same date and region.
    """
    require_columns(table, reading.date, reading.value, reading.geo)
    rows = _rows(table, reading)
    rows["value"] = read_floats(table, reading.value, decimal=reading.decimal)
    missing = rows["value"].isna().to_numpy()
    if missing.all():
        raise BadInput(
            f"Column {reading.value!r} has no value in any row",
            where=table.label,
            expected="a number per date was expected",
            remedy="Choose the column with the outcome, or fill it in",
        )
    findings = (
        (_missing("kpi_value_missing", table, reading.value, missing, "these rows were left out"),)
        if missing.any()
        else ()
    )
    return KpiTable(
        source=table.label,
        name=reading.value,
        rows=rows[~missing].reset_index(drop=True),
        has_geo=reading.geo is not None,
        findings=(*table.findings, *findings),
    )


def read_controls(table: RawTable, reading: ControlsReading) -> ControlsTable:
    """Read non-media drivers; an empty cell stays NaN (`control_value_missing`); errors as in `read_kpi`."""
    if not reading.columns:
        raise BadInput(
            "The reading names no controls",
            where=table.label,
            expected="at least one column was expected",
            remedy="Choose one",
        )
    if len(set(reading.columns)) < len(reading.columns):
        raise BadInput(
            "A control is named twice", where=table.label, expected="each column once was expected", remedy="Remove one"
        )
    require_columns(table, reading.date, *reading.columns, reading.geo)
    rows = _rows(table, reading)
    reserved = tuple(repr(name) for name in reading.columns if name in rows.columns)
    if reserved:
        raise BadInput(
            f"A control is called {listed(reserved)}",
            where=table.label,
            expected="another name was expected, since rows have a field of that name",
            remedy="Rename the column in the file",
        )
    findings = []
    for name in reading.columns:
        rows[name] = read_floats(table, name, decimal=reading.decimal)
        missing = rows[name].isna().to_numpy()
        if missing.any():
            findings.append(_missing("control_value_missing", table, name, missing, "they were left empty"))
    return ControlsTable(
        source=table.label,
        names=reading.columns,
        rows=rows,
        has_geo=reading.geo is not None,
        findings=(*table.findings, *findings),
    )


def _rows(table: RawTable, reading: KpiReading | ControlsReading) -> pd.DataFrame:
    """Return row, date and geo, one row per date and region."""
    dates = read_dates(table, reading.date, order=reading.date_order)
    rows = pd.DataFrame({"row": table.row_numbers, "date": dates, "geo": read_geo(table, reading.geo)})
    twice = rows.duplicated(["date", "geo"], keep=False).to_numpy()
    if twice.any():
        first = rows[twice].iloc[0]
        same = rows[(rows["date"] == first["date"]) & (rows["geo"] == first["geo"])]
        place = f" in {first['geo']!r}" if reading.geo else ""
        more = int(rows[twice].drop_duplicates(["date", "geo"]).shape[0]) - 1
        others = f", and {more} more such date(s)" if more else ""
        raise BadInput(
            f"Several rows stand for {first['date']:%Y-%m-%d}{place}",
            where=f"rows {listed(tuple(same['row'].tolist()))} of {table.label}{others}",
            expected="one row per date was expected" if not reading.geo else "one row per date and region was expected",
            remedy="Keep one of them, or choose the column with the regions",
        )
    return rows


def _missing(code: str, table: RawTable, column: str, missing: np.ndarray, consequence: str) -> Finding:
    rows = tuple(int(row) for row in table.row_numbers[missing])
    return Finding(
        code=code,
        severity=Severity.WARNING,
        message=f"Column {column!r} has no value in {len(rows)} row(s) ({listed(rows)}); {consequence}.",
        where=Place(source=table.source, sheet=table.sheet, rows=rows, columns=(column,)),
        evidence={"rows": len(rows)},
        remedy="Fill them in, or confirm that nothing is known for these dates.",
    )
