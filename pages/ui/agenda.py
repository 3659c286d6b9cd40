"""What is it for? Planning questions, actions foreseen and data still owed: written on Project, signed on Sign-off."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import streamlit as st

from mmm_core.documents.agenda import Agenda, DataOwed
from mmm_core.errors import EditConflict, counted
from mmm_core.workflows.agenda import AgendaRevision, current_agenda, save_agenda
from pages.ui.boundary import noting_problems
from pages.ui.escaping import plain
from pages.ui.state import author, message_once, storage

_QUESTIONS, _ACTIONS = "agenda-questions", "agenda-actions"
_OWED = ("agenda-owed-what", "agenda-owed-who", "agenda-owed-until")


def show_agenda(project: str) -> None:
    """Show the agenda and let people write it."""
    st.subheader("What is it for?")
    current = current_agenda(storage(), project)
    _read(current.agenda)
    with st.expander("Write it down" if not current.agenda else "Change it"):
        _form(project, current)
        _owed(project, current)


def _read(agenda: Agenda) -> None:
    if not agenda:
        st.caption(
            "Nothing is written down yet. What should the model answer, what will you do with the answer, and which "
            "data are still to come? It becomes part of the scope that you sign."
        )
        return
    for title, entries in (
        ("Planning questions", agenda.questions),
        ("Actions foreseen", agenda.actions),
        ("Data still owed", tuple(one.sentence() for one in agenda.still_owed)),
    ):
        if entries:
            st.markdown(f"**{title}**\n" + "\n".join(f"- {plain(entry)}" for entry in entries))


def _form(project: str, current: AgendaRevision) -> None:
    """Two lists, an entry per line; the keys hold the revision, so that a save shows what was saved."""
    number, agenda = current.number, current.agenda
    for key, entries in ((_QUESTIONS, agenda.questions), (_ACTIONS, agenda.actions)):
        st.session_state.setdefault(f"{key}-{number}", "\n".join(entries))
    with st.form(f"agenda-{number}", border=False):
        left, right = st.columns(2)
        left.text_area(
            "Planning questions, one per line",
            key=f"{_QUESTIONS}-{number}",
            placeholder="Does TV still pay at twice the budget?",
        )
        right.text_area(
            "Actions foreseen, one per line",
            key=f"{_ACTIONS}-{number}",
            placeholder="Move 10 % of search into video in spring",
        )
        st.form_submit_button("Save", key="agenda-save", on_click=_save_lists, args=(project, current))


def _owed(project: str, current: AgendaRevision) -> None:
    """Show data that somebody promised: tick what has come, add, remove."""
    st.markdown("**Data still owed**")
    for place, one in enumerate(current.agenda.owed):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.checkbox(
                plain(replace(one, received=False).sentence()),
                value=one.received,
                key=f"agenda-received-{current.number}-{place}",
                help="Tick it when the data have come.",
                on_change=_edit,
                args=(project, current, _with_owed(current.agenda, place, replace(one, received=not one.received))),
            )
            st.button(
                "",
                key=f"agenda-remove-{current.number}-{place}",
                icon=":material/delete:",
                type="tertiary",
                help="Remove this entry",
                on_click=_edit,
                args=(project, current, _with_owed(current.agenda, place, None)),
            )
    what, who, until, add = st.columns([5, 3, 3, 1], vertical_alignment="bottom")
    what.text_input("What", key=_OWED[0], placeholder="Store visits for 2025")
    who.text_input("Who", key=_OWED[1], placeholder="Name or team")
    until.date_input("Until", value=None, key=_OWED[2], format="YYYY-MM-DD")
    add.button("Add", key="agenda-owed-add", width="stretch", on_click=_add_owed, args=(project, current))


def _with_owed(agenda: Agenda, place: int, owed: DataOwed | None) -> Agenda:
    """Return the agenda with another entry at a place, or without it."""
    kept = [*agenda.owed[:place], *([owed] if owed is not None else []), *agenda.owed[place + 1 :]]
    return replace(agenda, owed=tuple(kept))


def _edit(project: str, seen: AgendaRevision, wanted: Agenda) -> None:
    """Save an agenda that was made on the revision in view."""
    with noting_problems():
        save_agenda(storage(), project, wanted, base_number=seen.number, author=author())
        message_once("Agenda saved")


def _add_owed(project: str, seen: AgendaRevision) -> None:
    what, who, until = (st.session_state.get(key) for key in _OWED)
    with noting_problems():
        day = until.isoformat() if isinstance(until, date) else ""
        owed = DataOwed(what=str(what or ""), who=str(who or ""), until=day)
        wanted = replace(seen.agenda, owed=(*seen.agenda.owed, owed))
        save_agenda(storage(), project, wanted, base_number=seen.number, author=author())
        message_once(f"Noted: {counted(len(wanted.still_owed), 'piece')} of data still owed")
        st.session_state[_OWED[0]] = st.session_state[_OWED[1]] = ""
        st.session_state[_OWED[2]] = None


def _save_lists(project: str, seen: AgendaRevision) -> None:
    """Save both lists; where somebody saved meanwhile, put what was typed on top of theirs and ask once more."""
    typed = {key: str(st.session_state.get(f"{key}-{seen.number}", "")) for key in (_QUESTIONS, _ACTIONS)}
    with noting_problems():
        wanted = replace(seen.agenda, questions=_lines(typed[_QUESTIONS]), actions=_lines(typed[_ACTIONS]))
        try:
            save_agenda(storage(), project, wanted, base_number=seen.number, author=author())
        except EditConflict:
            _keep_typed(current_agenda(storage(), project), seen.agenda, wanted)
            raise
        message_once("Agenda saved")


def _keep_typed(latest: AgendaRevision, base: Agenda, mine: Agenda) -> None:
    """Fill the form of the latest revision with theirs and mine, so that nobody's words are lost."""
    lists: tuple[tuple[str, Callable[[Agenda], tuple[str, ...]]], ...] = (
        (_QUESTIONS, lambda agenda: agenda.questions),
        (_ACTIONS, lambda agenda: agenda.actions),
    )
    for key, entries in lists:
        gone = set(entries(base)) - set(entries(mine))
        theirs = [entry for entry in entries(latest.agenda) if entry not in gone]
        added = [entry for entry in entries(mine) if entry not in entries(base) and entry not in theirs]
        st.session_state[f"{key}-{latest.number}"] = "\n".join([*theirs, *added])


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.splitlines() if line.strip())
