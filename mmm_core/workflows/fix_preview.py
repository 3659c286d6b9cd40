"""What a finding's fix would do, before anybody does it: rows and money, or line items and their groups."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmm_core.errors import BadInput, counted
from mmm_core.findings import Finding, Fix
from mmm_core.ingest.corrections import factor_text, multiplied_exactly, read_factor, touched_by
from mmm_core.schema import MediaTable
from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Mapping, Target
from mmm_core.taxonomy.resolution import EXCLUDED, MAPPED
from mmm_core.workflows.scoping import Scoped

ROW_FIXES = ("leave_out_rows", "multiply_spend")
"""Kinds of fix that correct rows of a source; the others edit the mapping."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FixPreview:
    """What a fix would do.

    Attributes
    ----------
    kind, what : str
        Of the fix.
    source, rows, factor
        For corrections: the file, its rows, and what their spend is multiplied by.
    lines : DataFrame
        A row per line item: `line_item_id`, `name`, `rows` (int), `before_micros`, `after_micros` (int64, project's
        currency), `group_before`, `group_after` (text).
    """

    kind: str
    what: str
    source: str = ""
    rows: tuple[int, ...] = ()
    factor: str = ""
    lines: pd.DataFrame

    @property
    def before_micros(self) -> int:
        """Money in the rows, or line items, before."""
        return int(self.lines["before_micros"].sum())

    @property
    def after_micros(self) -> int:
        """Money in the rows, or line items, after."""
        return int(self.lines["after_micros"].sum())


def preview_fix(scoped: Scoped, finding: Finding, *, factor: str | None = None) -> FixPreview:
    """Say what the fix of a finding would do, before anybody does it.

    Parameters
    ----------
    factor : str, optional
        Another factor than the proposed one, as `read_factor` takes it.

    Raises
    ------
    BadInput
        If the finding has no fix, the file is not there, nothing of it is concerned, or the factor is no factor.
    """
    fix = fix_of(finding)
    return _preview_of_rows(scoped, fix, factor) if fix.kind in ROW_FIXES else _preview_of_mapping(scoped, fix)


def fix_of(finding: Finding) -> Fix:
    """Return the fix of a finding; raises `BadInput` when it has none."""
    fix = finding.fix
    if fix is None or not (fix.rows if fix.kind in ROW_FIXES else fix.line_items):
        raise BadInput(
            "The machine has no fix for this finding",
            where=finding.code,
            remedy=finding.remedy or "Correct the file and upload it again",
        )
    return fix


def edited(scoped: Scoped, fix: Fix, reason: str) -> Mapping:
    """Return the mapping with the fix: line items out with the reason, or in the group of the first one."""
    if fix.kind == "exclude_line_items":
        return scoped.mapping.assign(fix.line_items, Target(exclude=reason))
    first = scoped.resolution.table["leaf"].get(fix.line_items[0], -1)
    if first < 0:
        raise BadInput(
            "The line item that the others are to join is in no group itself",
            expected="one with a group was expected",
            remedy="Assign it on the Mapping page first",
        )
    return scoped.mapping.assign(fix.line_items[1:], Target(path=scoped.mapping.leaves[int(first)]))


def _preview_of_rows(scoped: Scoped, fix: Fix, factor: str | None) -> FixPreview:
    table = _table_of(scoped, fix)
    hit = touched_by(table.records, fix.rows, fix.line_items)
    if not hit.any():
        raise BadInput(
            f"{table.source} holds none of the {counted(len(fix.rows), 'row')} any more",
            expected="rows that still count were expected",
            remedy="Reload the page; somebody may have corrected them already",
        )
    records = table.records[hit]
    before = records["spend_micros"].to_numpy(dtype=np.int64)
    text = "" if fix.kind == "leave_out_rows" else factor_of(fix, factor)
    after = multiplied_exactly(before, read_factor(text)) if text else np.zeros_like(before)
    amounts = records.assign(before_micros=before, after_micros=after, line_item_id=records["line_item_id"].astype(str))
    grouped = amounts.groupby("line_item_id", sort=False)
    lines = grouped.agg(
        rows=("row", "nunique"), before_micros=("before_micros", "sum"), after_micros=("after_micros", "sum")
    )
    lines = lines.assign(group_before="", group_after="").reset_index()
    return FixPreview(
        kind=fix.kind,
        what=fix.what,
        source=table.source,
        rows=tuple(int(row) for row in np.unique(records["row"])),
        factor=text,
        lines=_named(lines, scoped),
    )


def _preview_of_mapping(scoped: Scoped, fix: Fix) -> FixPreview:
    items = scoped.ground.items
    there = [item for item in fix.line_items if item in items.index]
    if not there:
        raise BadInput("None of the line items is there any more", remedy="Reload the page")
    after = "Left out" if fix.kind == "exclude_line_items" else _spoken_goal(scoped, fix.line_items[0])
    spend = items.loc[there, "spend_micros"].to_numpy(dtype=np.int64)
    stay = after != "Left out"
    lines = pd.DataFrame(
        {
            "line_item_id": there,
            "rows": items.loc[there, "rows"].to_numpy(),
            "before_micros": spend,
            "after_micros": spend if stay else np.zeros_like(spend),
            "group_before": [_spoken_goal(scoped, item) for item in there],
            "group_after": after,
        }
    )
    return FixPreview(kind=fix.kind, what=fix.what, lines=_named(lines, scoped))


def _named(lines: pd.DataFrame, scoped: Scoped) -> pd.DataFrame:
    names = scoped.ground.items["name"].reindex(lines["line_item_id"]).to_numpy(dtype=object)
    lines.insert(1, "name", names)
    return lines.sort_values("before_micros", ascending=False, kind="stable", ignore_index=True)


def _table_of(scoped: Scoped, fix: Fix) -> MediaTable:
    table = next((table for table in scoped.ground.data.media if table.source == fix.source), None)
    if table is None:
        raise BadInput(f"{fix.source} is not in this project any more", remedy="Reload the page")
    return table


def factor_of(fix: Fix, factor: str | None) -> str:
    """Return the factor as text, the proposed one when no other is given; raises `BadInput` when it is none."""
    text = factor_text(fix.factor) if factor is None else "".join(factor.split())
    read_factor(text)
    return text


def _spoken_goal(scoped: Scoped, item: str) -> str:
    decided = scoped.resolution.table.loc[item]
    if decided["status"] == MAPPED:
        return PATH_SEPARATOR.join(scoped.mapping.leaves[scoped.resolution.leaf_of(pd.Index([item]))[0]])
    return f"Left out: {decided['reason']}" if decided["status"] == EXCLUDED else "Waiting for a group"
