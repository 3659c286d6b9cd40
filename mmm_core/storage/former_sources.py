"""A newer file in the place of a source: the source keeps its id and position, what it held before is kept too."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mmm_core.errors import EditConflict, NotFound
from mmm_core.storage.artefacts import ArtefactStore
from mmm_core.storage.holds import hold
from mmm_core.storage.sources import Source, refuse_twice, row_of, source_of
from mmm_core.storage.tables import FormerSourceRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What a source holds: a name, bytes and how they are read."""

    name: str
    sheet: str
    fingerprint: str
    reading: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerSource:
    """What a source held until `replaced_at`, when `author` put something else in its place."""

    number: int
    version: Version
    created_at: datetime
    replaced_at: datetime
    author: str


def replace_source(
    session: Session,
    store: ArtefactStore,
    *,
    base: Source,
    version: Version,
    author: str,
    now: datetime,
) -> Source:
    """Put a version in the place of what the source holds; the bytes must have been put into the store before.

    Parameters
    ----------
    base : Source
        The source as the editor saw it.

    Raises
    ------
    EditConflict
        If somebody else has replaced it or changed its reading since; nothing is saved.
    BadInput
        If another source of the project holds the same bytes in the same role.
    """
    row = row_of(session, base.project_id, base.id)
    if (row.fingerprint, row.sheet, row.reading) != (base.fingerprint, base.sheet, base.reading):
        raise EditConflict(
            f"'{row.name}' was changed since this page was opened",
            remedy="Reload the page, look at the change and make yours again",
        )
    refuse_twice(
        session,
        base.project_id,
        name=version.name,
        sheet=version.sheet,
        kind=row.kind,
        fingerprint=version.fingerprint,
        besides=row.id,
    )
    hold(session, store, project_id=base.project_id, key=version.fingerprint, now=now)
    last = session.scalar(select(func.max(FormerSourceRow.number)).filter_by(source_id=row.id))
    session.add(
        FormerSourceRow(
            source_id=row.id,
            number=(last or 0) + 1,
            project_id=base.project_id,
            name=row.name,
            sheet=row.sheet,
            fingerprint=row.fingerprint,
            artefact_key=row.artefact_key,
            reading=row.reading,
            created_at=row.created_at,
            replaced_at=now,
            author=author,
        )
    )
    row.name, row.sheet, row.fingerprint = version.name, version.sheet, version.fingerprint
    row.artefact_key, row.reading, row.created_at = version.fingerprint, version.reading, now
    session.flush()
    return source_of(row)


def former_sources(session: Session, project_id: str, source_id: str) -> tuple[FormerSource, ...]:
    """Return what the source held before, the latest first."""
    rows = select(FormerSourceRow).filter_by(project_id=project_id, source_id=source_id)
    return tuple(_former(row) for row in session.scalars(rows.order_by(FormerSourceRow.number.desc())))


def former_source(session: Session, project_id: str, source_id: str, number: int) -> FormerSource:
    """Return one former version; raises `NotFound`."""
    row = session.get(FormerSourceRow, (source_id, number))
    if row is None or row.project_id != project_id:
        raise NotFound("There is no such former file", where=f"number {number}", remedy="Choose one from the list")
    return _former(row)


def _former(row: FormerSourceRow) -> FormerSource:
    return FormerSource(
        number=row.number,
        version=Version(name=row.name, sheet=row.sheet, fingerprint=row.fingerprint, reading=row.reading),
        created_at=row.created_at,
        replaced_at=row.replaced_at,
        author=row.author,
    )
