"""The currency of each amount, as far as a file says it; amounts in several are never added up silently."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
import pyarrow as pa

from mmm_core.errors import BadInput, listed
from mmm_core.findings import Finding, Place, Severity
from mmm_core.ingest.number_grammar import read_number
from mmm_core.ingest.numbers import Money
from mmm_core.ingest.readings import ControlTotalsReading, MediaReading
from mmm_core.ingest.table import RawTable
from mmm_core.ingest.vocabulary import CODE_OF_SIGN, CURRENCY, CURRENCY_CODES, words

_MOST_CURRENCIES = 50
Codes = str | np.ndarray
"""One code for all rows, or an object array (rows,); "" where the file does not say."""


def currency_of(table: RawTable, column: str, money: Money, reading: MediaReading | ControlTotalsReading) -> Codes:
    """Return the currency of the amounts in one column.

    The order of evidence: what the reading says; a column of currency codes; signs and codes within the cells.

    Raises
    ------
    BadInput
        If the column that the reading names as currency holds something else.
    """
    if reading.currency_code:
        return reading.currency_code
    if reading.currency:
        return _column_of_codes(table, reading.currency)
    if (found := next(_currency_columns(table), None)) is not None:
        return _column_of_codes(table, found)
    marks = {code_of_mark(mark) for mark in money.currencies}
    if len(marks) > 1:
        return marks_of_rows(table, column)
    return next(iter(marks), "")


def code_of_mark(mark: str) -> str:
    """Return the currency code that a sign most likely stands for, "" for one that several currencies share."""
    return mark if mark in CURRENCY_CODES else CODE_OF_SIGN.get(mark, "")


def code_in_name(column: str) -> str:
    """Return the currency code that a column's name holds ("Cost (USD)"), "" when it holds none or several.

    >>> code_in_name("Amount spent (EUR)"), code_in_name("cost_in_usd"), code_in_name("Try out")
    ('EUR', 'USD', '')
    """
    named = {word.upper() for word in words(column)} & CURRENCY_CODES
    written = {code for code in named if code in column or (code.lower() in column and code in ("EUR", "USD", "GBP"))}
    if not written:
        written = {code_of_mark(sign) for sign in ("€", "£") if sign in column}
    return written.pop() if len(written) == 1 else ""


def as_category(parts: list[Codes], rows: int) -> pd.Categorical:
    """Join the codes of several columns, `rows` each, to one category column."""
    filled = [np.full(rows, part, dtype=object) if isinstance(part, str) else part for part in parts]
    known = sorted({code for part in parts for code in _distinct(part)})
    return pd.Categorical(np.concatenate(filled), categories=pd.Index(known, dtype=object))


def about_currencies(table: RawTable, read: Mapping[str, Money], codes: Mapping[str, Codes]) -> Iterator[Finding]:
    """Report amounts in several currencies, and a file whose own signs or columns name several.

    A conversion may settle what this reports; without one the amounts cannot be added up.
    """
    named = sorted({code for part in codes.values() for code in _distinct(part)} - {""})
    if len(named) > 1:
        yield _several(table, tuple(codes), named)
        return
    marks = sorted({code_of_mark(mark) or mark for money in read.values() for mark in money.currencies})
    if len(marks) > 1:
        yield _several(table, tuple(read), marks)
    for name in _currency_columns(table):
        held = sorted(_distinct(_column_of_codes(table, name)) - {""})
        if len(held) > 1:
            yield _several(table, (name,), held)


def _distinct(part: Codes) -> set[str]:
    return {part} if isinstance(part, str) else set(pd.unique(part))


def _currency_columns(table: RawTable) -> Iterator[str]:
    """Find the columns that are called after currencies and hold codes."""
    for name in table.columns:
        if not CURRENCY & set(words(name)):
            continue
        values = {text.strip() for text in table.texts(name).dictionary_encode().dictionary.to_pylist()} - {""}
        if 0 < len(values) <= _MOST_CURRENCIES and all(len(value) == 3 and value.isalpha() for value in values):
            yield name


def _column_of_codes(table: RawTable, column: str) -> np.ndarray:
    encoded = table.texts(column).dictionary_encode()
    texts = [text.strip() for text in encoded.dictionary.to_pylist()]
    codes = [CODE_OF_SIGN.get(text, text.upper()) for text in texts]
    bad = [text for text, code in zip(texts, codes, strict=True) if code and not (len(code) == 3 and code.isalpha())]
    if bad:
        raise BadInput(
            f"Column {column!r} holds {listed(tuple(map(repr, sorted(bad))))}",
            where=table.label,
            expected="currency codes such as EUR were expected",
            remedy="Correct them in the file, or choose another column for the currency",
        )
    found: np.ndarray = np.array(codes, dtype=object)[encoded.indices.to_numpy(zero_copy_only=False)]
    return found


def codes_beside(table: RawTable, rows: np.ndarray) -> dict[str, np.ndarray]:
    """Return the codes of the rows with these numbers, per column that is called after currencies and holds codes."""
    keep = np.isin(table.row_numbers, rows)
    return {name: _column_of_codes(table, name)[keep] for name in _currency_columns(table)}


def marks_of_rows(table: RawTable, column: str) -> np.ndarray:
    """Return the currency of the sign or code that each cell was written with, object (rows,), "" without one."""
    encoded: pa.DictionaryArray = table.texts(column).dictionary_encode()
    read = [read_number(text, ".") or read_number(text, ",") for text in encoded.dictionary.to_pylist()]
    codes = np.array([code_of_mark(number.currency) if number else "" for number in read], dtype=object)
    found: np.ndarray = codes[encoded.indices.to_numpy(zero_copy_only=False)]
    return found


def _several(table: RawTable, columns: tuple[str, ...], currencies: list[str]) -> Finding:
    return Finding(
        code="several_currencies",
        severity=Severity.ERROR,
        message=f"Amounts in {len(currencies)} currencies ({listed(tuple(currencies))}) cannot be added up.",
        where=Place(source=table.source, sheet=table.sheet, columns=columns),
        evidence={"currencies": currencies},
        remedy="Give exchange rates to the project's currency, or split the file by currency.",
        threshold="One currency per file, unless exchange rates are given.",
    )
