"""The round trip through Excel: a workbook to fill in, and its way back as changes to take over."""

import streamlit as st

from mmm_core.workflows.mapping_workbook import export_workbook, take_workbook
from pages.ui.boundary import noting_problems
from pages.ui.state import author, message_once, storage

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show_exchange(project: str) -> None:
    """Offer the workbook, and take one that was filled in."""
    st.caption(
        "The workbook lists every line item with its money and a drop-down of your groups. What comes back is shown as "
        "changes first; nothing is overwritten."
    )
    st.download_button(
        "Download the workbook",
        lambda: export_workbook(storage(), project),
        "mapping.xlsx",
        _XLSX,
        key="export-mapping",
        icon=":material/download:",
    )
    turn = st.session_state.setdefault("workbook-turn", 0)
    st.file_uploader(
        "Bring it back filled in", type=["xlsx"], key=f"workbook-{turn}", on_change=_taken, args=(project, turn)
    )


def _taken(project: str, turn: int) -> None:
    """Turn an uploaded workbook into a proposal; a callback, so that every upload is taken once."""
    file = st.session_state[f"workbook-{turn}"]
    if file is None:
        return
    st.session_state["workbook-turn"] = turn + 1
    with noting_problems():
        take_workbook(storage(), project, file.getvalue(), name=file.name, author=author())
        message_once("The workbook is read; its changes wait at the top of the page")
