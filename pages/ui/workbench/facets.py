"""What the line items in view consist of: nodes, words and values, each a click away from being a filter."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import streamlit as st

from mmm_core.errors import WorkshopError, counted
from mmm_core.money import MICROS_PER_UNIT
from mmm_core.taxonomy.catalogue import dimensions_of
from mmm_core.taxonomy.facets import facet, holding_words, node_facet
from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Path
from mmm_core.taxonomy.resolution import EXCLUDED, MAPPED, UNMAPPED
from mmm_core.taxonomy.selection import select_items
from mmm_core.workflows.scoping import Scoped
from pages.ui.boundary import show_error
from pages.ui.escaping import plain

ALL = "all"
GROUPS, WORDS, SOURCE = ":groups", ":words", ":file"
"""Facets beside the dimensions; no column of a file has such a name."""
_LEVEL = ":level-"
"""Beginning of the facet of a level above the groups; its depth follows."""
NO_VALUE = "(none)"
_WAITING, _OUT = "Waiting for a group", "Left out"
_OF_STATUS = {_WAITING: UNMAPPED, _OUT: EXCLUDED}
_MOST_VALUES, _MANY_VALUES = 500, 20
_NAME_WIDTH, _NUMBER_WIDTH = 116, 58
Filters = dict[str, tuple[str, ...]]


def filters_of(project: str) -> Filters:
    """Return the facet values that are clicked, per facet."""
    filters: Filters = st.session_state.setdefault(f"facets-{project}", {})
    return filters


def passing(scoped: Scoped, filters: Mapping[str, tuple[str, ...]], *, text: str = "", status: str | None = None):
    """Return the line items that pass text and facets; a pattern that cannot be read is shown and passes nothing."""
    items = scoped.ground.items
    group = filters.get(GROUPS, ("",))[0]
    columns = {SOURCE: "source"}
    values = {
        columns.get(name, name): tuple("" if value == NO_VALUE else value for value in wanted)
        for name, wanted in filters.items()
        if name not in (GROUPS, WORDS) and (name == SOURCE or name in items.columns)
    }
    try:
        return select_items(
            items,
            scoped.resolution,
            scoped.ground.names,
            scoped.ground.tokens,
            status=_OF_STATUS.get(group, status),
            text=text,
            values=values,
            tokens=filters.get(WORDS, ()),
        ) & _below(scoped, filters)
    except WorkshopError as error:
        show_error(error)
        return items["rows"].to_numpy() < 0


def _below(scoped: Scoped, filters: Mapping[str, tuple[str, ...]]) -> np.ndarray:
    """Return the line items below every node that is filtered by."""
    groups = {path[-1]: path for path in scoped.mapping.leaves}
    mask = np.ones(len(scoped.ground.items), dtype=bool)
    for kind, (value, *_) in filters.items():
        if kind.startswith(_LEVEL) or (kind == GROUPS and value not in _OF_STATUS):
            path = tuple(value.split(PATH_SEPARATOR)) if kind.startswith(_LEVEL) else groups.get(value, (value,))
            mask &= select_items(scoped.ground.items, scoped.resolution, group=path)
    return mask


def show_facets(project: str, scoped: Scoped, mask) -> None:
    """Show one facet with counts and money; a click on a value filters by it."""
    items, levels = scoped.ground.items, scoped.mapping.levels
    names = [name for name in dimensions_of(items) if len(items[name].unique()) > 1]
    above = [f"{_LEVEL}{depth}" for depth in range(1, len(levels))] if scoped.mapping.leaves else []
    kinds = [GROUPS, *above, WORDS, *names, *([SOURCE] if len(items["source"].unique()) > 1 else [])]
    kind = st.selectbox("By", kinds, key="facet-kind", format_func=lambda kind: _label(kind, levels))
    found = _facet(scoped, kind, mask)
    if len(found) > _MANY_VALUES:
        text = st.text_input("Holds", key=f"facet-text-{kind}", placeholder="Type to find among these values")
        found = found[holding_words(found.iloc[:, 0], text)] if text.strip() else found
    shown = found.head(_MOST_VALUES)
    turn = st.session_state.setdefault("facet-turn", 0)
    key = f"facet-{kind}-{turn}"
    st.session_state["facet-values"] = shown.iloc[:, 0].tolist()
    st.dataframe(
        shown,
        hide_index=True,
        height=min(460, 38 + 35 * len(shown)),
        key=key,
        on_select=lambda: _click(project, kind, key),
        selection_mode="single-cell",
        column_config={
            shown.columns[0]: st.column_config.TextColumn(width=_NAME_WIDTH),
            "Items": st.column_config.NumberColumn(format="%,d", width=_NUMBER_WIDTH),
            "Spend": st.column_config.NumberColumn(format="compact", width=_NUMBER_WIDTH),
        },
    )
    if len(found) > len(shown):
        st.caption(f"and {counted(len(found) - len(shown), 'more value')}; type above to find them.")


def show_filters(project: str, scoped: Scoped) -> None:
    """Show what is filtered by, each with a way out."""
    filters = filters_of(project)
    if not filters:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for kind, values in filters.items():
            for value in values:
                st.button(
                    f"{plain(_label(kind, scoped.mapping.levels))}: {plain(value)}",
                    key=f"chip-{kind}-{value}",
                    icon=":material/close:",
                    help="Remove this filter",
                    on_click=_drop,
                    args=(project, kind, value),
                )


def _facet(scoped: Scoped, kind: str, mask) -> pd.DataFrame:
    ground, levels = scoped.ground, scoped.mapping.levels
    if kind == GROUPS or kind.startswith(_LEVEL):
        return _nodes(scoped, len(levels) if kind == GROUPS else int(kind.removeprefix(_LEVEL)), _label(kind, levels))
    if kind == WORDS:
        most = len(ground.tokens.vocabulary)
        found = ground.tokens.token_facet(scoped.resolution, mask, most=most).rename(columns={"token": "value"})
    else:
        column = "source" if kind == SOURCE else kind
        found = facet(ground.items, scoped.resolution, column, mask, ground.names)
    return pd.DataFrame(
        {
            _label(kind, levels): found["value"].replace("", NO_VALUE),
            "Spend": found["spend_micros"] / MICROS_PER_UNIT,
            "Items": found["line_items"],
        }
    )


def _nodes(scoped: Scoped, depth: int, label: str) -> pd.DataFrame:
    """Count per node in the client's order, then what waits and what is left out: all of it, whatever is in view."""
    items, status = scoped.ground.items, scoped.resolution.table["status"].to_numpy()
    found = node_facet(items, scoped.resolution, depth)
    last = depth == len(scoped.mapping.levels)
    rows = [
        (_named(path, last=last), micros, size)
        for path, micros, size in zip(found["path"], found["spend_micros"], found["line_items"], strict=True)
    ]
    spend = items["spend_micros"].to_numpy()
    rows += [(text, spend[own].sum(), own.sum()) for text, of in _OF_STATUS.items() for own in [status == of]]
    table = pd.DataFrame(rows, columns=[label, "Spend", "Items"])
    return table.assign(Spend=table["Spend"] / MICROS_PER_UNIT)


def _named(path: Path, *, last: bool) -> str:
    """Name a group by its own name, which stands once in the tree, and a node above by its path."""
    return path[-1] if last else PATH_SEPARATOR.join(path)


def _click(project: str, kind: str, key: str) -> None:
    cells = st.session_state[key]["selection"]["cells"]
    filters, shown = filters_of(project), st.session_state["facet-values"]
    if cells and cells[0][0] < len(shown):
        value, node = shown[cells[0][0]], kind == GROUPS or kind.startswith(_LEVEL)
        if value in _OF_STATUS and node:
            kind = GROUPS
        filters[kind] = tuple(dict.fromkeys((*(() if node else filters.get(kind, ())), value)))
        if node:
            st.session_state["items-status"] = _OF_STATUS.get(value, MAPPED)
    st.session_state["facet-turn"] += 1


def _drop(project: str, kind: str, value: str) -> None:
    filters = filters_of(project)
    left = tuple(other for other in filters.get(kind, ()) if other != value)
    if left:
        filters[kind] = left
    else:
        filters.pop(kind, None)
        if kind == GROUPS or kind.startswith(_LEVEL):
            st.session_state["items-status"] = ALL


def _label(kind: str, levels: tuple[str, ...]) -> str:
    """Name a facet; a level or a column that is called as another facet or column of this table says what it is."""
    own = {GROUPS: "Group", WORDS: "Words in the name", SOURCE: "File"}
    taken = (*own.values(), "Spend", "Items")
    if kind.startswith(_LEVEL):
        depth = int(kind.removeprefix(_LEVEL))
        name = levels[depth - 1] if depth <= len(levels) else f"Level {depth}"
        return f"{name} (level)" if name in taken else name
    return own.get(kind) or (f"{kind} (column)" if kind in (*taken, *levels[:-1]) else kind)
