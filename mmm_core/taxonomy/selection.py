"""Pick line items out of a catalogue the way a person would: by status, by words, by value of a dimension."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa

from mmm_core.taxonomy.names import comparable, matches
from mmm_core.taxonomy.resolution import Resolution

_WILDCARDS = "*?["


def select_items(
    items: pd.DataFrame,
    resolution: Resolution,
    *,
    status: str | None = None,
    text: str = "",
    values: Mapping[str, tuple[str, ...]] | None = None,
) -> np.ndarray:
    """Tell which line items a filter lets through.

    Parameters
    ----------
    status : str, optional
        mapped, unmapped or excluded; None for all.
    text : str
        Words that the name must all hold, in any order; with `*`, `?` or `[` a glob for the whole name.
    values : mapping of dimension to values, optional
        A line item passes when each named dimension has one of the values.

    Returns
    -------
    bool array (items,)
    """
    mask = np.ones(len(items), dtype=bool)
    if status is not None:
        mask &= (resolution.table["status"] == status).to_numpy()
    for dimension, wanted in (values or {}).items():
        if wanted:
            mask &= items[dimension].isin(list(wanted)).fillna(value=False).to_numpy(dtype=bool)
    if text.strip():
        mask &= _holds_text(items["name"], text)
    return mask


def _holds_text(names: pd.Series, text: str) -> np.ndarray:
    folded = [comparable(str(name)) for name in names]
    if any(mark in text for mark in _WILDCARDS):
        return matches(pa.array(folded, pa.string()), [text])
    words = comparable(text).split()
    return np.array([all(word in name for word in words) for name in folded], dtype=bool)
