"""Every finding in a list that can be scanned and filtered; one is opened at a time, over the full width."""

from collections.abc import Callable, Sequence

import streamlit as st

from mmm_core.checks.threads import FindingState
from mmm_core.findings import Severity
from mmm_core.workflows.scoping import Scoped
from pages.ui.checking.finding import show_finding
from pages.ui.checking.opened import go, handles, opened
from pages.ui.checking.places import place_in_words
from pages.ui.checking.wording import (
    WEIGHTS,
    holder_in_words,
    kind_in_words,
    shortened,
    standing_in_words,
)
from pages.ui.escaping import plain

PAGE = 20
"""So many rows of a section are shown at once; more on request."""
_ANY = ""
_SETTLED = ("accepted", "waived")
_STANDS: dict[str, Callable[[FindingState], bool]] = {
    "Open": lambda state: state.is_open,
    "Settled": lambda state: state.status in _SETTLED,
    "Not found any more": lambda state: state.status == "gone",
}
_NOBODY = "Nobody"


def show_findings(project: str, scoped: Scoped, states: Sequence[FindingState]) -> None:
    """Show the finding that is opened, or the list."""
    if not states:
        st.success("No finding. The files and the grouping passed every check so far.", icon=":material/check:")
        return
    named, handle = handles(states), opened()
    if handle in named:
        order = [one for _, own in _sections(_filtered(named, _remembered(project))) for one in own]
        show_finding(project, scoped, named[handle], before=_beside(order, handle, -1), after=_beside(order, handle, 1))
        return
    if handle:
        st.info("This finding is not there any more, and nobody said anything about it.", icon=":material/info:")
    shown = _filtered(named, _filters(project, states))
    if not shown:
        st.info("No finding is of this kind.", icon=":material/filter_alt_off:")
        st.button("Show all", key="findings-all", on_click=_forget_filters, args=(project,))
        return
    for title, own in _sections(shown):
        if own:
            _section(scoped, title, {one: shown[one] for one in own})


def _sections(named: dict[str, FindingState]) -> list[tuple[str, list[str]]]:
    """Sort findings: what is open by weight, then what is settled, then what is gone."""
    titles = [words for _, words in WEIGHTS.values()] + [name for name in _STANDS if name != "Open"]
    sections: dict[str, list[str]] = {title: [] for title in titles}
    for handle, state in named.items():
        closed = next((name for name, holds in _STANDS.items() if name != "Open" and holds(state)), "")
        sections[closed or WEIGHTS[state.severity][1]].append(handle)
    return list(sections.items())


def _beside(order: list[str], handle: str, step: int) -> str:
    """Return the finding before or after one, "" at either end."""
    place = order.index(handle) + step if handle in order else -1
    return order[place] if 0 <= place < len(order) else ""


def _section(scoped: Scoped, title: str, own: dict[str, FindingState]) -> None:
    """Show the rows of one section; whoever wants more of a long one asks for more."""
    name = title.lower().replace(" ", "-")
    most = int(st.session_state.get(f"findings-most-{name}", PAGE))
    st.markdown(f"##### {title} :gray[({len(own):,})]")
    with st.container(border=True, key=f"findings-{name}", gap="small"):
        for handle in list(own)[:most]:
            _row(scoped, handle, own[handle])
        if len(own) > most:
            st.button(
                f"Show {min(PAGE, len(own) - most)} more of {len(own):,}",
                key=f"findings-more-{name}",
                type="tertiary",
                icon=":material/expand_more:",
                on_click=_show_more,
                args=(f"findings-most-{name}", most + PAGE),
            )


def _row(scoped: Scoped, handle: str, state: FindingState) -> None:
    mark, weight = WEIGHTS[state.severity]
    where = place_in_words(state.finding, scoped.ground.settings.period) if state.finding is not None else ""
    words = [
        "" if state.is_open else weight.lower(),
        plain(where),
        standing_in_words(state),
        holder_in_words(state),
        f"said: {len(state.entries):,}" if state.entries else "",
    ]
    said, way = st.columns([11, 1], vertical_alignment="center")
    said.markdown(f"{mark} {plain(shortened(state.message))}  \n:gray[{' · '.join(filter(None, words))}]")
    way.button(
        "Open",
        key=f"finding-open-{handle}",
        type="tertiary",
        help=f"{kind_in_words(state.code)}: evidence, remedy and what was said",
        on_click=go,
        args=(handle,),
    )


def _show_more(key: str, most: int) -> None:
    st.session_state[key] = most


def _filters(project: str, states: Sequence[FindingState]) -> dict[str, str]:
    """Ask what to show; what was chosen outlives the look at a finding, which draws no filter."""
    people = sorted({state.assignee for state in states if state.assignee})
    choices = {
        "weight": ("Weight", list(map(str, WEIGHTS))),
        "kind": ("Kind", sorted({state.code for state in states})),
        "stand": ("Stands", list(_STANDS)),
        "holder": ("Who has it", [_NOBODY, *people]),
    }
    chosen = dict(_remembered(project))
    for column, (name, (label, options)) in zip(st.columns(len(choices)), choices.items(), strict=True):
        key = f"findings-{name}"
        if chosen.get(name, _ANY) not in options:
            chosen[name] = _ANY
        st.session_state[key] = chosen[name]
        column.selectbox(
            label,
            [_ANY, *options],
            format_func=lambda option, name=name: _option(name, option, states),
            key=key,
            on_change=_remember,
            args=(project, name, key),
        )
    return chosen


def _option(name: str, option: str, states: Sequence[FindingState]) -> str:
    """Write an option with how many there are."""
    if option == _ANY:
        return f"All ({len(states):,})"
    number = sum(_fits(state, name, option) for state in states)
    words = {"weight": lambda: WEIGHTS[Severity(option)][1], "kind": lambda: kind_in_words(option)}
    return f"{words.get(name, lambda: option)()} ({number:,})"


def _filtered(named: dict[str, FindingState], chosen: dict[str, str]) -> dict[str, FindingState]:
    return {
        handle: state
        for handle, state in named.items()
        if all(_fits(state, name, option) for name, option in chosen.items())
    }


def _fits(state: FindingState, name: str, option: str) -> bool:
    if option == _ANY:
        return True
    if name == "holder":
        return (state.assignee or _NOBODY) == option
    if name == "stand":
        return _STANDS[option](state)
    return option == (str(state.severity) if name == "weight" else state.code)


def _remembered(project: str) -> dict[str, str]:
    chosen: dict[str, str] = st.session_state.get(f"findings-chosen-{project}", {})
    return chosen


def _remember(project: str, name: str, key: str) -> None:
    st.session_state[f"findings-chosen-{project}"] = {**_remembered(project), name: st.session_state[key]}


def _forget_filters(project: str) -> None:
    st.session_state.pop(f"findings-chosen-{project}", None)
