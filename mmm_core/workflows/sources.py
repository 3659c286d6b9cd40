"""Take a file into a project, read it another way, remove it, and hand out its table."""

import json
from functools import lru_cache

from mmm_core.errors import BadInput
from mmm_core.ingest.file_form import FileForm
from mmm_core.ingest.readers import refuse_oversized_upload
from mmm_core.ingest.readings import Reading
from mmm_core.ingest.sandbox import read_upload
from mmm_core.ingest.table import RawTable
from mmm_core.panel.calendar import Calendar
from mmm_core.panel.outcome import kpi_series
from mmm_core.schema import KpiTable
from mmm_core.settings import ProjectSettings
from mmm_core.storage import holds, sources
from mmm_core.storage.audit import AuditEntry, record
from mmm_core.storage.opened import Storage
from mmm_core.storage.sources import Source, SourceKind
from mmm_core.workflows.clock import now
from mmm_core.workflows.kinds import READINGS, Table, kind_of, reading_of, type_table
from mmm_core.workflows.projects import get_project
from mmm_core.workflows.query_result import query_of
from mmm_core.workflows.roles import refuse_viewer

__all__ = ["READINGS", "Reading", "Table", "kind_of", "reading_of", "type_table"]


def require_usable(table: Table, settings: ProjectSettings) -> None:
    """Refuse what one file alone shows to be unusable in this project.

    Raises
    ------
    BadInput
        If a KPI has two rows for one period.
    """
    if isinstance(table, KpiTable):
        kpi_series(table, Calendar.of(settings), keep_geo=table.has_geo)


def require_kind(source: Source, reading: Reading) -> None:
    """Refuse a reading for another kind of source, under which the project could not be opened any more."""
    if kind_of(reading) != source.kind:
        raise BadInput(
            f"The reading is one of {kind_of(reading)}",
            where=source.name,
            expected=f"one of {source.kind} was expected, as which this source was taken in",
            remedy="Add the file anew as what it is",
        )


def read_as(storage: Storage, project_id: str, content: bytes, *, name: str, sheet: str, reading: Reading) -> Table:
    """Read the bytes of a file completely with given roles, as a source of this project; raises `BadInput`."""
    refuse_oversized_upload(content, name=name)
    table = type_table(read_upload(content, name=name, sheet=sheet or None, form=reading.form), reading)
    require_usable(table, get_project(storage, project_id).settings)
    return table


def add_source(
    storage: Storage,
    project_id: str,
    content: bytes,
    *,
    name: str,
    sheet: str,
    reading: Reading,
    author: str,
) -> Source:
    """Take a file into the project; it is read completely first, so nothing unreadable gets in.

    Raises
    ------
    BadInput
        If it cannot be read with these roles, is in the project already, has two KPI rows for a period, or a second
        KPI is offered.
    """
    kind = kind_of(reading)
    read_as(storage, project_id, content, name=name, sheet=sheet, reading=reading)
    key = storage.artefacts.put_bytes(content)
    at = now()
    with storage.database.transaction() as session:
        refuse_viewer(session, project_id, author)
        there = [source for source in sources.list_sources(session, project_id) if source.kind == "kpi"]
        if kind == "kpi" and there:
            raise BadInput(
                f"The project has an outcome already ({there[0].name})",
                expected="a model explains one outcome",
                remedy="Put this file in its place, or remove that source first",
            )
        source = sources.add_source(
            session,
            storage.artefacts,
            project_id=project_id,
            kind=kind,
            name=name,
            sheet=sheet,
            fingerprint=key,
            reading=reading.as_dict(),
            now=at,
        )
        detail = described(content, name=name, sheet=sheet, key=key) | {"kind": kind}
        record(session, AuditEntry(project_id=project_id, at=at, author=author, action="source.added", detail=detail))
    return source


def change_reading(storage: Storage, project_id: str, source: Source, reading: Reading, *, author: str) -> Source:
    """Read a source with other roles; the file is read completely first.

    Raises
    ------
    BadInput
        If it cannot be read so, or these are the roles of another kind of source.
    EditConflict
        If somebody else has changed the roles since `source` was shown.
    """
    require_kind(source, reading)
    table = type_table(raw_table(storage, source, reading.form), reading)
    require_usable(table, get_project(storage, project_id).settings)
    with storage.database.transaction() as session:
        refuse_viewer(session, project_id, author)
        changed = sources.change_reading(session, project_id, source.id, base=source.reading, reading=reading.as_dict())
        detail = {"name": source.name, "reading": reading.as_dict()}
        record(
            session,
            AuditEntry(project_id=project_id, at=now(), author=author, action="source.read_anew", detail=detail),
        )
    return changed


def remove_source(storage: Storage, project_id: str, source_id: str, *, author: str) -> None:
    """Remove a source and what it held before from the project."""
    with storage.database.transaction() as session:
        refuse_viewer(session, project_id, author)
        source = sources.get_source(session, project_id, source_id)
        keys = sources.remove_source(session, project_id, source_id)
        detail = {"name": source.name, "fingerprint": source.fingerprint}
        record(
            session,
            AuditEntry(project_id=project_id, at=now(), author=author, action="source.removed", detail=detail),
        )
    with storage.database.transaction() as session:
        holds.remove_unheld(session, storage.artefacts, keys)


def list_sources(storage: Storage, project_id: str) -> tuple[Source, ...]:
    """Return the sources of a project in their order."""
    with storage.database.reading() as session:
        return sources.list_sources(session, project_id)


def described(content: bytes, *, name: str, sheet: str, key: str) -> dict[str, object]:
    """Return what the audit trail keeps of a file: its name, its fingerprint, and the query that it came from."""
    query = query_of(content)
    asked = {"connection": query.connection, "query": query.text} if query else {}
    return {"name": name, "sheet": sheet, "fingerprint": key, **asked}


def raw_table(storage: Storage, source: Source, form: FileForm | None = None) -> RawTable:
    """Return the table of a stored source as texts, in another form than the source is read in where one is given.

    It is kept in memory, since the bytes of a source never change.
    """
    said = FileForm.of(source.reading) if form is None else form
    return _raw_table(storage, source.artefact_key, source.name, source.sheet, said)


def typed_table(storage: Storage, source: Source) -> Table:
    """Return the table of a stored source as it is read; kept in memory under bytes and reading."""
    reading = json.dumps(source.reading, sort_keys=True)
    return _typed_table(storage, source.artefact_key, source.name, source.sheet, source.kind, reading)


@lru_cache(maxsize=8)
def _raw_table(storage: Storage, key: str, name: str, sheet: str, form: FileForm) -> RawTable:
    return read_upload(storage.artefacts.read_bytes(key), name=name, sheet=sheet or None, form=form)


@lru_cache(maxsize=24)
def _typed_table(storage: Storage, key: str, name: str, sheet: str, kind: SourceKind, reading: str) -> Table:
    roles = READINGS[kind].from_dict(json.loads(reading))
    return type_table(_raw_table(storage, key, name, sheet, roles.form), roles)
