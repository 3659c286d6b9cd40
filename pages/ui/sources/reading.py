"""What was read of files, kept between reruns by fingerprint: a large file is read once, not at every click.

Only fingerprints are keys; errors are kept as values, so that a file that cannot be read is not read again either.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict

import pandas as pd
import streamlit as st

from mmm_core.errors import BadInput, WorkshopError
from mmm_core.ingest.readings import Reading
from mmm_core.ingest.table import RawTable
from mmm_core.settings import ProjectSettings
from mmm_core.storage.opened import Storage
from mmm_core.storage.sources import Source, SourceKind
from mmm_core.workflows.facts import Facts, facts_of
from mmm_core.workflows.sources import raw_table, require_usable, type_table, typed_table
from mmm_core.workflows.uploads import Upload, guess_roles, inspect_upload, unused_figures
from pages.ui.sources.waiting import Waiting
from pages.ui.state import storage

PREVIEW_ROWS = 8
Guessed = tuple[Reading | None, dict[str, str], WorkshopError | None]


def inspected(file: Waiting, sheet: str | None = None) -> Upload | WorkshopError:
    """Read a file that waits."""
    return _inspected(file.fingerprint, file.name, sheet, file.content)


def guessed(file: Waiting, upload: Upload, kind: SourceKind) -> Guessed:
    """Propose the roles of a file that waits."""
    return _guessed(file.fingerprint, file.name, upload.sheet, kind, upload)


def facts_of_upload(
    file: Waiting, upload: Upload, reading: Reading, settings: ProjectSettings
) -> Facts | WorkshopError:
    """Read a file that waits with these roles."""
    name = json.dumps([type(reading).__name__, reading.as_dict(), asdict(settings)], sort_keys=True)
    return _facts(file.fingerprint, file.name, upload.sheet, name, upload.table, reading, settings)


def unused_columns(file: Waiting, upload: Upload, readings: Sequence[Reading]) -> tuple[str, ...]:
    """Name the columns of figures of a wide file that waits from which nothing is read."""
    name = json.dumps([reading.as_dict() for reading in readings], sort_keys=True)
    return _unused(file.fingerprint, file.name, upload.sheet, name, upload.table, readings)


def facts_of_source(source: Source) -> Facts | WorkshopError:
    """Return what a source holds, or why it cannot be read."""
    reading = json.dumps(source.reading, sort_keys=True)
    try:
        return _source_facts(source.artefact_key, source.name, source.sheet, source.kind, reading, source, storage())
    except WorkshopError as error:  # the stored file is damaged or gone: looked at again at the next run
        return error


def preview(table: RawTable) -> pd.DataFrame:
    """Return the first rows as texts."""
    return table.cells.slice(0, PREVIEW_ROWS).to_pandas()


def preview_of_source(source: Source) -> pd.DataFrame:
    """Return the first rows of a source as texts."""
    return _source_preview(source.artefact_key, source.name, source.sheet, source, storage())


@st.cache_resource(max_entries=16, show_spinner="Reading the file")
def _inspected(content: str, name: str, sheet: str | None, _content: bytes) -> Upload | WorkshopError:  # noqa: ARG001
    try:
        return inspect_upload(_content, name=name, sheet=sheet)
    except WorkshopError as error:
        return error


@st.cache_resource(max_entries=64, show_spinner=False)
def _guessed(content: str, name: str, sheet: str, kind: SourceKind, _upload: Upload) -> Guessed:  # noqa: ARG001
    return guess_roles(_upload.table, kind)


@st.cache_resource(max_entries=64, show_spinner=False)
def _unused(
    content: str,  # noqa: ARG001
    name: str,  # noqa: ARG001
    sheet: str,  # noqa: ARG001
    how: str,  # noqa: ARG001
    _table: RawTable,
    _readings: Sequence[Reading],
) -> tuple[str, ...]:
    return unused_figures(_table, _readings)


@st.cache_resource(max_entries=64, show_spinner="Reading the figures")
def _facts(
    content: str,  # noqa: ARG001
    name: str,  # noqa: ARG001
    sheet: str,  # noqa: ARG001
    reading: str,  # noqa: ARG001
    _table: RawTable,
    _reading: Reading,
    _settings: ProjectSettings,
) -> Facts | WorkshopError:
    try:
        typed = type_table(_table, _reading)
        require_usable(typed, _settings)
    except WorkshopError as error:
        return error
    return facts_of(typed)


@st.cache_resource(max_entries=128, show_spinner="Reading the file")
def _source_facts(
    key: str,  # noqa: ARG001
    name: str,  # noqa: ARG001
    sheet: str,  # noqa: ARG001
    kind: SourceKind,  # noqa: ARG001
    reading: str,  # noqa: ARG001
    _source: Source,
    _storage: Storage,
) -> Facts | WorkshopError:
    try:
        return facts_of(typed_table(_storage, _source))
    except BadInput as error:
        return error


@st.cache_resource(max_entries=64, show_spinner="Reading the file")
def _source_preview(key: str, name: str, sheet: str, _source: Source, _storage: Storage) -> pd.DataFrame:  # noqa: ARG001
    return preview(raw_table(_storage, _source))
