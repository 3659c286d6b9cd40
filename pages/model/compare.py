"""Which grouping is known better?"""

from collections.abc import Sequence

import streamlit as st

from mmm_core.documents.comparison_tables import LETTERS
from mmm_core.documents.comparison_words import answer_by_letter
from mmm_core.errors import counted, listed
from mmm_core.storage.opened import Storage
from mmm_core.validation.contrast import SideBySide
from mmm_core.workflows.comparing import (
    CandidateState,
    ask_for_fits,
    ask_for_holdouts,
    candidate_state,
    open_candidates,
)
from mmm_core.workflows.comparison_figures import side_by_side
from mmm_core.workflows.comparisons import Comparison, comparison_choices, current_comparison
from mmm_core.workflows.scoping import Scoped
from mmm_core.workflows.signed_scopes import fit_standing
from pages.ui.boundary import plain
from pages.ui.caching import scoped_of
from pages.ui.comparing.choosing import ASKED, show_add_now, show_choosing
from pages.ui.comparing.shown import show_chart, show_contrasts, show_groups, show_lines, show_parts
from pages.ui.comparing.watching import show_progress_of_all, show_troubles
from pages.ui.journey import next_step
from pages.ui.push_back.found import return_unit
from pages.ui.state import author, crew, need_project, show_problem, storage


def show() -> None:
    """Render the page."""
    project = need_project()
    st.title("Which grouping is known better?")
    show_problem()
    scoped = scoped_of(project)
    if scoped is None or scoped.panel is None:
        st.info(
            "There is no model input yet. As soon as media, an outcome and groups are there, two to six groupings or "
            "specifications can be fitted and put side by side.",
            icon=":material/upload_file:",
        )
        st.page_link("pages/scope/checks.py", label="See what is missing", icon=":material/arrow_back:")
        return
    comparison = current_comparison(storage(), project)
    if comparison.candidates:
        _compared(project, scoped, comparison)
    else:
        _empty(project, scoped, comparison)


def _empty(project: str, scoped: Scoped, comparison: Comparison) -> None:
    st.write(
        "Nothing is compared yet. Choose two to six groupings or specifications: each is fitted and tested on held-out "
        "periods in the background, and what they say is put side by side while you talk about it."
    )
    show_choosing(project, scoped, comparison_choices(storage(), project), comparison, primary=True)


def _compared(project: str, scoped: Scoped, comparison: Comparison) -> None:
    choices = comparison_choices(storage(), project, comparison.candidates)
    opened = open_candidates(
        storage(), project, comparison.candidates, choices, lambda mapping: scoped_of(project, mapping=mapping)
    )
    states = [candidate_state(storage(), project, one) for one in opened]
    if st.session_state.pop(ASKED, False):
        _ask(project, states)
        states = [candidate_state(storage(), project, one) for one in opened]
    running = any(state.is_open for state in states)
    found = _figures(tuple(state.key for state in states), states, storage())
    st.write(_answer(states, found))
    with st.expander("Change what is compared, or try a merge", key="comparison-change"):
        show_choosing(project, scoped, choices, comparison, primary=False)
    show_add_now(project, choices, comparison)
    if running:
        show_progress_of_all(project, opened, states)
    show_troubles(states)
    missing = not running and any(state.lacks_fit or state.lacks_holdout for state in states)
    if missing:
        _offer(states)
    if found.candidates:
        _show(scoped, found, _signed(project, states))
    if not running and not missing:
        next_step("See whether the model can be trusted", "pages/model/validation.py")


def _answer(states: Sequence[CandidateState], found: SideBySide) -> str:
    if len(found.candidates) > 1:
        said = plain(answer_by_letter(found))
        if len(found.candidates) < len(states):
            said += f" So far that is of {len(found.candidates)} of {counted(len(states), 'candidate')}."
        return f"{said} Some of it is provisional." if any(one.provisional for one in found.candidates) else said
    there = f"{len(found.candidates)} of {counted(len(states), 'candidate')}"
    return f"Not to be told yet: {there} {'has' if len(found.candidates) == 1 else 'have'} a fit."


def _signed(project: str, states: Sequence[CandidateState]) -> list[str]:
    """Return the letters of those that were fitted on a scope that all three signed."""
    fits = [state.to_show for state in states if state.opened.ready and state.to_show]
    return [
        letter
        for letter, fit in zip(LETTERS, fits, strict=False)
        if fit_standing(storage(), project, fit).status == "signed"
    ]


def _show(scoped: Scoped, found: SideBySide, signed: Sequence[str]) -> None:
    mark = f"Draft, only the scope of {listed(signed)} signed" if signed else "Draft, scope not signed"
    if len(signed) == len(found.candidates):
        mark = ""
    if any(one.provisional for one in found.candidates):
        mark = "Provisional, full fits follow"
    show_contrasts(found)
    unit = return_unit(scoped)
    show_chart(found, unit, mark)
    lines, groups, parts = st.tabs(["Candidates", "Groups", "In common"], key="comparison-tabs")
    with lines:
        show_lines(found, mark, signed)
    with groups:
        show_groups(found, mark, signed)
    with parts:
        show_parts(found, unit, mark, signed)


def _offer(states: Sequence[CandidateState]) -> None:
    fits, tests = sum(state.lacks_fit for state in states), sum(state.lacks_holdout for state in states)
    said = [f"{counted(fits, 'fit')}"] if fits else []
    said += [f"{counted(tests, 'test')} on held-out periods"] if tests else []
    st.button(
        f"Make what is missing: {' and '.join(said)}",
        type="primary",
        key="compare-missing",
        icon=":material/play_arrow:",
        on_click=lambda: st.session_state.update({ASKED: True}),
    )


def _ask(project: str, states: Sequence[CandidateState]) -> None:
    """Ask for whatever is missing; what is there already costs nothing."""
    for refused in ask_for_fits(crew(), project, states, author=author()):
        st.warning(plain(refused), icon=":material/block:")
    ask_for_holdouts(crew(), states, author=author())


@st.cache_resource(max_entries=8, show_spinner="Putting them side by side")
def _figures(key: tuple[tuple[str, str, str], ...], _states: Sequence[CandidateState], _storage: Storage) -> SideBySide:  # noqa: ARG001  (the key of the cache)
    return side_by_side(_storage, _states)


show()
