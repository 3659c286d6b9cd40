"""What the line items in view consist of: groups, words and values, each a click away from being a filter."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from mmm_core.errors import WorkshopError
from mmm_core.money import MICROS_PER_UNIT
from mmm_core.taxonomy.catalogue import dimensions_of
from mmm_core.taxonomy.facets import facet
from mmm_core.taxonomy.resolution import EXCLUDED, MAPPED, UNMAPPED
from mmm_core.taxonomy.selection import select_items
from mmm_core.workflows.scoping import Scoped
from pages.ui.boundary import show_error
from pages.ui.escaping import plain

ALL = "all"
GROUPS, WORDS, SOURCE = ":groups", ":words", ":file"
"""Facets beside the dimensions; no column of a file has such a name."""
NO_VALUE = "(none)"
_WAITING, _OUT = "Waiting for a group", "Left out"
_OF_STATUS = {_WAITING: UNMAPPED, _OUT: EXCLUDED}
_MOST_VALUES = 500
_NAME_WIDTH, _NUMBER_WIDTH = 140, 58
Filters = dict[str, tuple[str, ...]]


def filters_of(project: str) -> Filters:
    """Return the facet values that are clicked, per facet."""
    filters: Filters = st.session_state.setdefault(f"facets-{project}", {})
    return filters


def passing(scoped: Scoped, filters: Mapping[str, tuple[str, ...]], *, text: str = "", status: str | None = None):
    """Return the line items that pass text and facets; a pattern that cannot be read is shown and passes nothing."""
    items = scoped.ground.items
    group = filters.get(GROUPS, ("",))[0]
    paths = {path[-1]: path for path in scoped.mapping.leaves}
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
            group=paths.get(group, (group,)) if group and group not in _OF_STATUS else None,
        )
    except WorkshopError as error:
        show_error(error)
        return items["rows"].to_numpy() < 0


def show_facets(project: str, scoped: Scoped, mask) -> None:
    """Show one facet with counts and money; a click on a value filters by it."""
    items = scoped.ground.items
    names = [name for name in dimensions_of(items) if 1 < items[name].nunique() <= _MOST_VALUES]
    kinds = [GROUPS, WORDS, *names, *([SOURCE] if len(items["source"].unique()) > 1 else [])]
    kind = st.selectbox("By", kinds, key="facet-kind", format_func=_label)
    shown = _facet(scoped, kind, mask)
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


def show_filters(project: str) -> None:
    """Show what is filtered by, each with a way out."""
    filters = filters_of(project)
    if not filters:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for kind, values in filters.items():
            for value in values:
                st.button(
                    f"{plain(_label(kind))}: {plain(value)}",
                    key=f"chip-{kind}-{value}",
                    icon=":material/close:",
                    help="Remove this filter",
                    on_click=_drop,
                    args=(project, kind, value),
                )


def _facet(scoped: Scoped, kind: str, mask) -> pd.DataFrame:
    ground = scoped.ground
    if kind == GROUPS:
        return _groups(scoped)
    if kind == WORDS:
        found = ground.tokens.token_facet(scoped.resolution, mask).rename(columns={"token": "value"})
    else:
        column = "source" if kind == SOURCE else kind
        found = facet(ground.items, scoped.resolution, column, mask, ground.names)
    found = found.head(_MOST_VALUES)
    return pd.DataFrame(
        {
            _label(kind): found["value"].replace("", NO_VALUE),
            "Spend": found["spend_micros"] / MICROS_PER_UNIT,
            "Items": found["line_items"],
        }
    )


def _groups(scoped: Scoped) -> pd.DataFrame:
    """Count per group in the client's order, then what waits and what is left out: all of it, whatever is in view."""
    spend = scoped.ground.items["spend_micros"].to_numpy()
    leaf, status = (scoped.resolution.table[name].to_numpy() for name in ("leaf", "status"))
    names = [*scoped.mapping.groups, _WAITING, _OUT]
    members = [*(leaf == position for position in range(len(scoped.mapping.leaves))), status == UNMAPPED]
    members.append(status == EXCLUDED)
    rows = [(name, int(spend[own].sum()), int(own.sum())) for name, own in zip(names, members, strict=True)]
    table = pd.DataFrame(rows, columns=["Group", "Spend", "Items"])
    return table.assign(Spend=table["Spend"] / MICROS_PER_UNIT)


def _click(project: str, kind: str, key: str) -> None:
    cells = st.session_state[key]["selection"]["cells"]
    filters, shown = filters_of(project), st.session_state["facet-values"]
    if cells and cells[0][0] < len(shown):
        value = shown[cells[0][0]]
        kept = () if kind == GROUPS else filters.get(kind, ())
        filters[kind] = tuple(dict.fromkeys((*kept, value)))
        if kind == GROUPS:
            st.session_state["items-status"] = _OF_STATUS.get(value, MAPPED)
    st.session_state["facet-turn"] += 1


def _drop(project: str, kind: str, value: str) -> None:
    filters = filters_of(project)
    left = tuple(other for other in filters.get(kind, ()) if other != value)
    if left:
        filters[kind] = left
    else:
        filters.pop(kind, None)
        if kind == GROUPS:
            st.session_state["items-status"] = ALL


def _label(kind: str) -> str:
    own = {GROUPS: "Group", WORDS: "Words in the name", SOURCE: "File"}
    return own.get(kind) or (f"{kind} (column)" if kind in (*own.values(), "Spend", "Items") else kind)
