"""What people expect of groups, in business words, for whole branches of their tree or single groups."""

from typing import Any

import pandas as pd
import streamlit as st

from mmm_core.modeling.choice_words import LABELS, PART_LABELS, refuse_range
from mmm_core.modeling.choices import Alike, Expectation, range_text, read_range
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.modeling.wording import expectation_words
from mmm_core.workflows.modelled import paths_of
from mmm_core.workflows.scoping import Scoped
from pages.ui.specifying.draft import table_field

_FACTOR = {"roi": 1, "half_life": 1, "reached": 100}
"""From the model's units to those that people type."""
_INDENT = "\N{EM SPACE}\N{EM SPACE}"


def choose_expectations(spec: ModelSpecification, scoped: Scoped | None, *, unit: str) -> dict[str, Any]:
    """Show a row per node of the tree and return what the rows say."""
    paths = paths_of(scoped) if scoped is not None else {}
    if scoped is None or not paths:
        st.info("There are no groups yet; expectations are about groups.", icon=":material/account_tree:")
        return {}
    st.caption(
        "A range that holds the truth in 9 of 10 cases. What is said of a branch holds for every group in it that says "
        "nothing of its own; an empty field leaves the model's default. A branch that returns alike lets groups with "
        "few data learn from their siblings."
    )
    nodes = _nodes(list(paths.values()))
    edited = st.data_editor(
        _table(spec, nodes),
        hide_index=True,
        height=min(740, 38 + 35 * len(nodes)),
        key=table_field("expectations"),
        disabled=["node", "holds"],
        column_config=_columns(unit, scoped.ground.settings.currency),
    )
    return _said(spec, nodes, edited)


def _nodes(paths: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """List every node above or at a group, each branch before what is in it, in the client's order."""
    seen = list(dict.fromkeys(path[:depth] for path in paths for depth in range(1, len(path) + 1)))
    first = {node: at for at, node in enumerate(seen)}
    return sorted(seen, key=lambda node: [first[node[:depth]] for depth in range(1, len(node) + 1)])


def _table(spec: ModelSpecification, nodes: list[tuple[str, ...]]) -> pd.DataFrame:
    said = {one.place: one for one in spec.expectations}
    alike = {one.place for one in spec.alike}
    # Nodes are asked like groups; a group that is named without its path is asked by its name.
    inherited = spec.for_tree({_asked(node, nodes): node for node in nodes})
    rows = []
    for node in nodes:
        own = said.get(node) or said.get(_short(node, nodes)) or Expectation(place=node)
        parts = {part: range_text(tuple(_FACTOR[part] * end for end in getattr(own, part))) for part in _FACTOR}
        holds = "; ".join(expectation_words(inherited.expectation_of(_asked(node, nodes))))
        named = {"node": _INDENT * (len(node) - 1) + node[-1]}
        rows.append({**named, **parts, "alike": node in alike, "holds": holds or "the model's default"})
    return pd.DataFrame(rows)


def _short(node: tuple[str, ...], nodes: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the name of a group without its path, where it can mean nothing else; the whole path otherwise."""
    is_group = not any(other[: len(node)] == node and other != node for other in nodes)
    return node[-1:] if is_group and node[-1:] not in nodes else node


def _asked(node: tuple[str, ...], nodes: list[tuple[str, ...]]) -> str:
    short = _short(node, nodes)
    return short[0] if len(short) == 1 else " / ".join(node)


def _columns(unit: str, currency: str) -> dict[str, Any]:
    return {
        "node": st.column_config.TextColumn("Node", pinned=True, width=185),
        "roi": st.column_config.TextColumn(
            f"{PART_LABELS['roi']}, {unit} per {currency}", width=150, help="For instance: 1 to 3"
        ),
        "half_life": st.column_config.TextColumn(
            f"{PART_LABELS['half_life']}, weeks",
            width=205,
            help="How long the effect carries over. For instance: 1 to 2",
        ),
        "reached": st.column_config.TextColumn(
            f"{PART_LABELS['reached']}, %",
            width=190,
            help="Percent of the full effect: how near to saturation it is. For instance: 20 to 50",
        ),
        "alike": st.column_config.CheckboxColumn(
            LABELS["alike"],
            width=120,
            help="The groups of this branch share a prior: four fifths of what is unknown is common.",
        ),
        "holds": st.column_config.TextColumn(
            "What holds", width=150, help="As it was saved, with what comes from branches above."
        ),
    }


def _said(spec: ModelSpecification, nodes: list[tuple[str, ...]], edited: pd.DataFrame) -> dict[str, Any]:
    expectations, alike = [], []
    known = {one.place: one for one in spec.expectations}
    likeness = {one.place: one for one in spec.alike}
    for node, row in zip(nodes, edited.fillna("").to_dict("records"), strict=True):
        ranges = {part: read_range(str(row[part] or ""), where=" / ".join(node)) for part in _FACTOR}
        said = {part: [round(end / _FACTOR[part], 9) for end in ends] for part, ends in ranges.items() if ends}
        was = known.get(node) or known.get(_short(node, nodes))
        if said:
            for part, ends in said.items():
                refuse_range(part, tuple(ends), text=str(row[part]).strip(), where=" / ".join(node))
            place = was.place if was is not None else node
            source = {"source": was.source} if was is not None and was.source else {}
            expectations.append({"place": list(place), **said, **source})
        if row["alike"]:
            alike.append(likeness.get(node, Alike(place=node)).as_dict())
    here = {*nodes, *(_short(node, nodes) for node in nodes)}
    expectations += [one.as_dict() for one in spec.expectations if one.place not in here]
    alike += [one.as_dict() for one in spec.alike if one.place not in set(nodes)]
    return {"expectations": expectations, "alike": alike}
