"""The tables of the scope document that hold money: groups, line items, reconciliation, control totals, corrections."""

import pandas as pd

from mmm_core.documents.scope_document import Cell, Column, Row, Table, column_totals
from mmm_core.errors import counted
from mmm_core.ingest.corrections import Correction, compact
from mmm_core.taxonomy.difference import MappingDifference
from mmm_core.taxonomy.goals import WAITS, left_out
from mmm_core.taxonomy.mapping import PATH_SEPARATOR
from mmm_core.taxonomy.recognition import owner_of
from mmm_core.taxonomy.resolution import MAPPED, UNMAPPED
from mmm_core.workflows.scoping import Scoped

MOST_ON_PAPER = 60

_STEPS = {
    "raw": "In the file",
    "corrected": "After corrections",
    "line_items": "As line items",
    "mapped": "In a group",
    "unmapped": "Waiting for a group",
    "excluded": "Left out",
    "model_input": "In the model",
}


def groups_table(scoped: Scoped) -> Table:
    """Lay the tree out with subtotals at every level, per calendar year and in all; then what is in no group."""
    mapping, items = scoped.mapping, scoped.ground.items
    years, spend = _spend_per_year(scoped)
    leaf = scoped.resolution.table["leaf"].to_numpy(dtype="int64")
    held = {path: int((leaf == place).sum()) for place, path in enumerate(mapping.leaves)}
    whole = int(items["spend_micros"].sum())
    columns = (
        *(Column(title=level) for level in mapping.levels),
        Column(title="Owner"),
        Column(title="Line items", kind="count"),
        Column(title="Spend", kind="money"),
        Column(title="Share", kind="share"),
        *(Column(title=str(year), kind="money") for year in years),
    )
    rows: list[Row] = []
    sums: set[int] = set()
    for path in mapping.node_paths:
        is_group = len(path) == len(mapping.levels)
        below = sum(count for one, count in held.items() if one[: len(path)] == path)
        own = spend.get(PATH_SEPARATOR.join(path), {})
        total = sum(own.values())
        names = ("",) * (len(path) - 1) + (path[-1],) + ("",) * (len(mapping.levels) - len(path))
        sums |= set() if is_group else {len(rows)}
        share = total / whole if whole else None
        rows.append((*names, owner_of(mapping, path), below, total, share, *(own.get(year, 0) for year in years)))
    for words, count, micros in _in_no_group(scoped):
        blank: tuple[Cell, ...] = ("",) * len(mapping.levels)
        share = micros / whole if whole else None
        rows.append((words, *blank, count, micros, share, *(None for _ in years)))
    sums.add(len(rows))
    padding: tuple[Cell, ...] = ("",) * len(mapping.levels)
    rows.append(("All line items", *padding, len(items), whole, 1.0 if whole else None, *(None for _ in years)))
    return Table(name="Groups", columns=columns, rows=tuple(rows), totals=frozenset(sums), empty="No groups yet.")


def _spend_per_year(scoped: Scoped) -> tuple[list[int], dict[str, dict[int, int]]]:
    """Add the subtotals up per node and calendar year, in exact micros."""
    table = scoped.subtotals
    if table.empty:
        return [], {}
    year = pd.to_datetime(table["period"]).dt.year.astype(int)
    added = table["spend_micros"].groupby([table["node_path"], year], sort=False).sum().reset_index()
    spend: dict[str, dict[int, int]] = {}
    for row in added.to_dict("records"):
        spend.setdefault(str(row["node_path"]), {})[int(row["period"])] = int(row["spend_micros"])
    return sorted(set(year.tolist())), spend


def _in_no_group(scoped: Scoped) -> list[tuple[str, int, int]]:
    """Return what is in no group: words, line items, spend."""
    decided = scoped.resolution.table
    facts = pd.DataFrame(
        {
            "status": decided["status"].to_numpy(),
            "reason": decided["reason"].to_numpy(),
            "micros": scoped.ground.items["spend_micros"].to_numpy(),
        }
    )
    outside = facts[decided["leaf"].to_numpy() < 0]
    said = []
    for (status, reason), own in outside.groupby(["status", "reason"], sort=True):
        words = WAITS if status == UNMAPPED else left_out(str(reason))
        said.append((words[:1].upper() + words[1:], len(own), int(own["micros"].sum())))
    return said


def line_items_table(scoped: Scoped) -> Table:
    """List every line item with where it goes and why; the workbook holds it, paper does not."""
    items, decided = scoped.ground.items, scoped.resolution.table
    paths = [PATH_SEPARATOR.join(path) for path in scoped.mapping.leaves] + [""]
    goal = [
        paths[leaf] if leaf >= 0 else (WAITS if status == UNMAPPED else left_out(str(reason)))
        for leaf, status, reason in zip(decided["leaf"], decided["status"], decided["reason"], strict=True)
    ]
    rows = tuple(
        zip(
            items["name"].astype(str),
            items["source"].astype(str),
            goal,
            decided["decided_by"].astype(str),
            items["rows"].astype(int).tolist(),
            items["spend_micros"].astype(int).tolist(),
            strict=True,
        )
    )
    columns = (
        Column(title="Line item", wide=True),
        Column(title="File"),
        Column(title="Goes to"),
        Column(title="Decided by"),
        Column(title="Rows", kind="count"),
        Column(title="Spend", kind="money"),
    )
    total = frozenset({len(rows)}) if rows else frozenset[int]()
    held = (*rows, column_totals(rows, columns)) if rows else ()
    return Table(name="Line items", columns=columns, rows=held, totals=total, most_on_paper=0)


def reconciliation_table(scoped: Scoped) -> Table:
    """Lay the reconciliation out: a row per file, a column per step, and what is not explained."""
    table = scoped.reconciliation
    columns = (
        Column(title="File"),
        *(Column(title=title, kind="money") for title in _STEPS.values()),
        Column(title="Not explained", kind="money"),
    )
    rows: list[Row] = []
    for source, own in table.groupby("source", sort=False):
        at = {str(step): int(micros) for step, micros in zip(own["step"], own["micros"], strict=True)}
        rows.append((str(source), *(at.get(step) for step in _STEPS), int(own["difference_micros"].sum())))
    totals = (column_totals(rows, columns),) if rows else ()
    held = (*rows, *totals)
    last = frozenset({len(held) - 1}) if rows else frozenset[int]()
    return Table(name="Reconciliation", columns=columns, rows=held, totals=last, empty="No media file yet.")


def left_out_table(scoped: Scoped) -> Table:
    """Say why money stays out of the model."""
    columns = (
        Column(title="Reason", wide=True),
        Column(title="Line items", kind="count"),
        Column(title="Rows", kind="count"),
        Column(title="Spend", kind="money"),
    )
    rows = tuple(
        (str(row["reason"]), int(row["line_items"]), int(row["rows"]), int(row["micros"]))
        for row in scoped.exclusions.to_dict("records")
    )
    return Table(name="Left out", columns=columns, rows=rows, empty="Nothing is left out of the model.")


def corrections_table(scoped: Scoped, corrections: tuple[Correction, ...]) -> Table:
    """List what people had put right in the rows of files, with what it did to the money."""
    effect = {one.id: one.difference_micros for table in scoped.ground.data.media for one in table.corrections}
    rows = tuple(
        (
            one.source,
            compact(one.rows),
            f"spend x {one.factor}" if one.kind == "multiply_spend" else "left out",
            one.reason,
            one.author,
            effect.get(one.id),
        )
        for one in corrections
    )
    columns = (
        Column(title="File"),
        Column(title="Rows"),
        Column(title="What"),
        Column(title="Reason", wide=True),
        Column(title="By"),
        Column(title="Difference", kind="money"),
    )
    return Table(name="Corrections", columns=columns, rows=rows, empty="No row of a file was corrected.")


def control_totals_table(scoped: Scoped) -> Table:
    """Hold every control total against its subtotal."""
    table = scoped.control_totals.table
    columns = (
        Column(title="From"),
        Column(title="For"),
        Column(title="Time"),
        Column(title="Control total", kind="money"),
        Column(title="Subtotal", kind="money"),
        Column(title="Difference", kind="money"),
        Column(title="Allowed", kind="money"),
        Column(title="Verdict"),
    )
    rows: tuple[Row, ...] = tuple(
        (
            str(row["source"]),
            str(row["node"]) or "everything",
            str(row["time"]),
            *(int(row[f"{name}_micros"]) for name in ("control", "subtotal", "difference", "allowed")),
            str(row["verdict"]),
        )
        for row in table.to_dict("records")
    )
    return Table(
        name="Control totals", columns=columns, rows=rows, most_on_paper=MOST_ON_PAPER, empty="None were brought."
    )


def moved_tables(moved: MappingDifference | None) -> tuple[Table, ...]:
    """Show which line items moved since the last signed mapping, and the money per group before and after."""
    if moved is None or moved.line_items.empty:
        return ()
    items, money = moved.line_items, moved.money[moved.money["moved"] != 0]
    named = Column(title="Line item", wide=True)
    return (
        Table(
            name="Money moved",
            columns=(
                Column(title="Group", wide=True),
                *(Column(title=title, kind="money") for title in ("Before", "After", "Moved")),
            ),
            rows=tuple(
                (str(row["group"]), int(row["before"]), int(row["after"]), int(row["moved"]))
                for row in money.to_dict("records")
            ),
        ),
        Table(
            name="Line items moved",
            columns=(named, Column(title="From"), Column(title="To"), Column(title="Spend", kind="money")),
            rows=tuple(
                (str(row["name"]), str(row["from"]), str(row["to"]), int(row["spend_micros"]))
                for row in items.to_dict("records")
            ),
            most_on_paper=MOST_ON_PAPER,
        ),
    )


def groups_sentence(scoped: Scoped) -> str:
    """Say how many groups there are, on which levels, and how many line items are in them, waiting or left out."""
    levels = PATH_SEPARATOR.join(scoped.mapping.levels)
    groups, items = len(scoped.mapping.leaves), len(scoped.ground.items)
    status = scoped.resolution.table["status"]
    held, waiting = int((status == MAPPED).sum()), int((status == UNMAPPED).sum())
    out = items - held - waiting
    said = f"{counted(groups, 'group')} ({levels}) {'holds' if groups == 1 else 'hold'}"
    if held == items:
        return f"{said} the {counted(items, 'line item')} of the files."
    rest = [
        *([f"{waiting:,} {'waits' if waiting == 1 else 'wait'} for a group"] if waiting else []),
        *([f"{out:,} {'is' if out == 1 else 'are'} left out"] if out else []),
    ]
    return f"{said} {held:,} of the {counted(items, 'line item')} of the files; {' and '.join(rest)}."
