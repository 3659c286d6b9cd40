"""The client's tree: its groups with their money, and what can be done to them."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from mmm_core.errors import BadInput
from mmm_core.money import MICROS_PER_UNIT
from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Path
from mmm_core.taxonomy.recognition import owner_of
from mmm_core.taxonomy.tree import archive_group, merge_groups, move_node, order_groups, remove_group, unarchive_group
from mmm_core.workflows.mapping import MappingRevision
from mmm_core.workflows.scoping import Scoped
from pages.ui.escaping import plain
from pages.ui.state import problem_once
from pages.ui.workbench.describing import describe
from pages.ui.workbench.editing import commit
from pages.ui.workbench.levels import change_levels
from pages.ui.workbench.places import choose_node, choose_path, chosen_path, name_path, named_path, settle_on
from pages.ui.workbench.splitting import split

Part = Callable[[str, Scoped, int], None]


def show_groups(project: str, scoped: Scoped, revision: MappingRevision) -> None:
    """Show the groups with their money, and the ways to reshape the tree."""
    mapping = scoped.mapping
    if mapping.leaves:
        st.dataframe(
            _table(scoped),
            hide_index=True,
            height="content",
            key="groups",
            column_config={
                "Spend": st.column_config.NumberColumn(format="%,.2f"),
                "Share": st.column_config.ProgressColumn(format="percent", min_value=0.0, max_value=1.0, width="small"),
            },
        )
    else:
        st.caption("The tree is empty. Add the groups that you plan and talk in; each is one variable of the model.")
    parts: tuple[tuple[str, str, bool, Part], ...] = (
        ("Add", "add", True, _add),
        ("Rename or move", "drive_file_move", bool(mapping.leaves), _rename),
        ("Merge", "merge", len(mapping.leaves) > 1, _merge),
        ("Split", "call_split", bool(mapping.leaves), split),
        ("Owner, description, colour", "badge", bool(mapping.leaves), describe),
        ("Archive or remove", "archive", bool(mapping.leaves or mapping.archived), _put_away),
        ("Levels", "account_tree", True, change_levels),
    )
    with st.container(horizontal=True):
        st.button(
            "Put siblings together",
            key="order-groups",
            icon=":material/sort:",
            on_click=_ordered,
            args=(project, revision.number),
            disabled=by_tree(mapping.leaves) == mapping.leaves,
            help="Order the groups so that those below one node follow each other.",
        )
        for label, icon, possible, part in parts:
            with st.popover(label, icon=f":material/{icon}:", disabled=not possible, key=f"groups-{icon}"):
                part(project, scoped, revision.number)


def by_tree(leaves: tuple[Path, ...]) -> tuple[Path, ...]:
    """Return the groups with siblings together, in the order in which each node comes first."""
    first: dict[Path, int] = {}
    for at, path in enumerate(leaves):
        for depth in range(1, len(path) + 1):
            first.setdefault(path[:depth], at)
    return tuple(sorted(leaves, key=lambda path: [first[path[:depth]] for depth in range(1, len(path) + 1)]))


def _ordered(project: str, number: int) -> None:
    commit(project, number, lambda m: order_groups(m, by_tree(m.leaves)), "Put siblings together")


def group_sums(scoped: Scoped) -> pd.DataFrame:
    """Return line items (`size`) and micros (`sum`) per group in the client's order."""
    spend = scoped.ground.items["spend_micros"].groupby(scoped.resolution.table["leaf"].to_numpy()).agg(["size", "sum"])
    return spend.reindex(range(len(scoped.mapping.leaves)), fill_value=0)


def _table(scoped: Scoped) -> pd.DataFrame:
    mapping, sums = scoped.mapping, group_sums(scoped)
    total = max(int(scoped.ground.items["spend_micros"].sum()), 1)
    levels = {level: [path[depth] for path in mapping.leaves] for depth, level in enumerate(mapping.levels)}
    facts = {
        "Owner": [owner_of(mapping, path) for path in mapping.leaves],
        "Line items": sums["size"].to_numpy(),
        "Spend": sums["sum"].to_numpy() / MICROS_PER_UNIT,
        "Share": sums["sum"].to_numpy() / total,
        "Description": [mapping.node(path).description for path in mapping.leaves],
    }
    return pd.DataFrame({**levels, **{name: values for name, values in facts.items() if name not in levels}})


def _add(project: str, scoped: Scoped, number: int) -> None:
    name_path(scoped.mapping, key="add-group")
    st.button("Add", key="add-group", on_click=_added, args=(project, number, len(scoped.mapping.levels)))


def _added(project: str, number: int, levels: int) -> None:
    path = named_path("add-group", levels)
    if path is None:
        problem_once(BadInput("A name is missing", expected="one name per level was expected", remedy="Complete them"))
    elif commit(project, number, lambda mapping: mapping.with_group(path), f"Added group {path[-1]}"):
        for depth in range(levels):
            st.session_state.pop(f"add-group-level-{depth}", None)


def _rename(project: str, scoped: Scoped, number: int) -> None:
    mapping = scoped.mapping
    old = st.selectbox(
        "What",
        mapping.node_paths,
        format_func=lambda path: f"{PATH_SEPARATOR.join(path)}  ({mapping.levels[len(path) - 1]})",
        index=None,
        placeholder="A group or a node above",
        key="change-group",
    )
    if old is None:
        return
    keys = [f"change-{depth}-{PATH_SEPARATOR.join(old)}" for depth in range(len(old))]
    for key, level, name in zip(keys, mapping.levels, old, strict=False):
        st.text_input(plain(level), value=name, key=key)
    if len(old) < len(mapping.levels):
        st.caption("What is below comes along.")
    st.button("Save", key="rename-group", on_click=_renamed, args=(project, number, old, keys))


def _renamed(project: str, number: int, old: Path, keys: list[str]) -> None:
    new = tuple(st.session_state[key].strip() for key in keys)
    if new != old:
        message = f"{PATH_SEPARATOR.join(old)} is now {PATH_SEPARATOR.join(new)}"
        if commit(project, number, lambda mapping: move_node(mapping, old, new), message):
            st.session_state["change-group"] = None


def _merge(project: str, scoped: Scoped, number: int) -> None:
    mapping = scoped.mapping
    st.multiselect("These groups", mapping.leaves, format_func=PATH_SEPARATOR.join, key="merge-groups")
    choose_path(mapping, key="merge-into", label="become")
    st.button("Merge", key="merge", on_click=_merged, args=(project, number, len(mapping.levels)))


def _merged(project: str, number: int, levels: int) -> None:
    gone, into = st.session_state["merge-groups"], chosen_path("merge-into", levels)
    if into is None or not {*gone} - {into}:
        problem_once(
            BadInput("There is nothing to merge yet", expected="groups and what they become", remedy="Choose both")
        )
        return
    names = ", ".join(path[-1] for path in gone if path != into)
    message = f"Merged {names} into {PATH_SEPARATOR.join(into)}"
    if commit(project, number, lambda mapping: merge_groups(mapping, gone, into), message):
        st.session_state["merge-groups"] = []
        settle_on("merge-into", levels, None)


def _put_away(project: str, scoped: Scoped, number: int) -> None:
    mapping = scoped.mapping
    if mapping.leaves:
        group = choose_node("Group", mapping.leaves, "put-away")
        archive, remove = st.columns(2)
        archive.button(
            "Archive", key="archive-group", width="stretch", disabled=group is None, on_click=_away,
            args=(project, number, group), help="Out of use; its rules and choices sleep until it is back.",
        )  # fmt: skip
        remove.button(
            "Remove", key="remove-group", width="stretch", disabled=group is None, on_click=_removed,
            args=(project, number, group),
            help="For good, with the rules that lead to it; its line items go to the next rule that matches, or wait.",
        )  # fmt: skip
    if mapping.archived:
        back = choose_node("Archived", mapping.archived, "archived")
        st.button(
            "Bring back", key="unarchive-group", disabled=back is None, on_click=_back, args=(project, number, back)
        )


def _away(project: str, number: int, group: Path) -> None:
    if commit(project, number, lambda mapping: archive_group(mapping, group), f"Archived group {group[-1]}"):
        st.session_state["put-away"] = None


def _removed(project: str, number: int, group: Path) -> None:
    if commit(project, number, lambda mapping: remove_group(mapping, group), f"Removed group {group[-1]}"):
        st.session_state["put-away"] = None


def _back(project: str, number: int, group: Path) -> None:
    if commit(project, number, lambda mapping: unarchive_group(mapping, group), f"Brought group {group[-1]} back"):
        st.session_state["archived"] = None
