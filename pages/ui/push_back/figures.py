"""The classical figures of groups and pairs, and the statistics behind the advice."""

import streamlit as st

from mmm_core.feasibility.answers import ObjectionState
from mmm_core.workflows.push_back import Feasibility
from mmm_core.workflows.push_back_tables import pair_table, resolvability_table
from mmm_core.workflows.spreadsheets import csv_text


def show_pairs(feasibility: Feasibility) -> None:
    """Show which groups move together, and which of their effects the data would confuse."""
    table = pair_table(feasibility)
    if table.empty:
        st.caption("There is one group, so there is no pair.")
        return
    shown = table.assign(
        in_step=[f"{step} of {of}" for step, of in zip(table["in_step"], table["compared"], strict=True)],
        told_apart=table["told_apart"].map({True: "\N{CHECK MARK} yes", False: "\N{MULTIPLICATION X} no"}),
    ).drop(columns="compared")
    st.dataframe(
        shown,
        hide_index=True,
        height=min(420, 38 + 35 * len(shown)),
        key="pairs",
        column_config={
            "first": "Group",
            "second": "and group",
            "spend_correlation": st.column_config.NumberColumn(
                "Spend moves together",
                format="%.2f",
                help="Pearson's r of spend: 1 in step, 0 not at all, -1 in turns.",
            ),
            "in_step": st.column_config.TextColumn(
                "In step", help="Periods in which both spend more, or both no more, than they usually do."
            ),
            "effect_correlation": st.column_config.NumberColumn(
                "Effects confused",
                format="%.2f",
                help="Predicted correlation of the two contributions: at -1, what one has more the other has less.",
            ),
            "told_apart": "Told apart",
        },
    )
    st.download_button("Download the pairs", csv_text(table), "pairs.csv", "text/csv", key="get-pairs")


def show_figures(feasibility: Feasibility, states: tuple[ObjectionState, ...]) -> None:
    """Show every figure per group."""
    table = resolvability_table(feasibility, states)
    st.dataframe(
        table.drop(columns=[name for name in ("rough",) if name in table]),
        hide_index=True,
        height="content",
        key="figures",
        column_config={
            "group": st.column_config.TextColumn("Group", pinned=True),
            "verdict": "Advice",
            "spend_share": st.column_config.NumberColumn("Share of spend", format="percent"),
            **{
                f"{name}_{q}": st.column_config.NumberColumn(f"{word}, {part}", format="compact")
                for name, word in (("contribution", "Contribution"), ("roi", "ROI"))
                for q, part in (("q05", "low"), ("q50", "middle"), ("q95", "high"))
            },
            "contraction": st.column_config.NumberColumn(
                "Told by the data", format="percent", help="0 %: the range is the prior's own; 100 %: it is the data's."
            ),
            "inflation": st.column_config.NumberColumn(
                "Inflation factor", format="%.1f", help="1: moves on its own; above 10: the other groups add up to it."
            ),
            "active_weeks": st.column_config.NumberColumn("Weeks on air", format="%.0f"),
            "weeks_since_start": st.column_config.NumberColumn("Weeks since start", format="%.0f"),
            "variation": st.column_config.NumberColumn(
                "Variation", format="%.2f", help="Deviation over mean of spend."
            ),
            "seasonal_share": st.column_config.NumberColumn("Follows the season", format="percent"),
            "control": "Moves with control",
            "control_correlation": st.column_config.NumberColumn("r", format="%.2f"),
            "regional_share": st.column_config.NumberColumn("Regions' own", format="percent"),
            "caveat": st.column_config.TextColumn("Caveat", width="large"),
        },
    )
    st.download_button("Download the figures", csv_text(table), "resolvability.csv", "text/csv", key="get-figures")
