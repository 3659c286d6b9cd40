"""What the checks of the scope say that the model inherits."""

from collections.abc import Sequence

import streamlit as st

from mmm_core.checks.threads import FindingState
from mmm_core.checks.touching import touching_the_model
from mmm_core.errors import counted
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.threads import finding_states
from pages.ui.checking.wording import WEIGHTS, shortened, standing_in_words
from pages.ui.escaping import plain
from pages.ui.state import storage

_SHOWN = 6


def show_carried(project: str, scoped: Scoped | None) -> None:
    """Tell what is known of gaps and of series in step, which no choice on this page mends."""
    if scoped is None or scoped.panel is None:
        return
    found = touching_the_model(finding_states(storage(), project, scoped))
    if not found:
        return
    with st.expander(
        f"What the model inherits from the data: {counted(len(found), 'finding')}", icon=":material/link:"
    ):
        st.markdown("\n".join(f"- {_line(state)}" for state in found[:_SHOWN]))
        if len(found) > _SHOWN:
            st.caption(f"{len(found) - _SHOWN} more on the page Checks.")
        with st.container(horizontal=True):
            st.page_link("pages/scope/checks.py", label="Look into them", icon=":material/rule:")
            if _in_step(found):
                st.page_link("pages/scope/push_back.py", label="Groups in step", icon=":material/call_split:")


def _line(state: FindingState) -> str:
    mark, words = WEIGHTS[state.severity]
    standing = standing_in_words(state)
    return f"{mark} {words}: {plain(shortened(state.message))}{f' *{standing}*' if standing else ''}"


def _in_step(found: Sequence[FindingState]) -> bool:
    return any(state.code == "collinear_groups" for state in found)
