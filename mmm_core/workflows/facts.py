"""What a file says in a few figures: enough for a line on a page, small enough to be kept."""

from dataclasses import dataclass

import pandas as pd

from mmm_core.errors import BadInput
from mmm_core.findings import Finding
from mmm_core.ingest.date_grammar import DateOrder, read_span
from mmm_core.ingest.dates import found_order
from mmm_core.ingest.rates import RateTable
from mmm_core.ingest.readings import Reading
from mmm_core.ingest.table import RawTable
from mmm_core.schema import ControlsTable, ControlTotalsTable, KpiTable, LiftTestsTable, MediaTable, OrganicTable
from mmm_core.workflows.kinds import Table

_ORDERS: tuple[DateOrder, ...] = ("dmy", "mdy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a table holds.

    Attributes
    ----------
    rows : int
        Data rows of the file.
    line_items : int
        0 for files that name none.
    micros : int or None
        All money in the file, None for files without any.
    currencies : tuple of str
        Codes that the file names, sorted; empty when it is silent.
    names : tuple of str
        The outcome, the controls, the groups of lift tests, or the currencies of rates.
    span : pair of Timestamp, or None
        First and last day.
    """

    rows: int
    line_items: int = 0
    micros: int | None = None
    currencies: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    span: tuple[pd.Timestamp, pd.Timestamp] | None = None
    findings: tuple[Finding, ...] = ()


def facts_of(table: Table) -> Facts:
    """Sum a table up."""
    if isinstance(table, MediaTable):
        return Facts(
            rows=table.raw_rows,
            line_items=len(table.line_items),
            micros=table.raw_micros,
            currencies=_codes(table.records),
            findings=table.findings,
            span=_span(table.records, "date", "date"),
        )
    if isinstance(table, OrganicTable):
        return Facts(
            rows=table.raw_rows,
            line_items=len(table.line_items),
            findings=table.findings,
            span=_span(table.records, "date", "date"),
        )
    if isinstance(table, ControlTotalsTable):
        return Facts(
            rows=table.raw_rows,
            micros=table.raw_micros,
            currencies=_codes(table.rows),
            findings=table.findings,
            span=_span(table.rows, "start", "end"),
        )
    if isinstance(table, LiftTestsTable):
        names = tuple(sorted(set(table.rows["group"].astype(str))))
        return Facts(rows=len(table.rows), names=names, findings=table.findings, span=_span(table.rows, "start", "end"))
    if isinstance(table, RateTable):
        return _facts_of_rates(table)
    return _facts_of_series(table)


def _facts_of_rates(table: RateTable) -> Facts:
    """Sum rates up; the only one of a currency is said itself, for it holds for all time."""
    rates = table.rates
    single = ~rates["currency"].duplicated(keep=False)
    only = {str(row.currency): f"{row.currency} at {row.rate}" for row in rates[single].itertuples()}
    names = tuple(only.get(code, code) for code in _codes(rates))
    return Facts(rows=len(rates), names=names, span=None if single.all() else _span(rates, "start", "start"))


def _facts_of_series(table: KpiTable | ControlsTable) -> Facts:
    names = (table.name,) if isinstance(table, KpiTable) else table.names
    return Facts(rows=len(table.rows), names=names, findings=table.findings, span=_span(table.rows, "date", "date"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DateQuestion:
    """A date whose day and month cannot be told apart, and the day that it is in either order."""

    column: str
    example: str
    meant: dict[DateOrder, pd.Timestamp]


def date_question(table: RawTable, reading: Reading) -> DateQuestion | None:
    """Return what only a person can answer about the dates of a file, None when its dates speak for themselves."""
    column = getattr(reading, "date", "") or getattr(reading, "start", "")
    if reading.date_order is not None or column not in table.columns:
        return None
    texts = [text for text in table.texts(column).unique().to_pylist() if text]
    try:
        found_order(texts, table, column)
    except BadInput:
        pass
    else:
        return None
    for text in texts:
        meant = {order: span.first for order in _ORDERS if (span := read_span(text, order, None)) is not None}
        if len(set(meant.values())) == len(_ORDERS):
            days = {order: pd.Timestamp(day) for order, day in meant.items()}
            return DateQuestion(column=column, example=text, meant=days)
    return None


def _span(rows: pd.DataFrame, first: str, last: str) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    return (rows[first].min(), rows[last].max()) if len(rows) else None


def _codes(rows: pd.DataFrame) -> tuple[str, ...]:
    return tuple(sorted({str(code) for code in rows["currency"].unique() if code})) if "currency" in rows else ()
