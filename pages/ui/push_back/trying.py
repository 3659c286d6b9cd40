"""Try a merge by hand: choose groups, see the widths side by side, and only then save it."""

from collections.abc import Sequence

import streamlit as st

from mmm_core import fingerprint
from mmm_core.feasibility.alternatives import Alternative
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.taxonomy.tree import merge_groups
from mmm_core.workflows.push_back import Feasibility, try_merged
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.specification import current_specification
from pages.ui.boundary import noting_problems
from pages.ui.escaping import plain
from pages.ui.push_back.merging import choose_goal, goal_of
from pages.ui.push_back.ways import show_change
from pages.ui.state import storage
from pages.ui.workbench.editing import commit

_CHOSEN = "try-groups"


def show_trying(project: str, scoped: Scoped, number: int, feasibility: Feasibility) -> None:
    """Let people choose groups and see what one group in their place would be known by."""
    if feasibility.found is None:
        st.caption("This is possible as soon as there is model input.")
        return
    groups = list(scoped.panel.groups) if scoped.panel is not None else []
    chosen = st.pills(
        "These groups as one",
        groups,
        selection_mode="multi",
        format_func=plain,
        key=_CHOSEN,
        help="Nothing is saved by trying.",
    )
    chosen = [group for group in groups if group in chosen]
    if len(chosen) < 2:
        st.caption("Choose two or more groups to see old and new ranges side by side, before anything is saved.")
        return
    specification = current_specification(storage(), project).specification
    key = (scoped.panel_fingerprint, str(specification.structure()), tuple(chosen))
    tried = _tried(key, scoped, specification)
    show_change(scoped, tried, key="tried")
    ratio = tried.widths[0].ratio
    st.write(f"Together they would be known {_compared(ratio)}. {plain(tried.price)}")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        choose_goal(scoped, chosen, key=_goal_key(chosen))
        st.button(
            "Save this merge",
            key="save-merge",
            icon=":material/merge:",
            on_click=_save,
            args=(project, scoped, tuple(chosen), number),
        )


def _goal_key(groups: Sequence[str]) -> str:
    """Name the fields of a merge by its groups: another choice starts with another name."""
    return f"try-goal-{fingerprint.short(fingerprint.of_content(list(groups)))}"


def _compared(ratio: float) -> str:
    if ratio < 0.95:
        return f"to a range {100 * (1 - ratio):.0f} % narrower than now"
    if ratio > 1.05:
        return f"to a range {100 * (ratio - 1):.0f} % wider than now"
    return "about as well as now"


def _save(project: str, scoped: Scoped, groups: tuple[str, ...], number: int) -> None:
    with noting_problems():
        into = goal_of(scoped, groups, key=_goal_key(groups))
        paths = [path for path in scoped.mapping.leaves if path[-1] in groups]
        message = f"Merged {' and '.join(groups)} into {into[-1]}"
        if commit(project, number, lambda mapping: merge_groups(mapping, paths, into), message):
            st.session_state[_CHOSEN] = []


@st.cache_resource(max_entries=32, show_spinner="Trying the merge")
def _tried(
    key: tuple[object, ...],
    _scoped: Scoped,
    _specification: ModelSpecification,
) -> Alternative:
    return try_merged(_scoped, _specification, key[-1])  # type: ignore[arg-type]
