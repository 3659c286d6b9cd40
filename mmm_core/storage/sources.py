"""Sources: uploaded files as they were received, and how each is read."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mmm_core.errors import BadInput, EditConflict, NotFound
from mmm_core.storage.artefacts import ArtefactStore
from mmm_core.storage.holds import hold, let_go
from mmm_core.storage.projects import get_project
from mmm_core.storage.tables import FormerSourceRow, SourceRow

SourceKind = Literal["media", "kpi", "tracked", "controls", "organic", "control_totals", "lift_tests", "rates"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file or sheet of a project.

    Attributes
    ----------
    fingerprint : str
        sha256 of the file's bytes; the bytes are the artefact `artefact_key`.
    sheet : str
        "" for a file without sheets.
    reading : dict
        Layout and roles of the columns, as JSON.
    position : int
        Place in the project's list, from 0.
    """

    id: str
    project_id: str
    kind: SourceKind
    name: str
    sheet: str
    fingerprint: str
    artefact_key: str
    reading: dict[str, Any]
    position: int
    created_at: datetime


def add_source(  # noqa: PLR0913
    session: Session,
    store: ArtefactStore,
    *,
    project_id: str,
    kind: SourceKind,
    name: str,
    sheet: str = "",
    fingerprint: str,
    reading: dict[str, Any],
    now: datetime,
) -> Source:
    """Add a file whose bytes were put into the store before (`fingerprint` is the key that `put_bytes` returned).

    Raises
    ------
    BadInput, NotFound
        If the same sheet is in the project already in the same role; if project or artefact are not there.
    """
    get_project(session, project_id)
    refuse_twice(session, project_id, name=name, sheet=sheet, kind=kind, fingerprint=fingerprint)
    hold(session, store, project_id=project_id, key=fingerprint, now=now)
    last = session.scalar(select(func.max(SourceRow.position)).filter_by(project_id=project_id))
    row = SourceRow(
        id=str(uuid.uuid4()),
        project_id=project_id,
        kind=kind,
        name=name,
        sheet=sheet,
        fingerprint=fingerprint,
        artefact_key=fingerprint,
        reading=reading,
        position=0 if last is None else last + 1,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return source_of(row)


def list_sources(session: Session, project_id: str) -> tuple[Source, ...]:
    """Return the sources in the order of the project's list."""
    rows = select(SourceRow).filter_by(project_id=project_id).order_by(SourceRow.position, SourceRow.id)
    return tuple(source_of(row) for row in session.scalars(rows))


def get_source(session: Session, project_id: str, source_id: str) -> Source:
    """Return one source of the project; raises `NotFound`."""
    return source_of(row_of(session, project_id, source_id))


def change_reading(
    session: Session, project_id: str, source_id: str, *, base: dict[str, Any], reading: dict[str, Any]
) -> Source:
    """Read the source in another way than `base`, the reading that the editor saw.

    Raises
    ------
    EditConflict
        If somebody else has changed the reading since; nothing is saved.
    """
    row = row_of(session, project_id, source_id)
    if row.reading not in (base, reading):
        raise EditConflict(
            f"How '{row.name}' is read was changed since this page was opened",
            remedy="Reload the page, look at the change and make yours again",
        )
    row.reading = reading
    session.flush()
    return source_of(row)


def remove_source(session: Session, project_id: str, source_id: str) -> frozenset[str]:
    """Take the source and its former versions out of the project.

    Returns
    -------
    frozenset of str
        Keys of their artefacts for `holds.remove_unheld`, after the commit.
    """
    row = row_of(session, project_id, source_id)
    formers = session.scalars(select(FormerSourceRow).filter_by(project_id=project_id, source_id=source_id)).all()
    keys = {row.artefact_key, *(former.artefact_key for former in formers)}
    for former in formers:
        session.delete(former)
    session.flush()
    session.delete(row)
    session.flush()
    for key in keys:
        used = (
            session.scalars(select(table.artefact_key).filter_by(project_id=project_id, artefact_key=key)).first()
            for table in (SourceRow, FormerSourceRow)
        )
        if not any(used):
            let_go(session, project_id=project_id, key=key)
    return frozenset(keys)


def refuse_twice(
    session: Session, project_id: str, *, name: str, sheet: str, kind: str, fingerprint: str, besides: str = ""
) -> None:
    """Raise `BadInput` when a source other than `besides` holds the same sheet of the same bytes in the same role."""
    same = select(SourceRow).filter_by(project_id=project_id, fingerprint=fingerprint, sheet=sheet, kind=kind)
    there = session.scalars(same.where(SourceRow.id != besides)).one_or_none()
    if there is None:
        return
    raise BadInput(
        f"The content of '{name}' is in this project already",
        where=f"source '{there.name}'" + (f", sheet '{there.sheet}'" if there.sheet else ""),
        expected="every row may count only once",
        remedy="Keep the source that is there, or remove it first",
    )


def row_of(session: Session, project_id: str, source_id: str) -> SourceRow:
    """Return the row of a source; raises `NotFound`."""
    row = session.get(SourceRow, source_id)
    if row is None or row.project_id != project_id:
        raise NotFound("There is no such source in this project", where=f"source {source_id}")
    return row


def source_of(row: SourceRow) -> Source:
    """Return a row's source."""
    return Source(
        id=row.id,
        project_id=row.project_id,
        kind=cast("SourceKind", row.kind),
        name=row.name,
        sheet=row.sheet,
        fingerprint=row.fingerprint,
        artefact_key=row.artefact_key,
        reading=row.reading,
        position=row.position,
        created_at=row.created_at,
    )
