"""Look at an upload, take it into a project, read it another way, remove it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from mmm_core.errors import BadInput
from mmm_core.ingest.guess import Guess, guess, guess_kind
from mmm_core.ingest.readers import is_workbook
from mmm_core.ingest.readings import ControlsReading, KpiReading, MediaReading
from mmm_core.ingest.sandbox import read_upload, upload_sheets
from mmm_core.ingest.table import RawTable
from mmm_core.ingest.typed import read_controls, read_kpi, read_media
from mmm_core.panel.calendar import Calendar
from mmm_core.panel.outcome import kpi_series
from mmm_core.schema import ControlsTable, KpiTable, MediaTable
from mmm_core.settings import ProjectSettings
from mmm_core.storage import holds, sources
from mmm_core.storage.audit import AuditEntry, record
from mmm_core.storage.opened import Storage
from mmm_core.storage.sources import Source, SourceKind
from mmm_core.workflows.clock import now
from mmm_core.workflows.projects import get_project

Reading = MediaReading | KpiReading | ControlsReading
Table = MediaTable | KpiTable | ControlsTable

READINGS: Mapping[SourceKind, type[MediaReading] | type[KpiReading] | type[ControlsReading]] = {
    "media": MediaReading,
    "kpi": KpiReading,
    "controls": ControlsReading,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What was understood of a file before it is taken in."""

    name: str
    sheet: str
    sheets: tuple[str, ...]
    table: RawTable
    kind: SourceKind
    guess: Guess[MediaReading] | Guess[KpiReading] | Guess[ControlsReading]


def inspect_upload(content: bytes, *, name: str, sheet: str | None = None, kind: SourceKind | None = None) -> Upload:
    """Read a file and guess what it is and which column plays which role.

    Raises
    ------
    BadInput
        If it is no table that can be read.
    """
    sheets = upload_sheets(content, name=name) if is_workbook(content) else ()
    table = read_upload(content, name=name, sheet=sheet)
    kind = kind or guess_kind(table)
    return Upload(name=name, sheet=table.sheet, sheets=sheets, table=table, kind=kind, guess=guess(table, kind))


def type_table(table: RawTable, reading: Reading) -> Table:
    """Read a table with given roles; raises `BadInput` when a value or a column does not fit."""
    if isinstance(reading, MediaReading):
        return read_media(table, reading)
    if isinstance(reading, KpiReading):
        return read_kpi(table, reading)
    return read_controls(table, reading)


def require_usable(table: Table, settings: ProjectSettings) -> None:
    """Refuse what one file alone shows to be unusable in this project.

    Raises
    ------
    BadInput
        If a KPI has two rows for one period.
    """
    if isinstance(table, KpiTable):
        kpi_series(table, Calendar.of(settings), keep_geo=table.has_geo)


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
    require_usable(
        type_table(read_upload(content, name=name, sheet=sheet or None), reading), _settings(storage, project_id)
    )
    key = storage.artefacts.put_bytes(content)
    at = now()
    with storage.database.transaction() as session:
        there = [source for source in sources.list_sources(session, project_id) if source.kind == "kpi"]
        if kind == "kpi" and there:
            raise BadInput(
                f"The project has a KPI already ({there[0].name})",
                expected="a model explains one KPI",
                remedy="Remove that source first",
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
        detail = {"name": name, "sheet": sheet, "kind": kind, "fingerprint": key}
        record(session, AuditEntry(project_id=project_id, at=at, author=author, action="source.added", detail=detail))
    return source


def change_reading(storage: Storage, project_id: str, source: Source, reading: Reading, *, author: str) -> Source:
    """Read a source with other roles; the file is read completely first.

    Raises
    ------
    BadInput
        If it cannot be read so.
    EditConflict
        If somebody else has changed the roles since `source` was shown.
    """
    require_usable(type_table(raw_table(storage, source), reading), _settings(storage, project_id))
    with storage.database.transaction() as session:
        changed = sources.change_reading(session, project_id, source.id, base=source.reading, reading=reading.as_dict())
        detail = {"name": source.name, "reading": reading.as_dict()}
        record(
            session,
            AuditEntry(project_id=project_id, at=now(), author=author, action="source.read_anew", detail=detail),
        )
    return changed


def remove_source(storage: Storage, project_id: str, source_id: str, *, author: str) -> None:
    """Remove a source from the project."""
    with storage.database.transaction() as session:
        source = sources.get_source(session, project_id, source_id)
        key = sources.remove_source(session, project_id, source_id)
        detail = {"name": source.name, "fingerprint": source.fingerprint}
        record(
            session,
            AuditEntry(project_id=project_id, at=now(), author=author, action="source.removed", detail=detail),
        )
    with storage.database.transaction() as session:
        holds.remove_unheld(session, storage.artefacts, {key})


def list_sources(storage: Storage, project_id: str) -> tuple[Source, ...]:
    """Return the sources of a project in their order."""
    with storage.database.reading() as session:
        return sources.list_sources(session, project_id)


def reading_of(source: Source) -> Reading:
    """Return how a source is read."""
    return READINGS[source.kind].from_dict(source.reading)


def kind_of(reading: Reading) -> SourceKind:
    """Return the kind of source that a reading is for."""
    return next(kind for kind, readings in READINGS.items() if isinstance(reading, readings))


def _settings(storage: Storage, project_id: str) -> ProjectSettings:
    return get_project(storage, project_id).settings


def raw_table(storage: Storage, source: Source) -> RawTable:
    """Return the table of a stored source as texts; kept in memory, since the bytes of a source never change."""
    return _raw_table(storage, source.artefact_key, source.name, source.sheet)


@lru_cache(maxsize=16)
def _raw_table(storage: Storage, key: str, name: str, sheet: str) -> RawTable:
    return read_upload(storage.artefacts.read_bytes(key), name=name, sheet=sheet or None)
