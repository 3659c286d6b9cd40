"""Control totals beside subtotals: where they meet, where they differ, and by how much one may miss the other."""

from typing import Any

import pandas as pd
import streamlit as st

from mmm_core.checks.control_totals import DIFFERS, IN_PART, MEETS, NOT_COVERED, control_totals_text
from mmm_core.errors import counted, listed
from mmm_core.money import MICROS_PER_UNIT
from mmm_core.workflows.control_totals import set_tolerance
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.spreadsheets import csv_text
from pages.ui.boundary import noting_problems
from pages.ui.escaping import plain
from pages.ui.numbers import money
from pages.ui.state import author, message_once, storage

_MARKS = {MEETS: "\N{CHECK MARK} meets", DIFFERS: "! differs", IN_PART: "in part", NOT_COVERED: "not covered"}
_ORDER = "the path of a node, a group, another node, a value of your files' columns, the first part of a name, a file"


def show_control_totals(project: str, scoped: Scoped) -> None:
    """Show the comparison, or what belongs here."""
    comparison = scoped.control_totals
    table, unknown = comparison.table, comparison.unknown
    if table.empty and unknown.empty:
        st.info(
            "There are no control totals yet. A finance ledger, a list of invoices or the agency's report, with an "
            "amount per month and medium, shows at once where your files miss something.",
            icon=":material/upload_file:",
        )
        st.page_link("pages/scope/data.py", label="Bring control totals", icon=":material/arrow_back:")
        return
    currency = scoped.ground.settings.currency
    st.write(_answer(table, currency))
    if not unknown.empty:
        st.warning(
            f"{counted(len(unknown), 'name')} of the control totals fit nothing: "
            f"{plain(listed(unknown['node'].tolist()))}.",
            icon=":material/warning:",
        )
    differs = bool((table["verdict"] == DIFFERS).any())
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    only = left.toggle("Only what differs", value=differs, key="control-only", disabled=not differs) and differs
    with right:
        _tolerance(project, scoped)
    shown = table[table["verdict"] == DIFFERS] if only else table
    _side_by_side(table, shown, currency)
    with st.expander("Each figure, and how they are compared"):
        st.caption(_rules(table))
        st.dataframe(_in_full(shown, currency), hide_index=True, key="control-full", column_config=_formats(currency))
    st.download_button(
        "Download the comparison",
        lambda: csv_text(control_totals_text(table)),
        "control_totals.csv",
        "text/csv",
        key="get-control-totals",
    )


def _answer(table: pd.DataFrame, currency: str) -> str:
    off = table[table["verdict"] == DIFFERS]
    judged = int(table["verdict"].isin([MEETS, DIFFERS]).sum())
    if off.empty:
        return f"All **{judged:,}** control totals that can be judged are met."
    missed = int(off["difference_micros"].abs().sum())
    nodes = listed(list(dict.fromkeys(off["node"])))
    return (
        f"**{len(off):,}** of {judged:,} control totals differ from your files, by {money(missed, currency)} in all: "
        f"{plain(nodes)}."
    )


def _tolerance(project: str, scoped: Scoped) -> None:
    seen = scoped.ground.settings.tolerance
    key = f"tolerance-{seen}"
    st.number_input(
        "A subtotal may miss its control total by, %",
        min_value=0.0,
        max_value=50.0,
        value=100 * seen,
        step=0.5,
        key=key,
        on_change=_set_tolerance,
        args=(project, seen, key),
        help="Yours to set, and the same for everybody in this project.",
    )


def _set_tolerance(project: str, seen: float, key: str) -> None:
    with noting_problems():
        tolerance = round(st.session_state[key] / 100, 6)
        set_tolerance(storage(), project, tolerance, seen=seen, author=author())
        message_once(f"Subtotals may miss control totals by {100 * tolerance:g} %")


def _side_by_side(table: pd.DataFrame, shown: pd.DataFrame, currency: str) -> None:
    """Lay nodes against time: a word where they meet, the difference where they do not."""
    if shown.empty:
        return
    several = len(table["source"].unique()) > 1
    names = shown["source"] + ": " + shown["node"] if several else shown["node"]
    words = [
        f"! {_signed(difference)}" if verdict == DIFFERS else _MARKS[verdict]
        for verdict, difference in zip(shown["verdict"], shown["difference_micros"], strict=True)
    ]
    cells = pd.DataFrame({"Node": names, "time": shown["time"], "start": shown["start"], "word": words})
    times = cells.sort_values("start", kind="stable")["time"].drop_duplicates().tolist()
    wide = cells.pivot_table(index="Node", columns="time", values="word", aggfunc="first", sort=False)
    st.dataframe(
        wide[times].fillna("").reset_index(),
        hide_index=True,
        height="content" if len(wide) <= 14 else 530,
        key="control-totals",
        column_config={"Node": st.column_config.TextColumn(pinned=True)},
        alt=f"Difference of subtotals and control totals per node and time, {currency}",
    )
    st.caption(f"Differences in {currency}: your files less the control total.")


def _in_full(shown: pd.DataFrame, currency: str) -> pd.DataFrame:
    control = shown["control_micros"] / MICROS_PER_UNIT
    difference = shown["difference_micros"] / MICROS_PER_UNIT
    return pd.DataFrame(
        {
            "Source": shown["source"],
            "Node": shown["node"],
            "Compared with": shown["found"],
            "Time": shown["time"],
            f"Control total, {currency}": control,
            f"Your files, {currency}": shown["subtotal_micros"] / MICROS_PER_UNIT,
            f"Difference, {currency}": difference,
            "Difference, %": 100 * difference / control.where(control != 0),
            f"Allowed, {currency}": shown["allowed_micros"] / MICROS_PER_UNIT,
            "Result": shown["verdict"].map(_MARKS),
        }
    )


def _formats(currency: str) -> dict[str, Any]:
    names = ("Control total", "Your files", "Difference", "Allowed")
    amounts = {f"{name}, {currency}": st.column_config.NumberColumn(format="%,.2f") for name in names}
    return {**amounts, "Difference, %": st.column_config.NumberColumn(format="%.1f %%")}


def _rules(table: pd.DataFrame) -> str:
    """Say how figures are matched and what is uncertain."""
    edge = bool((table["edge_micros"] > 0).any())
    certain = (
        "A week counts to the month of its first day. Where a ledger evidently books weeks by days instead, what "
        "weeks across the edge of a month spend is allowed on top."
        if edge
        else "Days are added up exactly; a week counts to the month of its first day, and these control totals book "
        "weeks the same way."
    )
    return (
        f"{certain} A name of the control totals is looked for in this order: {_ORDER}. Line items left out of the "
        "model do not count."
    )


def _signed(micros: int) -> str:
    return f"{micros / MICROS_PER_UNIT:+,.2f}".replace("-", "\N{MINUS SIGN}")
