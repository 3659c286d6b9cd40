"""What a scenario would bring, as quantiles that travel as JSON and end in a table."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

LEVELS = {
    "q025": 0.025,
    "q05": 0.05,
    "q10": 0.10,
    "q25": 0.25,
    "q50": 0.50,
    "q75": 0.75,
    "q90": 0.90,
    "q95": 0.95,
    "q975": 0.975,
}
"""Quantiles of a result; bands of 50, 80 and 95 % lie between q25 and q75, q10 and q90, q025 and q975."""

TABLE_COLUMNS = ("scenario", "period", "q05", "q25", "q50", "q75", "q95")

Quantiles = dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioResult:
    """Outcome of a scenario in KPI units, observation noise included, summed over geos.

    Attributes
    ----------
    name : str
    periods : tuple of str
        First days of the periods, ISO.
    outcome : tuple of dict
        Quantiles per period, keys of `LEVELS`.
    total : dict
        Quantiles of the sum over the horizon.
    difference : dict
        Quantiles of the total minus that of the base plan, draw by draw.
    probability_gain : float or None
        Share of draws in which the difference is above 0; None if the plan is the base plan.
    dots : tuple of float
        Quantile dots of the difference: equally likely values, ascending, at most 100.
    spend, base_spend : dict
        Spend over the horizon per group, of this plan and of the base plan, currency units.
    beyond_range : dict
        Group to planned by seen spend, where a plan leaves the range seen so far; None stands for "never spent there".
    """

    name: str
    periods: tuple[str, ...]
    outcome: tuple[Quantiles, ...]
    total: Quantiles
    difference: Quantiles
    probability_gain: float | None
    dots: tuple[float, ...]
    spend: dict[str, float]
    base_spend: dict[str, float]
    beyond_range: dict[str, float | None]

    @property
    def in_range(self) -> bool:
        """Whether every group stays in the range of spend seen so far."""
        return not self.beyond_range

    def as_dict(self) -> dict[str, object]:
        """Return what JSON can hold."""
        content: dict[str, object] = json.loads(json.dumps(asdict(self), allow_nan=False))
        return content

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "ScenarioResult":
        """Undo `as_dict`."""
        lists: dict[str, Any] = {name: tuple(content[name]) for name in ("periods", "outcome", "dots")}
        return cls(**{**content, **lists})


def scenario_table(results: Iterable[ScenarioResult]) -> pd.DataFrame:
    """Tabulate scenarios: one row per period, then the rows `total` and `difference` (to the base plan).

    Returns
    -------
    pd.DataFrame
        `TABLE_COLUMNS`; `period` is text.
    """
    rows = []
    for result in results:
        named = [*zip(result.periods, result.outcome, strict=True), ("total", result.total)]
        for period, quantiles in [*named, ("difference", result.difference)]:
            rows.append(
                {"scenario": result.name, "period": period} | {key: quantiles[key] for key in TABLE_COLUMNS[2:]}
            )
    return pd.DataFrame(rows, columns=list(TABLE_COLUMNS))
