"""A query as a source: asked by name of a connection that the installation knows, never by address or password."""

import streamlit as st

from mmm_core.errors import WorkshopError, counted
from mmm_core.storage.sources import Source
from mmm_core.workflows.query_result import Query, query_of
from mmm_core.workflows.querying import connections, run_query
from pages.ui.boundary import show_error
from pages.ui.sources.waiting import wait_for
from pages.ui.state import message_once, storage

_SUFFIX = ".parquet"


def show_query(project: str) -> None:
    """Offer to ask a database, where the installation names one."""
    known = connections()
    if not known:
        return
    with st.popover("Ask a database", icon=":material/database:"):
        connection = st.selectbox("Database", known, key="query-connection")
        name = st.text_input("Name of the source", placeholder="For instance: weekly revenue", key="query-name")
        text = st.text_area(
            "One SELECT",
            placeholder="SELECT week, revenue FROM sales ORDER BY week",
            key="query-text",
            help="It runs in a transaction that cannot write; its rows are kept as a file like any other.",
        )
        if st.button("Run", key="query-run") and connection:
            _ask(project, Query(connection=connection, text=text), name.strip() or f"query of {connection}", "")


def run_again(source: Source) -> None:
    """Offer to ask the same query again; the answer waits like a newer file."""
    query = _query_behind(source.artefact_key, source)
    if query is None:
        return
    with st.popover("Query", icon=":material/database:"):
        st.caption(f"Asked of {query.connection}")
        st.code(query.text, language="sql", wrap_lines=True)
        if st.button("Run again and compare", key=f"query-again-{source.id}"):
            _ask(source.project_id, query, source.name.removesuffix(_SUFFIX), source.id)


def _ask(project: str, query: Query, name: str, replaces: str) -> None:
    try:
        with st.spinner("Asking the database"):
            result = run_query(query.connection, query.text)
    except WorkshopError as error:
        show_error(error)
        return
    wait_for(project, f"{name}{_SUFFIX}", result.content, replaces=replaces)
    message_once(f"{counted(result.rows, 'row')} came back")
    st.rerun()


@st.cache_resource(max_entries=64, show_spinner=False)
def _query_behind(key: str, _source: Source) -> Query | None:
    if not _source.name.endswith(_SUFFIX):
        return None
    return query_of(storage().artefacts.read_bytes(key))
