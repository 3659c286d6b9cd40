"""Subtotals at every node of the client's tree, per period, in exact money."""

import numpy as np
import pandas as pd

from mmm_core.money import amount_text
from mmm_core.panel.calendar import Calendar
from mmm_core.panel.cube import Cube, regroup, regroup_exposure
from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Mapping
from mmm_core.taxonomy.resolution import Resolution


def subtotals(cube: Cube, resolution: Resolution, mapping: Mapping, calendar: Calendar) -> pd.DataFrame:
    """Add mapped spend up per node and period, over all geos and all periods that the files cover.

    Returns
    -------
    DataFrame
        `level` (name), `node_path`, `period` (first day), `spend_micros` (int64), `exposure` (float64, NaN where none);
        ordered by level, then the client's order of nodes, then period.
    """
    leaf = resolution.leaf_of(cube.line_items)
    spend = regroup(cube, leaf, len(mapping.leaves)).sum(axis=1)
    exposure = regroup_exposure(cube, leaf, len(mapping.leaves)).sum(axis=1)
    periods = calendar.first_day(cube.first_period + np.arange(cube.periods))
    parts = [
        _level(spend, exposure, mapping, depth, periods)
        for depth in range(1, len(mapping.levels) + 1)
        if mapping.leaves
    ]
    columns = ["level", "node_path", "period", "spend_micros", "exposure"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def subtotals_text(table: pd.DataFrame) -> pd.DataFrame:
    """Return the subtotals as `subtotals.csv` shows them: money as exact text, periods as ISO dates."""
    return pd.DataFrame(
        {
            "level": table["level"],
            "node_path": table["node_path"],
            "period": pd.to_datetime(table["period"]).dt.strftime("%Y-%m-%d"),
            "spend": [amount_text(value) for value in table["spend_micros"]],
            "exposure": table["exposure"],
        }
    )


def _level(spend: np.ndarray, exposure: np.ndarray, mapping: Mapping, depth: int, periods: np.ndarray) -> pd.DataFrame:
    """Add leaves (period, leaf) up to the nodes of one level."""
    heads = [path[:depth] for path in mapping.leaves]
    nodes = list(dict.fromkeys(heads))
    below = [[leaf for leaf, head in enumerate(heads) if head == node] for node in nodes]
    names = np.array([PATH_SEPARATOR.join(node) for node in nodes], dtype=object)
    return pd.DataFrame(
        {
            "level": mapping.levels[depth - 1],
            "node_path": np.repeat(names, len(periods)),
            "period": np.tile(periods, len(nodes)),
            "spend_micros": np.concatenate([spend[:, leaves].sum(axis=1) for leaves in below]),
            "exposure": np.concatenate([_known_sum(exposure[:, leaves]) for leaves in below]),
        }
    )


def _known_sum(values: np.ndarray) -> np.ndarray:
    """Add exposure over leaves; NaN only where no leaf has any."""
    return np.where(np.isnan(values).all(axis=1), np.nan, np.nansum(values, axis=1))
