"""Which group does each line item belong to?"""

from collections.abc import Callable

import streamlit as st

from mmm_core.errors import NotFound, WorkshopError
from pages.ui.boundary import show_error
from pages.ui.caching import revision_of, scoped_of
from pages.ui.journey import next_step
from pages.ui.state import need_project, show_problem
from pages.ui.workbench.consequence import show_consequence
from pages.ui.workbench.exchange import show_exchange
from pages.ui.workbench.groups import show_groups
from pages.ui.workbench.history import show_history
from pages.ui.workbench.line_items import show_line_items
from pages.ui.workbench.look_alikes import show_look_alikes
from pages.ui.workbench.proposals import show_proposals
from pages.ui.workbench.recognition import show_recognition
from pages.ui.workbench.rules import show_rules, show_way_out
from pages.ui.workbench.standing import show_standing, show_way_back
from pages.ui.workbench.suggestions import show_suggestions


def show() -> None:
    """Render the page."""
    project = need_project()
    st.title("Which group does each line item belong to?")
    show_problem()
    revision = revision_of(project)
    try:
        scoped = scoped_of(project, mapping=revision.mapping)
    except NotFound:  # the project is gone: the frame says so and leads back
        raise
    except WorkshopError as error:
        show_error(error)
        with st.container(horizontal=True):
            show_way_back(project, revision)
        show_way_out(project, revision)
        return
    if scoped is None:
        st.info("There is no media file yet. Line items come from your media files.", icon=":material/upload_file:")
        st.page_link("pages/scope/data.py", label="Bring the data", icon=":material/arrow_back:")
        return
    show_standing(scoped)
    show_consequence(project, scoped, revision)
    with st.container(horizontal=True, vertical_alignment="center"):
        show_way_back(project, revision)
        with st.popover("Excel", icon=":material/table:", key="excel"):
            show_exchange(project)
    show_proposals(project, scoped, revision)
    views: dict[str, Callable[[], None]] = {
        "Line items": lambda: show_line_items(project, scoped, revision),
        "Suggestions": lambda: show_suggestions(project, scoped, revision),
        "Look-alikes": lambda: show_look_alikes(project, scoped, revision),
        "Rules": lambda: show_rules(project, scoped, revision),
        "Groups": lambda: show_groups(project, scoped, revision),
        "Recognition": lambda: show_recognition(project, scoped),
        "History": lambda: show_history(project, revision),
    }
    for tab, view in zip(st.tabs(list(views), key="mapping-tabs", on_change="rerun"), views.values(), strict=True):
        if tab.open:  # the others are not computed
            with tab:
                view()
    next_step("Check the numbers", "pages/scope/checks.py")


show()
