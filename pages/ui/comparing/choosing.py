"""Choose what stands side by side: groupings, specifications, a merge that is only tried."""

from collections.abc import Iterable

import streamlit as st

from mmm_core.errors import BadInput, counted
from mmm_core.storage.revisions import RevisionNote
from mmm_core.workflows.comparisons import (
    FEWEST,
    MOST,
    Candidate,
    Choices,
    Comparison,
    compare_merge,
    save_comparison,
)
from mmm_core.workflows.scoping import Scoped
from pages.ui.boundary import noting_problems
from pages.ui.escaping import plain
from pages.ui.push_back.merging import choose_goal, goal_of
from pages.ui.state import author, storage

ASKED = "comparison-asked"
"""Set in the session by a click that wants fits; the page asks for them once and takes it out."""
_MOST_OFFERED = 60


def show_choosing(project: str, choices: Choices, comparison: Comparison, *, primary: bool) -> None:
    """Offer groupings under the present specification, or under an earlier one; what is chosen stays."""
    key = f"compare-candidates-{comparison.number}"  # somebody else's choice starts the field anew
    specifications, now = _specifications(choices), choices.now.specification_number
    specification = now
    if len(specifications) > 1:
        specification = st.selectbox(
            "Offer groupings with the specification",
            list(specifications),
            format_func=specifications.__getitem__,
            key=f"compare-specification-{comparison.number}",
            help="What is chosen below keeps the specification that it was chosen with.",
        )
    kept = [*comparison.candidates, *st.session_state.get(key, ())]
    offered = _offered(choices, kept, specification)
    chosen = st.multiselect(
        "Candidates, the one to hold the others against first",
        list(offered),
        default=list(comparison.candidates or tuple(offered)[:FEWEST]),
        format_func=offered.__getitem__,
        key=key,
        max_selections=MOST,
        placeholder="The mapping as it is now, an earlier revision, a proposal that waits",
    )
    fits = len(chosen) >= FEWEST
    if not fits:
        st.caption(f"{counted(len(chosen), 'candidate')}: choose {FEWEST} to {MOST}.")
    st.button(
        f"Compare these {len(chosen)}" if fits else "Compare",
        type="primary" if primary else "secondary",
        key="compare",
        icon=":material/compare_arrows:",
        disabled=not fits,
        on_click=_compare,
        args=(project, tuple(chosen), comparison),
        help="What is fitted already costs nothing; the rest is fitted and tested in the background.",
    )


def show_merging(project: str, scoped: Scoped, comparison: Comparison) -> None:
    """Offer to compare a merge that nobody has saved; it waits as a proposal until somebody takes it over."""
    if scoped.panel is None or len(scoped.panel.groups) < FEWEST:
        return
    with st.popover("Compare a merge", icon=":material/merge:"):
        st.caption("The mapping stays as it is; the merge waits as a proposal on the page Mapping.")
        chosen = st.pills(
            "These groups as one",
            list(scoped.panel.groups),
            selection_mode="multi",
            format_func=plain,
            key="compare-merge-groups",
        )
        groups = tuple(group for group in scoped.panel.groups if group in chosen)
        if len(groups) < FEWEST:
            return
        key = f"compare-goal-{'-'.join(str(scoped.panel.groups.index(group)) for group in groups)}"
        choose_goal(scoped, groups, key=key)
        st.button(
            "Compare it",
            key="compare-merge",
            icon=":material/compare_arrows:",
            on_click=_compare_merge,
            args=(project, scoped, groups, key, comparison),
        )


def show_add_now(project: str, choices: Choices, comparison: Comparison) -> None:
    """Say so when the project has gone on since, and offer to compare it too."""
    if choices.now in comparison.candidates or len(comparison.candidates) >= MOST:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Mapping or specification have changed since this was put together.")
        st.button(
            "Add it as it is now",
            key="compare-now",
            type="tertiary",
            icon=":material/add:",
            on_click=_compare,
            args=(project, (*comparison.candidates, choices.now), comparison),
        )


def _compare(project: str, candidates: tuple[Candidate, ...], comparison: Comparison) -> None:
    with noting_problems():
        save_comparison(storage(), project, candidates, base=comparison, author=author())
        st.session_state[ASKED] = True


def _compare_merge(project: str, scoped: Scoped, groups: tuple[str, ...], key: str, comparison: Comparison) -> None:
    with noting_problems():
        into = goal_of(scoped, groups, key=key)
        paths = [path for path in scoped.mapping.leaves if path[-1] in groups]
        if len(paths) != len(groups):
            raise BadInput("The groups have changed since they were chosen", remedy="Choose again")
        compare_merge(storage(), project, paths, into, base=comparison, author=author())
        st.session_state[ASKED] = True
        st.session_state["compare-merge-groups"] = []


def _offered(choices: Choices, kept: Iterable[Candidate], specification: int) -> dict[Candidate, str]:
    """Return what can be chosen with its name: as it is now, proposals, revisions from the newest on, what is kept."""
    present = choices.now.mapping_number
    found = [
        Candidate(mapping_number=present, specification_number=specification),
        *(
            Candidate(mapping_number=one.base_number, proposal_id=one.id, specification_number=specification)
            for one in choices.proposals
        ),
        *(
            Candidate(mapping_number=note.number, specification_number=specification)
            for note in choices.mappings[:_MOST_OFFERED]
        ),
        *kept,
    ]
    named: dict[Candidate, str] = {}
    for candidate in dict.fromkeys(found):
        name = choices.name(candidate)
        alike = sum(taken == name or taken.startswith(f"{name} (") for taken in named.values())
        named[candidate] = f"{name} ({alike + 1})" if alike else name
    return named


def _specifications(choices: Choices) -> dict[int, str]:
    notes: dict[int, RevisionNote] = {note.number: note for note in choices.specifications}
    now = choices.now.specification_number
    return {number: _specification(number, now, notes.get(number)) for number in dict.fromkeys([now, *notes, 0])}


def _specification(number: int, now: int, note: RevisionNote | None) -> str:
    if number == now:
        return "As it is now"
    if note is None:
        return "The default, before anybody changed it"
    said = f": {note.message}" if note.message else f", {note.created_at:%d %b %Y %H:%M} by {note.author}"
    return f"Revision {number}{said}"
