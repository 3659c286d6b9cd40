"""What merged groups become: one of them, or a group with a name of its own beside the first."""

from collections.abc import Sequence

import streamlit as st

from mmm_core.errors import BadInput
from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Path
from mmm_core.workflows.push_back import merged_name
from mmm_core.workflows.scoping import Scoped


def choose_goal(scoped: Scoped, groups: Sequence[str], *, key: str) -> None:
    """Ask where the merged group stands and how it is called."""
    parents = _parents(scoped, groups)
    if len(parents) > 1:
        st.selectbox("Under", parents, format_func=PATH_SEPARATOR.join, key=f"{key}-parent", width=260)
    st.text_input("Call it", value=merged_name(groups), key=f"{key}-name", width=320)


def goal_of(scoped: Scoped, groups: Sequence[str], *, key: str) -> Path:
    """Return the path that was chosen.

    Raises
    ------
    BadInput
        If the name is empty.
    """
    parents = _parents(scoped, groups)
    name = " ".join(str(st.session_state.get(f"{key}-name", merged_name(groups))).split())
    if not name:
        raise BadInput("The merged group has no name", remedy="Write the name that it shall have")
    parent: Path = st.session_state.get(f"{key}-parent") or parents[0]
    return (*parent, name)


def _parents(scoped: Scoped, groups: Sequence[str]) -> list[Path]:
    """Return the nodes above the groups, that of the group with the most spend first."""
    own = {path[-1]: path[:-1] for path in scoped.mapping.leaves}
    spend = scoped.panel.data["spend"].sum(("period", "geo")) if scoped.panel is not None else None
    ordered = sorted(groups, key=lambda group: -float(spend.sel(group=group)) if spend is not None else 0.0)
    return list(dict.fromkeys(own[group] for group in ordered if group in own))
