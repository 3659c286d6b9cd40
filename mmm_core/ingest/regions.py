"""The geo of each row."""

import numpy as np
import pandas as pd

from mmm_core.errors import BadInput, listed
from mmm_core.ingest.table import RawTable
from mmm_core.schema import WHOLE_MARKET


def read_geo(table: RawTable, column: str | None) -> pd.Categorical:
    """Return the region of each row, trimmed; `WHOLE_MARKET` for a file without regions.

    Raises
    ------
    BadInput
        If a row names no region.
    """
    if column is None:
        return pd.Categorical.from_codes(
            np.zeros(table.cells.num_rows, dtype=np.int8), categories=pd.Index([WHOLE_MARKET], dtype=object)
        )
    encoded = table.texts(column).dictionary_encode()
    names = [text.strip() for text in encoded.dictionary.to_pylist()]
    categories = list(dict.fromkeys(names))
    codes = np.array([categories.index(name) for name in names], dtype=np.int64)[
        encoded.indices.to_numpy(zero_copy_only=False)
    ]
    if "" in categories:
        rows = tuple(int(row) for row in table.row_numbers[codes == categories.index("")])
        raise BadInput(
            f"Column {column!r} names no region in {len(rows):,} row(s)",
            where=f"rows {listed(rows)} of {table.label}",
            expected="a region in every row was expected",
            remedy="Fill them in, or read the file without regions",
        )
    return pd.Categorical.from_codes(codes, categories=pd.Index(categories, dtype=object))
