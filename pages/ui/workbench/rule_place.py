"""Where a rule stands among the others: the first that matches decides."""

import streamlit as st

from mmm_core.taxonomy.mapping import Rule

_AS_IS = -1
"""Last for a new rule, where it stands for one that is changed; stays right when others add rules meanwhile."""


def choose_place(rules: tuple[Rule, ...], edited: int | None, key: str) -> None:
    """Let the user choose the place of a new or changed rule; positions count without the changed one."""
    if len(rules) < (1 if edited is None else 2):
        return
    last = len(rules) if edited is None else len(rules) - 1
    own = last if edited is None else edited
    places = [place for place in range(last + 1) if place != own]
    chosen = f"{key}-place"
    if st.session_state.get(chosen, _AS_IS) not in places:
        st.session_state[chosen] = _AS_IS
    as_is = "Last" if edited is None else "Where it stands"
    st.selectbox(
        "Its place",
        [_AS_IS, *places],
        format_func=lambda place: as_is if place == _AS_IS else _called(place, rules, edited),
        key=chosen,
        help="The first rule that matches a line item decides.",
    )


def place_now(key: str) -> int | None:
    """Return the chosen place at this moment, also within a callback; None for the last, or for where it stands."""
    place: int = st.session_state.get(f"{key}-place", _AS_IS)
    return None if place == _AS_IS else place


def placed(rules: tuple[Rule, ...], rule: Rule, edited: int | None, place: int | None) -> tuple[Rule, ...]:
    """Return the rules with a new or changed one in its place."""
    others = rules if edited is None else rules[:edited] + rules[edited + 1 :]
    own = len(others) if edited is None else edited
    at = own if place is None else min(place, len(others))
    return (*others[:at], rule, *others[at:])


def _called(place: int, rules: tuple[Rule, ...], edited: int | None) -> str:
    numbers = [at + 1 for at in range(len(rules)) if at != edited]
    if place == 0:
        return "First"
    return (
        "Last"
        if place == len(numbers)
        else f"Behind rule {numbers[place - 1]}: {rules[numbers[place - 1] - 1].sentence()}"
    )
