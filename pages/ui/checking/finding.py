"""One finding over the full width: what is known, what to do, how to fix it, and what was said about it."""

import streamlit as st

from mmm_core.checks.threads import NEVER_WAIVED, FindingState
from mmm_core.findings import Finding, Severity
from mmm_core.workflows.scoping import Scoped
from pages.ui.checking.corrections import show_corrections, show_fix
from pages.ui.checking.evidence import show_evidence
from pages.ui.checking.opened import go
from pages.ui.checking.places import place_in_words
from pages.ui.checking.thread import show_thread, speaker
from pages.ui.checking.wording import WEIGHTS, holder_in_words, kind_in_words, standing_in_words
from pages.ui.escaping import plain


def show_finding(project: str, scoped: Scoped, state: FindingState, *, before: str, after: str) -> None:
    """Show a finding.

    Parameters
    ----------
    before, after : str
        Handles of its neighbours in the list, "" for none.
    """
    _way_back(before, after)
    _head(scoped, state)
    person = speaker(project)
    facts, talk = st.columns([5, 3], gap="large")
    with facts:
        if state.finding is not None:
            _facts(project, scoped, state.finding, fixable=state.is_open, may_fix=person is not None)
        else:
            st.markdown("It is not found any more; what was said stays here, and in the scope document.")
        show_corrections(project, scoped, finding_key=state.key)
    with talk:
        show_thread(project, state, person)


def _way_back(before: str, after: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "All findings", key="finding-back", type="tertiary", icon=":material/arrow_back:", on_click=go, args=("",)
        )
        st.space("stretch")
        for name, goal, icon in (("Previous", before, "chevron_left"), ("Next", after, "chevron_right")):
            st.button(
                name,
                key=f"finding-{name.lower()}",
                type="tertiary",
                icon=f":material/{icon}:",
                disabled=not goal,
                on_click=go,
                args=(goal,),
            )


def _head(scoped: Scoped, state: FindingState) -> None:
    mark, weight = WEIGHTS[state.severity]
    where = place_in_words(state.finding, scoped.ground.settings.period) if state.finding is not None else ""
    stands = standing_in_words(state)
    st.markdown(f"#### {mark} {plain(state.message or kind_in_words(state.code))}")
    words = [f"**{weight}**", stands, holder_in_words(state), plain(kind_in_words(state.code)), plain(where)]
    st.caption(" · ".join(filter(None, words)))
    if state.reason and state.status in ("accepted", "waived", "changed"):
        before = "Settled before it changed, with this reason" if state.status == "changed" else "The reason"
        st.markdown(f"> {before}: {plain(state.reason)}")


def _facts(project: str, scoped: Scoped, finding: Finding, *, fixable: bool, may_fix: bool) -> None:
    if finding.remedy:
        st.markdown(f"**What to do.** {plain(finding.remedy)}")
    if finding.severity is Severity.ERROR and finding.code in NEVER_WAIVED:
        st.caption(f"It cannot be waived: {NEVER_WAIVED[finding.code]}.")
    show_evidence(scoped, finding)
    if finding.threshold or finding.code:
        with st.expander("How it is found, and where the threshold comes from"):
            st.markdown(plain(finding.threshold) or "Without a threshold: it is there or it is not.")
            st.caption(f"Code {plain(finding.code)}; every code is explained in the list of findings of the guide.")
    if finding.fix is not None and fixable:
        st.markdown("##### What the machine can do about it")
        show_fix(project, scoped, finding, may=may_fix)
