"""Control totals against subtotals: a figure from outside per node and time, within the tolerance of the project.

Days are added up exactly. A week counts to the range of its first day, as everywhere. Whether a ledger books weeks the
same way cannot be read off it: where at least half of a node's figures meet that way, it does, and its edges are
certain; elsewhere the tolerance is widened by the spend of the weeks that lie across an edge of the range.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from mmm_core.checks.control_nodes import EVERYTHING, Matched, match_node
from mmm_core.checks.ledger_sums import LedgerSums, NodeFigures
from mmm_core.checks.thresholds import THRESHOLDS
from mmm_core.money import amount_text
from mmm_core.taxonomy.mapping import Mapping
from mmm_core.taxonomy.resolution import Resolution

MEETS, DIFFERS, IN_PART, NOT_COVERED = "meets", "differs", "covered in part", "not covered"
_CENT = 10_000
COLUMNS = (
    "source",
    "node",
    "found",
    "time",
    "start",
    "end",
    "control_micros",
    "subtotal_micros",
    "difference_micros",
    "allowed_micros",
    "edge_micros",
    "left_out_micros",
    "verdict",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlComparison:
    """Control totals held against subtotals.

    Attributes
    ----------
    table : DataFrame
        A row per source, node and range: `COLUMNS`. `difference_micros` is subtotal less control total;
        `allowed_micros` the tolerance, with `edge_micros` of it for weeks across an edge; `left_out_micros` what the
        files hold there and the model leaves out; `verdict` one of "meets", "differs", "covered in part" (the files
        begin or end inside the range, and it does not meet) and "not covered".
    unknown : DataFrame
        `source`, `node`, `candidates` (tuple of str, empty where nothing fits), `rows` (tuple of int), `micros`.
    """

    table: pd.DataFrame
    unknown: pd.DataFrame


def compare_control_totals(
    figures: Sequence[NodeFigures],
    sums: LedgerSums,
    mapping: Mapping,
    resolution: Resolution,
    tolerance: float,
) -> ControlComparison:
    """Compare control totals with subtotals.

    Parameters
    ----------
    figures, sums
        What does not depend on the mapping, see `ledger_sums`.
    tolerance : float
        Share of the control total, 0 to 0.5.
    """
    lines: list[tuple[object, ...]] = []
    unknown: list[dict[str, object]] = []
    for own in figures:
        found = match_node(own.node, own.named, mapping, resolution)
        if isinstance(found, Matched):
            lines += _node_lines(own, found, sums, tolerance)
        else:
            noted = {"candidates": found, "rows": own.rows, "micros": int(own.micros.sum())}
            unknown.append({"source": own.source, "node": own.node, **noted})
    return ControlComparison(
        table=pd.DataFrame(lines, columns=list(COLUMNS)),
        unknown=pd.DataFrame(unknown, columns=["source", "node", "candidates", "rows", "micros"]),
    )


def control_totals_text(table: pd.DataFrame) -> pd.DataFrame:
    """Return the comparison as its download shows it: money as exact text."""
    named = {
        "control_total": "control_micros",
        "subtotal": "subtotal_micros",
        "difference": "difference_micros",
        "allowed": "allowed_micros",
        "of_it_for_weeks_across_an_edge": "edge_micros",
        "left_out_of_the_model": "left_out_micros",
    }
    return pd.DataFrame(
        {
            "source": table["source"],
            "node": table["node"],
            "compared_with": table["found"],
            "first_day": pd.to_datetime(table["start"]).dt.strftime("%Y-%m-%d"),
            "last_day": pd.to_datetime(table["end"]).dt.strftime("%Y-%m-%d"),
            **{name: [amount_text(value) for value in table[column]] for name, column in named.items()},
            "verdict": table["verdict"],
        }
    )


def allowed_micros(control: int, tolerance: float) -> int:
    """Return by how much a subtotal may miss a control total: its share, and always a difference below one cent."""
    return max(int(Fraction(str(tolerance)) * abs(control)), _CENT - 1)


def _node_lines(own: NodeFigures, found: Matched, sums: LedgerSums, tolerance: float) -> Iterator[tuple[object, ...]]:
    place = sums.places(own.ranges)
    subtotal, left_out = sums.spend(found.counted)[place], sums.spend(found.left_out)[place]
    edge = sums.edge(found.counted)[place]
    allowed = np.array([allowed_micros(int(value), tolerance) for value in own.micros], dtype=np.int64)
    cover = _cover(own.ranges, found.counted | found.left_out, sums)
    if _books_by_first_day(own.micros, subtotal, allowed, cover):
        edge = np.zeros_like(edge)
    days = own.ranges.astype("datetime64[D]").astype("datetime64[ns]")
    for at, time in enumerate(own.times):
        difference, room = int(subtotal[at] - own.micros[at]), int(allowed[at] + edge[at])
        met = abs(difference) <= room
        verdict = NOT_COVERED if cover[at] == NOT_COVERED else MEETS if met else cover[at] or DIFFERS
        amounts = (own.micros[at], subtotal[at], difference, room, edge[at], left_out[at])
        named = (own.source, own.node or EVERYTHING, found.label, time, days[at, 0], days[at, 1])
        yield (*named, *map(int, amounts), verdict)


def _cover(days: np.ndarray, own: np.ndarray, sums: LedgerSums) -> list[str]:
    """Say of each range whether the files of these line items cover it: "" when they do."""
    if not own.any():
        return [NOT_COVERED] * len(days)
    first, last = int(sums.first[own].min()), int(sums.last[own].max())
    return [
        NOT_COVERED if end < first or start > last else IN_PART if start < first or end > last else ""
        for start, end in days.tolist()
    ]


def _books_by_first_day(control: np.ndarray, subtotal: np.ndarray, allowed: np.ndarray, cover: list[str]) -> bool:
    """Tell whether so many of a node's figures meet that the ledger counts weeks by their first day."""
    busy = np.array([place == "" for place in cover], dtype=bool) & (control != 0)
    met = busy & (np.abs(subtotal - control) <= allowed)
    enough = THRESHOLDS.control_totals_met_at_least
    return bool(met.sum() >= enough and met.sum() >= THRESHOLDS.control_totals_met_share * busy.sum())
