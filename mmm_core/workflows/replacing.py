"""A newer file for a source: look at the difference, put it in its place, bring the former one back."""

from mmm_core.ingest.readings import Reading
from mmm_core.storage import former_sources
from mmm_core.storage.audit import AuditEntry, record
from mmm_core.storage.former_sources import FormerSource, Version
from mmm_core.storage.opened import Storage
from mmm_core.storage.sources import Source
from mmm_core.workflows.clock import now
from mmm_core.workflows.roles import refuse_viewer
from mmm_core.workflows.sources import described, read_as, require_kind


def replace_source(
    storage: Storage,
    project_id: str,
    source: Source,
    content: bytes,
    *,
    name: str,
    sheet: str,
    reading: Reading,
    author: str,
) -> Source:
    """Put a newer file in the place of a source; what it held is kept and can be brought back.

    The mapping stays: line items are known by their dimension values, not by the file.

    Raises
    ------
    BadInput
        If the file cannot be read with these roles, these are the roles of another kind of source, or another source
        holds it already.
    EditConflict
        If somebody else has replaced the source or changed its roles since `source` was shown.
    """
    require_kind(source, reading)
    read_as(storage, project_id, content, name=name, sheet=sheet, reading=reading)
    key = storage.artefacts.put_bytes(content)
    version = Version(name=name, sheet=sheet, fingerprint=key, reading=reading.as_dict())
    detail = described(content, name=name, sheet=sheet, key=key)
    return _put(storage, source, version, author=author, action="source.replaced", detail=detail)


def bring_back(storage: Storage, source: Source, number: int, *, author: str) -> Source:
    """Put a former file back in the place of a source; what it holds now becomes a former file in turn.

    Raises
    ------
    NotFound
        If there is no former file of this number.
    EditConflict
        If somebody else has replaced the source or changed its roles since `source` was shown.
    """
    with storage.database.reading() as session:
        version = former_sources.former_source(session, source.project_id, source.id, number).version
    detail: dict[str, object] = {"name": version.name, "fingerprint": version.fingerprint, "number": number}
    return _put(storage, source, version, author=author, action="source.brought_back", detail=detail)


def list_former(storage: Storage, source: Source) -> tuple[FormerSource, ...]:
    """Return what a source held before, the latest first."""
    with storage.database.reading() as session:
        return former_sources.former_sources(session, source.project_id, source.id)


def _put(
    storage: Storage, source: Source, version: Version, *, author: str, action: str, detail: dict[str, object]
) -> Source:
    at = now()
    with storage.database.transaction() as session:
        refuse_viewer(session, source.project_id, author)
        changed = former_sources.replace_source(
            session, storage.artefacts, base=source, version=version, author=author, now=at
        )
        detail |= {"instead_of": {"name": source.name, "sheet": source.sheet, "fingerprint": source.fingerprint}}
        record(
            session,
            AuditEntry(project_id=source.project_id, at=at, author=author, action=action, detail=detail),
        )
    return changed
