"""Columns of text to exact money (int64 micros) or to float64, by the strict grammar of `number_grammar`.

Money never passes through a float: text -> decimal128 -> whole micros.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mmm_core.errors import BadInput, listed
from mmm_core.ingest.conventions import decimal_mark
from mmm_core.ingest.number_grammar import EMPTY, DecimalMark, read_number
from mmm_core.ingest.table import RawTable
from mmm_core.money import fits

SpendUnit = Literal["unit", "micros", "thousands"]
"""What the figures of a spend column count: currency units, millionths of them, or thousands of them."""

_DECIMALS_KEPT: dict[SpendUnit, int] = {"unit": 6, "micros": 0, "thousands": 9}
_MOST_DECIMALS = 18
_PLAIN = {mark: rf"^-?[0-9]{{1,18}}(?:\{mark}[0-9]{{1,18}})?$" for mark in (".", ",")}
_GROUPED = {
    mark: rf"^-?[1-9][0-9]{{0,2}}(?:\{group}[0-9]{{3}}){{1,5}}(?:\{mark}[0-9]{{1,18}})?$"
    for mark, group in ((".", ","), (",", "."))
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Numbers:
    """A column as plain decimal texts (null where empty), with the currency marks that were met in it."""

    plain: pa.Array
    currencies: tuple[str, ...]

    @property
    def empty(self) -> np.ndarray:
        """Bool, shape (rows,): where the cell holds no value."""
        mask: np.ndarray = pc.is_null(self.plain).to_numpy(zero_copy_only=False)
        return mask

    @property
    def floats(self) -> np.ndarray:
        """The values as float64, shape (rows,), NaN where empty."""
        values: np.ndarray = self.plain.cast(pa.float64()).to_numpy(zero_copy_only=False)
        return values.astype(np.float64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Money:
    """A column of money.

    `micros` is int64, shape (rows,), 0 where empty; `total` was summed apart from it, in decimals; `rounded` and
    `empty` (bool) mark the rows that go beyond micros and those without a value.
    """

    micros: np.ndarray
    total: int
    rounded: np.ndarray
    empty: np.ndarray
    currencies: tuple[str, ...]


def read_column(table: RawTable, column: str, *, decimal: DecimalMark | None = None, percent: bool = False) -> Numbers:
    """Read a column of numbers; percentages ("12 %" is 0.12) only where `percent` allows them.

    Raises
    ------
    BadInput
        If a cell is neither empty nor a number, the decimal convention cannot be told, or only some are percentages.
    """
    texts, stored = table.texts(column), table.stored_numbers(column)
    if percent:
        _refuse_some_percent(table, column, texts)
    if stored is None or not stored.all():
        mark = decimal_mark(table, column, declared=decimal)
        numbers = (
            plain_texts(texts, mark, percent=percent)
            if stored is None
            else _of_both_kinds(texts, mark, stored, percent=percent)
        )
    else:
        numbers = plain_texts(texts, ".")
    plain, bad, currencies = numbers
    if len(bad):
        raise _no_numbers(table, column, texts, bad)
    return Numbers(plain=plain, currencies=currencies)


def read_floats(
    table: RawTable, column: str, *, decimal: DecimalMark | None = None, percent: bool = False
) -> np.ndarray:
    """Read a column as float64, shape (rows,), NaN where empty; percent and errors as in `read_column`."""
    return read_column(table, column, decimal=decimal, percent=percent).floats


def read_money(table: RawTable, column: str, *, decimal: DecimalMark | None = None, unit: SpendUnit = "unit") -> Money:
    """Read a column as exact money; an empty cell is 0.

    Raises
    ------
    BadInput
        As in `read_column`, and if the total is too large to be held in micros.
    """
    numbers = read_column(table, column, decimal=decimal)
    kept = _DECIMALS_KEPT[unit]
    exact = _decimals(numbers.plain, table, column)
    if exact.type.scale > kept:
        rounded_to = pc.round(exact, ndigits=kept, round_mode="half_to_even")
        rounded = pc.fill_null(pc.not_equal(exact, rounded_to), fill_value=False).to_numpy(zero_copy_only=False)
        exact = rounded_to
    else:
        rounded = np.zeros(len(exact), dtype=bool)
    if not fits(float(pc.sum(pc.abs(exact)).as_py() or 0) * 10.0 ** (kept - 6)):
        raise _too_large(table, column)
    micros, total = _unscaled(exact, kept), pc.sum(exact).as_py() or Decimal(0)
    return Money(
        micros=micros,
        total=int(total.scaleb(kept)),
        rounded=rounded,
        empty=numbers.empty,
        currencies=numbers.currencies,
    )


def plain_texts(
    texts: pa.Array, decimal: DecimalMark, *, percent: bool = False
) -> tuple[pa.Array, np.ndarray, tuple[str, ...]]:
    """Write every cell as a plain decimal text with a point.

    Regular cells are rewritten by Arrow; the rest, each distinct text once, goes through the full grammar.

    Returns
    -------
    tuple
        Texts (null where empty or bad), int64 positions of the bad cells, currency marks sorted.
    """
    trimmed = pc.utf8_trim_whitespace(texts)
    done = pc.match_substring_regex(trimmed, _PLAIN[decimal])
    plain = trimmed
    if not pc.all(done).as_py():
        grouped = pc.match_substring_regex(trimmed, _GROUPED[decimal])
        if pc.any(grouped).as_py():
            plain = pc.if_else(grouped, pc.replace_substring(trimmed, "," if decimal == "." else ".", ""), trimmed)
            done = pc.or_(done, grouped)
    if decimal == ",":
        plain = pc.if_else(done, pc.replace_substring(plain, ",", "."), plain)
    open_rows = np.flatnonzero(~done.to_numpy(zero_copy_only=False))
    if not len(open_rows):
        return plain, open_rows, ()
    return _with_irregular(plain, trimmed, open_rows, decimal, percent=percent)


def _with_irregular(
    plain: pa.Array, trimmed: pa.Array, rows: np.ndarray, decimal: DecimalMark, *, percent: bool
) -> tuple[pa.Array, np.ndarray, tuple[str, ...]]:
    """Read the cells that are not regular, each distinct text once."""
    distinct = trimmed.take(pa.array(rows)).dictionary_encode()
    texts = distinct.dictionary.to_pylist()
    read = [None if text in EMPTY else read_number(text, decimal, percent=percent) for text in texts]
    values = pa.array([number.plain if number else None for number in read], type=pa.string())
    bad = np.array([number is None and text not in EMPTY for number, text in zip(read, texts, strict=True)], dtype=bool)
    codes = distinct.indices.to_numpy(zero_copy_only=False)
    mask = np.zeros(len(plain), dtype=bool)
    mask[rows] = True
    filled = pc.replace_with_mask(plain, pa.array(mask), values.take(distinct.indices))
    return filled, rows[bad[codes]], tuple(sorted({number.currency for number in read if number and number.currency}))


def _of_both_kinds(
    texts: pa.Array, decimal: DecimalMark, stored: np.ndarray, *, percent: bool
) -> tuple[pa.Array, np.ndarray, tuple[str, ...]]:
    """Read a column in which some cells are stored numbers and some are text."""
    empty = pa.scalar("", type=pa.string())
    mask = pa.array(stored)
    as_stored, _, _ = plain_texts(pc.if_else(mask, texts, empty), ".")
    as_written, bad, currencies = plain_texts(pc.if_else(mask, empty, texts), decimal, percent=percent)
    return pc.if_else(mask, as_stored, as_written), bad, currencies


def _decimals(plain: pa.Array, table: RawTable, column: str) -> pa.Array:
    """Cast to decimals of six places where these suffice, else of eighteen."""
    for scale in (6, _MOST_DECIMALS):
        try:
            return plain.cast(pa.decimal128(38, scale))
        except pa.ArrowInvalid:
            continue
    shortened = pa.array([_shortened(text) for text in plain.to_pylist()], type=pa.string())
    try:
        return shortened.cast(pa.decimal128(38, _MOST_DECIMALS))
    except pa.ArrowInvalid as failure:
        raise _too_large(table, column) from failure


def _shortened(text: str | None) -> str | None:
    """Cut past the seventeenth decimal, with a last digit that keeps ties from looking exact."""
    if text is None or "." not in text:
        return text
    whole, decimals = text.split(".")
    rest = decimals[_MOST_DECIMALS - 1 :].rstrip("0")
    return f"{whole}.{decimals[: _MOST_DECIMALS - 1]}{'1' if rest else ''}" if len(decimals) > _MOST_DECIMALS else text


def _unscaled(exact: pa.Array, places: int) -> np.ndarray:
    """Return decimals times 10**places as int64; null is 0.

    A decimal128 is a 128-bit integer in memory; once the total fits, its lower half is the number.
    """
    filled = pc.fill_null(exact.cast(pa.decimal128(38, places)), pa.scalar(Decimal(0), type=pa.decimal128(38, places)))
    halves = np.frombuffer(filled.buffers()[1], dtype=np.int64)
    start = filled.offset
    return halves.reshape(-1, 2)[start : start + len(filled), 0].copy()


def _refuse_some_percent(table: RawTable, column: str, texts: pa.Array) -> None:
    """Refuse "12 %" beside "12": nobody can tell whether the latter is 12 or 0.12; a zero is the same either way."""
    shares = pc.match_substring_regex(texts, r"%\s*$")
    if not pc.any(shares).as_py():
        return
    bare = pc.and_(pc.invert(shares), pc.match_substring_regex(texts, "[1-9]")).to_numpy(zero_copy_only=False)
    if bare.any():
        rows = tuple(int(row) for row in table.row_numbers[bare])
        raise BadInput(
            f"Column {column!r} writes some figures in percent and others not",
            where=f"without: {'rows' if len(rows) > 1 else 'row'} {listed(rows)} of {table.label}",
            expected="one way of writing was expected",
            remedy="Write all of them in percent, or none",
        )


def _too_large(table: RawTable, column: str) -> BadInput:
    return BadInput(
        f"Column {column!r} adds up to more than 9 trillion",
        where=table.label,
        expected="amounts in currency units were expected",
        remedy="Check the unit: they may count millionths (on the page Data among the ways of writing, in a workshop "
        'file spend_unit = "micros")',
    )


def _no_numbers(table: RawTable, column: str, texts: pa.Array, bad: np.ndarray) -> BadInput:
    values = tuple(dict.fromkeys(repr(texts[int(index)].as_py()) for index in bad[:1000]))
    rows = tuple(int(row) for row in table.row_numbers[bad])
    several = f"{len(bad):,} values that are not numbers" if len(bad) > 1 else "1 value that is not a number"
    return BadInput(
        f"Column {column!r} holds {several}",
        where=f"{listed(values)}; {'rows' if len(rows) > 1 else 'row'} {listed(rows)} of {table.label}",
        expected="a number was expected",
        remedy="Correct them in the file or choose another column",
    )
