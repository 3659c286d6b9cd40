"""The list of objections: one is opened at a time."""

import streamlit as st

from mmm_core.feasibility.answers import ObjectionState
from mmm_core.feasibility.objections import Verdict
from mmm_core.workflows.scoping import Scoped
from pages.ui.escaping import plain
from pages.ui.push_back.opened import show_opened
from pages.ui.push_back.raising import offer_to_raise

_ICONS = {
    Verdict.ROLL_UP: ":material/call_merge:",
    Verdict.EXPERIMENT: ":material/science:",
    Verdict.CAUTION: ":material/warning:",
    Verdict.KEEP: ":material/check:",
}
_STATUS = {
    "open": "waits for the client",
    "changed": "waits for the client again: groups or data changed since it was answered",
    "answered": "answered, waits for the analyst",
    "settled": "settled",
    "withdrawn": "withdrawn",
    "noted": "for your information",
    "gone": "not raised any more",
}


def show_objections(project: str, scoped: Scoped, number: int, states: tuple[ObjectionState, ...]) -> None:
    """Show what waits, then what is only told, then what is over."""
    waiting = [state for state in states if state.is_open]
    told = [state for state in states if state.status == "noted"]
    over = [state for state in states if state.status in ("settled", "withdrawn", "gone")]
    if not waiting:
        st.success("Nothing waits for an answer.", icon=":material/check:")
    for state in waiting:
        _card(project, scoped, number, state)
    if told:
        with st.expander(f"Keep with caution ({len(told)})", key="cautions"):
            for state in told:
                _card(project, scoped, number, state)
    if over:
        st.markdown(f"**Settled ({len(over)})**")
        for state in over:
            _card(project, scoped, number, state)
    offer_to_raise(project, scoped)


def _card(project: str, scoped: Scoped, number: int, state: ObjectionState) -> None:
    objection, opened = state.objection, _opened(project) == state.objection.key
    with st.container(border=True, key=f"objection-{objection.key}"):
        text, button = st.columns([6, 1], vertical_alignment="center")
        with text:
            icon = _ICONS[objection.verdict]
            said = f"{icon} {plain(objection.sentence)}  \n:gray[**{objection.verdict}** · {_STATUS[state.status]}"
            answer = f" · {plain(state.answer_words)}" if state.answer_words else ""
            st.markdown(f"{said}{answer}]")
        button.button(
            "Close" if opened else "Look into it",
            key=f"open-objection-{objection.key}",
            type="tertiary",
            width="stretch",
            on_click=_toggle,
            args=(project, objection.key),
        )
        if opened:
            show_opened(project, scoped, number, state)


def _opened(project: str) -> str:
    return str(st.session_state.get(f"opened-objection-{project}", ""))


def _toggle(project: str, key: str) -> None:
    st.session_state[f"opened-objection-{project}"] = "" if _opened(project) == key else key
