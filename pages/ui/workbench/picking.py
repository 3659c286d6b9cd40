"""What is ticked in the table of line items, by id, and the revision that was in view when the ticking began."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd
import streamlit as st


@dataclass(slots=True, kw_only=True)
class Picking:
    """Ids only: what `table` shows, what is ticked in it and what a filter hides; `number`: where the ticking began."""

    turn: int = 0
    table: str = ""
    shown: list[str] = field(default_factory=list)
    picked: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    number: int | None = None


def turn_of(project: str) -> int:
    """Return a number that changes when a selection is done with."""
    return _picking(project).turn


def rows_to_tick(project: str, table: str, shown: pd.Index) -> list[int]:
    """Return the rows to be ticked when a table appears: those of the ticked line items that it shows.

    They stay the same for as long as the table does; what is ticked in it afterwards is its own.
    """
    picking = _picking(project)
    if picking.table != table or table not in st.session_state:
        at = shown.get_indexer(pd.Index([*picking.picked, *picking.aside], dtype=object))
        picking.start = sorted(int(row) for row in at if row >= 0)
    return picking.start


def ticked_before(project: str, latest: int) -> list[str]:
    """Return what was ticked before somebody else saved: it stays in view, even where it passes the filter no more."""
    picking = _picking(project)
    return picking.picked if picking.number not in (None, latest) else []


def keep_picked(project: str, table: str, shown: list[str], picked: list[str]) -> None:
    """Remember what a table shows and what is ticked in it; what it does not show is put aside."""
    picking = _picking(project)
    if picking.table != table:
        here = set(shown)
        ticked = dict.fromkeys([*picking.picked, *picking.aside])
        picking.aside = [item for item in ticked if item not in here]
    picking.table, picking.shown, picking.picked = table, shown, picked


def aside(project: str) -> int:
    """Return how many ticked line items the filter hides; they are part of no action until they are seen again."""
    return len(_picking(project).aside)


def untick(project: str) -> None:
    """Untick what the table shows; a callback."""
    _picking(project).picked = []


def base_of(project: str, latest: int, chosen: Sequence[str] | pd.DataFrame) -> int:
    """Return the revision that was in view when the first of these line items was ticked."""
    picking = _picking(project)
    if not len(chosen):
        picking.number = None
    elif picking.number is None:
        picking.number = latest
    return latest if picking.number is None else picking.number


def picked_now(project: str) -> list[str]:
    """Return the ids that are ticked at this moment, also within a callback."""
    picking = _picking(project)
    rows = st.session_state[picking.table]["selection"]["rows"] if picking.table else []
    return [picking.shown[row] for row in rows]


def done(project: str) -> None:
    """Forget the selection, since its edit is saved or kept; a callback."""
    picking = _picking(project)
    st.session_state[f"picking-{project}"] = Picking(turn=picking.turn + 1)


def saved(project: str, number: int) -> None:
    """Note that this session itself has saved revision `number`: a selection under way has it in view."""
    picking = _picking(project)
    if picking.number is not None:
        picking.number = number


def _picking(project: str) -> Picking:
    picking: Picking = st.session_state.setdefault(f"picking-{project}", Picking())
    return picking
