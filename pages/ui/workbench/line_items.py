"""The table of line items: facets at the left, filter, select, assign in one action."""

import numpy as np
import pandas as pd
import streamlit as st

from mmm_core import fingerprint
from mmm_core.money import MICROS_PER_UNIT
from mmm_core.taxonomy.resolution import EXCLUDED, MAPPED, UNMAPPED
from mmm_core.workflows.mapping import MappingRevision
from mmm_core.workflows.scoping import Scoped
from pages.ui.numbers import share
from pages.ui.workbench.assigning import show_action
from pages.ui.workbench.facets import ALL, filters_of, passing, show_facets, show_filters
from pages.ui.workbench.picking import base_of, keep_picked, rows_to_tick, ticked_before, turn_of, untick

_STATUS = {ALL: "All", UNMAPPED: "Waiting", MAPPED: "Mapped", EXCLUDED: "Left out"}


def show_line_items(project: str, scoped: Scoped, revision: MappingRevision) -> None:
    """Show facets, filters, the table and the action on what is selected."""
    status, text = _filters(scoped)
    mask = passing(scoped, filters_of(project), text=text, status=None if status == ALL else status)
    mask |= scoped.ground.items.index.isin(ticked_before(project, revision.number))
    left, right = st.columns([1, 2], gap="medium")
    with left:
        show_facets(project, scoped, mask)
    with right:
        show_filters(project, scoped)
        shown = scoped.ground.items[mask]
        if shown.empty:
            keep_picked(project, "", [], [])
            st.caption("No line item fits this filter.")
            st.button("Show all", key="show-all", icon=":material/filter_alt_off:", on_click=_show_all, args=(project,))
            return
        action = st.container()
        chosen = _selected(project, shown, scoped)
        with action:
            show_action(project, scoped, base_of(project, revision.number, chosen), chosen)


def _show_all(project: str) -> None:
    filters_of(project).clear()
    st.session_state["items-status"], st.session_state["items-text"] = ALL, ""


def _filters(scoped: Scoped) -> tuple[str, str]:
    waiting = bool((scoped.resolution.table["status"] == UNMAPPED).any())
    st.session_state.setdefault("items-status", UNMAPPED if waiting else ALL)
    left, right = st.columns(2, gap="medium", vertical_alignment="bottom")
    with left:
        status = st.segmented_control("Show", list(_STATUS), format_func=_STATUS.get, key="items-status", required=True)
    with right:
        text = st.text_input(
            "Name holds",
            key="items-text",
            placeholder="words, a pattern such as *brand*, or /^fb_(brand|image)/",
            help="Words in any order; with * and ? a pattern for the whole name; between slashes a regular expression.",
        )
    return status or ALL, text


def _selected(project: str, shown: pd.DataFrame, scoped: Scoped) -> pd.DataFrame:
    """Show the table and return the selected line items.

    The key names the rows, so that a tick stays with its line item: in a table of other rows, those of the ticked line
    items that it shows are ticked anew, also those that an earlier filter hid.
    """
    total = int(scoped.ground.items["spend_micros"].sum())
    rows = fingerprint.short(fingerprint.of_content([turn_of(project), list(shown.index)]))
    part = share(int(shown["spend_micros"].sum()), total)
    every = st.checkbox(
        f"Select all {len(shown):,} shown ({part} of spend)", key=f"all-{rows}", on_change=untick, args=(project,)
    )
    key = f"items-{rows}{'-all' if every else ''}"
    start = list(range(len(shown))) if every else rows_to_tick(project, key, shown.index)
    event = st.dataframe(
        _table(shown, scoped),
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": start}},
        height=min(420, 38 + 35 * len(shown)),
        key=key,
        column_config={
            "Line item": st.column_config.TextColumn(width=290),
            "Spend": st.column_config.NumberColumn(format="%,.2f"),
            "Rows": st.column_config.NumberColumn(format="%,d", help="Rows of the file"),
        },
    )
    chosen = shown.iloc[event.selection.rows]
    keep_picked(project, key, list(shown.index), list(chosen.index))
    return chosen


def _table(shown: pd.DataFrame, scoped: Scoped) -> pd.DataFrame:
    decided = scoped.resolution.table.loc[shown.index]
    groups = np.array([*scoped.mapping.groups, ""], dtype=object)[decided["leaf"].to_numpy()]
    left_out = (decided["status"] == EXCLUDED).to_numpy()
    return pd.DataFrame(
        {
            "Line item": shown["name"].to_numpy(),
            "Group": np.where(left_out, "Left out: " + decided["reason"].to_numpy(), groups),
            "Spend": shown["spend_micros"].to_numpy() / MICROS_PER_UNIT,
            "Decided by": decided["decided_by"].to_numpy(),
            "Rows": shown["rows"].to_numpy(),
            "From": shown["first_date"].dt.date.to_numpy(),
            "To": shown["last_date"].dt.date.to_numpy(),
            "File": shown["source"].to_numpy(),
        }
    )
