"""Which columns or variables hold spend, exposure and clicks, and which line item each stands for."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from mmm_core import fingerprint
from mmm_core.errors import BadInput, listed
from mmm_core.ingest.table import RawTable
from pages.ui.sources.inputs import perhaps_one_of, several_of, variables_in

_ROLES = {"spend": "Spend", "exposure": "Exposure", "clicks": "Clicks"}


def choose_figures(
    table: RawTable,
    layout: Mapping[str, Any],
    start: Mapping[str, Any],
    why: Mapping[str, str],
    key: str,
    *,
    roles: Sequence[str],
) -> dict[str, Any]:
    """Choose the dimensions of line items and where their figures are, in the form that the layout has."""
    content: dict[str, Any] = {}
    if layout["layout"] != "wide":
        content["line_item"] = several_of(
            "A line item is named by",
            table.columns,
            start.get("line_item") or (),
            f"{key}-line-item",
            why=why.get("line_item"),
        )
    if layout["layout"] == "wide":
        return content | _by_item(table.columns, "columns", start, why, key, roles)
    if layout["layout"] == "long":
        return content | _one_each(table.columns, start, why, key, roles)
    if layout["layout"] == "periods" and not layout.get("variable"):
        return content
    variables = variables_in(table, layout.get("variable"))
    if content["line_item"]:
        return content | _one_each(variables, start, why, key, roles)
    return content | _by_item(variables, "variables", start, why, key, roles)


def _one_each(
    names: Sequence[str], start: Mapping[str, Any], why: Mapping[str, str], key: str, roles: Sequence[str]
) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for role, cell in zip(roles, st.columns(3), strict=False):
        named = start.get(role)
        with cell:
            content[role] = perhaps_one_of(
                _ROLES[role], names, named if isinstance(named, str) else None, f"{key}-{role}", why=why.get(role)
            )
    return content


def _by_item(
    names: Sequence[str],
    noun: str,
    start: Mapping[str, Any],
    why: Mapping[str, str],
    key: str,
    roles: Sequence[str],
) -> dict[str, Any]:
    """Choose one column or variable per line item for the first role; the others are matched in a table."""
    first, *others = roles
    guessed = {role: dict(found) if isinstance(found := start.get(role), Mapping) else {} for role in roles}
    item_of = {name: item for role in reversed(roles) for item, name in guessed[role].items()}
    chosen = several_of(
        f"{_ROLES[first]} {noun}, one per line item",
        names,
        tuple(guessed[first].values()),
        f"{key}-{first}-columns",
        why=why.get(first),
    )
    rows = pd.DataFrame(
        {
            "item": [item_of.get(name, name) for name in chosen],
            first: chosen,
            **{role: [guessed[role].get(item_of.get(name, name)) for name in chosen] for role in others},
        },
        dtype="string",
    )
    shown = _matched(rows, names, first, others, key) if len(rows) else rows
    items = [str(item).strip() for item in shown["item"]]
    if doubled := sorted({item for item in items if items.count(item) > 1}):
        raise BadInput(
            f"Several line items are called {listed(doubled)}",
            expected="a name of its own per line item was expected",
            remedy="Rename one of them",
        )
    content: dict[str, Any] = {first: dict(zip(items, chosen, strict=True)) or None}
    for role in others:
        pairs = {item: str(name) for item, name in zip(items, shown[role], strict=True) if pd.notna(name) and name}
        content[role] = pairs or None
    return content


def _matched(rows: pd.DataFrame, names: Sequence[str], first: str, others: Sequence[str], key: str) -> pd.DataFrame:
    """Let people rename line items and match further figures to them."""
    with st.popover("Names, exposure and clicks per line item" if others else "Names of the line items"):
        return st.data_editor(
            rows,
            hide_index=True,
            num_rows="fixed",
            disabled=[first],
            key=f"{key}-matched-{fingerprint.short(fingerprint.of_content(rows[first].tolist()))}",
            column_config={
                "item": st.column_config.TextColumn("Line item", required=True),
                first: st.column_config.TextColumn(_ROLES[first]),
                **{role: st.column_config.SelectboxColumn(_ROLES[role], options=list(names)) for role in others},
            },
        )
