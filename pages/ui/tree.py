"""The client's tree: levels, groups, and the choice of a place in it."""

import pandas as pd
import streamlit as st

from mmm_core.money import MICROS_PER_UNIT
from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Mapping, Path
from mmm_core.workflows.mapping import MappingRevision
from mmm_core.workflows.scoping import Scoped
from pages.ui.editing import save_edit
from pages.ui.escaping import plain

_NEW: Path = ()
"""Stands for a group that is not in the tree yet."""


def choose_path(mapping: Mapping, *, key: str) -> Path | None:
    """Let the user choose a group or name a new one; None while the choice is incomplete."""
    if not mapping.leaves:
        return new_path(mapping, key=key)
    chosen = st.selectbox(
        "Goes to",
        [*mapping.leaves, _NEW],
        index=None,
        format_func=lambda path: "New group" if path == _NEW else PATH_SEPARATOR.join(path),
        placeholder="Choose a group",
        key=f"{key}-path",
    )
    return new_path(mapping, key=key) if chosen == _NEW else chosen


def new_path(mapping: Mapping, *, key: str) -> Path | None:
    """Ask for one name per level, offering the names that are in the tree."""
    names = []
    for depth, (level, column) in enumerate(zip(mapping.levels, st.columns(len(mapping.levels)), strict=True)):
        known = sorted({path[depth] for path in mapping.leaves}) if depth < len(mapping.levels) - 1 else []
        with column:
            names.append(
                st.selectbox(
                    plain(level),
                    known,
                    index=None,
                    accept_new_options=True,
                    placeholder="Name",
                    key=f"{key}-level-{depth}",
                )
            )
    return tuple(name.strip() for name in names) if all(name and name.strip() for name in names) else None


def show_tree(project: str, scoped: Scoped, revision: MappingRevision) -> None:
    """Show the groups with their money, and let the user name levels, add, rename, move and remove groups."""
    mapping = scoped.mapping
    if mapping.leaves:
        st.dataframe(
            _groups(scoped),
            hide_index=True,
            height="content",
            key="groups",
            column_config={"Spend": st.column_config.NumberColumn(format="%,.2f")},
        )
    else:
        st.caption(
            "The tree is empty. Add the groups that you plan and talk in; each becomes one variable of the model."
        )
    add, change, levels = st.columns(3)
    with add.popover("Add a group", width="stretch"):
        path = new_path(mapping, key="add-group")
        if st.button("Add", key="add-group"):
            if path is None:
                st.warning(f"Name all of {', '.join(map(plain, mapping.levels))}.")
            else:
                save_edit(project, revision, lambda m: m.with_group(path), f"Added group {path[-1]}")
    with change.popover("Rename, move or remove", width="stretch", disabled=not mapping.leaves):
        _change_group(project, mapping, revision)
    with levels.popover("Name the levels", width="stretch"):
        _name_levels(project, mapping, revision)


def _groups(scoped: Scoped) -> pd.DataFrame:
    mapping, table = scoped.mapping, scoped.resolution.table
    spend = scoped.ground.items["spend_micros"].groupby(table["leaf"].to_numpy()).agg(["size", "sum"])
    spend = spend.reindex(range(len(mapping.leaves)), fill_value=0)
    levels = {level: [path[depth] for path in mapping.leaves] for depth, level in enumerate(mapping.levels)}
    return pd.DataFrame(
        {**levels, "Line items": spend["size"].to_numpy(), "Spend": spend["sum"].to_numpy() / MICROS_PER_UNIT}
    )


def _change_group(project: str, mapping: Mapping, revision: MappingRevision) -> None:
    old = st.selectbox("Group", mapping.leaves, format_func=PATH_SEPARATOR.join, key="change-group")
    if old is None:
        return
    names = tuple(
        st.text_input(plain(level), value=name, key=f"change-{depth}-{PATH_SEPARATOR.join(old)}").strip()
        for depth, (level, name) in enumerate(zip(mapping.levels, old, strict=True))
    )
    left, right = st.columns(2)
    if left.button("Save", key="rename-group", width="stretch") and names != old:
        message = f"{PATH_SEPARATOR.join(old)} is now {PATH_SEPARATOR.join(names)}"
        save_edit(project, revision, lambda m: m.with_path(old, names), message)
    if right.button("Remove", key="remove-group", width="stretch", help="Its line items wait for a group again."):
        save_edit(project, revision, lambda m: m.without_group(old), f"Removed group {old[-1]}")


def _name_levels(project: str, mapping: Mapping, revision: MappingRevision) -> None:
    text = st.text_input(
        "Levels, from the top down",
        value=", ".join(mapping.levels),
        key=f"levels-{revision.number}",
        help="The last level is the group. While groups exist their number stays.",
    )
    levels = tuple(name.strip() for name in text.split(",") if name.strip())
    if st.button("Save", key="save-levels") and levels != mapping.levels:
        save_edit(project, revision, lambda m: m.with_levels(levels), f"Levels are now {', '.join(levels)}")
