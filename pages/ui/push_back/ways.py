"""The ways out of an objection, each with what it would bring and its price; the client accepts one."""

import pandas as pd
import streamlit as st

from mmm_core.charts.resolution import NOW, THEN, change_chart
from mmm_core.feasibility.alternatives import Alternative
from mmm_core.feasibility.answers import ObjectionState
from mmm_core.feasibility.objections import Objection
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.workflows.answering import accept_alternative
from mmm_core.workflows.mapping import mapping_revision
from mmm_core.workflows.push_back import ways_out
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.specification import current_specification
from pages.ui.boundary import noting_problems
from pages.ui.drawings import show_drawing
from pages.ui.escaping import plain
from pages.ui.push_back.found import return_unit
from pages.ui.push_back.merging import choose_goal, goal_of
from pages.ui.state import author, message_once, storage

_STATES = {
    "merge": ("As it is", "After the merge"),
    "level": ("As it is", "On the level above"),
    "timing": ("26 more weeks as before", "26 more weeks in turns"),
    "prior": ("As it is", "With the tighter expectation"),
    "alike": ("As it is", "With what the siblings tell"),
    "lift_test": ("As it is", "After the test"),
}


_BESIDE = 2


def show_ways(project: str, scoped: Scoped, number: int, state: ObjectionState, *, may_accept: bool) -> None:
    """Show the alternatives, those that help first; `number` is the revision of the mapping in view."""
    specification = current_specification(storage(), project).specification
    made = _ways(
        scoped.panel_fingerprint,
        scoped.mapping.fingerprint,
        str(specification.structure()),
        state.objection.key,
        scoped,
        specification,
        state.objection,
    )
    if not made:
        return
    helpful = [way for way in made if way.feasible]
    st.markdown("**Ways out, the cheapest first**" if helpful else "**Nothing that was tried helps much**")
    for start in range(0, len(helpful), _BESIDE):
        row = helpful[start : start + _BESIDE]
        for column, way in zip(st.columns(_BESIDE, gap="small"), row, strict=False):
            with column:
                _way(project, scoped, number, state, way, may_accept=may_accept)
    others = [way for way in made if not way.feasible]
    if others:
        with st.expander(f"Tried, and not enough ({len(others)})", key=f"not-enough-{state.objection.key}"):
            for way in others:
                st.markdown(f"**{plain(way.words)}.** {plain(way.why_not)}")
                show_change(scoped, way, key=f"not-enough-{state.objection.key}-{way.key}")


def show_change(scoped: Scoped, way: Alternative, *, key: str) -> None:
    """Draw what is known now beside what would be known."""
    rows = [
        {"name": change.name, "when": when, "q05": found.low, "q50": found.median, "q95": found.high}
        for change in way.widths
        for when, found in ((NOW, change.roi_before), (THEN, change.roi_after))
        if found is not None
    ]
    now, then = _STATES[way.kind]
    show_drawing(change_chart(pd.DataFrame(rows), unit=return_unit(scoped), now=now, then=then), key=key)


def _way(
    project: str, scoped: Scoped, number: int, state: ObjectionState, way: Alternative, *, may_accept: bool
) -> None:
    key = f"{state.objection.key}-{way.key}"
    with st.container(border=True, height="stretch", key=f"way-{key}"):
        st.markdown(f"**{plain(way.words)}**")
        show_change(scoped, way, key=f"change-{key}")
        st.caption(plain(way.price))
        if not may_accept:
            return
        with st.container(horizontal=True, vertical_alignment="bottom"):
            if way.kind == "merge":
                choose_goal(scoped, way.groups, key=f"goal-{key}")
            st.button(
                "Accept",
                key=f"accept-{key}",
                icon=":material/check:",
                on_click=_accept,
                args=(project, scoped, number, state, way, key),
            )


def _accept(project: str, scoped: Scoped, number: int, state: ObjectionState, way: Alternative, key: str) -> None:
    with noting_problems():
        base = mapping_revision(storage(), project, number)
        into = goal_of(scoped, way.groups, key=f"goal-{key}") if way.kind == "merge" else None
        accept_alternative(storage(), project, state, way, base=base, author=author(), into=into)
        done = {
            "merge": f"{' and '.join(way.groups)} are one group now; undo is on the page Mapping",
            "level": "The tree has one level less now; undo is on the page Mapping",
            "prior": "The tighter expectation is in the specification",
            "alike": "That they return alike is in the specification",
        }
        message_once(done.get(way.kind, "Noted among the actions foreseen"))


@st.cache_resource(max_entries=32, show_spinner="Working out what could be done")
def _ways(
    panel: str,  # noqa: ARG001  (the fingerprints are the cache's key)
    mapping: str,  # noqa: ARG001
    structure: str,  # noqa: ARG001
    key: str,  # noqa: ARG001
    _scoped: Scoped,
    _specification: ModelSpecification,
    _objection: Objection,
) -> tuple[Alternative, ...]:
    return ways_out(_scoped, _specification, _objection)
