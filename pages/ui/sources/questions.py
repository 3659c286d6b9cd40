"""What only a person can answer about a file, asked before anything is guessed."""

from collections.abc import Sequence

import streamlit as st

from mmm_core.findings import Finding
from mmm_core.ingest.readings import Reading
from mmm_core.ingest.table import RawTable
from mmm_core.workflows.facts import date_question
from pages.ui.escaping import plain

_MONTHLY = "monthly_figures"


def ask_date_order(table: RawTable, reading: Reading, key: str) -> bool:
    """Ask which comes first, day or month, if the dates of the file do not say; True when it was asked."""
    question = date_question(table, reading)
    if question is None:
        return False
    st.markdown(
        f":material/help: **Which day is {plain(question.example)}?** Column {plain(question.column)} can be read both "
        "ways."
    )
    with st.container(horizontal=True):
        role_key = f"{key}-date-order"
        for order, day in question.meant.items():
            st.button(
                f"{day.day} {day:%B %Y}",
                key=f"{role_key}-{order}",
                on_click=st.session_state.__setitem__,
                args=(role_key, order),
            )
    return True


def ask_spread(findings: Sequence[Finding], key: str) -> tuple[Finding, ...]:
    """Ask whether figures of months may be spread over their days; return the findings that need no answer."""
    asked = [finding for finding in findings if finding.code == _MONTHLY]
    if asked:
        st.markdown(
            f":material/help: **Spread over the days?** {plain(asked[0].message)} Left as they are, they block the fit."
        )
        st.button(
            "Spread evenly over the days",
            key=f"{key}-spread-days",
            help="Weekly figures are better: spread ones hide the ups and downs that a model learns from.",
            on_click=st.session_state.__setitem__,
            args=(f"{key}-spread", "days"),
        )
    return tuple(finding for finding in findings if finding.code != _MONTHLY)
