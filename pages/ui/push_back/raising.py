"""The analyst objects by hand, for what no rule sees."""

import streamlit as st

from mmm_core.feasibility.objections import Verdict
from mmm_core.workflows.answering import may_say, raise_objection
from mmm_core.workflows.push_back import groups_of
from mmm_core.workflows.scoping import Scoped
from pages.ui.boundary import noting_problems
from pages.ui.people import role_here
from pages.ui.state import author, message_once, storage

_GROUPS, _VERDICT, _TEXT = "raise-groups", "raise-verdict", "raise-text"
_OFFERED = (Verdict.ROLL_UP, Verdict.EXPERIMENT, Verdict.CAUTION)


def offer_to_raise(project: str, scoped: Scoped) -> None:
    """Offer a form to analytics."""
    if not may_say("raise", role_here(project)):
        return
    with st.popover("Object by hand", icon=":material/front_hand:", key="raise"):
        st.multiselect("Groups", groups_of(scoped), key=_GROUPS)
        st.segmented_control("Advice", _OFFERED, format_func=str, default=_OFFERED[0], key=_VERDICT)
        st.text_area(
            "What speaks against it?",
            key=_TEXT,
            placeholder="For instance: both were bought in one package, the split in the file is an allocation",
        )
        st.button("Object", key="raise-objection", on_click=_raise, args=(project, scoped))


def _raise(project: str, scoped: Scoped) -> None:
    with noting_problems():
        raise_objection(
            storage(),
            project,
            st.session_state.get(_GROUPS, []),
            verdict=st.session_state.get(_VERDICT) or Verdict.ROLL_UP,
            text=str(st.session_state.get(_TEXT, "")),
            author=author(),
            known=groups_of(scoped),
        )
        st.session_state[_GROUPS], st.session_state[_TEXT] = [], ""
        message_once("Your objection stands beside the others")
