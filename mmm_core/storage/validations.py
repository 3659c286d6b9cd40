"""Validations: what held-out periods said of a fit, kept for good as a standing record of a project's models."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmm_core.storage.projects import get_project
from mmm_core.storage.tables import ValidationRow


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredValidation:
    """A validation of a project.

    Attributes
    ----------
    fingerprint : str
        Of the fit and the folds.
    fit_fingerprint, panel_fingerprint : str
        What was tested; the fit may be gone.
    content : dict
        `holdout`, `measures` and `backtest` as JSON, see `mmm_core.validation`: figures, never judgements.
    """

    project_id: str
    fingerprint: str
    fit_fingerprint: str
    panel_fingerprint: str
    content: dict[str, Any]
    created_at: datetime


def register_validation(session: Session, validation: StoredValidation) -> StoredValidation:
    """Add a validation; one with the same fingerprint that is there is returned instead.

    Raises
    ------
    NotFound
        If the project is not there.
    """
    get_project(session, validation.project_id)
    there = find_validation(session, validation.project_id, validation.fingerprint)
    if there is not None:
        return there
    session.add(
        ValidationRow(
            project_id=validation.project_id,
            fingerprint=validation.fingerprint,
            fit_fingerprint=validation.fit_fingerprint,
            panel_fingerprint=validation.panel_fingerprint,
            content=validation.content,
            created_at=validation.created_at,
        )
    )
    session.flush()
    return validation


def find_validation(session: Session, project_id: str, fingerprint: str) -> StoredValidation | None:
    """Return the project's validation with this fingerprint, None when there is none."""
    row = session.get(ValidationRow, (project_id, fingerprint))
    return None if row is None else _validation(row)


def has_validation(session: Session, project_id: str, fit_fingerprint: str) -> bool:
    """Tell whether the project has a validation of this fit."""
    rows = select(ValidationRow.fingerprint).filter_by(project_id=project_id, fit_fingerprint=fit_fingerprint)
    return session.scalars(rows.limit(1)).first() is not None


def list_validations(session: Session, project_id: str, *, most: int = 50) -> tuple[StoredValidation, ...]:
    """Return at most `most` validations of the project, the newest first."""
    rows = select(ValidationRow).filter_by(project_id=project_id)
    newest = rows.order_by(ValidationRow.created_at.desc(), ValidationRow.fingerprint).limit(most)
    return tuple(_validation(row) for row in session.scalars(newest))


def _validation(row: ValidationRow) -> StoredValidation:
    return StoredValidation(
        project_id=row.project_id,
        fingerprint=row.fingerprint,
        fit_fingerprint=row.fit_fingerprint,
        panel_fingerprint=row.panel_fingerprint,
        content=row.content,
        created_at=row.created_at,
    )
