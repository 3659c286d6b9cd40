"""Parquet files to a grid whose first row is the header."""

import math

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mmm_core.errors import BadInput
from mmm_core.ingest.grid import Grid, refuse_too_long, refuse_too_wide
from mmm_core.ingest.preflight import MAX_EXPANDED_BYTES


def read_parquet(content: bytes, *, name: str) -> Grid:
    """Read a Parquet file as texts; numbers keep every digit that they have.

    Raises
    ------
    BadInput
        If the file is damaged, too large, or has columns of lists, structs or bytes.
    """
    try:
        file = pq.ParquetFile(pa.BufferReader(content))
        refuse_too_long(file.metadata.num_rows, name=name)
        refuse_too_wide(file.metadata.num_columns, name=name)
        _refuse_large(file, name)
        table = file.read()
    except (pa.ArrowException, OSError) as failure:
        raise BadInput(
            "The Parquet file cannot be read",
            where=f"{name}: {failure}",
            expected="an intact Parquet file was expected",
            remedy="Export the file again",
        ) from failure
    columns, native = [], []
    for label, column in zip(table.column_names, table.columns, strict=True):
        texts = _texts(column.combine_chunks(), label, name)
        columns.append(pa.concat_arrays([pa.array([label], type=pa.string()), *_chunks(texts)]))
        native.append(np.r_[False, np.full(len(column), _is_number(column.type))])
    return Grid(columns=tuple(columns), row_numbers=np.arange(1, table.num_rows + 2), native=tuple(native))


def _refuse_large(file: pq.ParquetFile, name: str) -> None:
    metadata = file.metadata
    expanded = sum(metadata.row_group(index).total_byte_size for index in range(metadata.num_row_groups))
    if expanded > MAX_EXPANDED_BYTES:
        raise BadInput(
            f"The file expands to {expanded >> 20:,} MB",
            where=name,
            expected=f"at most {MAX_EXPANDED_BYTES >> 20} MB were expected",
            remedy="Export fewer columns",
        )


def _is_number(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_boolean(kind)
    )


def _chunks(texts: pa.Array | pa.ChunkedArray) -> list[pa.Array]:
    return list(texts.chunks) if isinstance(texts, pa.ChunkedArray) else [texts]


def _texts(column: pa.Array, label: str, name: str) -> pa.Array | pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _texts(column.dictionary_decode(), label, name)
    if pa.types.is_null(kind):
        return pa.array([""] * len(column), type=pa.string())
    if pa.types.is_floating(kind):
        texts = _float_texts(column)
    elif pa.types.is_boolean(kind):
        texts = column.cast(pa.int8()).cast(pa.string())
    elif pa.types.is_timestamp(kind):
        texts = pc.strftime(column.cast(pa.timestamp("us", tz=kind.tz), safe=False), format="%Y-%m-%d %H:%M:%S")
        texts = pc.replace_substring_regex(texts, r" 00:00:00(?:\.0+)?$", "")
    elif pa.types.is_date(kind) or _is_number(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind):
        texts = column.cast(pa.string())
    else:
        raise BadInput(
            f"Column {label!r} is of type {kind}",
            where=name,
            expected="text, numbers or dates were expected",
            remedy="Remove the column or flatten it",
        )
    return pc.fill_null(texts, "")


def _float_texts(column: pa.Array) -> pa.Array:
    """Write floats in their shortest form; "not a number" is an empty cell, as the writers of such files mean it.

    The shortest form of a short float is taken at its own length: as a long one, 0.1 would be 0.10000000149011612.
    """
    values = column.to_numpy(zero_copy_only=False)
    shown = values.astype(str).tolist() if values.dtype.itemsize < 8 else map(repr, values.tolist())
    texts = [
        "" if math.isnan(value) else str(int(value)) if value.is_integer() and abs(value) < 2**53 else text
        for value, text in zip(values.tolist(), shown, strict=True)
    ]
    return pa.array(texts, type=pa.string())
