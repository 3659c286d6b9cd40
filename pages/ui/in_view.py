"""Which revision the user had in view when acting: a click runs the page anew, with the latest one."""

import streamlit as st

_SHOWN, _ACTED_ON = "revisions-shown", "revisions-acted-on"


def note_shown(what: str, project: str, number: int) -> None:
    """Remember which revision this run shows; to be called once per run, before anything is saved."""
    shown, acted_on = (st.session_state.setdefault(name, {}) for name in (_SHOWN, _ACTED_ON))
    acted_on[what, project] = shown.get((what, project), number)
    shown[what, project] = number


def number_acted_on(what: str, project: str) -> int:
    """Return the number of the revision that the user had in view when acting."""
    number: int = st.session_state[_ACTED_ON][what, project]
    return number
