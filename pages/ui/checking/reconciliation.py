"""From the raw files to the model, step by step, with the corrections that stand."""

import pandas as pd
import streamlit as st

from mmm_core.charts.reconciliation import waterfall_chart
from mmm_core.checks.reconciliation import in_total, unexplained_micros, waterfall_text
from mmm_core.errors import listed
from mmm_core.money import MICROS_PER_UNIT
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.spreadsheets import csv_text
from pages.ui.checking.corrections import show_corrections
from pages.ui.drawings import show_drawing
from pages.ui.escaping import plain
from pages.ui.numbers import money

_ALL = ""
_NAMES = {
    "raw": "In the file",
    "correction": "Corrected",
    "unexplained": "\N{MULTIPLICATION X} Not explained",
    "line_items": "As line items",
    "unmapped": "Waiting for a group",
    "excluded": "Left out",
    "outside": "Outside the modelling window",
    "model_input": "In the model",
}


def show_reconciliation(project: str, scoped: Scoped) -> None:
    """Show the waterfall, the figures behind it, and the standing corrections."""
    table = scoped.waterfall
    sources = list(dict.fromkeys(table["source"]))
    chosen = _ALL
    if len(sources) > 1:
        chosen = st.selectbox(
            "File",
            [_ALL, *sources],
            format_func=lambda name: name or f"All {len(sources)} files together",
            key="reconciled-source",
            width=420,
        )
    own = table[table["source"] == chosen] if chosen in sources else table
    steps = own.drop(columns="source") if chosen in sources else in_total(table)
    currency = scoped.ground.settings.currency
    _sentence(own, steps, currency)
    show_drawing(waterfall_chart(steps, currency=currency), key="waterfall")
    st.dataframe(
        _shown(table, currency),
        hide_index=True,
        height="content",
        key="reconciliation",
        placeholder="",
        column_config={
            name: st.column_config.NumberColumn(format="%,.2f")
            for name in (f"Amount, {currency}", f"Difference, {currency}")
        }
        | {"Rows": st.column_config.NumberColumn(format="%,d", help="Rows of the file; a wide file has one per cell.")},
    )
    st.download_button(
        "Download the reconciliation",
        lambda: csv_text(waterfall_text(table)),
        "reconciliation.csv",
        "text/csv",
        key="get-reconciliation",
    )
    show_corrections(project, scoped)


def _sentence(own: pd.DataFrame, steps: pd.DataFrame, currency: str) -> None:
    amount = {step: int(steps.loc[steps["step"] == step, "micros"].sum()) for step in ("raw", "model_input")}
    said = (
        f"**{money(amount['raw'], currency)}** in the files, **{money(amount['model_input'], currency)}** in the model"
    )
    off = unexplained_micros(own)
    if off:
        st.error(f"{said}: **{money(off, currency)}** cannot be explained.", icon=":material/error:")
        return
    between = steps[~steps["step"].isin(["raw", "line_items", "model_input"]) & (steps["micros"] != 0)]
    signed = [
        f"{money(micros, currency)} {_NAMES[step].lower()}{f': {plain(reason)}' if reason else ''}"
        for step, reason, micros in zip(between["step"], between["reason"], between["micros"], strict=True)
    ]
    why = f"explained to the cent: {listed(signed, most=3)}" if signed else "to the cent"
    st.write(f"{said}, {why}.")


def _shown(table: pd.DataFrame, currency: str) -> pd.DataFrame:
    """Lay the steps out: a level has an amount, what is between levels a difference."""
    busy = table["step"].isin(["raw", "line_items", "model_input"]) | (table["micros"] != 0) | (table["rows"] != 0)
    own = table[busy]
    level = own["step"].isin(["raw", "line_items", "model_input"])
    units = own["micros"] / MICROS_PER_UNIT
    names = own["step"].map(_NAMES) + own["reason"].map(lambda reason: f": {reason}" if reason else "")
    return pd.DataFrame(
        {
            "File": own["source"].where(own["step"] == "raw", ""),
            "Step": names,
            "Rows": own["rows"],
            f"Amount, {currency}": units.where(level),
            f"Difference, {currency}": units.where(~level),
        }
    )
