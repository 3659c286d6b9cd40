"""Where errors become messages: what was found, where, what was expected, what to do."""

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from mmm_core.errors import NotFound, OwnFault, WorkshopError
from pages.ui.escaping import plain
from pages.ui.state import open_project, problem_once

_log = logging.getLogger("mmm_workshop")


@contextmanager
def boundary() -> Iterator[None]:
    """Show a broken contract as a message; the rest of the page and every other session go on."""
    try:
        yield
    except NotFound as error:
        show_error(error)
        if st.button("Back to the projects", key="back-to-projects"):
            open_project(None)
            st.switch_page("pages/scope/project.py")
    except WorkshopError as error:
        show_error(error)
    except Exception:  # noqa: BLE001  (the last line of defence; it is logged with its number)
        # Streamlit steers reruns and page switches with exceptions that are not `Exception`.
        show_error(_fault())


@contextmanager
def noting_problems() -> Iterator[None]:
    """Keep what goes wrong in a widget's callback for the page that is drawn after it."""
    try:
        yield
    except WorkshopError as error:
        problem_once(error)
    except Exception:  # noqa: BLE001  (as above)
        problem_once(_fault())


def _fault() -> WorkshopError:
    """Log the exception that is being handled under a number, and say so."""
    number = uuid.uuid4().hex[:8]
    _log.exception("page failed, number %s", number)
    return OwnFault(
        f"This page met a fault of its own (number {number})",
        expected="nothing was saved by the last action",
        remedy="Reload the page; if it happens again, send that number with the log of the app",
    )


def show_error(error: WorkshopError) -> None:
    """Show one error."""
    st.error(f"**{plain(error.title)}.** {plain(str(error))}", icon=":material/error:")
