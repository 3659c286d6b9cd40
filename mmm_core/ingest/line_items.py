"""Line items: one identity per combination of dimension values, exactly as the file writes them."""

import numpy as np
import pandas as pd

from mmm_core.fingerprint import of_content
from mmm_core.ingest.readings import WIDE_DIMENSION
from mmm_core.ingest.table import RawTable

_ID_LENGTH = 16


def line_item_id(values: dict[str, str]) -> str:
    """Name a line item by its dimension values."""
    return of_content(values)[:_ID_LENGTH]


def identify(table: RawTable, dimensions: tuple[str, ...]) -> tuple[pd.Categorical, pd.DataFrame]:
    """Find the line items of a long table.

    Returns
    -------
    tuple of Categorical and DataFrame
        The id of each row, shape (rows,); and per id, in order of first appearance, its dimension values.
    """
    rows = table.cells.num_rows
    combined = np.zeros(rows, dtype=np.int64)
    for name in dimensions:
        encoded = table.texts(name).dictionary_encode()
        values = encoded.indices.to_numpy(zero_copy_only=False)
        combined, _ = pd.factorize(combined * len(encoded.dictionary) + values)
    first = np.unique(combined, return_index=True)[1]
    texts = {name: table.texts(name).take(first).to_pylist() for name in dimensions}
    return _categorical(
        combined, [dict(zip(texts, values, strict=True)) for values in zip(*texts.values(), strict=True)]
    )


def named(names: list[str], rows: int) -> tuple[pd.Categorical, pd.DataFrame]:
    """Give every named column of a wide table its id; the rows of one line item follow each other."""
    return _categorical(np.repeat(np.arange(len(names)), rows), [{WIDE_DIMENSION: name} for name in names])


def _categorical(codes: np.ndarray, items: list[dict[str, str]]) -> tuple[pd.Categorical, pd.DataFrame]:
    ids = pd.Index([line_item_id(item) for item in items], dtype=object, name="line_item_id")
    frame = pd.DataFrame(items, index=ids, dtype="str")
    return pd.Categorical.from_codes(codes, categories=pd.Index(ids, name=None)), frame
