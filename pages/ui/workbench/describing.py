"""Say of a node who owns it, what belongs in it and which colour it has."""

from dataclasses import dataclass

import streamlit as st

from mmm_core.charts.palette import colours_of
from mmm_core.taxonomy.mapping import PATH_SEPARATOR, Mapping, Path
from mmm_core.taxonomy.nodes import Node
from mmm_core.workflows.participants import list_participants
from mmm_core.workflows.scoping import Scoped
from pages.ui.state import storage
from pages.ui.workbench.editing import commit
from pages.ui.workbench.places import choose_node


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """What the form was filled with, and the revision that said so; `turn` names its widgets."""

    path: Path
    node: Node
    colour: str
    number: int
    turn: int


def describe(project: str, scoped: Scoped, number: int) -> None:
    """Let the user describe a group or a node above it."""
    mapping = scoped.mapping
    path = choose_node("Of", mapping.node_paths, "node", placeholder="A group or a node above")
    if path is None:
        return
    begun = _begin(project, mapping, path, number)
    if begun.node != mapping.node(path):
        st.caption("Somebody described it anew meanwhile. What you save is shown beside theirs, to choose from.")
    people = [person.name for person in list_participants(storage(), project)]
    owners = list(dict.fromkeys(["", *people, begun.node.owner]))
    st.selectbox(
        "Owner",
        owners,
        index=owners.index(begun.node.owner),
        format_func=lambda owner: owner or "Nobody yet",
        key=f"node-owner-{begun.turn}",
        help="Who decides about this money. Participants are named on the page Project.",
    )
    description, colour = f"node-description-{begun.turn}", f"node-colour-{begun.turn}"
    st.text_area("What belongs in here", value=begun.node.description, key=description, max_chars=2_000)
    st.color_picker("Colour", value=begun.colour, key=colour, help="In every chart and table.")
    st.button("Save", key="save-node", on_click=_save, args=(project, begun))


def _begin(project: str, mapping: Mapping, path: Path, number: int) -> _Begun:
    """Return what the form holds; it is filled anew when the node changed and nothing was written yet."""
    key, node = _key(project), mapping.node(path)
    begun: _Begun | None = st.session_state.get(key)
    if begun is None or begun.path != path or (node != begun.node and _written(begun) in (begun.node, node)):
        turn = begun.turn + 1 if begun else 0
    elif node == begun.node:
        turn = begun.turn
    else:
        return begun
    colour = begun.colour if begun and turn == begun.turn else colours_of(mapping.leaves, mapping.colours)[path]
    st.session_state[key] = _Begun(path=path, node=node, colour=colour, number=number, turn=turn)
    return st.session_state[key]


def _written(begun: _Begun) -> Node:
    """Return what the form says at this moment, also within a callback."""
    shown = st.session_state
    colour = (shown.get(f"node-colour-{begun.turn}") or begun.colour).lower()
    return Node(
        owner=shown.get(f"node-owner-{begun.turn}", begun.node.owner),
        description=shown.get(f"node-description-{begun.turn}", begun.node.description).strip(),
        colour=begun.node.colour if colour == begun.colour else colour,
    )


def _save(project: str, begun: _Begun) -> None:
    node, message = _written(begun), f"Described {PATH_SEPARATOR.join(begun.path)}"
    if commit(project, begun.number, lambda mapping: mapping.with_node(begun.path, node), message):
        st.session_state[_key(project)] = _Begun(
            path=(), node=begun.node, colour=begun.colour, number=begun.number, turn=begun.turn
        )


def _key(project: str) -> str:
    return f"describing-{project}"
