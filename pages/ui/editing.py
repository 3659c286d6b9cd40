"""Save an edit and say so; an edit made on what somebody else has changed meanwhile is refused, nothing is lost."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from mmm_core.errors import WorkshopError
from mmm_core.taxonomy.mapping import Mapping
from mmm_core.workflows.mapping import MappingRevision, edit_mapping, restore_mapping, undo_mapping
from pages.ui.boundary import show_error
from pages.ui.state import author, message_once, storage

_SHOWN, _ACTED_ON = "revisions-shown", "revisions-acted-on"


def note_shown(what: str, project: str, number: int) -> None:
    """Remember which revision this run shows; to be called once per run, before anything is saved.

    A click runs the page anew, with the latest revision; what the user had in view was the revision of the run before.
    """
    shown, acted_on = (st.session_state.setdefault(name, {}) for name in (_SHOWN, _ACTED_ON))
    acted_on[what, project] = shown.get((what, project), number)
    shown[what, project] = number


def number_acted_on(what: str, project: str) -> int:
    """Return the number of the revision that the user had in view when acting."""
    number: int = st.session_state[_ACTED_ON][what, project]
    return number


def save_edit(project: str, revision: MappingRevision, edit: Callable[[Mapping], Mapping], message: str) -> None:
    """Apply an edit to the revision that the user had in view, then render the page anew."""
    base = _base(project, revision)
    _save(lambda: edit_mapping(storage(), project, edit, base=base, author=author(), message=message), message)


def bring_back(project: str, revision: MappingRevision, number: int, message: str) -> None:
    """Make an earlier revision the latest, then render the page anew."""
    base = _base(project, revision)
    _save(lambda: restore_mapping(storage(), project, number, base=base, author=author()), message)


def take_back(project: str, revision: MappingRevision) -> None:
    """Undo the last edit that is not undone yet, then render the page anew."""
    base = _base(project, revision)
    _save(lambda: undo_mapping(storage(), project, base=base, author=author()), "Undone")


def _base(project: str, revision: MappingRevision) -> MappingRevision:
    return replace(revision, number=number_acted_on("mapping", project))


def _save(save: Callable[[], MappingRevision], message: str) -> None:
    try:
        save()
    except WorkshopError as error:
        show_error(error)
        return
    message_once(message)
    st.rerun()
