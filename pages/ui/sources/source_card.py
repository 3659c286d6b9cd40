"""One source of the project: what it holds, how it is read, what it held before, and the ways to change that."""

import streamlit as st

from mmm_core import fingerprint
from mmm_core.errors import WorkshopError
from mmm_core.ingest.file_form import FileForm
from mmm_core.ingest.readings import Reading
from mmm_core.ingest.table import RawTable
from mmm_core.settings import ProjectSettings
from mmm_core.storage.sources import Source
from mmm_core.workflows.replacing import bring_back, list_former
from mmm_core.workflows.sources import change_reading, raw_table, reading_of, remove_source
from pages.ui.boundary import show_error
from pages.ui.escaping import plain
from pages.ui.sources.form import chosen_form, in_new_names, show_form
from pages.ui.sources.notes import show_notes
from pages.ui.sources.querying import run_again
from pages.ui.sources.reading import facts_of_source, preview_of_source, reasons_of_source
from pages.ui.sources.roles import choose_roles
from pages.ui.sources.waiting import wait_for
from pages.ui.sources.words import label_of, summary, title_of
from pages.ui.state import author, message_once, storage


def show_source(source: Source, settings: ProjectSettings) -> None:
    """Show a source as a line; everything else is read only when the line is opened."""
    facts = facts_of_source(source)
    unreadable = isinstance(facts, WorkshopError)
    words = "cannot be read any more" if unreadable else summary(facts, settings.currency, reading_of(source))
    line = st.expander(
        f"**{label_of(source)}** :gray[{words}]",
        icon=":material/error:" if unreadable else ":material/description:",
        key=f"source-{source.id}",
        on_change="rerun",
    )
    if not line.open:
        return
    with line:
        if isinstance(facts, WorkshopError):
            show_error(facts)
        else:
            show_notes(facts.findings)
        st.dataframe(preview_of_source(source), hide_index=True, height="content", key=f"preview-{source.id}")
        _roles(source)
        with st.container(horizontal=True):
            _replace(source)
            run_again(source)
            _former(source)
            _remove(source)


def _roles(source: Source) -> None:
    key = f"roles-{source.id}-{fingerprint.short(fingerprint.of_content(source.reading))}"
    start = FileForm.of(source.reading)
    with st.container(border=True):
        st.markdown("**How it is read**")
        table: RawTable | None = None
        try:
            form = chosen_form(start, key)
            table = raw_table(storage(), source, form)
            reading = _chosen(source, table, form, key)
            if reading != reading_of(source) and st.button("Read it this way", key=f"{key}-save", type="primary"):
                change_reading(storage(), source.project_id, source, reading, author=author())
                message_once(f"{source.name} is read anew")
                st.rerun()
        except WorkshopError as error:
            show_error(error)
        show_form(table, start, key)


def _chosen(source: Source, table: RawTable, form: FileForm, key: str) -> Reading:
    """Choose the roles, in another form than before under the names that the columns have now."""
    if form == FileForm.of(source.reading):
        reasons = reasons_of_source(source, table)
        return choose_roles(table, source.kind, source.reading, reasons, key).in_form(form)
    try:
        before = raw_table(storage(), source).columns
    except WorkshopError:  # it could not be read as it was
        before = ()
    key += f"-{fingerprint.short(fingerprint.of_content(form.as_dict()))}"
    return choose_roles(table, source.kind, in_new_names(source.reading, before, table.columns), {}, key).in_form(form)


def _replace(source: Source) -> None:
    """Take a newer file for this very source, whatever it is called."""
    with st.popover("Replace with a newer file", icon=":material/swap_horiz:"):
        st.caption("The difference is shown before anything changes. The groups keep their line items.")
        file = st.file_uploader("Newer file", key=f"newer-{source.id}-{fingerprint.short(source.fingerprint)}")
        if file is not None and st.button("Compare", key=f"compare-{source.id}"):
            wait_for(source.project_id, file.name, file.getvalue(), replaces=source.id)
            st.rerun()


def _former(source: Source) -> None:
    former = list_former(storage(), source)
    if not former:
        return
    with st.popover(f"Former files ({len(former)})", icon=":material/history:"):
        for entry in former:
            when = f"{entry.replaced_at:%d %b %Y %H:%M}"
            st.markdown(f"**{plain(title_of(entry.version))}**, replaced {when} by {plain(entry.author)}")
            if st.button("Bring back", key=f"bring-back-{source.id}-{entry.number}"):
                _bring_back(source, entry.number, title_of(entry.version))


def _bring_back(source: Source, number: int, name: str) -> None:
    try:
        bring_back(storage(), source, number, author=author())
    except WorkshopError as error:
        show_error(error)
        return
    message_once(f"{name} is back")
    st.rerun()


def _remove(source: Source) -> None:
    with st.popover("Remove", icon=":material/delete:", type="tertiary"):
        st.markdown(f"**{label_of(source)}** goes with its former files. Groups and rules stay.")
        if st.button("Remove for good", key=f"remove-{source.id}"):
            remove_source(storage(), source.project_id, source.id, author=author())
            message_once(f"{source.name} is removed")
            st.rerun()
