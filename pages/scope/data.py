"""What did you bring?"""

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mmm_core import fingerprint
from mmm_core.errors import WorkshopError, counted
from mmm_core.ingest.guess import guess
from mmm_core.schema import KpiTable, MediaTable
from mmm_core.settings import ProjectSettings
from mmm_core.storage.sources import Source, SourceKind
from mmm_core.workflows.projects import get_project
from mmm_core.workflows.sources import (
    Table,
    add_source,
    change_reading,
    inspect_upload,
    list_sources,
    raw_table,
    reading_of,
    remove_source,
    require_usable,
    type_table,
)
from pages.ui.boundary import plain, show_error
from pages.ui.caching import ground_of
from pages.ui.journey import next_step
from pages.ui.numbers import money
from pages.ui.roles import KINDS, choose_kind, choose_roles, reading_of_kind
from pages.ui.state import author, message_once, need_project, storage

_ROUND, _TAKEN = "upload-round", "upload-taken"


def show() -> None:
    """Render the page."""
    project = need_project()
    settings = get_project(storage(), project).settings
    sources = list_sources(storage(), project)
    st.title("What did you bring?")
    st.write(_answer(sources))
    if sources:
        try:
            ground_of(project)
        except WorkshopError as error:
            show_error(error)
    _uploads(project, settings)
    for kind, label in KINDS.items():
        own = [source for source in sources if source.kind == kind]
        if own:
            st.subheader(label)
        for source in own:
            _source(project, source, settings)
    if {"media", "kpi"} <= {source.kind for source in sources}:
        next_step("Group the line items", "pages/scope/mapping.py")


def _answer(sources: tuple[Source, ...]) -> str:
    if not sources:
        return (
            "Nothing yet. Bring your media files as they are (platform exports, the agency's plan, offline costs), one "
            "file with the outcome such as revenue, and what else moved it: price, promotion, weather."
        )
    counts = {kind: sum(source.kind == kind for source in sources) for kind in KINDS}
    kpi = "the outcome" if counts["kpi"] else "**no outcome yet**"
    return f"{_files(counts['media'])} with media, {kpi}, and {_files(counts['controls'])} with controls."


def _files(number: int) -> str:
    return f"{number} file{'' if number == 1 else 's'}"


def _uploads(project: str, settings: ProjectSettings) -> None:
    turn = st.session_state.setdefault(_ROUND, 0)
    files = st.file_uploader(
        "Add files: CSV, Excel (.xlsx) or Parquet, up to 50 MB each",
        accept_multiple_files=True,
        key=f"upload-{turn}",
    )
    taken = st.session_state.setdefault(_TAKEN, set())
    # One card per content: the same file dropped twice is one file.
    waiting = {file.getvalue(): file for file in files or [] if file.file_id not in taken}
    for file in waiting.values():
        content = file.getvalue()
        with st.container(border=True):
            st.markdown(f"**{plain(file.name)}**")
            try:
                if _upload(project, settings, file.name, content):
                    _after(file, last=len(waiting) == 1)
            except WorkshopError as error:
                show_error(error)


def _after(file: UploadedFile, *, last: bool) -> None:
    """Go on with the files that wait; the last one leaves an empty uploader."""
    taken = st.session_state[_TAKEN]
    taken.add(file.file_id)
    if last:
        taken.clear()
        st.session_state[_ROUND] += 1
    message_once(f"{file.name} is added")
    st.rerun()


def _upload(project: str, settings: ProjectSettings, name: str, content: bytes) -> bool:
    """Show what was understood of a file; True when it was added."""
    key = f"new-{fingerprint.short(fingerprint.of_bytes(content))}"
    sheet = st.session_state.get(f"{key}-sheet")
    first = _inspected(content, name, sheet)
    if len(first.sheets) > 1:
        st.selectbox("Sheet", first.sheets, index=first.sheets.index(first.sheet), key=f"{key}-sheet")
    kind = choose_kind(first.kind, key)
    guessed = first.guess if kind == first.kind else guess(first.table, kind)
    start = reading_of_kind(guessed, kind)
    reading = choose_roles(first.table.columns, kind, start, guessed.reasons, f"{key}-{kind}-{first.sheet}")
    typed = type_table(first.table, reading)
    require_usable(typed, settings)
    st.markdown(f":material/check: Understood as {_summary(typed, settings)}")
    _notes(typed)
    _preview(first.table.cells.slice(0, 8).to_pandas(), key)
    if st.button("Add to the project", type="primary", key=f"{key}-add"):
        add_source(storage(), project, content, name=name, sheet=first.sheet, reading=reading, author=author())
        return True
    return False


@st.cache_data(max_entries=12, show_spinner="Reading the file")
def _sheet_reading(content_fingerprint: str, name: str, sheet: str | None, _content: bytes):  # noqa: ARG001
    return inspect_upload(_content, name=name, sheet=sheet)


def _inspected(content: bytes, name: str, sheet: str | None):
    return _sheet_reading(fingerprint.of_bytes(content), name, sheet, content)


def _source(project: str, source: Source, settings: ProjectSettings) -> None:
    label = f"{source.name}, sheet {source.sheet}" if source.sheet else source.name
    table = raw_table(storage(), source)
    typed = type_table(table, reading_of(source))
    with st.expander(f"**{plain(label)}**  {_summary(typed, settings)}", icon=":material/description:"):
        _notes(typed)
        _preview(table.cells.slice(0, 8).to_pandas(), source.id)
        _roles(project, source, source.kind)
        if st.button("Remove from the project", key=f"remove-{source.id}", icon=":material/delete:"):
            remove_source(storage(), project, source.id, author=author())
            message_once(f"{source.name} is removed")
            st.rerun()


def _roles(project: str, source: Source, kind: SourceKind) -> None:
    table = raw_table(storage(), source)
    key = f"roles-{source.id}-{fingerprint.short(fingerprint.of_content(source.reading))}"
    try:
        reading = choose_roles(table.columns, kind, reading_of(source), {}, key)
        if reading != reading_of(source) and st.button("Read it this way", key=f"{key}-save"):
            change_reading(storage(), project, source, reading, author=author())
            message_once(f"{source.name} is read anew")
            st.rerun()
    except WorkshopError as error:
        show_error(error)


def _summary(table: Table, settings: ProjectSettings) -> str:
    """Say in one sentence what was understood."""
    if isinstance(table, MediaTable):
        dates = table.records["date"]
        text = (
            f"{counted(table.raw_rows, 'row')}, {counted(len(table.line_items), 'line item')}, "
            f"{money(table.raw_micros, settings.currency)}"
        )
    elif isinstance(table, KpiTable):
        dates = table.rows["date"]
        text = f"{plain(table.name)}, {counted(len(dates), 'value')}"
    else:
        dates = table.rows["date"]
        text = f"{', '.join(map(plain, table.names))}, {counted(len(dates), 'row')}"
    return f"{text}, {dates.min():%d %b %Y} to {dates.max():%d %b %Y}"


def _notes(table: Table) -> None:
    """List what was noted while reading."""
    for finding in table.findings:
        st.caption(f":material/info: {plain(finding.message)}")


def _preview(rows, key: str) -> None:
    st.dataframe(rows, hide_index=True, height="content", key=f"preview-{key}")


show()
