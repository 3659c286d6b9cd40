"""Media files of any layout to records of exact money. No row and no zero is dropped."""

from typing import cast

import numpy as np
import pandas as pd

from mmm_core.errors import BadInput
from mmm_core.findings import Finding
from mmm_core.ingest import line_items
from mmm_core.ingest.columns import require_columns
from mmm_core.ingest.currencies import Codes, about_currencies, as_category, code_in_name, currency_of
from mmm_core.ingest.dates import read_dates
from mmm_core.ingest.media_by_row import read_by_row
from mmm_core.ingest.media_findings import about_ranges, about_spend
from mmm_core.ingest.numbers import Money, read_floats, read_money
from mmm_core.ingest.readings import WIDE_DIMENSION, MediaReading
from mmm_core.ingest.regions import read_geo
from mmm_core.ingest.spreading import in_periods
from mmm_core.ingest.table import RawTable
from mmm_core.schema import MediaTable


def read_media(table: RawTable, reading: MediaReading) -> MediaTable:
    """Read a media file by the roles of its columns.

    Returns
    -------
    MediaTable
        Long: one record per data row. Wide: one record per data row and line item, zeros included, so that records are
        data rows times line items. Flat: one record per row about a variable with a role. Periods: one per row and
        period. An empty spend cell is 0 (note `spend_empty`), an empty exposure cell NaN. Without a spend column every
        amount is 0, without an exposure column every exposure NaN. `currency` is there always, `clicks` only if named.

    Raises
    ------
    BadInput
        If a column or variable does not exist, is used in two roles, or a cell cannot be read.
    """
    refuse_double_roles(table, reading)
    by_row = reading.layout in ("flat", "periods")
    media = read_by_row(table, reading) if by_row else _read_by_column(table, reading)
    return in_periods(media, table, reading)


def _read_by_column(table: RawTable, reading: MediaReading) -> MediaTable:
    """Read a long or wide file: every role is one column, or one column per line item."""
    spend, exposure, clicks = (columns_of(role) for role in (reading.spend, reading.exposure, reading.clicks))
    named = [*spend.values(), *exposure.values(), *clicks.values()]
    require_columns(table, reading.date, reading.geo, reading.currency, *reading.line_item, *named)
    dates = read_dates(table, reading.date, order=reading.date_order, time_zone=reading.time_zone)
    geo = read_geo(table, reading.geo)
    ids, frame = _line_items(table, reading, list(dict.fromkeys([*spend, *exposure, *clicks])))
    names = list(frame.iloc[:, 0]) if reading.layout == "wide" else [""]
    read = {
        column: read_money(table, column, decimal=reading.decimal, unit=reading.spend_unit) for column in spend.values()
    }
    zeros = np.zeros(table.cells.num_rows, dtype=np.int64)
    records = _records(table, ids, dates, geo)
    records["spend_micros"] = np.concatenate([read[spend[name]].micros if name in spend else zeros for name in names])
    records["exposure"] = _floats(table, reading, exposure, names)
    codes = _codes(table, reading, read)
    records["currency"] = as_category([codes[spend[name]] if name in spend else "" for name in names], len(zeros))
    if clicks:
        records["clicks"] = _floats(table, reading, clicks, names)
    findings: tuple[Finding, ...] = (
        *about_spend(table, read, reading),
        *about_currencies(table, read, codes),
        *about_ranges(table, reading, dates),
    )
    return MediaTable(
        source=table.label,
        dimensions=tuple(frame.columns),
        records=records,
        line_items=frame,
        raw_rows=table.cells.num_rows,
        raw_micros=sum(money.total for money in read.values()),
        has_geo=reading.geo is not None,
        findings=(*table.findings, *findings),
    )


def _records(table: RawTable, ids: pd.Categorical, dates: np.ndarray, geo: pd.Categorical) -> pd.DataFrame:
    """Repeat the rows once per line item of a wide layout; a long layout has each row once."""
    copies = len(ids) // table.cells.num_rows
    regions = pd.Categorical.from_codes(np.tile(geo.codes, copies), categories=geo.categories)
    rows, days = np.tile(table.row_numbers, copies), np.tile(dates, copies)
    return pd.DataFrame({"row": rows, "line_item_id": ids, "date": days, "geo": regions}, copy=False)


def columns_of(role: str | dict[str, str] | None) -> dict[str, str]:
    """Return line item -> column or variable; one for all line items stands under the empty name."""
    if role is None:
        return {}
    return {"": role} if isinstance(role, str) else role


def _line_items(table: RawTable, reading: MediaReading, names: list[str]) -> tuple[pd.Categorical, pd.DataFrame]:
    if reading.layout == "wide":
        return line_items.named(names, table.cells.num_rows)
    if not reading.line_item:
        return line_items.named([cast("str", reading.spend or reading.exposure)], table.cells.num_rows)
    return line_items.identify(table, reading.line_item)


def _floats(table: RawTable, reading: MediaReading, columns: dict[str, str], names: list[str]) -> np.ndarray:
    unknown = np.full(table.cells.num_rows, np.nan)
    return np.concatenate(
        [read_floats(table, columns[name], decimal=reading.decimal) if name in columns else unknown for name in names]
    )


def _codes(table: RawTable, reading: MediaReading, read: dict[str, Money]) -> dict[str, Codes]:
    """Return the currency per spend column; names of columns count when they name different currencies."""
    codes = {column: currency_of(table, column, money, reading) for column, money in read.items()}
    named = {column: code_in_name(column) for column in read}
    if not (reading.currency or reading.currency_code) and len(set(named.values()) - {""}) > 1:
        return {column: named[column] or code for column, code in codes.items()}
    return codes


def refuse_double_roles(table: RawTable, reading: MediaReading) -> None:
    """Refuse a column or variable that would be counted twice; clicks may be the exposure as well."""
    spend, exposure, clicks = (
        list(columns_of(role).values()) for role in (reading.spend, reading.exposure, reading.clicks)
    )
    roles = [*reading.line_item, *(name for name in (reading.variable, reading.figures, reading.currency) if name)]
    roles += [name for name in (reading.date, reading.geo) if name]
    by_column = reading.layout in ("long", "wide")
    same = exposure if by_column or clicks == exposure else []
    figures = [*spend, *exposure, *(name for name in clicks if name not in same)]
    together = [*roles, *figures] if by_column else figures
    doubled = next((n for n in (*together, *roles) if together.count(n) > 1 or roles.count(n) > 1), None)
    if doubled is not None and doubled != reading.geo:
        raise BadInput(
            f"{'Column' if doubled in table.columns else 'Variable'} {doubled!r} has more than one role",
            where=table.label,
            expected="one role each was expected",
            remedy="Choose another one for one of them",
        )
    if reading.layout == "wide" and reading.line_item:
        raise BadInput(
            "A wide layout names line item columns",
            where=table.label,
            expected=f"its one dimension is called {WIDE_DIMENSION!r} and holds the names given to the spend columns",
            remedy="Leave line_item out, or choose the long layout",
        )
