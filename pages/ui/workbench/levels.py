"""The levels of the tree: their names, one more, one less."""

import streamlit as st

from mmm_core.errors import BadInput, counted
from mmm_core.taxonomy.mapping import MOST_LEVELS, Mapping
from mmm_core.taxonomy.tree import add_level, drop_level
from mmm_core.workflows.scoping import Scoped
from pages.ui.state import problem_once
from pages.ui.workbench.editing import commit


def change_levels(project: str, scoped: Scoped, number: int) -> None:
    """Let the user name the levels, add one and drop one."""
    levels = scoped.mapping.levels
    keys = [f"level-{depth}-{number}" for depth in range(len(levels))]
    for depth, (key, level) in enumerate(zip(keys, levels, strict=True)):
        st.text_input(f"Level {depth + 1}{', the group' if depth == len(levels) - 1 else ''}", value=level, key=key)
    st.button("Save the names", key="save-levels", on_click=_name, args=(project, number, levels, keys))
    st.divider()
    places = ["At the top", *(f"Below {level}" for level in levels)]
    at = f"level-at-{len(levels)}"
    st.selectbox("One more level", range(len(places)), format_func=lambda place: places[place], key=at)
    st.text_input("Its name", key="level-name")
    if scoped.mapping.leaves and st.session_state[at] < len(levels):
        st.text_input("Every group starts below", key="level-node", placeholder="For instance: All markets")
    st.button(
        "Add the level", key="add-level", disabled=len(levels) >= MOST_LEVELS, on_click=_add, args=(project, number, at)
    )
    if len(levels) > 1:
        off = st.selectbox(
            "One level less",
            range(len(levels)),
            index=None,
            format_func=lambda place: levels[place],
            key=f"level-off-{len(levels)}",
        )
        _say_what_is_merged(scoped.mapping, off)
        st.button("Drop the level", key="drop-level", on_click=_drop, args=(project, number, levels))


def _say_what_is_merged(mapping: Mapping, off: int | None) -> None:
    """Warn before groups become one."""
    left = len({path[:-1] for path in mapping.leaves})
    if off == len(mapping.levels) - 1 and left < len(mapping.leaves):
        st.caption(f"The {counted(len(mapping.leaves), 'group')} become {left}, called as the level above.")


def _name(project: str, number: int, old: tuple[str, ...], keys: list[str]) -> None:
    new = tuple(st.session_state[key].strip() for key in keys)
    if new != old:
        commit(project, number, lambda mapping: mapping.with_levels(new), f"Levels are now {', '.join(new)}")


def _add(project: str, number: int, place: str) -> None:
    at, name = st.session_state[place], st.session_state["level-name"].strip()
    node = (st.session_state.get("level-node") or name).strip()
    if commit(project, number, lambda mapping: add_level(mapping, at, name, node), f"Added level {name}"):
        st.session_state["level-name"] = ""


def _drop(project: str, number: int, levels: tuple[str, ...]) -> None:
    at = st.session_state[f"level-off-{len(levels)}"]
    if at is None:
        problem_once(BadInput("No level is chosen", expected="a level was expected", remedy="Choose one"))
    elif commit(project, number, lambda mapping: drop_level(mapping, at), f"Dropped level {levels[at]}"):
        st.session_state[f"level-off-{len(levels)}"] = None
