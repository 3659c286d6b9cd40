"""Do the ranges of contributions hold the truth as often as they promise? Asked of clients whose truth is known."""

import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from mmm_core.modeling.fit import Fit
from mmm_core.panel.panel import Panel

LEVEL = 0.9
_SMALL, _LARGE = 0.1, 0.25
SIZES = {"small": "less than a tenth of the spend", "middle": "a tenth to a quarter", "large": "a quarter or more"}
"""Sizes of groups, and what they are called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """One group of one simulated client.

    Attributes
    ----------
    group : str
    share_of_spend : float
    truth, low, middle, high : float
        Contribution over the window as it is, and the fit's 90 % range of it, KPI units.
    """

    group: str
    share_of_spend: float
    truth: float
    low: float
    middle: float
    high: float

    @property
    def size(self) -> str:
        """Small below a tenth of the spend, large from a quarter on."""
        return "small" if self.share_of_spend < _SMALL else "large" if self.share_of_spend >= _LARGE else "middle"

    @property
    def log_error(self) -> float:
        """Logarithm of the middle to the truth: 0 for a middle that is right."""
        return math.log(self.middle / self.truth)

    @property
    def held(self) -> bool:
        """Whether the range holds the truth."""
        return self.low <= self.truth <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many ranges held the truth, of groups of one size or of all."""

    size: str
    held: int
    of: int

    @property
    def share(self) -> float:
        """Share of ranges that held the truth."""
        return self.held / self.of


def recover(panel: Panel, fit: Fit, truth: Mapping[str, float], *, geo: str | None = None) -> tuple[Recovered, ...]:
    """Compare the contributions of a fit with the truth.

    Parameters
    ----------
    panel : Panel
        The panel of the fit.
    fit : Fit
    truth : mapping
        Contribution per group over the window, KPI units.
    geo : str, optional
        Region that it is the truth of; all together by default.
    """
    region = slice(None) if geo is None else [geo]
    total = fit.draws["contribution"].sel(geo=region).sum(("period", "geo"), dtype=np.float64)
    levels = [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2]
    low, middle, high = total.quantile(levels, ("chain", "draw")).transpose("quantile", "group").values
    spend = panel.data["spend"].sel(geo=region).sum(("period", "geo")).values
    return tuple(
        Recovered(
            group=name,
            share_of_spend=float(spend[at] / spend.sum()),
            truth=truth[name],
            low=float(low[at]),
            middle=float(middle[at]),
            high=float(high[at]),
        )
        for at, name in enumerate(panel.groups)
    )


def coverage(recovered: Iterable[Recovered]) -> tuple[Coverage, ...]:
    """Count by size of the group; the last entry counts all."""
    rows = sorted(recovered, key=lambda row: row.size)
    parts = [
        Coverage(size=size, held=sum(row.held for row in own), of=len(own))
        for size, own in ((size, list(group)) for size, group in itertools.groupby(rows, key=lambda row: row.size))
    ]
    return (*parts, Coverage(size="all", held=sum(row.held for row in rows), of=len(rows)))
