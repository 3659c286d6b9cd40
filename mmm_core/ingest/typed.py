"""A table of texts and a reading to the typed table that the panel is made from. Every row keeps its origin."""

import numpy as np
import pandas as pd

from mmm_core.errors import BadInput, listed
from mmm_core.findings import Finding, Place, Severity
from mmm_core.ingest.columns import require_columns
from mmm_core.ingest.dates import read_dates
from mmm_core.ingest.media import read_media
from mmm_core.ingest.numbers import read_column
from mmm_core.ingest.outcome_unit import counts_things
from mmm_core.ingest.readings import ControlsReading, KpiReading, SeriesReading
from mmm_core.ingest.regions import read_geo
from mmm_core.ingest.shapes import series_table
from mmm_core.ingest.side_tables import read_control_totals, read_lift_tests, read_organic
from mmm_core.ingest.spreading import rows_in_periods
from mmm_core.ingest.table import RawTable
from mmm_core.ingest.unconverted import stated_currencies
from mmm_core.ingest.vocabulary import PRICE, words
from mmm_core.schema import ControlsTable, KpiTable

__all__ = [
    "read_control_totals",
    "read_controls",
    "read_kpi",
    "read_lift_tests",
    "read_media",
    "read_organic",
]

_FIELDS = ("row", "date", "geo")


def read_kpi(table: RawTable, reading: KpiReading) -> KpiTable:
    """Read the outcome.

    Returns
    -------
    KpiTable
        Rows without a value are left out and reported as `kpi_value_missing`; values in several currencies as
        `several_currencies`.

    Raises
    ------
    BadInput
        If a column does not exist, a cell cannot be read, or two rows stand for the same date and region.
    """
    series, shape = series_table(table, reading, reading.value)
    require_columns(series, shape.date, reading.value, shape.geo)
    rows = _rows(series, shape)
    numbers = read_column(series, reading.value, decimal=shape.decimal)
    rows["value"] = numbers.floats
    missing = rows["value"].isna().to_numpy()
    if missing.all():
        raise BadInput(
            f"{'Column' if series is table else 'Variable'} {reading.value!r} has no value in any row",
            where=table.label,
            expected="a number per date was expected",
            remedy="Choose the column with the outcome, or fill it in",
        )
    findings = (
        (_missing("kpi_value_missing", series, reading.value, series.row_numbers[missing], "these rows were left out"),)
        if missing.any()
        else ()
    )
    stated = stated_currencies(
        table,
        {reading.value: numbers.currencies},
        series=series,
        rows=series.row_numbers[~missing],
        counts_money=not counts_things(reading.value),
    )
    rows = rows[~missing].reset_index(drop=True)
    rows, noticed = rows_in_periods(rows, table, reading, added_up=("value",))
    return KpiTable(
        source=table.label,
        name=reading.value,
        rows=rows,
        has_geo=reading.geo is not None,
        currencies=stated.currencies,
        findings=(*table.findings, *findings, *stated.findings, *noticed),
    )


def read_controls(table: RawTable, reading: ControlsReading) -> ControlsTable:
    """Read non-media drivers; an empty cell stays NaN (`control_value_missing`); errors as in `read_kpi`.

    Controls are never added up, so each may be in a currency of its own; one in several is `several_currencies`.
    """
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
    reserved = tuple(repr(name) for name in reading.columns if name in _FIELDS)
    if reserved:
        raise BadInput(
            f"A control is called {listed(reserved)}",
            where=table.label,
            expected="another name was expected, since rows have a field of that name",
            remedy="Rename the column in the file",
        )
    parts = [_read_part(table, reading, names) for names in _parts_of(reading)]
    rows = parts[0][0] if len(parts) == 1 else _joined([part for part, _ in parts])
    findings = [finding for _, found in parts for finding in found]
    for name in reading.columns:
        missing = rows[name].isna().to_numpy()
        if missing.any():
            numbers = rows["row"].to_numpy()[missing]
            findings.append(_missing("control_value_missing", table, name, numbers, "they were left empty"))
    rows, noticed = rows_in_periods(rows, table, reading, added_up=())
    return ControlsTable(
        source=table.label,
        names=reading.columns,
        rows=rows,
        has_geo=reading.geo is not None,
        findings=(*table.findings, *findings, *noticed),
    )


def _parts_of(reading: ControlsReading) -> list[tuple[str, ...]]:
    """Return the controls that lie in the same rows: all of them in columns, one each as variables."""
    return [(name,) for name in reading.columns] if reading.layout in ("flat", "periods") else [reading.columns]


def _read_part(table: RawTable, reading: ControlsReading, names: tuple[str, ...]) -> tuple[pd.DataFrame, list[Finding]]:
    """Read controls that lie in the same rows: row, date, geo and a column per name; and what their currencies are."""
    series, shape = series_table(table, reading, names[0])
    require_columns(series, shape.date, *names, shape.geo)
    rows = _rows(series, shape)
    findings: list[Finding] = []
    for name in names:
        numbers = read_column(series, name, decimal=shape.decimal, percent=True)
        rows[name] = numbers.floats
        findings += stated_currencies(
            table,
            {name: numbers.currencies},
            series=series,
            rows=series.row_numbers[~numbers.empty],
            counts_money=bool(PRICE & set(words(name))),
        ).findings
    return rows, findings


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Join variables that lie in rows of their own by date and region; a row's number is that of the first."""
    together = parts[0].astype({"geo": object})
    for part in parts[1:]:
        merged = together.merge(part.astype({"geo": object}), on=["date", "geo"], how="outer", suffixes=("", "_other"))
        together = merged.assign(row=merged["row"].fillna(merged["row_other"]).astype(np.int64)).drop(
            columns="row_other"
        )
    return together.sort_values("row", kind="stable", ignore_index=True).astype({"geo": "category"})


def _rows(table: RawTable, reading: SeriesReading) -> pd.DataFrame:
    """Return row, date and geo, one row per date and region."""
    dates = read_dates(table, reading.date, order=reading.date_order, time_zone=reading.time_zone)
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
    rows = tuple(int(row) for row in missing)
    return Finding(
        code=code,
        severity=Severity.WARNING,
        message=f"Column {column!r} has no value in {len(rows)} row(s) ({listed(rows)}); {consequence}.",
        where=Place(source=table.source, sheet=table.sheet, rows=rows, columns=(column,)),
        evidence={"rows": len(rows)},
        remedy="Fill them in, or confirm that nothing is known for these dates.",
    )
