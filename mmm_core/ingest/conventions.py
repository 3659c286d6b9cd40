"""Decimal point or decimal comma: decided by evidence, never by habit."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmm_core.errors import BadInput
from mmm_core.ingest.number_grammar import EMPTY, DecimalMark, read_number
from mmm_core.ingest.table import RawTable

_SLICE = 5_000
_GROWTH = 4
"""Each slice is so much longer than the one before: a column decides early or hardly ever."""
_MOST_UNKNOWN = 0.2


class Evidence(NamedTuple):
    """How many values can only be read with a decimal point, only with a comma, or with either at another amount."""

    point: int
    comma: int
    doubtful: int

    @property
    def decision(self) -> DecimalMark | None:
        """The convention that more values ask for; the strict reader refuses the others by name."""
        if self.point == self.comma:
            return None
        return "." if self.point > self.comma else ","


def evidence_in(texts: pa.Array) -> Evidence:
    """Look through a column until something decides; ("1.234" does not, "1.23" and "1,234.5" do)."""
    doubtful = start = 0
    size = _SLICE
    while start < len(texts):
        part = texts.slice(start, size)
        start, size = start + size, size * _GROWTH
        part = part.filter(pc.match_substring_regex(part, "[.,]")).dictionary_encode()
        counts = np.bincount(part.indices.to_numpy(zero_copy_only=False), minlength=len(part.dictionary))
        point, comma, unsure = _count(part.dictionary.to_pylist(), counts)
        doubtful += unsure
        if point or comma:
            return Evidence(point, comma, doubtful)
    return Evidence(0, 0, doubtful)


def _count(values: list[str], counts: np.ndarray) -> Evidence:
    point = comma = doubtful = unknown = 0
    for value, count in zip(values, counts.tolist(), strict=True):
        with_point, with_comma = (read_number(value, mark, percent=True) is not None for mark in (".", ","))
        point += count * (with_point and not with_comma)
        comma += count * (with_comma and not with_point)
        doubtful += count * (with_comma and with_point)
        unknown += count * (not with_comma and not with_point and value.strip() not in EMPTY)
    # Names, dates and versions have dots as well; a column of those says nothing.
    return (
        Evidence(0, 0, 0)
        if unknown > _MOST_UNKNOWN * (point + comma + doubtful + unknown)
        else Evidence(point, comma, doubtful)
    )


def decimal_mark(table: RawTable, column: str, *, declared: DecimalMark | None = None) -> DecimalMark:
    """Decide how the text cells of a column write decimals.

    The order of evidence: what was declared; the column's own values; the other columns of the file; a semicolon as
    delimiter, which files with decimal commas need. Numbers that the file stores as such need no convention.

    Raises
    ------
    BadInput
        If every value fits both conventions, at amounts a thousandfold apart, and nothing else decides.
    """
    if declared is not None:
        return declared
    own = evidence_in(_written(table, column))
    if own.decision is not None:
        return own.decision
    if own.point:
        raise _undecided(
            table, column, f"writes decimals both ways ({own.point} with a point, {own.comma} with a comma)"
        )
    if not own.doubtful:
        return "."
    return _file_decision(table, (other for other in table.columns if other != column)) or _by_delimiter(table, column)


def _by_delimiter(table: RawTable, column: str) -> DecimalMark:
    if table.delimiter == ";":
        return ","
    example = next(text for text in _written(table, column).to_pylist() if "." in text or "," in text)
    raise _undecided(
        table, column, f"can be read with a decimal point or a decimal comma (such as {example.strip()!r})"
    )


def _file_decision(table: RawTable, others: Iterable[str]) -> DecimalMark | None:
    """Return the convention that most of the other columns show."""
    decisions = [evidence_in(_written(table, other)).decision for other in others]
    points, commas = decisions.count("."), decisions.count(",")
    if points == commas:
        return None
    return "." if points > commas else ","


def _written(table: RawTable, column: str) -> pa.Array:
    """Return the cells that were written as text."""
    texts, stored = table.texts(column), table.stored_numbers(column)
    return texts if stored is None else texts.filter(pa.array(~stored))


def _undecided(table: RawTable, column: str, found: str) -> BadInput:
    return BadInput(
        f"Column {column!r} {found}",
        where=table.label,
        expected="one way of writing decimals was expected",
        remedy="Say which one it is: decimals after a point or after a comma (on the page Data among the ways of "
        'writing, in a workshop file decimal = "." or ",")',
    )
