"""Names that look alike, brought together for a person to judge; nothing is merged here."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd

from mmm_core.errors import BadInput
from mmm_core.taxonomy.alike import exact_keys, ngram_keys, similar_keys, typo_keys
from mmm_core.taxonomy.names import ReadNames
from mmm_core.taxonomy.resolution import Resolution
from mmm_core.taxonomy.scripts import mixed_scripts

Method = Literal["fingerprint", "ngram", "nearest"]
METHODS: tuple[Method, ...] = ("fingerprint", "ngram", "nearest")
"""From strict to lax: the same words in any order; the same letters in a row; words or names a few letters apart."""
NUMBERS_COUNT_FROM = 0.8
"""At this strictness and above, names that differ in a number stay apart: Q1 2024 is not Q2 2024."""
_LEAST_SIMILAR = 0.6
"""Below that, names are neighbours because nothing else is near."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cluster:
    """Names that look alike.

    Attributes
    ----------
    key : str
        What the names have in common; the same for the same names, whatever else is in the catalogue.
    members : DataFrame
        value (as the file writes it), line_items, spend_micros, groups (names of the leaves that hold some of its line
        items), ids (their line_item_ids); the largest spend first. At least two rows.
    mixed : tuple of str
        Words of the members that mix scripts, see `mixed_scripts`.
    """

    key: str
    members: pd.DataFrame
    mixed: tuple[str, ...]

    @property
    def spend_micros(self) -> int:
        """Spend of all members."""
        return int(self.members["spend_micros"].sum())

    @property
    def ids(self) -> tuple[str, ...]:
        """Line items of all members."""
        return tuple(item for ids in self.members["ids"] for item in ids)

    def ids_of(self, values: Iterable[str]) -> tuple[str, ...]:
        """Return the line items of some members."""
        wanted = set(values)
        rows = zip(self.members["value"], self.members["ids"], strict=True)
        return tuple(item for value, ids in rows if value in wanted for item in ids)


def cluster_names(
    items: pd.DataFrame,
    resolution: Resolution,
    *,
    dimension: str | None = None,
    method: Method = "fingerprint",
    strictness: float = 0.9,
    names: ReadNames | None = None,
) -> tuple[Cluster, ...]:
    """Bring together names that look alike.

    Whatever the method, case, width, accents, separators and letters of another script that look Latin never tell
    names apart. Below a strictness of 0.8 numbers do not either: the flights of a campaign come together.

    Parameters
    ----------
    dimension : str, optional
        Dimension whose values are compared; None for the whole name.
    method : str
        fingerprint: the same words in any order. ngram: the same letter pairs, so that spaces do not matter.
        nearest: as fingerprint, with words one or two letters apart; below 0.8, whole names at least `strictness`
        similar to the largest of the cluster.
    strictness : float, 0 to 1
        1 brings together least.
    names : ReadNames, optional
        Saves reading the catalogue's names again.

    Returns
    -------
    tuple of Cluster
        The largest spend first; names that are like no other are in none.

    Raises
    ------
    BadInput
        If the method is unknown or the strictness is not between 0 and 1.
    """
    if method not in METHODS or not 0 <= strictness <= 1:
        raise BadInput(
            f"Names cannot be clustered by method '{method}' with strictness {strictness:g}",
            expected=f"one of {', '.join(METHODS)} and a strictness from 0 to 1 were expected",
            remedy="Choose another method or strictness",
        )
    column, names = dimension or "name", names or ReadNames(items)
    codes, _ = names.column(column)
    written = names.written(column)
    keys = _keys(written.tolist(), np.bincount(codes[codes >= 0], minlength=len(written)), method, strictness)
    table = _members(items, resolution, codes, written, np.array(keys, dtype=object))
    borders = np.flatnonzero(np.append(True, table["key"].to_numpy()[1:] != table["key"].to_numpy()[:-1]))
    shown = table.drop(columns="key").reset_index(drop=True)
    clusters = [
        Cluster(key=str(table["key"].iloc[start]), members=members.reset_index(drop=True), mixed=_mixed(members))
        for start, end in zip(borders, np.append(borders[1:], len(table)), strict=True)
        if len(members := shown.iloc[start:end]) > 1
    ]
    return tuple(sorted(clusters, key=lambda cluster: (-cluster.spend_micros, cluster.key)))


def _keys(written: list[str], weights: np.ndarray, method: Method, strictness: float) -> list[str]:
    """Return a key per name; names with the same key look alike, "" looks like nothing."""
    numbers = strictness >= NUMBERS_COUNT_FROM
    if method == "fingerprint":
        return exact_keys(written, numbers=numbers)
    if method == "ngram":
        return ngram_keys(written, size=2, numbers=numbers)
    if numbers:
        return typo_keys(written, weights, most_letters=1 if strictness >= 0.9 else 2)
    return similar_keys(written, weights, least=max(strictness, _LEAST_SIMILAR))


def _members(
    items: pd.DataFrame, resolution: Resolution, codes: np.ndarray, written: np.ndarray, keys: np.ndarray
) -> pd.DataFrame:
    """List the names that share their key with another one, by key and spend."""
    shared = pd.Series(keys).duplicated(keep=False).to_numpy() & (keys != "")
    if not shared.any():
        return pd.DataFrame(columns=["key", "value", "line_items", "spend_micros", "groups", "ids"])
    inside = np.append(shared, False)[codes]
    leaf_names = np.array([*(path[-1] for path in resolution.leaves), ""], dtype=object)
    leaf = resolution.table["leaf"].to_numpy(dtype=np.int64)[inside]
    rows = pd.DataFrame(
        {
            "code": codes[inside],
            "ids": items.index.to_numpy()[inside],
            "spend_micros": items["spend_micros"].to_numpy(dtype=np.int64)[inside],
            "group": leaf_names[leaf],
        }
    ).sort_values("code", kind="stable")
    per_code = rows.groupby("code", sort=True)
    table = per_code.agg(line_items=("ids", "size"), spend_micros=("spend_micros", "sum"))
    starts = np.append(0, np.cumsum(table["line_items"].to_numpy()))
    ids, groups = rows["ids"].to_list(), rows["group"].to_list()
    spans = list(pairwise(starts.tolist()))
    found = [tuple(sorted({group for group in groups[start:end] if group})) for start, end in spans]
    table = table.assign(
        key=keys[table.index],
        value=written[table.index],
        groups=pd.Series(found, index=table.index, dtype=object),
        ids=pd.Series([tuple(ids[start:end]) for start, end in spans], index=table.index, dtype=object),
    )
    ordered = table.sort_values(["key", "spend_micros", "value"], ascending=[True, False, True])
    return ordered[["key", "value", "line_items", "spend_micros", "groups", "ids"]]


def _mixed(members: pd.DataFrame) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for value in members["value"] for word in mixed_scripts(value)))
