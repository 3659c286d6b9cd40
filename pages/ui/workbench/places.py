"""Choose a place in the client's tree: a group that is there, or a new one."""

from collections.abc import Sequence

import streamlit as st

from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Mapping, Path
from pages.ui.escaping import plain

_NEW: Path = ()
"""Stands for a group that is not in the tree yet."""


def choose_node(label: str, nodes: Sequence[Path], key: str, *, placeholder: str = "Choose a group") -> Path | None:
    """Let the user choose one node that is in the tree."""
    return st.selectbox(label, nodes, format_func=PATH_SEPARATOR.join, index=None, placeholder=placeholder, key=key)


def choose_path(mapping: Mapping, *, key: str, label: str = "Goes to") -> Path | None:
    """Let the user choose a group or name a new one; None while the choice is incomplete."""
    choose_group_or_new(mapping, key=key, label=label)
    name_new(mapping, key=key)
    return chosen_path(key, len(mapping.levels))


def choose_group_or_new(mapping: Mapping, *, key: str, label: str = "Goes to") -> None:
    """Show the groups and the way to a new one."""
    if mapping.leaves:
        st.selectbox(
            label,
            [_NEW, *mapping.leaves],
            index=None,
            format_func=lambda path: "New group" if path == _NEW else PATH_SEPARATOR.join(path),
            placeholder="Choose a group",
            key=f"{key}-path",
        )


def name_new(mapping: Mapping, *, key: str) -> None:
    """Ask for the names of a new group, where one is chosen or none is there yet."""
    if not mapping.leaves or st.session_state.get(f"{key}-path") == _NEW:
        name_path(mapping, key=key)


def name_path(mapping: Mapping, *, key: str) -> Path | None:
    """Ask for one name per level, offering the names that are in the tree."""
    depth_of_group = len(mapping.levels) - 1
    for depth, (level, column) in enumerate(zip(mapping.levels, st.columns(len(mapping.levels)), strict=True)):
        known = sorted({path[depth] for path in mapping.leaves}) if depth < depth_of_group else []
        with column:
            st.selectbox(
                plain(level),
                known,
                index=None,
                accept_new_options=True,
                placeholder="Name",
                key=f"{key}-level-{depth}",
            )
    return named_path(key, len(mapping.levels))


def chosen_path(key: str, levels: int) -> Path | None:
    """Return what is chosen at this moment, also within a callback."""
    chosen = st.session_state.get(f"{key}-path")
    return chosen or named_path(key, levels)


def named_path(key: str, levels: int) -> Path | None:
    """Return the names as they stand at this moment, None while one is missing."""
    names = [st.session_state.get(f"{key}-level-{depth}") for depth in range(levels)]
    return tuple(name.strip() for name in names) if all(name and name.strip() for name in names) else None


def settle_on(key: str, levels: int, path: Path | None) -> None:
    """Have a group (or none) chosen and the name boxes empty, after an edit was saved. To be called in a callback."""
    st.session_state[f"{key}-path"] = path
    for depth in range(levels):
        st.session_state.pop(f"{key}-level-{depth}", None)
