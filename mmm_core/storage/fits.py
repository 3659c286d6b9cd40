"""Fits: which posterior belongs to which revisions, and where its draws are.

A provisional fit stands in for a full one; it goes when that is registered.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmm_core.errors import NotFound
from mmm_core.storage.artefacts import ArtefactStore
from mmm_core.storage.holds import hold, let_go
from mmm_core.storage.projects import get_project
from mmm_core.storage.tables import FitRow


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFit:
    """A fit of a project. `summary` is JSON small enough for a page; the draws are the artefact `artefact_key`.

    `provisional_for` is the fingerprint of the full fit that is to replace it, "" for a full fit.
    """

    project_id: str
    fingerprint: str
    panel_fingerprint: str
    mapping_number: int
    specification_number: int
    artefact_key: str
    summary: dict[str, Any]
    created_at: datetime
    provisional_for: str = ""

    @property
    def is_provisional(self) -> bool:
        """Whether a full fit is to replace it."""
        return bool(self.provisional_for)


def register_fit(session: Session, store: ArtefactStore, fit: StoredFit) -> StoredFit:
    """Add the fit, whose artefact was put before; one with the same fingerprint that is there is returned instead.

    A full fit takes the place of the provisional one that stood in for it; a provisional one comes too late when the
    full one is there, which is then returned.

    Raises
    ------
    NotFound
        If the project or an artefact is not there.
    """
    get_project(session, fit.project_id)
    there = find_fit(session, fit.project_id, fit.provisional_for or fit.fingerprint)
    if there is not None:
        return there
    row = session.get(FitRow, (fit.project_id, fit.fingerprint))
    if row is not None:
        # Asked for in its own right what stood in for something longer, or the same stand-in again.
        row.provisional_for = fit.provisional_for
        return _fit(row)
    if not fit.is_provisional:
        _remove_provisional(session, fit)
    for key in {fit.artefact_key, fit.panel_fingerprint}:
        hold(session, store, project_id=fit.project_id, key=key, now=fit.created_at)
    session.add(
        FitRow(
            project_id=fit.project_id,
            fingerprint=fit.fingerprint,
            panel_fingerprint=fit.panel_fingerprint,
            mapping_number=fit.mapping_number,
            specification_number=fit.specification_number,
            artefact_key=fit.artefact_key,
            summary=fit.summary,
            created_at=fit.created_at,
            provisional_for=fit.provisional_for,
        )
    )
    session.flush()
    return fit


def find_fit(session: Session, project_id: str, fingerprint: str) -> StoredFit | None:
    """Return the project's full fit with this fingerprint, None when there is none."""
    row = session.get(FitRow, (project_id, fingerprint))
    return None if row is None or row.provisional_for else _fit(row)


def find_provisional(session: Session, project_id: str, fingerprint: str) -> StoredFit | None:
    """Return what stands in for the full fit with this fingerprint, None when nothing does."""
    rows = select(FitRow).filter_by(project_id=project_id, provisional_for=fingerprint)
    row = session.scalars(rows.order_by(FitRow.created_at.desc()).limit(1)).one_or_none()
    return None if row is None else _fit(row)


def get_fit(session: Session, project_id: str, fingerprint: str) -> StoredFit:
    """Return the project's fit with this fingerprint; raises `NotFound`."""
    fit = find_fit(session, project_id, fingerprint)
    if fit is None:
        raise NotFound("There is no such fit in this project", where=f"fit {fingerprint[:12]}", remedy="Run it")
    return fit


def list_fits(session: Session, project_id: str) -> tuple[StoredFit, ...]:
    """Return the project's full fits, the newest first."""
    rows = (
        select(FitRow)
        .filter_by(project_id=project_id, provisional_for="")
        .order_by(FitRow.created_at.desc(), FitRow.fingerprint)
    )
    return tuple(_fit(row) for row in session.scalars(rows))


def _remove_provisional(session: Session, full: StoredFit) -> None:
    """Remove what stood in for a full fit; its draws go with the next sweep, since somebody may be reading them."""
    for row in session.scalars(select(FitRow).filter_by(project_id=full.project_id, provisional_for=full.fingerprint)):
        if row.artefact_key != full.artefact_key:
            let_go(session, project_id=full.project_id, key=row.artefact_key)
        session.delete(row)


def _fit(row: FitRow) -> StoredFit:
    return StoredFit(
        project_id=row.project_id,
        fingerprint=row.fingerprint,
        panel_fingerprint=row.panel_fingerprint,
        mapping_number=row.mapping_number,
        specification_number=row.specification_number,
        artefact_key=row.artefact_key,
        summary=row.summary,
        created_at=row.created_at,
        provisional_for=row.provisional_for,
    )
