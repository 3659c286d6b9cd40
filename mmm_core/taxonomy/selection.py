"""Pick line items out of a catalogue the way a person would: by status, words, values, tokens, group or spend."""

from collections.abc import Collection, Mapping
from typing import TypedDict, Unpack

import numpy as np
import pandas as pd

from mmm_core.taxonomy.facets import Tokens
from mmm_core.taxonomy.mapping import Path
from mmm_core.taxonomy.names import ReadNames, comparable, is_pattern, matches
from mmm_core.taxonomy.resolution import Resolution


class Wanted(TypedDict, total=False):
    """What a filter asks for; a line item passes when it has all of it.

    Attributes
    ----------
    status : str or None
        mapped, unmapped or excluded; None for all.
    text : str
        Words that the name must all hold, in any order; with `*` or `?` a glob for the whole name; between
        slashes a regular expression.
    values : mapping of dimension to values
        One of the values per named dimension; "" stands for empty and for not applicable.
    tokens : tuple of str
        Tokens that the name must all hold.
    group : path or None
        A leaf or any node above; () for everything that is in a group.
    line_items : collection of line_item_id or None
        Only these, such as the members of a cluster.
    spend_at_least : int or None
        Smallest spend in micros.
    """

    status: str | None
    text: str
    values: Mapping[str, tuple[str, ...]]
    tokens: tuple[str, ...]
    group: Path | None
    line_items: Collection[str] | None
    spend_at_least: int | None


def select_items(
    items: pd.DataFrame,
    resolution: Resolution,
    names: ReadNames | None = None,
    index: Tokens | None = None,
    **wanted: Unpack[Wanted],
) -> np.ndarray:
    """Tell which line items a filter lets through.

    Parameters
    ----------
    names, index : optional
        Save reading the catalogue's names again.
    **wanted
        See `Wanted`.

    Returns
    -------
    bool array (items,)

    Raises
    ------
    BadInput
        If the text is a pattern that cannot be read.
    """
    mask = np.ones(len(items), dtype=bool)
    status, group, ids = wanted.get("status"), wanted.get("group"), wanted.get("line_items")
    if status is not None:
        mask &= (resolution.table["status"] == status).to_numpy(dtype=bool)
    for dimension, values in wanted.get("values", {}).items():
        if values:
            mask &= items[dimension].astype("string").fillna("").isin(list(values)).to_numpy(dtype=bool)
    if group is not None:
        below = [path[: len(group)] == group for path in resolution.leaves]
        mask &= np.append(np.array(below, dtype=bool), False)[resolution.table["leaf"].to_numpy(dtype=np.int64)]
    if ids is not None:
        mask &= items.index.isin(list(ids))
    if (least := wanted.get("spend_at_least")) is not None:
        mask &= items["spend_micros"].to_numpy(dtype=np.int64) >= least
    if tokens := wanted.get("tokens", ()):
        index = index or Tokens(items, names)
        mask &= np.logical_and.reduce([index.holding(token) for token in tokens])
    if (text := wanted.get("text", "")).strip():
        mask &= _holds_text(names or ReadNames(items), text)
    return mask


def _holds_text(names: ReadNames, text: str) -> np.ndarray:
    codes, distinct = names.column("name")
    if is_pattern(text):
        hit = matches(distinct, [text])
    else:
        words = comparable(text).split()
        hit = np.array([all(word in name for word in words) for name in distinct.to_pylist()], dtype=bool)
    found: np.ndarray = np.append(hit, False)[codes]
    return found
