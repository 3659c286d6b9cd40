"""Changes that wait to be taken over: edits that somebody else's save overtook, and workbooks that came back."""

import pandas as pd
import streamlit as st

from mmm_core.errors import WorkshopError, counted
from mmm_core.money import MICROS_PER_UNIT
from mmm_core.storage.proposals import StoredProposal
from mmm_core.taxonomy.difference import difference
from mmm_core.taxonomy.proposal import Change, Proposal, Review, accept
from mmm_core.taxonomy.resolution import resolve
from mmm_core.taxonomy.three_way import ADDED, CHANGED, REMOVED
from mmm_core.workflows.mapping import MappingRevision
from mmm_core.workflows.proposals import drop_proposal, open_proposals, proposal, settle
from mmm_core.workflows.scoping import Scoped
from pages.ui.boundary import noting_problems
from pages.ui.escaping import plain
from pages.ui.numbers import money
from pages.ui.state import author, message_once, storage
from pages.ui.workbench.picking import saved

_KINDS = {
    "line_item": "Line item",
    "rule": "Rule",
    "rule_order": "Order of rules",
    "order": "Order of groups",
    "group": "Group",
    "node": "About",
    "levels": "Levels",
    "archive": "Archive",
}
_VERDICTS = {"added": "New", "changed": "Changed", "removed": "Removed", "conflict": "Clash"}


def show_proposals(project: str, scoped: Scoped, revision: MappingRevision) -> None:
    """Show every open proposal as a list of changes to take over one by one."""
    for kept in open_proposals(storage(), project):
        with st.container(border=True, key=f"proposal-{kept.id}"):
            _proposal(project, scoped, revision, kept)


def _proposal(project: str, scoped: Scoped, revision: MappingRevision, kept: StoredProposal) -> None:
    opened, names = proposal(storage(), project, kept.id), scoped.ground.names
    review = opened.review(scoped.ground.items, names)
    wanted = [change for change in review.changes if change.verdict != "same"]
    st.markdown(_headline(kept, review, revision))
    if not wanted:
        st.caption("Nothing of it is left to take over.")
        st.button("Close it", key=f"drop-{kept.id}", on_click=_drop, args=(project, kept.id))
        return
    key = f"changes-{kept.id}-{revision.number}"
    start = [at for at, change in enumerate(wanted) if change.verdict != "conflict"]
    event = st.dataframe(
        _table(wanted),
        hide_index=True,
        height=min(420, 38 + 35 * len(wanted)),
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": start}},
        key=key,
        column_config={
            "What": st.column_config.TextColumn(width="large"),
            "Spend": st.column_config.NumberColumn(format="%,.2f"),
        },
    )
    rows = event.selection.rows
    keys = [change.key for change in wanted]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"Take over {len(rows)} of {counted(len(wanted), 'change')}",
            key=f"settle-{kept.id}",
            icon=":material/done:",
            disabled=not rows,
            on_click=_settle,
            args=(project, kept.id, key, keys, revision.number),
        )
        st.button("Drop it", key=f"drop-{kept.id}", on_click=_drop, args=(project, kept.id))
        st.caption(
            f"Ticked rows are taken over{_moved(scoped, opened, [keys[row] for row in rows])}; all else stays as it is "
            "now. Clashes start unticked."
        )


def _headline(kept: StoredProposal, review: Review, revision: MappingRevision) -> str:
    """Say what waits, and what happened since it was made."""
    source = "The workbook" if kept.origin == "workbook" else "The edit"
    text = f":material/call_merge: **{source} of {plain(kept.author or 'somebody')} waits: {plain(kept.message)}.**"
    if kept.base_number == revision.number:
        return f"{text} Nobody saved since it was made."
    since, other = review.line_items_since, review.structure_since
    changed = f"{counted(since, 'line item')} changed since" if since else "No line item changed since"
    return (
        f"{text} It was made on revision {kept.base_number}; this is revision {revision.number}. "
        f"{changed}, {review.clashes:,} clash{'es' * (review.clashes != 1)}."
        + (f" Groups and rules: {counted(other, 'change')}." if other else "")
    )


def _moved(scoped: Scoped, opened: Proposal, keys: list[str]) -> str:
    """Say how much money really moves: a change may need others, and a group that is renamed moves nothing."""
    items, names = scoped.ground.items, scoped.ground.names
    try:
        then = accept(opened, keys)
    except WorkshopError:
        return ", if they fit together"
    changed = difference(items, (scoped.mapping, scoped.resolution), (then, resolve(items, then, names)))
    return f" ({money(changed.moved_micros, scoped.ground.settings.currency)} moves)"


def _table(changes: list[Change]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "": [_verdict(change) for change in changes],
            "Kind": [_KINDS.get(change.kind, change.kind) for change in changes],
            "What": [change.what for change in changes],
            "Was": [change.base for change in changes],
            "Is now": [change.theirs for change in changes],
            "Would be": [change.mine for change in changes],
            "Spend": [change.spend_micros / MICROS_PER_UNIT for change in changes],
        }
    )


def _verdict(change: Change) -> str:
    """Name what a change does; a choice that comes or goes makes no line item new or removed."""
    stays = change.kind == "line_item" and change.verdict in (ADDED, REMOVED)
    name = _VERDICTS.get(CHANGED if stays else change.verdict, change.verdict)
    return (
        f"{name}: {counted(change.clashing, 'line item')}" if change.clashing and change.kind != "line_item" else name
    )


def _settle(project: str, identity: str, table: str, keys: list[str], number: int) -> None:
    rows = st.session_state[table]["selection"]["rows"]
    chosen = [keys[row] for row in rows]
    with noting_problems():
        result = settle(storage(), project, identity, chosen, author=author(), seen_number=number)
        saved(project, result.number)
        message_once(f"Took over {counted(len(chosen), 'change')}")


def _drop(project: str, identity: str) -> None:
    with noting_problems():
        drop_proposal(storage(), project, identity, author=author())
        message_once("Dropped; nothing was changed")
