"""The rows that a query gave, as the bytes of a Parquet file: from then on a source like any other."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from mmm_core.errors import BadInput, listed
from mmm_core.ingest.preflight import MAX_EXPANDED_BYTES

_CONNECTION, _QUERY = b"mmm_workshop.connection", b"mmm_workshop.query"
_NUMBERS = (int, float, Decimal)
_PLAIN: tuple[tuple[type, ...], ...] = ((bool,), (int,), (float,), (Decimal,), (str,), (datetime,), (date,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What was asked, and of which connection."""

    connection: str
    text: str


def packed_rows(
    columns: Sequence[str], chunks: Iterable[Sequence[Sequence[Any]]], query: Query, *, most_rows: int
) -> tuple[bytes, int]:
    """Pack rows as Parquet; the query travels in the file's metadata.

    Returns
    -------
    bytes, int
        The same rows of the same query give the same bytes; the number of rows.

    Raises
    ------
    BadInput
        If there are too many rows, too much text, none at all, a column of bytes, or two columns of one name.
    """
    _refuse_doubled(columns, query)
    tables, rows, size = [], 0, 0
    for chunk in chunks:
        rows += len(chunk)
        if rows > most_rows:
            raise _too_much(f"more than {most_rows:,} rows", query)
        _refuse_bytes(columns, chunk, query)
        table = pa.table({name: _array([row[place] for row in chunk]) for place, name in enumerate(columns)})
        size += table.nbytes
        if size > MAX_EXPANDED_BYTES:
            raise _too_much(f"more than {MAX_EXPANDED_BYTES >> 20} MB", query)
        tables.append(table)
    if not rows:
        raise BadInput(
            "The query gives no rows",
            where=f"connection {query.connection}",
            expected="at least one row was expected",
            remedy="Check its conditions",
        )
    joined = _joined(tables).replace_schema_metadata(
        {_CONNECTION: query.connection.encode(), _QUERY: query.text.encode()}
    )
    sink = io.BytesIO()
    pq.write_table(joined, sink, compression="zstd")
    return sink.getvalue(), rows


def query_of(content: bytes) -> Query | None:
    """Return the query behind the bytes of a source, None for a file that somebody uploaded."""
    if not content.startswith(b"PAR1"):
        return None
    try:
        metadata = pq.read_schema(pa.BufferReader(content)).metadata or {}
    except (pa.ArrowException, OSError):
        return None
    if not {_CONNECTION, _QUERY} <= metadata.keys():
        return None
    return Query(connection=metadata[_CONNECTION].decode(), text=metadata[_QUERY].decode())


def _array(values: list[Any]) -> pa.Array:
    """Give a column the type of its values; text where they have several, or one that a table cannot hold."""
    kinds = {type(value) for value in values if value is not None}
    if not kinds:
        return pa.nulls(len(values))
    try:
        if any(kinds == set(plain) for plain in _PLAIN):
            return pa.array(values)
        if kinds <= set(_NUMBERS):
            return pa.array([None if value is None else Decimal(str(value)) for value in values])
    except (pa.ArrowInvalid, OverflowError):  # "not a number", or more digits than a table's numbers have
        pass
    return pa.array([None if value is None else str(value) for value in values], type=pa.string())


def _joined(tables: list[pa.Table]) -> pa.Table:
    """Put the chunks together; a column whose type changes on the way becomes text."""
    try:
        return pa.concat_tables(tables, promote_options="permissive").combine_chunks()
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        as_text = [
            pa.table({name: column.cast(pa.string()) for name, column in zip(t.column_names, t.columns, strict=True)})
            for t in tables
        ]
        return pa.concat_tables(as_text).combine_chunks()


def _refuse_bytes(columns: Sequence[str], rows: Sequence[Sequence[Any]], query: Query) -> None:
    """Refuse pictures and the like: written as text, they would take several times their size."""
    held = {place for row in rows for place, value in enumerate(row) if isinstance(value, (bytes, memoryview))}
    if held:
        raise BadInput(
            f"The query gives bytes that are no text in {listed([columns[place] for place in sorted(held)])}",
            where=f"connection {query.connection}",
            expected="dates, numbers and texts were expected",
            remedy="Name the columns that are needed",
        )


def _refuse_doubled(columns: Sequence[str], query: Query) -> None:
    doubled = sorted({name for name in columns if columns.count(name) > 1})
    if doubled or "" in columns:
        raise BadInput(
            f"The query gives several columns called {listed(doubled)}" if doubled else "A column has no name",
            where=f"connection {query.connection}",
            expected="a name of its own per column was expected",
            remedy="Name them with AS",
        )


def _too_much(found: str, query: Query) -> BadInput:
    return BadInput(
        f"The query gives {found}",
        where=f"connection {query.connection}",
        expected="a result within the limits of an uploaded file was expected",
        remedy="Add up per day or week in the query, or ask for fewer columns",
    )
