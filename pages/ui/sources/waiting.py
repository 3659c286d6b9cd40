"""Files that wait to be taken in: dropped on the page, or given by a query. They live in the session only."""

from dataclasses import dataclass

import streamlit as st

from mmm_core import fingerprint
from pages.ui.escaping import plain

_ROUND, _TAKEN, _QUERIED, _NAMES = "upload-round", "upload-taken", "upload-queried", "upload-fingerprints"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One file that was brought but not taken in yet.

    Attributes
    ----------
    identity : str
        Tells two drops of the same file apart.
    replaces : str
        Id of the source that it was brought for, "" when nobody said.
    """

    identity: str
    name: str
    content: bytes
    fingerprint: str
    replaces: str = ""

    @property
    def key(self) -> str:
        """Beginning of the keys of its widgets."""
        return f"new-{fingerprint.short(self.fingerprint)}"


def show_uploader(project: str) -> tuple[Waiting, ...]:
    """Show where files are dropped and return those that wait; one per content."""
    turn = st.session_state.setdefault(_ROUND, 0)
    files = st.file_uploader(
        "Drop all files at once: CSV, Excel (.xlsx) or Parquet, up to 50 MB each",
        accept_multiple_files=True,
        key=f"upload-{turn}",
    )
    dropped = [
        Waiting(identity=file.file_id, name=file.name, content=content, fingerprint=_named(file.file_id, content))
        for file in files or []
        if (content := file.getvalue()) is not None
    ]
    queried: list[Waiting] = st.session_state.setdefault(_QUERIED, {}).get(project, [])
    waiting = {file.fingerprint: file for file in reversed((*dropped, *queried))}
    for file in dropped:
        if waiting[file.fingerprint].name != file.name:
            st.caption(f"{plain(file.name)} has the same content as {plain(waiting[file.fingerprint].name)}.")
    return tuple(reversed(waiting.values()))


def wait_for(project: str, name: str, content: bytes, *, replaces: str = "") -> None:
    """Let the rows of a query, or another file for a source, wait like an upload."""
    found = fingerprint.of_bytes(content)
    file = Waiting(identity=f"own-{found}", name=name, content=content, fingerprint=found, replaces=replaces)
    queried = st.session_state.setdefault(_QUERIED, {})
    queried[project] = [*(other for other in queried.get(project, []) if other.identity != file.identity), file]
    taken = st.session_state.setdefault(_TAKEN, set())
    st.session_state[_TAKEN] = {entry for entry in taken if entry[0] != file.identity}


def is_taken(file: Waiting, sheet: str) -> bool:
    """Tell whether this sheet of a file was dealt with."""
    return (file.identity, sheet) in st.session_state.setdefault(_TAKEN, set())


def take(file: Waiting, sheet: str) -> None:
    """Note that a sheet of a file is dealt with; the others still wait."""
    st.session_state.setdefault(_TAKEN, set()).add((file.identity, sheet))


def empty_uploader() -> None:
    """Begin with an empty uploader again: everything in it is dealt with."""
    st.session_state[_TAKEN] = set()
    st.session_state[_QUERIED] = {}
    st.session_state[_ROUND] += 1


def _named(identity: str, content: bytes) -> str:
    """Return the fingerprint of a file; computed once per drop."""
    known = st.session_state.setdefault(_NAMES, {})
    if identity not in known:
        known[identity] = fingerprint.of_bytes(content)
    return str(known[identity])
