"""Choose what stands side by side: groupings, specifications, a merge that is only tried."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import streamlit as st

from mmm_core.errors import BadInput, counted
from mmm_core.workflows.candidates import AS_IT_IS_NOW, Candidate, Choices
from mmm_core.workflows.comparisons import (
    FEWEST,
    MOST,
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
_WIDE = 520
"""Pixels: room for the names of revisions."""
_NEWEST = 6
"""Earlier mappings, and earlier specifications, that are offered at once."""


def show_choosing(project: str, scoped: Scoped, choices: Choices, comparison: Comparison, *, primary: bool) -> None:
    """Offer groupings and specifications in one short list; any other combination, and a merge, beside it."""
    key = f"compare-candidates-{comparison.number}"  # somebody else's choice starts the field anew
    offered = _offered(choices, [*comparison.candidates, *st.session_state.get(key, ())])
    chosen = st.multiselect(
        "What to compare; the others are held against the first",
        offered,
        default=list(comparison.candidates or _to_begin_with(choices, offered)),
        format_func=choices.name,
        key=key,
        max_selections=MOST,
        select_all=False,
        placeholder="The project as it is now, a proposal, an earlier mapping or specification",
        help="As it is now, proposals that wait, the newest mappings, the newest specifications on the present "
        "mapping. Whatever is older, or combines the two, is under Another combination.",
    )
    fits = len(chosen) >= FEWEST
    if not fits:
        st.caption(f"{counted(len(chosen), 'candidate')}: choose {FEWEST} to {MOST}, or compare a merge of groups.")
    with st.container(horizontal=True):
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
        _show_combining(choices, key, offered, full=len(chosen) >= MOST)
        _show_merging(project, scoped, comparison)


def _show_combining(choices: Choices, key: str, offered: Sequence[Candidate], *, full: bool) -> None:
    """Offer any grouping with any specification, for what the short list leaves out."""
    groupings, specifications = _groupings(choices), list(choices.specifications)
    combined = {replace(one, specification_number=number) for one in groupings for number in specifications}
    if combined <= set(offered):
        return
    with st.popover("Another combination", icon=":material/tune:"), st.container(width=_WIDE):
        present = choices.now.mapping_number
        grouping = st.selectbox(
            "Mapping",
            groupings,
            format_func=lambda one: (
                AS_IT_IS_NOW if one == Candidate(mapping_number=present) else choices.grouping_name(one)
            ),
            key=f"{key}-mapping",
        )
        number = st.selectbox(
            "Specification",
            specifications,
            format_func=lambda one: (
                AS_IT_IS_NOW if one == choices.now.specification_number else choices.specification_name(one)
            ),
            key=f"{key}-specification",
        )
        added = replace(grouping, specification_number=number)
        there = added in st.session_state.get(key, ())
        if full or there:
            st.caption("It is among them already." if there else f"{MOST} are chosen: take one out first.")
        st.button(
            "Add it",
            key="compare-add",
            icon=":material/add:",
            disabled=full or there,
            on_click=lambda: st.session_state.update({key: [*st.session_state.get(key, ()), added]}),
        )


def _show_merging(project: str, scoped: Scoped, comparison: Comparison) -> None:
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


def _offered(choices: Choices, kept: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Return what can be chosen at once: as it is now, proposals, the newest of both kinds, and what is kept."""
    now = choices.now
    groupings = [replace(one, specification_number=now.specification_number) for one in _groupings(choices)]
    waiting = [one for one in groupings if one.proposal_id]
    earlier = [one for one in groupings if not one.proposal_id and one != now]
    others = [replace(now, specification_number=number) for number, said in choices.specifications.items() if said]
    return tuple(dict.fromkeys([now, *waiting, *earlier[:_NEWEST], *others[:_NEWEST], *kept]))


def _to_begin_with(choices: Choices, offered: Sequence[Candidate]) -> Sequence[Candidate]:
    """Return the two that are most likely meant; nobody ever chose the default specification."""
    saved = [one for one in offered if one.specification_number or one == choices.now]
    return saved[:FEWEST]


def _groupings(choices: Choices) -> list[Candidate]:
    """Return every grouping: that of now first, then proposals and earlier revisions."""
    return [
        Candidate(mapping_number=choices.now.mapping_number),
        *(Candidate(mapping_number=one.base_number, proposal_id=one.id) for one in choices.proposals),
        *(Candidate(mapping_number=note.number) for note in choices.mappings[1:]),
    ]
