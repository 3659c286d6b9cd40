"""What reading a spend column brings to light."""

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa

from mmm_core.errors import BadInput, listed
from mmm_core.findings import Finding, Place, Severity
from mmm_core.ingest.numbers import Money, read_money
from mmm_core.ingest.readings import MediaReading
from mmm_core.ingest.table import RawTable
from mmm_core.ingest.vocabulary import CURRENCY, words
from mmm_core.money import amount_text

_MOST_ROWS = 100
_MOST_CURRENCIES = 50


def about_spend(table: RawTable, read: Mapping[str, Money], reading: MediaReading) -> Iterator[Finding]:
    """Report rounded and empty amounts, one finding for all columns, and totals rows that are not the sum."""
    rounded = {column: money.rounded for column, money in read.items() if money.rounded.any()}
    if rounded:
        message = "{count:,} amount(s) in {columns} go beyond millionths; each was rounded half to even."
        yield _noted(table, rounded, "spend_rounded", message, "Nothing to do unless the decimals matter.")
    empty = {column: money.empty for column, money in read.items() if money.empty.any()}
    if empty:
        message = "{count:,} cell(s) hold no amount in {columns}; they were read as 0."
        yield _noted(table, empty, "spend_empty", message, "Fill in the amounts if something was spent.")
    for column, money in read.items():
        yield from _about_totals(table, column, money, reading)


def _noted(table: RawTable, where: Mapping[str, np.ndarray], code: str, message: str, remedy: str) -> Finding:
    rows = table.row_numbers[np.logical_or.reduce(list(where.values()))]
    counts = {column: int(mask.sum()) for column, mask in where.items()}
    named = listed(tuple(map(repr, where)))
    return Finding(
        code=code,
        severity=Severity.NOTE,
        message=message.format(count=sum(counts.values()), columns=f"column{'s' if len(counts) > 1 else ''} {named}"),
        where=Place(
            source=table.source,
            sheet=table.sheet,
            rows=tuple(int(row) for row in rows[:_MOST_ROWS]),
            columns=tuple(where),
        ),
        evidence={"rows": len(rows), "cells": counts},
        remedy=remedy,
    )


def _about_totals(table: RawTable, column: str, money: Money, reading: MediaReading) -> Iterator[Finding]:
    """Hold each totals row against all rows, and against the rows since the totals row before it (a subtotal)."""
    before = 0
    for total in table.totals:
        stated = _stated(table, column, total.cells[column], reading)
        since = (table.row_numbers > before) & (table.row_numbers < total.row)
        before = total.row
        sums = (int(np.sum(money.micros)), int(np.sum(money.micros[since])))
        if stated is None or stated in sums:
            continue
        yield Finding(
            code="totals_row_differs",
            severity=Severity.WARNING,
            message=f"Row {total.row} ({total.label!r}) states {amount_text(stated)} for column {column!r}, "
            f"but the rows add up to {amount_text(sums[0])}.",
            where=Place(source=table.source, sheet=table.sheet, rows=(total.row,), columns=(column,)),
            evidence={"stated_micros": stated, "sum_micros": sums[0], "difference_micros": sums[0] - stated},
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


def about_currencies(table: RawTable, read: Mapping[str, Money]) -> Iterator[Finding]:
    """Report amounts in several currencies: signs within the spend columns, or codes in a column of their own."""
    marks = sorted({mark for money in read.values() for mark in money.currencies})
    if len(marks) > 1:
        yield _several(table, tuple(read), marks)
    for name in table.columns:
        if not CURRENCY & set(words(name)):
            continue
        values = {text.strip() for text in table.texts(name).dictionary_encode().dictionary.to_pylist()}
        codes = sorted(value for value in values if len(value) == 3 and value.isalpha())
        if 1 < len(codes) <= _MOST_CURRENCIES:
            yield _several(table, (name,), codes)


def _several(table: RawTable, columns: tuple[str, ...], currencies: list[str]) -> Finding:
    return Finding(
        code="several_currencies",
        severity=Severity.ERROR,
        message=f"Amounts in {len(currencies)} currencies ({listed(tuple(currencies))}) cannot be added up.",
        where=Place(source=table.source, sheet=table.sheet, columns=columns),
        evidence={"currencies": currencies},
        remedy="Convert the amounts to the project's currency, or split the file by currency.",
        threshold="One currency per file.",
    )
