"""Save an edit of the mapping and say so; a conflict is shown and nothing is overwritten."""

from collections.abc import Callable

import streamlit as st

from mmm_core.errors import WorkshopError
from mmm_core.taxonomy.mapping import Mapping
from mmm_core.workflows.mapping import MappingRevision, edit_mapping
from pages.ui.boundary import show_error
from pages.ui.state import author, message_once, storage


def save_edit(project: str, revision: MappingRevision, edit: Callable[[Mapping], Mapping], message: str) -> None:
    """Apply an edit to the revision that the page shows, then render the page anew."""
    try:
        edit_mapping(storage(), project, edit, base=revision, author=author(), message=message)
    except WorkshopError as error:
        show_error(error)
        return
    message_once(message)
    st.rerun()
