"""A specification that is being changed: what it started from, what is chosen so far, saving and starting over.

The fields start from one revision. When somebody else saves another one meanwhile, a visitor who has changed nothing
moves on to it, and one who has is told.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from mmm_core.errors import BadInput, WorkshopError
from mmm_core.modeling.choice_words import in_labels
from mmm_core.modeling.specification import ModelSpecification
from mmm_core.workflows.specification import (
    SpecificationRevision,
    current_specification,
    save_specification,
    specification_changes,
    specification_revision,
)
from pages.ui.boundary import show_error
from pages.ui.escaping import plain
from pages.ui.state import author, message_once, storage

PREFIX = "spec-"
"""Of the keys of all fields of the page."""
_BASE, _TOUCHED, _SEEN = "specifying-base", "specifying-touched", "specifying-seen"
_NAMED = 4
"""Changes that are named before the others are counted."""
_ROUND = "specifying-round"
"""How often people started over: the browser keeps what a field of a name shows, so each round has names of its own."""


def field(name: str) -> str:
    """Return the key of a field in this round."""
    number = st.session_state.get(_ROUND, 0)
    return f"{PREFIX}{name}-{number}" if number else f"{PREFIX}{name}"


def table_field(name: str) -> str:
    """Return the key of a table, whose edits belong to the revision that it was filled from."""
    return f"{field(name)}-of-{st.session_state[_BASE][1]}"


def open_base(project: str) -> SpecificationRevision:
    """Return the revision that the fields start from."""
    latest = current_specification(storage(), project)
    known = st.session_state.get(_BASE)
    if known == (project, latest.number) and not (is_changed() and not _fields()):
        return latest
    if known is not None and known[0] == project and _fields() and (is_changed() or _acted()):
        return specification_revision(storage(), project, known[1])
    if known is not None and known[0] == project and is_changed() and not _fields():
        st.info("What you had chosen and not saved was dropped when you left the page.", icon=":material/info:")
    start_over()
    st.session_state[_BASE] = (project, latest.number)
    return latest


def start_over() -> None:
    """Forget what was chosen; the fields start from the latest revision."""
    if _fields():
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    for key in _fields():
        del st.session_state[key]
    st.session_state[_TOUCHED] = False
    st.session_state.pop(_BASE, None)


def note_fields() -> None:
    """Remember what the fields show at the end of a run, so that the next one knows whether somebody changed them."""
    st.session_state[_SEEN] = _fields()


def _acted() -> bool:
    """Tell whether this run follows from a change of a field; fields are gone after a visit to another page."""
    now = _fields()
    return bool(now) and now != st.session_state.get(_SEEN)


def _fields() -> dict[str, Any]:
    return {str(key): value for key, value in st.session_state.items() if str(key).startswith(PREFIX)}


def drafted(
    base: SpecificationRevision, *parts: tuple[Any, Callable[[], Mapping[str, Any]]]
) -> ModelSpecification | None:
    """Show the fields and return the specification with what they say, None after saying why there cannot be one.

    Parameters
    ----------
    parts : pairs of (tab, function)
        The function shows fields in the tab and returns the choices.
    """
    chosen: dict[str, Any] = {}
    wrong: list[WorkshopError] = []
    for tab, choose in parts:
        with tab:
            try:
                chosen |= choose()
            except WorkshopError as error:
                wrong.append(error)
    wanted = {**base.specification.as_dict(), **chosen}
    try:
        found = ModelSpecification.from_dict(wanted)
    except BadInput as error:
        wrong.append(in_labels(error, wanted))
    for error in wrong:
        show_error(error)
    st.session_state[_TOUCHED] = bool(wrong) or found != base.specification
    return None if wrong else found


def is_changed() -> bool:
    """Tell whether there are choices that are not saved."""
    return bool(st.session_state.get(_TOUCHED))


def show_saving(project: str, base: SpecificationRevision, draft: ModelSpecification | None) -> None:
    """Say what is not saved yet, and save it."""
    changed = draft is not None and draft != base.specification
    latest = current_specification(storage(), project).number
    if changed and latest != base.number:
        st.warning(
            f"Somebody saved specification revision {latest} while you were choosing. What you save now would undo "
            "that, so it is refused: note your choices, start over, and choose again.",
            icon=":material/warning:",
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button("Save", key="save-specification", disabled=draft is None)
        if pressed and draft is not None and _save(project, base, draft):
            message_once("Specification saved")
            st.rerun()
        if changed or draft is None:
            # At the click: a run that another one overtakes may never come to a button this far down.
            st.button("Start over", key="drop-specification", on_click=start_over)
        if draft is not None and changed:
            st.caption(f"Not saved: {plain(_first(specification_changes(base.specification, draft)))}.")


def _first(changes: Sequence[str]) -> str:
    """Name the first changes; they hold commas of their own."""
    more = [f"and {len(changes) - _NAMED} more"] if len(changes) > _NAMED else []
    return "; ".join([*changes[:_NAMED], *more])


def _save(project: str, base: SpecificationRevision, draft: ModelSpecification) -> bool:
    try:
        saved = save_specification(storage(), project, draft, base=base, author=author())
    except WorkshopError as error:
        show_error(error)
        return False
    # The fields show what was saved: they stay, and their changes count from here.
    st.session_state[_BASE], st.session_state[_TOUCHED] = (project, saved.number), False
    return True


def go_on(project: str, base: SpecificationRevision, draft: ModelSpecification | None) -> None:
    """Offer the way on, saving on the way."""
    st.divider()
    changed = draft is not None and draft != base.specification
    pressed = st.button(
        "Save and go to Fit" if changed else "Go to Fit",
        type="primary",
        key="next-step",
        icon=":material/arrow_forward:",
        disabled=draft is None,
    )
    if pressed and draft is not None and (not changed or _save(project, base, draft)):
        st.switch_page("pages/model/fit.py", query_params={"project": project})
