"""The data of a finding's small picture, and how places and lists are written into its evidence."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mmm_core.money import amount_text

MOST_POINTS = 200
MOST_NAMED = 50
"""Rows, line items and list entries that a finding names; the counts beside them are complete."""


def drawn(labels: Sequence[str], values: np.ndarray) -> list[dict[str, object]]:
    """Return a series as a picture needs it: `period` and `value`; null where there is none, at most 200 points."""
    step = -(-len(labels) // MOST_POINTS) if len(labels) else 1
    return [
        {"period": label, "value": round(float(value), 6) if np.isfinite(value) else None}
        for label, value in zip(list(labels)[::step], np.asarray(values, dtype=float)[::step], strict=True)
    ]


def listed_items(names: np.ndarray, micros: np.ndarray, *, most: int = 20) -> list[dict[str, object]]:
    """List names with their money, the largest first."""
    order = np.lexsort((names.astype(str), -np.abs(micros)))[:most]
    return [{"name": str(names[at]), "amount": amount_text(int(micros[at]))} for at in order]


def named(names: Sequence[object], *, most: int = 3) -> str:
    """Quote a few names, and say how many more there are.

    >>> named(["a", "b"]), named(["a", "b", "c", "d", "e"])
    ("'a' and 'b'", "'a', 'b', 'c' and 2 more")
    """
    shown = [f"'{name}'" for name in names[:most]]
    more = len(names) - len(shown)
    if more:
        return f"{', '.join(shown)} and {more:,} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def rows_named(records: pd.DataFrame) -> tuple[int, ...]:
    """Return the first rows of the file behind some records, as a spreadsheet counts them."""
    return tuple(int(row) for row in pd.unique(records["row"])[:MOST_NAMED])


def span(labels: Sequence[str]) -> str:
    """Write the first and the last of some dates; one alone stands for itself."""
    return labels[0] if len(labels) == 1 or labels[0] == labels[-1] else f"{labels[0]} to {labels[-1]}"
