"""What was read of files, kept between reruns by fingerprint: a large file is read once, not at every click.

Only fingerprints are keys; errors are kept as values, so that a file that cannot be read is not read again either.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict

import pandas as pd
import streamlit as st

from mmm_core.errors import BadInput, WorkshopError
from mmm_core.ingest.file_form import FileForm
from mmm_core.ingest.readers import FOUND_OUT
from mmm_core.ingest.readings import Reading
from mmm_core.ingest.table import RawTable
from mmm_core.settings import ProjectSettings
from mmm_core.storage.opened import Storage
from mmm_core.storage.sources import Source, SourceKind
from mmm_core.workflows.facts import Facts, facts_of
from mmm_core.workflows.sources import raw_table, reading_of, require_usable, type_table, typed_table
from mmm_core.workflows.uploads import Upload, guess_roles, inspect_upload, kept_reasons, unread_columns
from pages.ui.sources.waiting import Waiting
from pages.ui.state import storage

PREVIEW_ROWS = 8
Guessed = tuple[Reading | None, dict[str, str], WorkshopError | None]


def inspected(file: Waiting, sheet: str | None = None, form: FileForm = FOUND_OUT) -> Upload | WorkshopError:
    """Read a file that waits, in a form as far as people said it."""
    return _inspected(file.fingerprint, file.name, sheet, json.dumps(form.as_dict()), form, file.content)


def guessed(file: Waiting, upload: Upload, kind: SourceKind, form: FileForm) -> Guessed:
    """Propose the roles of a file that waits."""
    return _guessed(file.fingerprint, file.name, upload.sheet, kind, json.dumps(form.as_dict()), upload)


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


def reasons_of_source(source: Source, table: RawTable) -> dict[str, str]:
    """Say per role why the file suggests it, or that people chose otherwise; `table` is in the source's own form."""
    reading = json.dumps(source.reading, sort_keys=True)
    return _source_reasons(source.artefact_key, source.name, source.sheet, source.kind, reading, source, table)


def preview(table: RawTable) -> pd.DataFrame:
    """Return the first rows as texts."""
    return table.cells.slice(0, PREVIEW_ROWS).to_pandas()


def preview_of_source(source: Source) -> pd.DataFrame:
    """Return the first rows of a source as texts."""
    form = json.dumps(FileForm.of(source.reading).as_dict())
    return _source_preview(source.artefact_key, source.name, source.sheet, form, source, storage())


@st.cache_resource(max_entries=16, show_spinner="Reading the file")
def _inspected(
    content: str,  # noqa: ARG001
    name: str,
    sheet: str | None,
    how: str,  # noqa: ARG001
    _form: FileForm,
    _content: bytes,
) -> Upload | WorkshopError:
    try:
        return inspect_upload(_content, name=name, sheet=sheet, form=_form)
    except WorkshopError as error:
        return error


@st.cache_resource(max_entries=64, show_spinner=False)
def _guessed(
    content: str,  # noqa: ARG001
    name: str,  # noqa: ARG001
    sheet: str,  # noqa: ARG001
    kind: SourceKind,
    how: str,  # noqa: ARG001
    _upload: Upload,
) -> Guessed:
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
    return unread_columns(_table, _readings)


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


@st.cache_resource(max_entries=64, show_spinner=False)
def _source_reasons(
    key: str,  # noqa: ARG001
    name: str,  # noqa: ARG001
    sheet: str,  # noqa: ARG001
    kind: SourceKind,  # noqa: ARG001
    reading: str,  # noqa: ARG001
    _source: Source,
    _table: RawTable,
) -> dict[str, str]:
    return kept_reasons(_table, reading_of(_source))


@st.cache_resource(max_entries=64, show_spinner="Reading the file")
def _source_preview(
    key: str,  # noqa: ARG001
    name: str,  # noqa: ARG001
    sheet: str,  # noqa: ARG001
    form: str,  # noqa: ARG001
    _source: Source,
    _storage: Storage,
) -> pd.DataFrame:
    return preview(raw_table(_storage, _source))
