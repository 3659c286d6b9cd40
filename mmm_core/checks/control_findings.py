"""Findings about control totals: what differs, what is about nothing known, what lies outside the files."""

import re
from collections.abc import Hashable, Iterator, Sequence
from typing import Any

import pandas as pd

from mmm_core.checks.control_totals import DIFFERS, IN_PART, NOT_COVERED, ControlComparison
from mmm_core.checks.ledger_sums import in_currency
from mmm_core.errors import counted, listed
from mmm_core.findings import Finding, Place, Severity
from mmm_core.money import amount_text, spoken_amount
from mmm_core.schema import ControlTotalsTable
from mmm_core.settings import ProjectSettings

_MOST_ROWS = 50
_MONTH = re.compile(r"\d{4}-\d{2}")


def control_total_findings(comparison: ControlComparison, settings: ProjectSettings) -> Iterator[Finding]:
    """Report per node which control totals its subtotals miss, then what could not be compared."""
    table = comparison.table
    for (source, node), own in table[table["verdict"] == DIFFERS].groupby(["source", "node"], sort=False):
        yield _differs(str(source), str(node), own, settings)
    for line in comparison.unknown.to_dict("records"):
        yield _unknown(line)
    for source, own in table[table["verdict"].isin([IN_PART, NOT_COVERED])].groupby("source", sort=False):
        yield _without_subtotal(str(source), own)


def _differs(source: str, node: str, own: pd.DataFrame, settings: ProjectSettings) -> Finding:
    currency, times = settings.currency, own["time"].tolist()
    booked, held = int(own["control_micros"].sum()), int(own["subtotal_micros"].sum())
    called = "months" if all(_MONTH.fullmatch(time) for time in times) else "times"
    when = times[0] if len(times) == 1 else f"{len(times)} {called} ({listed(times)})"
    left_out = int(own["left_out_micros"].sum())
    beside = f" Another {spoken_amount(left_out)} {currency} are left out of the model there." if left_out else ""
    edge = any(own["edge_micros"] > 0)
    return Finding(
        code="control_total_differs",
        severity=Severity.WARNING,
        message=f"{source} has {spoken_amount(booked)} {currency} for {node} in {when}, your files have "
        f"{spoken_amount(held)} {currency}{_percent(held, booked)}.{beside}",
        where=Place(source=source, periods=tuple(times[:_MOST_ROWS])),
        evidence={
            "compared_with": own["found"].iloc[0],
            "months": [
                {
                    "time": line["time"],
                    "control_total": amount_text(line["control_micros"]),
                    "subtotal": amount_text(line["subtotal_micros"]),
                    "difference": amount_text(line["difference_micros"]),
                }
                for line in own.to_dict("records")
            ],
        },
        remedy="Look behind these months on the tab Subtotals: rows may be missing, stand twice or have another unit. "
        "Correct them, or accept the difference with a reason.",
        threshold=f"More than {_share(settings.tolerance)} of the control total, the project's tolerance"
        + (", and more than the spend of weeks across the edges." if edge else "."),
        about=node,
    )


def _unknown(line: dict[Hashable, Any]) -> Finding:
    rows, candidates = line["rows"], line["candidates"]
    why = f"several things are called so ({listed(candidates)})" if candidates else "nothing is called so"
    return Finding(
        code="control_total_unknown_node",
        severity=Severity.WARNING,
        message=f"{line['source']}: '{line['node']}' ({counted(len(rows), 'control total')}) cannot be compared; {why} "
        "in the tree or among your line items.",
        where=Place(source=str(line["source"]), rows=rows[:_MOST_ROWS]),
        evidence={"rows": len(rows), "candidates": list(candidates)},
        remedy="Write the path of the node in the file (such as Brand > Social), or name a group so."
        if candidates
        else "Name a group or node so, or write the name in the file as the tree or the media files do.",
        threshold="Names are compared without regard to case, signs and accents.",
        about=str(line["node"]),
    )


def other_currencies(totals: Sequence[ControlTotalsTable], currency: str) -> Iterator[Finding]:
    """Report control totals in another currency than the project's, which are not compared."""
    for table in totals:
        foreign = table.rows[~in_currency(table, currency)]
        for code, own in foreign.groupby(foreign["currency"].astype(str), sort=True):
            yield Finding(
                code="control_total_other_currency",
                severity=Severity.WARNING,
                message=f"{table.source}: {counted(len(own), 'control total')} in {code} cannot be compared with "
                f"subtotals in {currency}.",
                where=Place(source=table.source, rows=tuple(int(row) for row in own["row"])[:_MOST_ROWS]),
                evidence={"rows": len(own), "currency": str(code)},
                remedy=f"Ask for the figures in {currency}.",
                threshold="Amounts in different currencies cannot be compared.",
                about=str(code),
            )


def _without_subtotal(source: str, own: pd.DataFrame) -> Finding:
    nodes, times = sorted(set(own["node"])), sorted(set(own["time"]))
    return Finding(
        code="control_total_without_subtotal",
        severity=Severity.NOTE,
        message=f"{source}: {counted(len(own), 'control total')} for {listed(nodes)} cannot be judged, because your "
        f"files do not cover the whole time ({listed(times)}).",
        where=Place(source=source, periods=tuple(times[:_MOST_ROWS])),
        evidence={"control_totals": len(own), "nodes": nodes},
        remedy="Nothing to do if the files are meant to begin and end there; otherwise ask for the rest of them.",
        threshold="The files cover the whole time of a control total.",
    )


def _share(tolerance: float) -> str:
    return f"{100 * tolerance:.4g} %"


def _percent(held: int, booked: int) -> str:
    """Write by which share the files miss what was booked, "" where nothing was."""
    return f" ({(held - booked) / booked:+.1%})" if booked else ""
