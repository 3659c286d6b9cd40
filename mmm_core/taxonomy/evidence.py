"""What names say about groups: counts of tokens and dimension values among examples, and what follows from them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmm_core.taxonomy.catalogue import dimensions_of
from mmm_core.taxonomy.facets import Tokens
from mmm_core.taxonomy.names import ReadNames
from mmm_core.taxonomy.tokens import tokens_of

_SMOOTHING = 0.5
_MOST_AT_ONCE = 4_000_000
"""Weights held in memory at a time: 32 MB."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Features:
    """Which row (line item or earlier example) has which feature.

    Attributes
    ----------
    row, feature : int64 arrays (pairs,)
        Ordered by row. Features below `len(tokens)` are tokens, the others values of dimensions.
    tokens : tuple of str
    rows, features : int
        How many there are.
    """

    row: np.ndarray
    feature: np.ndarray
    tokens: tuple[str, ...]
    rows: int
    features: int

    def of(self, rows: np.ndarray) -> "Features":
        """Return the features of some rows, numbered in the order given (ascending)."""
        place = np.full(self.rows, -1, dtype=np.int64)
        place[rows] = np.arange(len(rows))
        inside = place[self.row] >= 0
        return Features(
            row=place[self.row[inside]],
            feature=self.feature[inside],
            tokens=self.tokens,
            rows=len(rows),
            features=self.features,
        )

    def counts(self, group: np.ndarray, groups: int) -> np.ndarray:
        """Count the rows of each group that have each feature, as a float64 array (features, groups)."""
        key = self.feature * groups + group[self.row]
        return np.bincount(key, minlength=self.features * groups).reshape(self.features, groups).astype(np.float64)


def features_of(items: pd.DataFrame, earlier: Sequence[str], names: ReadNames, index: Tokens) -> Features:
    """Describe line items by tokens and dimension values, and names of earlier examples by tokens."""
    position = {token: at for at, token in enumerate(index.vocabulary)}
    found = [[position.setdefault(token, len(position)) for token in tokens_of(name)] for name in earlier]
    rows, features = [index.item_of], [index.token_of]
    rows.append(len(items) + np.repeat(np.arange(len(found)), [len(tokens) for tokens in found]))
    features.append(np.array([token for tokens in found for token in tokens], dtype=np.int64))
    start = len(position)
    for column in dimensions_of(items):
        codes, distinct = names.column(column)
        common = np.flatnonzero((codes >= 0) & (np.bincount(codes[codes >= 0], minlength=len(distinct) + 1) > 1)[codes])
        rows.append(common)
        used, dense = np.unique(codes[common], return_inverse=True)
        features.append(start + dense)
        start += len(used)
    row, feature = np.concatenate(rows).astype(np.int64), np.concatenate(features).astype(np.int64)
    order = np.argsort(row, kind="stable")
    return Features(
        row=row[order], feature=feature[order], tokens=tuple(position), rows=len(items) + len(found), features=start
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Verdicts:
    """The likeliest group per row.

    Attributes
    ----------
    group : int64 array (rows,)
        -1 where nothing is known of a row.
    score : float64 array (rows,), 0 to 1
        How clearly, and how much of the name is known from that group; no probability yet.
    """

    group: np.ndarray
    score: np.ndarray


class Evidence:
    """Counts of features per group, and the weight of each feature for each group.

    Parameters
    ----------
    counts : float64 array (features, groups)
        Examples of each group that have each feature.
    sizes : float64 array (groups,)
        Examples of each group.
    """

    def __init__(self, counts: np.ndarray, sizes: np.ndarray) -> None:
        self.counts, self.sizes = counts, sizes
        share = np.maximum(sizes, 0.0) + _SMOOTHING
        share /= share.sum()
        held = counts.sum(axis=1, keepdims=True)
        self.prior = np.where(sizes > 0, np.log(share), -np.inf)
        self.weights = np.log((counts + _SMOOTHING * share) / (held + _SMOOTHING)) - np.log(share)
        self.weights[held[:, 0] == 0] = 0.0
        self.rarity = np.log((sizes.sum() + 1.0) / (held[:, 0] + 0.5))

    def judge(self, features: Features, barred: np.ndarray | None = None) -> Verdicts:
        """Find the likeliest group of each row.

        Parameters
        ----------
        barred : int64 array (rows,), optional
            A group per row that is no candidate, -1 for none: what would be said if its examples did not exist.
        """
        sums = np.tile(self.prior, (features.rows, 1))
        starts = np.flatnonzero(np.diff(features.row, prepend=-1) > 0)
        pairs = max(_MOST_AT_ONCE // len(self.sizes), 1)
        for some in np.array_split(starts, len(features.row) // pairs + 1):
            if len(some):
                end = starts[np.searchsorted(starts, some[-1]) + 1] if some[-1] < starts[-1] else len(features.row)
                weights = self.weights[features.feature[some[0] : end]]
                sums[features.row[some]] += np.add.reduceat(weights, some - some[0], axis=0)
        if barred is not None:
            hit = np.flatnonzero(barred >= 0)
            sums[hit, barred[hit]] = -np.inf
        group = sums.argmax(axis=1)
        best = sums[np.arange(features.rows), group]
        with np.errstate(invalid="ignore"):
            posterior = 1.0 / np.exp(sums - best[:, None]).sum(axis=1)
        familiar = self._familiar(features, group)
        known = np.isfinite(best) & (familiar > 0)
        return Verdicts(group=np.where(known, group, -1), score=np.where(known, posterior * familiar, 0.0))

    def _familiar(self, features: Features, group: np.ndarray) -> np.ndarray:
        """Return the share of each row's tokens that the group's examples hold, rare ones counting more."""
        word = features.feature < len(features.tokens)
        row, token = features.row[word], features.feature[word]
        seen = np.where(self.counts[token, group[row]] > 0, self.rarity[token], 0.0)
        total = np.bincount(row, weights=self.rarity[token], minlength=features.rows)
        part = np.bincount(row, weights=seen, minlength=features.rows)
        return np.divide(part, total, out=np.zeros(features.rows), where=total > 0)
