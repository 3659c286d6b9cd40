"""What a catalogue holds, counted: per value of a dimension and per token of the names."""

from functools import cached_property

import numpy as np
import pandas as pd

from mmm_core.taxonomy.catalogue import dimensions_of
from mmm_core.taxonomy.mapping import Path
from mmm_core.taxonomy.names import ReadNames, comparable
from mmm_core.taxonomy.resolution import UNMAPPED, Resolution
from mmm_core.taxonomy.tokens import tokens_of


def facet(
    items: pd.DataFrame,
    resolution: Resolution,
    dimension: str,
    mask: np.ndarray | None = None,
    names: ReadNames | None = None,
) -> pd.DataFrame:
    """Count the line items of a selection per value of a dimension (or per `source`).

    Parameters
    ----------
    dimension : str
        A dimension column of the catalogue, or `source`.
    mask : bool array (items,), optional
        The selection; all by default.
    names : ReadNames, optional
        Saves reading the catalogue's names again.

    Returns
    -------
    DataFrame
        value ("" where the dimension is empty or does not apply), line_items, rows, spend_micros, unmapped (line
        items that wait for a group); the largest spend first, then by value; values without line items are left out.
    """
    names = names or ReadNames(items)
    codes, distinct = names.column(dimension)
    values = np.append(names.written(dimension), "")
    empty = np.flatnonzero(values == "")[0]
    at = np.where(codes < 0, empty, codes)
    chosen = np.ones(len(items), dtype=bool) if mask is None else mask
    at, size = at[chosen], len(distinct) + 1
    counted = pd.DataFrame(
        {
            "value": values,
            "line_items": np.bincount(at, minlength=size),
            "rows": _sums(at, items["rows"].to_numpy(dtype=np.int64)[chosen], size),
            "spend_micros": _sums(at, items["spend_micros"].to_numpy(dtype=np.int64)[chosen], size),
            "unmapped": np.bincount(at[_waiting(resolution)[chosen]], minlength=size),
        }
    )
    counted = counted[counted["line_items"] > 0]
    return counted.sort_values(["spend_micros", "value"], ascending=[False, True], ignore_index=True)


def node_facet(items: pd.DataFrame, resolution: Resolution, depth: int) -> pd.DataFrame:
    """Count all line items per node of a level of the client's tree.

    Parameters
    ----------
    depth : int
        Number of names in a node's path: 1 for the top level, the number of levels for the groups.

    Returns
    -------
    DataFrame
        path, line_items, spend_micros; in the client's order, empty nodes included.
    """
    leaf, size = resolution.table["leaf"].to_numpy(dtype=np.int64), len(resolution.leaves)
    inside = leaf >= 0
    nodes: dict[Path, int] = {}
    node_of_leaf = np.array([nodes.setdefault(path[:depth], len(nodes)) for path in resolution.leaves], dtype=np.int64)
    at = node_of_leaf[leaf[inside]] if size else leaf[inside]
    return pd.DataFrame(
        {
            "path": pd.Series(list(nodes), dtype=object),
            "line_items": np.bincount(at, minlength=len(nodes)),
            "spend_micros": _sums(at, items["spend_micros"].to_numpy(dtype=np.int64)[inside], len(nodes)),
        }
    )


def holding_words(values: pd.Series, text: str) -> np.ndarray:
    """Tell which values of a facet hold all words of a text, compared as people read them: bool array (values,)."""
    words = comparable(text).split()
    return np.array([all(word in comparable(value) for word in words) for value in values], dtype=bool)


class Tokens:
    """Which line item's name holds which token; built once per catalogue, then asked at every selection.

    Tokens are compared as names are; a token counts once per line item, whatever dimension it stands in.

    Parameters
    ----------
    items : DataFrame
        The catalogue.
    names : ReadNames, optional
        Saves reading the catalogue's names again.
    """

    def __init__(self, items: pd.DataFrame, names: ReadNames | None = None) -> None:
        names = names or ReadNames(items)
        position: dict[str, int] = {}
        pairs = [_pairs(column, names, position) for column in dimensions_of(items)] if len(items) else []
        self.vocabulary: tuple[str, ...] = tuple(position)
        self._position, self._items = position, len(items)
        self._spend = items["spend_micros"].to_numpy(dtype=np.int64)
        width = max(len(position), 1)
        keys = np.unique(np.concatenate([item * width + token for item, token in pairs])) if pairs else _NONE
        self.item_of, self.token_of = keys // width, keys % width

    @cached_property
    def line_items(self) -> np.ndarray:
        """Number of line items of the whole catalogue that hold each token of the vocabulary."""
        return np.bincount(self.token_of, minlength=len(self.vocabulary))

    def token_facet(self, resolution: Resolution, mask: np.ndarray | None = None, *, most: int = 200) -> pd.DataFrame:
        """Count the line items of a selection per token.

        Returns
        -------
        DataFrame
            token, line_items, spend_micros, unmapped; the largest spend first, at most `most` rows.
        """
        inside = slice(None) if mask is None else mask[self.item_of]
        item, token, size = self.item_of[inside], self.token_of[inside], len(self.vocabulary)
        counted = pd.DataFrame(
            {
                "token": np.array(self.vocabulary, dtype=object),
                "line_items": np.bincount(token, minlength=size),
                "spend_micros": _sums(token, self._spend[item], size),
                "unmapped": np.bincount(token[_waiting(resolution)[item]], minlength=size),
            }
        )
        counted = counted[counted["line_items"] > 0]
        ordered = counted.sort_values(["spend_micros", "token"], ascending=[False, True], ignore_index=True)
        return ordered.head(most)

    def holding(self, token: str) -> np.ndarray:
        """Tell which line items hold a token, as a bool array (items,)."""
        mask = np.zeros(self._items, dtype=bool)
        at = self._position.get(comparable(token))
        if at is not None:
            mask[self.item_of[self.token_of == at]] = True
        return mask


_NONE = np.zeros(0, dtype=np.int64)


def _pairs(column: str, names: ReadNames, position: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Return (line item, token) positions of a column; new tokens are added to `position`."""
    codes, _ = names.column(column)
    found = [[position.setdefault(token, len(position)) for token in tokens_of(name)] for name in names.written(column)]
    lengths = np.append(np.array([len(tokens) for tokens in found], dtype=np.int64), 0)
    flat = np.array([token for tokens in found for token in tokens], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    count = lengths[codes]
    item = np.repeat(np.arange(len(codes)), count)
    within = np.arange(len(item)) - np.repeat(np.cumsum(count) - count, count)
    return item, flat[starts[codes[item]] + within]


def _sums(at: np.ndarray, values: np.ndarray, size: int) -> np.ndarray:
    """Add whole numbers up per position, exactly: `bincount` with weights would pass through floats."""
    sums = np.zeros(size, dtype=np.int64)
    np.add.at(sums, at, values)
    return sums


def _waiting(resolution: Resolution) -> np.ndarray:
    return (resolution.table["status"] == UNMAPPED).to_numpy(dtype=bool)
