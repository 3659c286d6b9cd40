"""The verdicts, and the checks behind them."""

from collections.abc import Collection

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mmm_core.validation.check import Check
from mmm_core.validation.trust import Trust
from mmm_core.validation.verdicts import Verdict
from mmm_core.workflows.spreadsheets import csv_text
from pages.ui.escaping import plain
from pages.ui.fits import file_name, with_standing
from pages.ui.validation.wording import ANSWERS, STATUSES, WORDS

_ORDER = ("error", "attention", "open", "fine", "note")


def show_verdicts(verdicts: tuple[Verdict, ...], *, under_way: Collection[str] = ()) -> None:
    """Show one row per question: the answer, why, and what would improve it.

    Parameters
    ----------
    under_way : collection of str
        Remedies that are being carried out: nobody is asked for them.
    """
    with st.container(key="verdicts", gap="small"):
        for verdict in verdicts:
            _row(verdict, under_way=verdict.better in under_way)


def _row(verdict: Verdict, *, under_way: bool) -> None:
    with st.container(border=True):
        question, answer, why = st.columns([3, 2, 7], vertical_alignment="top")
        question.markdown(f"**{plain(verdict.question)}**")
        answer.markdown(ANSWERS[verdict.answer], help=plain(verdict.rule))
        why.markdown(plain(verdict.why))
        if under_way:
            why.caption("The test is under way, see below.")
        elif verdict.better:
            why.caption(f"What would improve it: {plain(_lower(verdict.better))}.")


def show_checks(trust: Trust, mark: str) -> None:
    """Show every check, what needs somebody first; the statistics stand one click below."""
    checks = sorted(trust.checks, key=lambda check: _ORDER.index(check.status))
    untested = [check for check in checks if check.status == "open"]
    for check in checks:
        if check in untested[1:]:  # they are told together
            continue
        if check in untested:
            _told(check, " ".join(one.title for one in untested))
        else:
            show_check(check)
    with st.expander("Figures, thresholds and their sources"):
        table = _table(checks)
        st.dataframe(
            table,
            hide_index=True,
            height="content",
            key="checks",
            column_config={
                "Check": st.column_config.TextColumn(pinned=True, width="medium"),
                "Figure": st.column_config.TextColumn(width="large"),
                "Threshold": st.column_config.TextColumn(width="large"),
                "Source": st.column_config.TextColumn(width="large"),
            },
        )
        written = csv_text(with_standing(pd.DataFrame([check.as_dict() for check in checks]), mark))
        name = file_name("validation", mark)
        st.download_button("Download the checks", written, name, "text/csv", key="get-checks")


def show_check(check: Check) -> None:
    """Show one check: its status, its question with what was found, and what would mend it."""
    said = _told(check, check.title)
    if check.remedy:
        said.caption(f"{plain(check.remedy)}.")


def _told(check: Check, titles: str) -> DeltaGenerator:
    status, said = st.columns([2, 10], vertical_alignment="top")
    status.markdown(STATUSES[check.status])
    said.markdown(f"**{plain(titles)}** {plain(check.sentence)}")
    return said


def _table(checks: list[Check]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Check": [check.title for check in checks],
            "Result": [WORDS[check.status] for check in checks],
            "Figure": [check.figure for check in checks],
            "Threshold": [check.threshold for check in checks],
            "Source": [check.source for check in checks],
        }
    )


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
