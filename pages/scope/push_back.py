"""Which groups can the data tell apart?"""

from collections.abc import Callable

import streamlit as st

from mmm_core.charts.resolution import resolution_chart
from mmm_core.feasibility.answers import ObjectionState
from mmm_core.workflows.push_back import Feasibility
from mmm_core.workflows.scoping import Scoped
from pages.ui.boundary import plain
from pages.ui.caching import revision_of, scoped_of
from pages.ui.drawings import show_drawing
from pages.ui.journey import next_step
from pages.ui.push_back.figures import show_figures, show_pairs
from pages.ui.push_back.found import apart_words, chart_table, feasibility_now, return_unit, states_now, waiting_words
from pages.ui.push_back.objections import show_objections
from pages.ui.push_back.trying import show_trying
from pages.ui.state import need_project, show_problem


def show() -> None:
    """Render the page."""
    project = need_project()
    st.title("Which groups can the data tell apart?")
    show_problem()
    revision = revision_of(project)
    scoped = scoped_of(project, mapping=revision.mapping)
    if scoped is None or scoped.panel is None:
        st.info(
            "There is no model input yet. As soon as media, an outcome and groups are there, this page says what a "
            "model would know of each group, before any is fitted.",
            icon=":material/upload_file:",
        )
        st.page_link("pages/scope/checks.py", label="See what is missing", icon=":material/arrow_back:")
        return
    feasibility, states = feasibility_now(project, scoped), states_now(project, scoped)
    st.write(_answer(feasibility, states))
    _main(scoped, feasibility, states)
    waiting = sum(state.is_open for state in states)
    views: dict[str, Callable[[], None]] = {
        f"Objections ({waiting})" if waiting else "Objections": lambda: show_objections(
            project, scoped, revision.number, states
        ),
        "Try a merge": lambda: show_trying(project, scoped, revision.number, feasibility),
        "Pairs": lambda: show_pairs(feasibility),
        "Figures": lambda: show_figures(feasibility, states),
    }
    for tab, view in zip(st.tabs(list(views), key="push-back-tabs", on_change="rerun"), views.values(), strict=True):
        if tab.open:  # the others are not computed
            with tab:
                view()
    st.page_link(
        "pages/model/compare.py", label="Fit groupings and compare them side by side", icon=":material/compare_arrows:"
    )
    if not waiting:
        next_step("Sign the scope", "pages/scope/sign_off.py")


def _answer(feasibility: Feasibility, states: tuple[ObjectionState, ...]) -> str:
    if feasibility.found is None:
        return f"This cannot be told yet: {plain(feasibility.why_not[:1].lower() + feasibility.why_not[1:])}."
    return f"{apart_words(feasibility)} {waiting_words(states) or 'Nothing waits for an answer.'}"


def _main(scoped: Scoped, feasibility: Feasibility, states: tuple[ObjectionState, ...]) -> None:
    """Show what a model would know of every group."""
    if feasibility.found is None:
        return
    table = chart_table(scoped, feasibility, states)
    show_drawing(resolution_chart(table, unit=return_unit(scoped)), key="resolution")
    rough = [group.group for group in feasibility.found.groups if group.rough]
    note = f" Only a hint for {plain(', '.join(rough))}." if rough else ""
    st.caption(
        f"Predicted in {1000 * feasibility.found.seconds:.0f} ms from your data and the model's choices, without a "
        "fit. "
        "Where it was tried (60 to 208 weeks, up to 12 groups), the ranges of the fits were at most a quarter wider or "
        f"narrower.{note} {plain(feasibility.found.judged_with)}"
    )


show()
