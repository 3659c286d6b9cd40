"""Who takes part in a project, and which of them you are."""

import streamlit as st

from mmm_core.errors import BadInput, WorkshopError
from mmm_core.storage.participants import Participant
from mmm_core.taxonomy.names import comparable
from mmm_core.workflows.participants import (
    ROLES,
    add_participant,
    change_role,
    list_participants,
    remove_participant,
)
from pages.ui.boundary import show_error
from pages.ui.escaping import plain
from pages.ui.state import author, message_once, set_author, storage

_DUTIES = {
    "marketing": "Marketing: owns groups and plan",
    "finance": "Finance: owns totals and risk",
    "analytics": "Analytics: owns model and checks",
    "viewer": "Viewer: looks on",
}


_ENTRY = "author-entry"


def show_people(project: str) -> None:
    """List the participants and let them come, change roles and go."""
    st.subheader("Who takes part?")
    people = list_participants(storage(), project)
    if not people:
        st.caption(
            "Nobody is named yet. Name both sides: groups get owners, and what somebody edits is kept under their name."
        )
    named = author() in [person.name for person in people]
    for person in people:
        _person(project, person, is_named=named)
    who, role_cell, add = st.columns([4, 5, 1], vertical_alignment="bottom")
    name = who.text_input("Name", key=f"person-name-{len(people)}", placeholder="First and last name")
    role = role_cell.selectbox("Role", ROLES, format_func=_DUTIES.__getitem__, key="person-role")
    if add.button("Add", key="person-add", width="stretch"):
        _add(project, name, role)


def role_here(project: str) -> str:
    """Return the role of whoever sits here, "" when they take no part."""
    me = comparable(author())
    people = list_participants(storage(), project)
    return next((person.role for person in people if comparable(person.name) == me), "")


def choose_yourself(project: str) -> None:
    """Choose who you are among the participants, or type a name."""
    people = [person.name for person in list_participants(storage(), project)]
    with st.popover(f"You: {plain(author())}", icon=":material/person:", width="stretch"):
        if people:
            st.pills(
                "You are",
                people,
                default=author() if author() in people else None,
                format_func=plain,
                key=f"author-choice-{author()}",
                on_change=_become,
                args=(f"author-choice-{author()}",),
            )
        st.text_input(
            "Somebody else" if people else "Your name",
            key=_ENTRY,
            help="Your edits are kept under this name.",
            on_change=_become,
            args=(_ENTRY,),
        )


def _become(key: str) -> None:
    """Take the name that was chosen or typed last."""
    name = st.session_state.get(key)
    if name:
        set_author(name)
    if key != _ENTRY:
        st.session_state[_ENTRY] = ""


def _person(project: str, person: Participant, *, is_named: bool) -> None:
    """Show one participant; while nobody said who sits here, each offers to be it."""
    key = f"person-{person.name}"
    who, role_cell, leave = st.columns([4, 5, 1], vertical_alignment="center")
    with who.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(person.name)}**{'  :gray[you]' if person.name == author() else ''}", width="content")
        if not is_named:
            st.button("That is me", key=f"{key}-me", type="tertiary", on_click=set_author, args=(person.name,))
    role = role_cell.selectbox(
        f"Role of {person.name}",
        ROLES,
        index=ROLES.index(person.role),
        format_func=_DUTIES.__getitem__,
        label_visibility="collapsed",
        key=f"{key}-role-{person.role}",
    )
    if role != person.role:
        change_role(storage(), project, person.name, role=role, author=author())
        st.rerun()
    with leave.popover("", icon=":material/person_remove:", type="tertiary", help="Remove", key=f"{key}-leave"):
        _leave(project, person, key)


def _leave(project: str, person: Participant, key: str) -> None:
    """Remove a person; owned groups need another owner, or none on purpose."""
    st.markdown(f"**{plain(person.name)}** leaves; what they did stays in the history.")
    without = st.checkbox("Leave their groups without an owner", key=f"{key}-disown")
    if st.button("Remove", key=f"{key}-remove"):
        try:
            remove_participant(storage(), project, person.name, author=author(), clear_ownership=without)
        except BadInput as error:
            show_error(error)
            return
        message_once(f"{person.name} is removed")
        st.rerun()


def _add(project: str, name: str, role: str) -> None:
    try:
        added = add_participant(storage(), project, name=name, role=role, author=author())
    except WorkshopError as error:
        show_error(error)
        return
    message_once(f"{added.name} takes part")
    st.rerun()
