"""The revisions: who did what, what two of them differ in, and the way back to any."""

import pandas as pd
import streamlit as st

from mmm_core.money import MICROS_PER_UNIT
from mmm_core.taxonomy.difference import MappingDifference
from mmm_core.workflows.mapping import MappingRevision, mapping_notes
from pages.ui.escaping import plain
from pages.ui.state import storage
from pages.ui.workbench.editing import bring_back
from pages.ui.workbench.kept import difference_of


def show_history(project: str, revision: MappingRevision) -> None:
    """Show the revisions, the difference between two, and bring one back."""
    notes = mapping_notes(storage(), project)
    if not notes:
        st.caption("Every change is kept here as a revision that can be brought back.")
        return
    st.dataframe(
        {
            "Revision": [note.number for note in notes],
            "What": [note.message for note in notes],
            "Who": [note.author for note in notes],
            "When (UTC)": [f"{note.created_at:%d %b %Y %H:%M}" for note in notes],
        },
        hide_index=True,
        height=min(260, 38 + 35 * len(notes)),
        key="history",
        column_config={"What": st.column_config.TextColumn(width="large")},
    )
    numbers = [*(note.number for note in notes), 0]
    left, middle, right = st.columns([2, 2, 3], vertical_alignment="bottom")
    with left:
        earlier = st.selectbox("From revision", numbers, index=1, key="compare-from", format_func=_named)
    with middle:
        later = st.selectbox("to revision", numbers, index=0, key="compare-to", format_func=_named)
    with right:
        if earlier != revision.number:
            st.button(
                f"Bring back {_named(earlier)}",
                key="restore",
                icon=":material/history:",
                on_click=bring_back,
                args=(project, revision.number, earlier),
                help="As a new revision; nothing in between is lost.",
            )
    if earlier != later:
        difference = difference_of(project, earlier, later)
        if difference is not None:
            show_difference(difference, key="difference")


def show_difference(difference: MappingDifference, *, key: str) -> None:
    """Show what changed in the tree, per group in money, and line item by line item."""
    for sentence in difference.structure:
        st.markdown(f"- {plain(sentence)}")
    money, items = difference.money, difference.line_items
    if items.empty:
        st.caption("No line item and no money moved." if not difference.structure else "No line item moved.")
        return
    left, right = st.columns([2, 3], gap="medium")
    with left:
        moved = money[money["moved"] != 0]
        st.dataframe(
            pd.DataFrame(
                {
                    "Group": moved["group"],
                    "Before": moved["before"] / MICROS_PER_UNIT,
                    "After": moved["after"] / MICROS_PER_UNIT,
                    "Moved": moved["moved"] / MICROS_PER_UNIT,
                }
            ),
            hide_index=True,
            key=f"{key}-money",
            column_config={
                name: st.column_config.NumberColumn(format="%,.2f") for name in ("Before", "After", "Moved")
            },
        )
    with right:
        st.dataframe(
            pd.DataFrame(
                {
                    "Line item": items["name"],
                    "From": items["from"],
                    "To": items["to"],
                    "Spend": items["spend_micros"] / MICROS_PER_UNIT,
                }
            ),
            hide_index=True,
            key=f"{key}-items",
            column_config={
                "Line item": st.column_config.TextColumn(width="medium"),
                "Spend": st.column_config.NumberColumn(format="%,.2f"),
            },
        )


def _named(number: int) -> str:
    return f"{number}" if number else "0 (before the first edit)"
