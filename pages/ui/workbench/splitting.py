"""Split a group: take the line items that share a value out of it."""

import streamlit as st

from mmm_core.errors import BadInput, counted
from mmm_core.taxonomy.catalogue import dimensions_of
from mmm_core.taxonomy.facets import facet
from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Path
from mmm_core.taxonomy.tree import split_group
from mmm_core.workflows.scoping import Scoped
from pages.ui.escaping import plain
from pages.ui.numbers import money
from pages.ui.state import problem_once
from pages.ui.workbench.editing import commit
from pages.ui.workbench.places import choose_node, choose_path, chosen_path, settle_on

_WORDS = ":words"


def split(project: str, scoped: Scoped, number: int) -> None:
    """Show what a group consists of and let a part of it become another group."""
    mapping, items, table = scoped.mapping, scoped.ground.items, scoped.resolution.table
    group = choose_node("Group", mapping.leaves, "split-group")
    if group is None:
        return
    mask = (table["leaf"] == mapping.leaves.index(group)).to_numpy()
    kinds = [_WORDS, *dimensions_of(items)]
    kind = st.selectbox(
        "by", kinds, format_func=lambda name: "Words in the name" if name == _WORDS else name, key="split-by"
    )
    if kind == _WORDS:
        found = scoped.ground.tokens.token_facet(scoped.resolution, mask).rename(columns={"token": "value"})
    else:
        found = facet(items, scoped.resolution, kind, mask, scoped.ground.names)
    money_of = dict(zip(found["value"], found["spend_micros"], strict=True))
    currency = scoped.ground.settings.currency
    values = st.multiselect(
        "Take out",
        found["value"].tolist(),
        format_func=lambda value: f"{value or '(none)'}, {money(int(money_of.get(value, 0)), currency)}",
        key="split-values",
    )
    choose_path(mapping, key="split-to", label="into")
    taken = _holding(scoped, kind, values) & mask
    ids = tuple(items.index[taken])
    spend = money(int(items.loc[taken, "spend_micros"].sum()), currency)
    st.caption(f"{counted(len(ids), 'line item')} of {int(mask.sum()):,} ({spend}) would leave {plain(group[-1])}.")
    st.button("Split", key="split", on_click=_split, args=(project, number, group, ids, len(mapping.levels)))


def _holding(scoped: Scoped, kind: str, values: list[str]):
    items = scoped.ground.items
    if kind != _WORDS:
        return items[kind].astype("string").fillna("").isin(values).to_numpy()
    mask = items["rows"].to_numpy() < 0
    for word in values:
        mask = mask | scoped.ground.tokens.holding(word)
    return mask


def _split(project: str, number: int, group: Path, ids: tuple[str, ...], levels: int) -> None:
    into = chosen_path("split-to", levels)
    if not ids or into is None or into == group:
        problem_once(
            BadInput(
                "There is nothing to split yet", expected="what to take out, and another group", remedy="Choose both"
            )
        )
        return
    message = f"Split {counted(len(ids), 'line item')} from {group[-1]} into {PATH_SEPARATOR.join(into)}"
    if commit(project, number, lambda mapping: split_group(mapping, group, {into: ids}), message):
        st.session_state["split-values"] = []
        st.session_state["split-group"] = None
        settle_on("split-to", levels, None)
