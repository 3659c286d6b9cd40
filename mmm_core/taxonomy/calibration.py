"""From scores to confidence: how often a score of this size was right when part of the examples was hidden."""

from dataclasses import dataclass

import numpy as np

from mmm_core.taxonomy.evidence import Evidence, Features

_FOLDS = 5
_FEWEST_BINS, _MOST_BINS, _PER_BIN = 3, 12, 30
_DOUBT = 2.0
"""Every bin starts with as many wrong cases: few examples cannot make a suggestion sure."""
_MOST_ROWS = 4_000
_ONLY_GROUP = 0.5
"""With examples of one group alone nothing tells when another one is meant."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calibration:
    """Confidence by score: rises, linear between the points."""

    scores: np.ndarray
    confidence: np.ndarray
    most: float = 1.0

    def of(self, score: np.ndarray) -> np.ndarray:
        """Return the confidence of scores."""
        if not len(self.scores):
            return np.zeros(len(score))
        confidence: np.ndarray = np.interp(score, self.scores, self.confidence)
        return confidence.clip(max=self.most)


def calibrate(examples: Features, group: np.ndarray, groups: int, family: np.ndarray) -> Calibration:
    """Hide a fifth of the families at a time and count how often the rest finds the right group.

    Line items of one family (a campaign's ad sets) are hidden together: suggestions are asked for new campaigns, and
    a sister that is still there would make every answer look safe. Each hidden line item is also judged without its
    whole group, when every answer is wrong: that is what a line item of a group without examples looks like. These
    count as one group more.

    Parameters
    ----------
    examples : Features
    group : int64 array (rows,)
        The right group of each example.
    groups : int
    family : int64 array (rows,)
    """
    fold = (family * 7919 + 13) % 104_729 % _FOLDS
    scores, right, weight = [], [], []
    total, sizes = examples.counts(group, groups), np.bincount(group, minlength=groups).astype(np.float64)
    for number in range(_FOLDS):
        rows = np.flatnonzero(fold == number)
        if not len(rows):
            continue
        hidden = examples.of(rows)
        own = np.bincount(group[rows], minlength=groups)
        evidence = Evidence(total - hidden.counts(group[rows], groups), sizes - own)
        kept = np.arange(len(rows))[:: max(1, len(rows) * _FOLDS // _MOST_ROWS)]
        asked, answer = hidden.of(kept), group[rows][kept]
        with_group, without = evidence.judge(asked), evidence.judge(asked, barred=answer)
        scores += [with_group.score, without.score]
        right += [with_group.group == answer, np.zeros(len(kept), dtype=bool)]
        weight += [np.ones(len(kept)), np.full(len(kept), 1.0 / groups)]
    if not scores:
        return Calibration(scores=np.zeros(0), confidence=np.zeros(0))
    used = int((sizes > 0).sum())
    points = _points(np.concatenate(scores), np.concatenate(right), np.concatenate(weight))
    return Calibration(scores=points[0], confidence=points[1], most=1.0 if used > 1 else _ONLY_GROUP)


def _points(scores: np.ndarray, right: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Count the right ones in bins of scores, with doubt, and let confidence only rise."""
    order = np.argsort(scores, kind="stable")
    centres, levels, weights = [0.0], [0.0], [1e-9]
    bins = min(max(len(order) // _PER_BIN, _FEWEST_BINS), _MOST_BINS)
    for part in np.array_split(order, bins):
        if len(part):
            held = float(weight[part].sum())
            centres.append(float(np.average(scores[part], weights=weight[part])))
            levels.append(float(weight[part][right[part]].sum()) / (held + _DOUBT))
            weights.append(held)
    return np.array(centres), _rising(levels, weights)


def _rising(levels: list[float], weights: list[float]) -> np.ndarray:
    """Pool neighbours that fall until the levels rise (isotonic regression)."""
    blocks: list[tuple[float, float, int]] = []
    for level, weight in zip(levels, weights, strict=True):
        blocks.append((level, weight, 1))
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            (one, first, n), (other, second, m) = blocks[-2:]
            blocks[-2:] = [((one * first + other * second) / (first + second), first + second, n + m)]
    return np.repeat([level for level, _, _ in blocks], [count for _, _, count in blocks])
