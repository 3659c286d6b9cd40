"""The table of line items: filter, select, assign in one action."""

import pandas as pd
import streamlit as st

from mmm_core import fingerprint
from mmm_core.errors import counted
from mmm_core.money import MICROS_PER_UNIT
from mmm_core.taxonomy.catalogue import dimensions_of
from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Path, Target
from mmm_core.taxonomy.resolution import EXCLUDED, MAPPED, UNMAPPED
from mmm_core.taxonomy.selection import select_items
from mmm_core.workflows.mapping import MappingRevision
from mmm_core.workflows.scoping import Scoped
from pages.ui.editing import save_edit
from pages.ui.escaping import plain
from pages.ui.numbers import money, share
from pages.ui.tree import choose_path

_ALL = "all"
_STATUS = {_ALL: "All", UNMAPPED: "Waiting", MAPPED: "Mapped", EXCLUDED: "Left out"}
_MOST_VALUES = 200


def show_line_items(project: str, scoped: Scoped, revision: MappingRevision) -> None:
    """Show the filters, the table and the action on what is selected."""
    shown = _filtered(scoped)
    if shown.empty:
        st.caption("No line item fits this filter. Choose All to see every line item.")
        return
    chosen = _selected(shown, scoped, revision)
    _act(project, scoped, revision, chosen)


def _filtered(scoped: Scoped) -> pd.DataFrame:
    items = scoped.ground.items
    waiting = bool((scoped.resolution.table["status"] == UNMAPPED).any())
    left, right = st.columns([4, 3])
    with left:
        status = st.segmented_control(
            "Show", list(_STATUS), default=UNMAPPED if waiting else _ALL, format_func=_STATUS.get, key="items-status"
        )
    with right:
        text = st.text_input(
            "Name holds",
            key="items-text",
            placeholder="words, or a pattern such as *brand*",
            label_visibility="visible",
        )
    values: dict[str, tuple[str, ...]] = {}
    facets = [name for name in dimensions_of(items) if 1 < items[name].nunique() <= _MOST_VALUES]
    if facets:
        with st.expander("Filter by column"):
            for name in facets:
                options = sorted(items[name].dropna().unique())
                values[name] = tuple(st.multiselect(plain(name), options, key=f"items-facet-{name}"))
    return items[
        select_items(items, scoped.resolution, status=None if status == _ALL else status, text=text, values=values)
    ]


def _selected(shown: pd.DataFrame, scoped: Scoped, revision: MappingRevision) -> pd.DataFrame:
    """Show the table and return the selected line items; a selection never outlives the rows that it was made on."""
    total = int(scoped.ground.items["spend_micros"].sum())
    key = fingerprint.short(fingerprint.of_content([revision.number, list(shown.index)]))
    every = st.checkbox(
        f"Select all {len(shown)} shown ({share(int(shown['spend_micros'].sum()), total)} of spend)", key=f"all-{key}"
    )
    event = st.dataframe(
        _table(shown, scoped),
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        height=420,
        key=f"items-{key}",
        column_config={
            "Line item": st.column_config.TextColumn(pinned=True, width="medium"),
            "Spend": st.column_config.NumberColumn(format="%,.2f"),
            "Rows": st.column_config.NumberColumn(format="%,d"),
        },
    )
    return shown if every else shown.iloc[event.selection.rows]


def _table(shown: pd.DataFrame, scoped: Scoped) -> pd.DataFrame:
    decided = scoped.resolution.table.loc[shown.index]
    groups = [*scoped.mapping.groups, ""]
    return pd.DataFrame(
        {
            "Line item": shown["name"],
            "Group": [
                groups[leaf] if status != EXCLUDED else f"Left out: {reason}"
                for leaf, status, reason in zip(decided["leaf"], decided["status"], decided["reason"], strict=True)
            ],
            "Spend": shown["spend_micros"] / MICROS_PER_UNIT,
            "Decided by": decided["decided_by"],
            "Rows": shown["rows"],
            "From": shown["first_date"].dt.date,
            "To": shown["last_date"].dt.date,
            "Source": shown["source"],
        }
    )


def _act(project: str, scoped: Scoped, revision: MappingRevision, chosen: pd.DataFrame) -> None:
    currency = scoped.ground.settings.currency
    total = int(scoped.ground.items["spend_micros"].sum())
    spend = int(chosen["spend_micros"].sum())
    if chosen.empty:
        st.caption("Select rows in the table, then choose where they go.")
        return
    what = f"{counted(len(chosen), 'line item')} ({money(spend, currency)}, {share(spend, total)} of spend)"
    with st.container(border=True):
        st.markdown(f"**{what}**")
        path = choose_path(scoped.mapping, key="assign")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            assign = st.button("Assign", key="assign")
            reason = st.text_input("or leave them out because", key="exclude-reason", width=280)
            leave_out = st.button("Leave out", key="exclude")
            picked = [item for item in chosen.index if item in scoped.mapping.choices]
            if picked and st.button("Let the rules decide", key="release"):
                message = f"Released {counted(len(picked), 'line item')}"
                save_edit(project, revision, lambda mapping: mapping.release(picked), message)

        if assign:
            _assign(project, revision, chosen, path)
        if leave_out:
            _leave_out(project, revision, chosen, reason.strip())


def _assign(project: str, revision: MappingRevision, chosen: pd.DataFrame, path: Path | None) -> None:
    if path is None:
        st.warning("Choose a group first, or complete the names of the new one.")
        return
    message = f"Assigned {counted(len(chosen), 'line item')} to {PATH_SEPARATOR.join(path)}"
    save_edit(project, revision, lambda mapping: mapping.assign(chosen.index, Target(path=path)), message)


def _leave_out(project: str, revision: MappingRevision, chosen: pd.DataFrame, reason: str) -> None:
    if not reason:
        st.warning("Write the reason first; it stays with these line items.")
        return
    message = f"Left out {counted(len(chosen), 'line item')}: {reason}"
    save_edit(project, revision, lambda mapping: mapping.assign(chosen.index, Target(exclude=reason)), message)
