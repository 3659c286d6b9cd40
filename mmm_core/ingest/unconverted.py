"""The currency of figures that no rate is applied to: outcomes, controls, lift tests. A mix is never silent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from mmm_core.errors import listed
from mmm_core.findings import Finding, Place, Severity
from mmm_core.ingest.currencies import code_in_name, code_of_mark, codes_beside, marks_of_rows
from mmm_core.ingest.table import RawTable
from mmm_core.ingest.vocabulary import CODES_OF_SHARED_SIGN

_MOST_ROWS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """Currencies that a file names for figures, sorted: codes, or a sign that several currencies share."""

    currencies: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


def stated_currencies(
    table: RawTable, marks: Mapping[str, tuple[str, ...]], *, series: RawTable, rows: np.ndarray, counts_money: bool
) -> Stated:
    """Return the currencies of figures that are read as one series, and `several_currencies` when there is a mix.

    Parameters
    ----------
    table : RawTable
        The file; its columns of currency codes count where `counts_money`, or where some cell has a sign.
    marks : mapping
        Column -> the currency signs and codes that were met in its cells.
    series : RawTable
        Holds these columns; `table` itself unless they are variables.
    rows : ndarray
        Numbers of the rows that hold figures.
    counts_money : bool
        Whether the figures are money although no cell has a sign.
    """
    written = any(marks.values())
    beside = codes_beside(table, rows) if written or counts_money else {}
    named = {code for column in marks if (code := code_in_name(column))}
    told = named.union(*(set(codes[codes != ""]) for codes in beside.values()))
    found = told | set(_codes_of(sorted({mark for found in marks.values() for mark in found}), told))
    if len(found) < 2:
        return Stated(currencies=tuple(found))
    columns = (*(name for name, found in marks.items() if found or code_in_name(name)), *beside)
    unlike = [_unlike(marks_of_rows(series, name), series.row_numbers) for name, found in marks.items() if found]
    unlike += [_unlike(codes, table.row_numbers[np.isin(table.row_numbers, rows)]) for codes in beside.values()]
    finding = _mixed(table, columns, tuple(sorted(found)), tuple(sorted(set().union(*unlike))))
    return Stated(currencies=tuple(sorted(found)), findings=(finding,))


def _codes_of(marks: Iterable[str], told: set[str]) -> Iterable[str]:
    """Return what signs stand for; a sign that currencies share says nothing beside a code that it may stand for."""
    for mark in marks:
        if not told & CODES_OF_SHARED_SIGN.get(mark.rstrip("."), frozenset()):
            yield code_of_mark(mark) or mark


def _unlike(codes: np.ndarray, rows: np.ndarray) -> set[int]:
    """Return the rows that name another currency than most rows do."""
    named, counts = np.unique(codes[codes != ""].astype(str), return_counts=True)
    if len(named) < 2:
        return set()
    return {int(row) for row in rows[(codes != "") & (codes != named[counts.argmax()])]}


def _mixed(table: RawTable, columns: tuple[str, ...], currencies: tuple[str, ...], rows: tuple[int, ...]) -> Finding:
    named = listed(tuple(map(repr, columns)))
    place = f": {'row' if len(rows) == 1 else 'rows'} {listed(rows)} unlike the others" if rows else ""
    return Finding(
        code="several_currencies",
        severity=Severity.ERROR,
        message=f"{named} speak{'s' if len(columns) == 1 else ''} of figures in {len(currencies)} currencies "
        f"({listed(currencies)}){place}.",
        where=Place(source=table.source, sheet=table.sheet, rows=rows[:_MOST_ROWS], columns=columns),
        evidence={"currencies": list(currencies)},
        remedy="Convert the figures to one currency in the file; exchange rates apply to spend only.",
        threshold="One currency per file of outcomes, controls or lift tests.",
    )
