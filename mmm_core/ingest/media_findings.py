"""What reading a spend column brings to light."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from mmm_core.errors import BadInput, counted, listed
from mmm_core.findings import Finding, Place, Severity
from mmm_core.ingest.dates import read_dates
from mmm_core.ingest.numbers import Money, read_money
from mmm_core.ingest.readings import MediaReading
from mmm_core.ingest.shapes import names_total, period_columns
from mmm_core.ingest.table import RawTable, TotalsRow
from mmm_core.ingest.vocabulary import RANGE_END, RANGE_START, words
from mmm_core.money import amount_text

_MOST_ROWS = 100
_LONGEST_ROW_DAYS = 7


def about_spend(table: RawTable, read: Mapping[str, Money], reading: MediaReading) -> Iterator[Finding]:
    """Report rounded and empty amounts, one finding for all columns, and totals rows that are not the sum."""
    rounded = {column: money.rounded for column, money in read.items() if money.rounded.any()}
    if rounded:
        message = "{counted} in {columns} with more than six decimals; each was rounded to a millionth."
        yield _noted(table, rounded, "spend_rounded", ("amount", message), "Nothing to do unless the decimals matter.")
    empty = {column: money.empty for column, money in read.items() if money.empty.any()}
    if empty:
        message = "{counted} without an amount in {columns}; read as 0."
        yield _noted(table, empty, "spend_empty", ("cell", message), "Fill in the amounts if something was spent.")
    yield from _about_totals(table, read, reading)


def _noted(table: RawTable, where: Mapping[str, np.ndarray], code: str, what: tuple[str, str], remedy: str) -> Finding:
    """Report cells, one finding for all columns; `what` is the noun that is counted, and the message."""
    rows = table.row_numbers[np.logical_or.reduce(list(where.values()))]
    counts = {column: int(mask.sum()) for column, mask in where.items()}
    named = listed(tuple(map(repr, where)))
    noun, message = what
    return Finding(
        code=code,
        severity=Severity.NOTE,
        message=message.format(
            counted=counted(sum(counts.values()), noun), columns=f"column{'s' if len(counts) > 1 else ''} {named}"
        ),
        where=Place(
            source=table.source,
            sheet=table.sheet,
            rows=tuple(int(row) for row in rows[:_MOST_ROWS]),
            columns=tuple(where),
        ),
        evidence={"rows": len(rows), "cells": counts},
        remedy=remedy,
    )


class _Difference(NamedTuple):
    """A stated total and what the rows of its column add up to."""

    column: str
    stated: int
    found: int


def _about_totals(table: RawTable, read: Mapping[str, Money], reading: MediaReading) -> Iterator[Finding]:
    """Hold each totals row against all rows, and against the rows since the totals row before it (a subtotal)."""
    before = 0
    for total in table.totals:
        since = (table.row_numbers > before) & (table.row_numbers < total.row)
        before = total.row
        found = []
        for column, money in read.items():
            stated = _stated(table, column, total.cells[column], reading)
            sums = (int(np.sum(money.micros)), int(np.sum(money.micros[since])))
            if stated is not None and stated not in sums:
                found.append(_Difference(column, stated, sums[0]))
        if found:
            yield _totals_differ(table, total, found)


def _totals_differ(table: RawTable, total: TotalsRow, found: Sequence[_Difference]) -> Finding:
    first = found[0]
    message = (
        f"Row {total.row} ({total.label!r}) states {amount_text(first.stated)} for column {first.column!r}, "
        f"but the rows add up to {amount_text(first.found)}."
    )
    evidence: dict[str, object] = {
        "stated_micros": first.stated,
        "sum_micros": first.found,
        "difference_micros": first.found - first.stated,
    }
    if len(found) > 1:
        message = f"{message[:-1]}; {counted(len(found) - 1, 'more column')} of this row differ."
        evidence["columns"] = len(found)
    return Finding(
        code="totals_row_differs",
        severity=Severity.WARNING,
        message=message,
        where=Place(
            source=table.source,
            sheet=table.sheet,
            rows=(total.row,),
            columns=tuple(difference.column for difference in found[:_MOST_ROWS]),
        ),
        evidence=evidence,
        remedy="Find out which rows are missing or were added, or confirm that the stated total is out of date.",
        threshold="The amounts must be equal.",
    )


def _stated(table: RawTable, column: str, text: str, reading: MediaReading) -> int | None:
    """Read the amount of a totals row the way its column is read, or None when there is none."""
    one = RawTable(
        source=table.source,
        sheet=table.sheet,
        columns=(column,),
        delimiter=table.delimiter,
        row_numbers=np.array([0]),
        cells=pa.table({column: [text]}),
    )
    try:
        money = read_money(one, column, decimal=reading.decimal, unit=reading.spend_unit)
    except BadInput:
        return None
    return None if money.empty[0] else int(money.micros[0])


def about_totals_columns(table: RawTable, read: Mapping[str, Money], reading: MediaReading) -> Iterator[Finding]:
    """Report the columns of a periods layout that sum up others; a row whose total is another one is a warning."""
    for column in table.columns:
        if column in read or not names_total(column):
            continue
        yield Finding(
            code="totals_column_skipped",
            severity=Severity.NOTE,
            message=f"Column {column!r} is named as a total; it was not taken as a period.",
            where=Place(source=table.source, sheet=table.sheet, columns=(column,)),
            evidence={"column": column},
            remedy="Rename the column in the file if it stands for a period.",
        )
        try:
            stated = read_money(table, column, decimal=reading.decimal, unit=reading.spend_unit)
        except BadInput:
            continue
        sums = np.vstack([money.micros for money in read.values()]).sum(axis=0)
        wrong = np.flatnonzero((stated.micros != sums) & ~stated.empty)
        if len(wrong):
            yield _column_differs(table, column, stated.micros[wrong], sums[wrong], table.row_numbers[wrong])


def _column_differs(table: RawTable, column: str, stated: np.ndarray, sums: np.ndarray, rows: np.ndarray) -> Finding:
    more = f"; {counted(len(rows) - 1, 'more row')} differ" if len(rows) > 1 else ""
    return Finding(
        code="totals_column_differs",
        severity=Severity.WARNING,
        message=f"Column {column!r} states {amount_text(int(stated[0]))} in row {rows[0]}, but the periods of that row "
        f"add up to {amount_text(int(sums[0]))}{more}.",
        where=Place(
            source=table.source, sheet=table.sheet, rows=tuple(int(row) for row in rows[:_MOST_ROWS]), columns=(column,)
        ),
        evidence={"rows": len(rows), "difference_micros": int(sums.sum() - stated.sum())},
        remedy="Find out whether a period is missing from the file, or confirm that the stated total is out of date.",
        threshold="The amounts must be equal.",
    )


def about_other_variables(table: RawTable, column: str) -> Iterator[Finding]:
    """Report the rows about variables that have no role in this reading."""
    counts = table.texts(column).value_counts().to_pylist()
    names = sorted({entry["values"].strip() for entry in counts})
    yield Finding(
        code="variables_without_role",
        severity=Severity.NOTE,
        message=f"{counted(table.cells.num_rows, 'row')} are about {counted(len(names), 'variable')} without a role in "
        f"column {column!r} ({listed(tuple(map(repr, names)))}); they were not read as media.",
        where=Place(
            source=table.source,
            sheet=table.sheet,
            rows=tuple(int(row) for row in table.row_numbers[:_MOST_ROWS]),
            columns=(column,),
        ),
        evidence={"rows": table.cells.num_rows, "variables": names[:_MOST_ROWS]},
        remedy="Give a variable a role if it is spend or exposure; outcome and controls are read from the same file.",
    )


def about_ranges(table: RawTable, reading: MediaReading, first: np.ndarray) -> Iterator[Finding]:
    """Report rows that stand for more than a week by a second date column, such as a report without daily figures."""
    start = set(words(reading.date))
    for column in table.columns if start & RANGE_START else ():
        end = set(words(column))
        if not end & RANGE_END or end - RANGE_END != start - RANGE_START:
            continue
        try:
            last = read_dates(table, column, order=reading.date_order)
        except BadInput:
            continue
        long = (last - first) > np.timedelta64(_LONGEST_ROW_DAYS - 1, "D")
        if not long.any():
            continue
        rows = table.row_numbers[long]
        days = int((last - first)[long].max() / np.timedelta64(1, "D")) + 1
        yield Finding(
            code="rows_span_days",
            severity=Severity.WARNING,
            message=f"{counted(len(rows), 'row')} stand for up to {days} days ({reading.date!r} to {column!r}); their "
            "figures were taken for the first of these days.",
            where=Place(
                source=table.source,
                sheet=table.sheet,
                rows=tuple(int(row) for row in rows[:_MOST_ROWS]),
                columns=(reading.date, column),
            ),
            evidence={"rows": len(rows), "days": days},
            remedy="Export the report by day or week.",
            threshold=f"At most {_LONGEST_ROW_DAYS} days per row.",
        )
        return


def about_left_out_periods(table: RawTable, reading: MediaReading) -> Iterator[Finding]:
    """Report columns that stand for a period and are not among those that the reading names."""
    if not reading.periods:
        return
    left = tuple(column for column in period_columns(table) if column not in reading.periods)
    if left:
        yield Finding(
            code="periods_left_out",
            severity=Severity.WARNING,
            message=f"{counted(len(left), 'column')} named by a date ({listed(tuple(map(repr, left)))}) "
            f"{'is' if len(left) == 1 else 'are'} not among the periods that the reading names, and not read.",
            where=Place(source=table.source, sheet=table.sheet, columns=left[:_MOST_ROWS]),
            evidence={"columns": len(left)},
            remedy="Leave the periods out of the reading to take every column that is named by a date.",
        )
