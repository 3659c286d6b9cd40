"""What only a person can answer about a file, asked before anything is guessed."""

from collections.abc import Sequence

import streamlit as st

from mmm_core.findings import Finding
from mmm_core.ingest.encoding import ENCODINGS
from mmm_core.ingest.readings import Reading
from mmm_core.ingest.table import RawTable
from mmm_core.workflows.facts import date_question
from pages.ui.escaping import plain

_MONTHLY, _GARBLED = "monthly_figures", "encoding_doubtful"


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


def ask_encoding(findings: Sequence[Finding], key: str) -> bool:
    """Ask how names are written when they may be garbled; True when it was asked."""
    asked = next((finding for finding in findings if finding.code == _GARBLED), None)
    if asked is None:
        return False
    st.markdown(":material/help: **How are these names written?** The file does not say in which encoding it is.")
    with st.container(horizontal=True):
        for encoding, words in asked.evidence["reads"].items():
            st.button(
                plain(", ".join(words)),
                key=f"{key}-encoding-{encoding}",
                help=ENCODINGS.get(encoding, encoding),
                on_click=st.session_state.__setitem__,
                args=(f"{key}-encoding", encoding),
            )
    st.caption("If none of them is right, choose the encoding below, under Roles and preview.")
    return True


def without_asked(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Leave out what is asked once per file."""
    return tuple(finding for finding in findings if finding.code != _GARBLED)


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
