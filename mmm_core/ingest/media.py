"""Media files, long or wide, to records of exact money. No row and no zero is dropped."""

from typing import cast

import numpy as np
import pandas as pd

from mmm_core.errors import BadInput
from mmm_core.findings import Finding
from mmm_core.ingest import line_items
from mmm_core.ingest.columns import require_columns
from mmm_core.ingest.dates import read_dates
from mmm_core.ingest.media_findings import about_currencies, about_spend
from mmm_core.ingest.numbers import Money, read_floats, read_money
from mmm_core.ingest.readings import WIDE_DIMENSION, MediaReading
from mmm_core.ingest.regions import read_geo
from mmm_core.ingest.table import RawTable
from mmm_core.schema import MediaTable


def read_media(table: RawTable, reading: MediaReading) -> MediaTable:
    """Read a media file by the roles of its columns.

    Returns
    -------
    MediaTable
        Long: one record per data row. Wide: one record per data row and line item, zeros included, so that records are
        data rows times line items. An empty spend cell is 0 (note `spend_empty`), an empty exposure cell NaN. Without a
        spend column every amount is 0, without an exposure column every exposure NaN.

    Raises
    ------
    BadInput
        If a column does not exist, is used in two roles, or a cell cannot be read.
    """
    spend, exposure = _columns(reading.spend), _columns(reading.exposure)
    require_columns(table, reading.date, reading.geo, *reading.line_item, *spend.values(), *exposure.values())
    _refuse_double_roles(table, reading)
    dates = read_dates(table, reading.date, order=reading.date_order)
    geo = read_geo(table, reading.geo)
    ids, frame = _line_items(table, reading, list(dict.fromkeys([*spend, *exposure])))
    names = list(frame.iloc[:, 0]) if reading.layout == "wide" else [""]
    micros, total, findings = _spend(table, reading, spend, names)
    records = _records(table, ids, dates, geo)
    records["spend_micros"] = micros
    records["exposure"] = _exposure(table, reading, exposure, names)
    return MediaTable(
        source=table.label,
        dimensions=tuple(frame.columns),
        records=records,
        line_items=frame,
        raw_rows=table.cells.num_rows,
        raw_micros=total,
        has_geo=reading.geo is not None,
        findings=(*table.findings, *findings),
    )


def _records(table: RawTable, ids: pd.Categorical, dates: np.ndarray, geo: pd.Categorical) -> pd.DataFrame:
    """Repeat the rows once per line item of a wide layout; a long layout has each row once."""
    copies = len(ids) // table.cells.num_rows
    regions = pd.Categorical.from_codes(np.tile(geo.codes, copies), categories=geo.categories)
    rows, days = np.tile(table.row_numbers, copies), np.tile(dates, copies)
    return pd.DataFrame({"row": rows, "line_item_id": ids, "date": days, "geo": regions}, copy=False)


def _columns(role: str | dict[str, str] | None) -> dict[str, str]:
    """Return line item -> column; the long layout has one column for all, under the empty name."""
    if role is None:
        return {}
    return {"": role} if isinstance(role, str) else role


def _line_items(table: RawTable, reading: MediaReading, names: list[str]) -> tuple[pd.Categorical, pd.DataFrame]:
    if reading.layout == "wide":
        return line_items.named(names, table.cells.num_rows)
    if not reading.line_item:
        return line_items.named([cast("str", reading.spend or reading.exposure)], table.cells.num_rows)
    return line_items.identify(table, reading.line_item)


def _spend(
    table: RawTable, reading: MediaReading, columns: dict[str, str], names: list[str]
) -> tuple[np.ndarray, int, tuple[Finding, ...]]:
    """Return micros per record, their total summed apart, and what was noticed."""
    read: dict[str, Money] = {
        column: read_money(table, column, decimal=reading.decimal, unit=reading.spend_unit)
        for column in columns.values()
    }
    zeros = np.zeros(table.cells.num_rows, dtype=np.int64)
    micros = np.concatenate([read[columns[name]].micros if name in columns else zeros for name in names])
    findings = (*about_spend(table, read, reading), *about_currencies(table, read))
    return micros, sum(money.total for money in read.values()), findings


def _exposure(table: RawTable, reading: MediaReading, columns: dict[str, str], names: list[str]) -> np.ndarray:
    unknown = np.full(table.cells.num_rows, np.nan)
    return np.concatenate(
        [read_floats(table, columns[name], decimal=reading.decimal) if name in columns else unknown for name in names]
    )


def _refuse_double_roles(table: RawTable, reading: MediaReading) -> None:
    """Refuse a column that would be counted twice."""
    spend, exposure = list(_columns(reading.spend).values()), list(_columns(reading.exposure).values())
    roles = [reading.date, *reading.line_item, *spend, *exposure, *([reading.geo] if reading.geo else [])]
    doubled = next((name for name in roles if roles.count(name) > 1 and name != reading.geo), None)
    if doubled is not None:
        raise BadInput(
            f"Column {doubled!r} has more than one role",
            where=table.label,
            expected="one role per column was expected",
            remedy="Choose another column for one of them",
        )
    if reading.layout == "wide" and reading.line_item:
        raise BadInput(
            "A wide layout names line item columns",
            where=table.label,
            expected=f"its one dimension is called {WIDE_DIMENSION!r} and holds the names given to the spend columns",
            remedy="Leave line_item out, or choose the long layout",
        )
