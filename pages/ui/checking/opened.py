"""Which finding is opened: its key stands in the address, so that whoever is given it can be sent the link."""

from collections.abc import Iterable

import streamlit as st

from mmm_core.checks.threads import FindingState

_NAME = "finding"


def handles(states: Iterable[FindingState]) -> dict[str, FindingState]:
    """Name findings for widgets and the address; two that share a thread are told apart by a number."""
    named: dict[str, FindingState] = {}
    for state in states:
        name, number = state.key, 2
        while name in named:
            name, number = f"{state.key}-{number}", number + 1
        named[name] = state
    return named


def opened() -> str:
    """Return the handle in the address, "" when the list is shown."""
    return str(st.query_params.get(_NAME, ""))


def go(handle: str) -> None:
    """Open a finding; "" goes back to the list."""
    if handle:
        st.query_params[_NAME] = handle
    else:
        st.query_params.pop(_NAME, None)
