"""Media files whose rows say what their figures are: flat (a row per figure) and periods (a column per period)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import pandas as pd
import pyarrow as pa

from mmm_core.errors import BadInput
from mmm_core.findings import Finding
from mmm_core.ingest import line_items
from mmm_core.ingest.columns import require_columns
from mmm_core.ingest.currencies import Codes, about_currencies, as_category, currency_of
from mmm_core.ingest.dates import read_dates
from mmm_core.ingest.media_findings import (
    about_left_out_periods,
    about_other_variables,
    about_spend,
    about_totals_columns,
)
from mmm_core.ingest.number_grammar import DecimalMark
from mmm_core.ingest.numbers import Money, read_floats, read_money
from mmm_core.ingest.readings import WIDE_DIMENSION, MediaReading
from mmm_core.ingest.regions import read_geo
from mmm_core.ingest.shapes import periods_of, rows_of_variables, rows_where, shared_mark
from mmm_core.ingest.table import RawTable
from mmm_core.schema import MediaTable

_MOST_RECORDS = 20_000_000
_ROLES = ("spend", "exposure", "clicks")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rows:
    """The rows about a variable with a role: which role (position in `_ROLES`) and which line item's."""

    table: RawTable
    role: np.ndarray
    names: np.ndarray | None
    whole: RawTable
    others: RawTable | None

    def of(self, role: str) -> tuple[np.ndarray, RawTable]:
        """Return the rows of a role: where they are, bool (rows,), and their cells."""
        mask = self.role == _ROLES.index(role)
        return mask, rows_where(self.table, mask)


def read_by_row(table: RawTable, reading: MediaReading, *, plain_role: str = "spend") -> MediaTable:
    """Read a flat or periods file, see `media.read_media`.

    Parameters
    ----------
    plain_role : {"spend", "exposure"}
        What the figures of a periods layout without a variable are.
    """
    require_columns(table, reading.geo, reading.currency, reading.variable, reading.figures, *reading.line_item)
    rows = _rows(table, reading, plain_role)
    if reading.layout == "flat":
        require_columns(table, reading.date)
        columns: tuple[str, ...] = (str(reading.figures),)
        days = [read_dates(rows.table, reading.date, order=reading.date_order, time_zone=reading.time_zone)]
    else:
        columns, dates = periods_of(table, reading)
        days = [np.full(rows.table.cells.num_rows, date) for date in dates]
    _refuse_too_many(rows.table, columns)
    ids, frame = _line_items(rows, reading)
    records = _records(rows.table, ids, days, read_geo(rows.table, reading.geo))
    spent = _spend(rows, reading, columns)
    records["spend_micros"] = spent.micros
    decimal = spent.decimal
    records["exposure"] = _floats(rows, "exposure", columns, decimal)
    records["currency"] = spent.currency
    if reading.clicks:
        # Clicks may be the exposure as well; then no row is theirs alone.
        role = "exposure" if reading.clicks == reading.exposure else "clicks"
        records["clicks"] = _floats(rows, role, columns, decimal)
    others = about_other_variables(rows.others, str(reading.variable)) if rows.others is not None else ()
    return MediaTable(
        source=table.label,
        dimensions=tuple(frame.columns),
        records=records,
        line_items=frame,
        raw_rows=table.cells.num_rows,
        raw_micros=spent.total,
        has_geo=reading.geo is not None,
        findings=(*table.findings, *others, *spent.findings),
    )


def _rows(table: RawTable, reading: MediaReading, plain_role: str) -> _Rows:
    if reading.variable is None:
        role = np.full(table.cells.num_rows, _ROLES.index(plain_role))
        return _Rows(table=table, role=role, names=None, whole=table, others=None)
    items: list[str] = []
    roles: list[int] = []
    variables: list[str] = []
    for position, named in enumerate((reading.spend, reading.exposure, reading.clicks)):
        if named is None or (position == 2 and named == reading.exposure):
            continue
        pairs = {"": named} if isinstance(named, str) else named
        items += list(pairs)
        variables += list(pairs.values())
        roles += [position] * len(pairs)
    found = rows_of_variables(table, reading.variable, variables)
    keep = found >= 0
    kept = found[keep]
    others = rows_where(table, ~keep) if not keep.all() else None
    by_name = any(isinstance(named, dict) for named in (reading.spend, reading.exposure, reading.clicks))
    names = np.array(items, dtype=object)[kept] if by_name else None
    return _Rows(
        table=_with_totals(rows_where(table, keep), reading),
        role=np.array(roles)[kept],
        names=names,
        whole=table,
        others=others,
    )


def _with_totals(table: RawTable, reading: MediaReading) -> RawTable:
    """Keep the totals rows that are about spend, or do not say what they are about."""
    wanted = {""} | (set(reading.spend.values()) if isinstance(reading.spend, dict) else {str(reading.spend)})
    held = tuple(
        total
        for total in table.totals
        if (said := total.cells.get(str(reading.variable), "").strip()) in wanted or said == total.label
    )
    return replace(table, totals=held)


def _refuse_too_many(table: RawTable, columns: Sequence[str]) -> None:
    if table.cells.num_rows * len(columns) > _MOST_RECORDS:
        raise BadInput(
            f"{table.cells.num_rows:,} rows times {len(columns)} periods are {table.cells.num_rows * len(columns):,} "
            "figures",
            where=table.label,
            expected=f"at most {_MOST_RECORDS:,} were expected",
            remedy="Split the file, or add line items up before the export",
        )


def _line_items(rows: _Rows, reading: MediaReading) -> tuple[pd.Categorical, pd.DataFrame]:
    if rows.names is not None:
        if WIDE_DIMENSION in reading.line_item:
            raise BadInput(
                f"A dimension is called {WIDE_DIMENSION!r}",
                where=rows.table.label,
                expected="the names given to the variables have that name",
                remedy="Rename the column in the file, or name one variable for all line items",
            )
        named = pa.array(rows.names.tolist(), type=pa.string())
        cells = pa.table({WIDE_DIMENSION: named, **{name: rows.table.texts(name) for name in reading.line_item}})
        together = replace(rows.table, columns=tuple(cells.column_names), cells=cells, native=None)
        return line_items.identify(together, (WIDE_DIMENSION, *reading.line_item))
    if not reading.line_item:
        return line_items.named([cast("str", reading.spend or reading.exposure or "spend")], rows.table.cells.num_rows)
    return line_items.identify(rows.table, reading.line_item)


def _records(table: RawTable, ids: pd.Categorical, days: list[np.ndarray], geo: pd.Categorical) -> pd.DataFrame:
    """Set the columns of the periods below each other."""
    copies = len(days)
    return pd.DataFrame(
        {
            "row": np.tile(table.row_numbers, copies),
            "line_item_id": pd.Categorical.from_codes(np.tile(ids.codes, copies), categories=ids.categories),
            "date": np.concatenate(days),
            "geo": pd.Categorical.from_codes(np.tile(geo.codes, copies), categories=geo.categories),
        },
        copy=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Spent:
    """Micros and currency per record, their total summed apart, and how decimals are written."""

    micros: np.ndarray
    currency: pd.Categorical
    total: int
    decimal: DecimalMark | None
    findings: tuple[Finding, ...]


def _spend(rows: _Rows, reading: MediaReading, columns: tuple[str, ...]) -> _Spent:
    mask, table = rows.of("spend")
    decimal = reading.decimal or shared_mark(rows.whole, columns)
    read: dict[str, Money] = {}
    codes: dict[str, Codes] = {}
    if mask.any():
        read = {column: read_money(table, column, decimal=decimal, unit=reading.spend_unit) for column in columns}
        codes = {column: currency_of(table, column, money, reading) for column, money in read.items()}
    micros, shown = [], []
    for column in columns:
        filled = np.zeros(len(mask), dtype=np.int64)
        said = np.full(len(mask), "", dtype=object)
        if column in read:
            filled[mask] = read[column].micros
            said[mask] = codes[column]
        micros.append(filled)
        shown.append(said)
    declared = replace(reading, decimal=decimal)
    findings = (
        *about_spend(table, read, declared),
        *about_currencies(table, read, codes),
        *(about_totals_columns(table, read, declared) if reading.layout == "periods" and read else ()),
        *(about_left_out_periods(table, reading) if reading.layout == "periods" else ()),
    )
    return _Spent(
        micros=np.concatenate(micros),
        currency=as_category(list(shown), len(mask)),
        total=sum(money.total for money in read.values()),
        decimal=decimal,
        findings=findings,
    )


def _floats(rows: _Rows, role: str, columns: tuple[str, ...], decimal: DecimalMark | None) -> np.ndarray:
    mask, table = rows.of(role)
    parts = []
    for column in columns:
        filled = np.full(len(mask), np.nan)
        if mask.any():
            filled[mask] = read_floats(table, column, decimal=decimal)
        parts.append(filled)
    return np.concatenate(parts)
