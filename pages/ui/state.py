"""What a session remembers: ids only. The project lives in the address, everything else in the database."""

import streamlit as st

from mmm_core.errors import WorkshopError
from mmm_core.jobs.crew import Crew, start_crew
from mmm_core.settings import Installation
from mmm_core.storage.opened import Storage, open_storage
from pages.ui.escaping import plain

_PROJECT, _AUTHOR = "project", "author"


def storage() -> Storage:
    """Return the installation's storage, opened once per process."""
    return open_storage(Installation.from_environment())


def crew() -> Crew:
    """Return the background crew, started once per process; its libraries load while people still look around."""
    return start_crew(Installation.from_environment())


def project_id() -> str | None:
    """Return the open project."""
    return st.session_state.get(_PROJECT)


def open_project(identity: str | None) -> None:
    """Make a project the open one, or none."""
    st.session_state[_PROJECT] = identity
    if identity is None:
        st.query_params.pop(_PROJECT, None)
    else:
        st.query_params[_PROJECT] = identity


def keep_project_in_address() -> None:
    """Take the project from the address of a new visit; keep the open one in the address afterwards.

    Within a visit the session decides: a link that was drawn before another project was opened still names the former
    one, and must not lead work into it.
    """
    named = st.query_params.get(_PROJECT)
    if _PROJECT not in st.session_state:
        st.session_state[_PROJECT] = named
    elif named != project_id() and project_id():
        st.query_params[_PROJECT] = project_id()


def need_project() -> str:
    """Return the open project, or say how to open one and end the page."""
    identity = project_id()
    if identity is None:
        st.info("No project is open. Open one, or try the demo client.", icon=":material/folder_open:")
        st.page_link("pages/scope/project.py", label="Go to Project", icon=":material/arrow_back:")
        st.stop()
    return identity


def author() -> str:
    """Return the name under which this session's edits are kept."""
    return st.session_state.get(_AUTHOR) or "Somebody"


def set_author(name: str) -> None:
    """Keep edits of this session under a name."""
    st.session_state[_AUTHOR] = " ".join(name.split())[:60]


def message_once(text: str) -> None:
    """Say something after the rerun that an action causes."""
    st.session_state["message"] = text


def problem_once(error: WorkshopError) -> None:
    """Show an error of a callback on the page that is drawn after it."""
    st.session_state["problem"] = (error.title, str(error))


def show_message() -> None:
    """Show what the last action had to say, once."""
    text = st.session_state.pop("message", None)
    if text:
        st.toast(plain(text), icon=":material/check:")


def show_problem() -> None:
    """Show what went wrong in the last action, once."""
    problem = st.session_state.pop("problem", None)
    if problem:
        title, text = problem
        st.error(f"**{plain(title)}.** {plain(text)}", icon=":material/error:")
