"""Scenarios: spend per group and future period that somebody wants to keep."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mmm_core.errors import EditConflict, NotFound
from mmm_core.storage.projects import get_project
from mmm_core.storage.tables import ScenarioRow


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredScenario:
    """A kept scenario. `content` is JSON; `number` counts its edits from 1; `fit_fingerprint` may be ""."""

    id: str
    project_id: str
    name: str
    content: dict[str, Any]
    fit_fingerprint: str
    number: int
    author: str
    created_at: datetime
    saved_at: datetime


def create_scenario(
    session: Session,
    *,
    project_id: str,
    name: str,
    content: dict[str, Any],
    fit_fingerprint: str,
    author: str,
    now: datetime,
) -> StoredScenario:
    """Keep a new scenario; raises `NotFound` without its project."""
    get_project(session, project_id)
    row = ScenarioRow(
        id=str(uuid.uuid4()),
        project_id=project_id,
        name=name,
        content=content,
        fit_fingerprint=fit_fingerprint,
        number=1,
        author=author,
        created_at=now,
        saved_at=now,
    )
    session.add(row)
    session.flush()
    return _scenario(row)


def save_scenario(  # noqa: PLR0913
    session: Session,
    project_id: str,
    scenario_id: str,
    *,
    base_number: int,
    name: str,
    content: dict[str, Any],
    fit_fingerprint: str,
    author: str,
    now: datetime,
) -> StoredScenario:
    """Save an edit made on edit `base_number`.

    Raises
    ------
    EditConflict
        If somebody has saved since; says who and when. Nothing is saved.
    """
    row = _row(session, project_id, scenario_id)
    if row.number != base_number:
        raise EditConflict(
            f"{row.author or 'Somebody'} saved the scenario '{row.name}' at {row.saved_at:%Y-%m-%d %H:%M} UTC",
            expected="nothing was overwritten",
            remedy="Look at the difference, then save yours on top of it or under another name",
        )
    row.name, row.content, row.fit_fingerprint = name, content, fit_fingerprint
    row.number, row.author, row.saved_at = base_number + 1, author, now
    session.flush()
    return _scenario(row)


def list_scenarios(session: Session, project_id: str) -> tuple[StoredScenario, ...]:
    """Return the project's scenarios, the oldest first."""
    rows = select(ScenarioRow).filter_by(project_id=project_id).order_by(ScenarioRow.created_at, ScenarioRow.id)
    return tuple(_scenario(row) for row in session.scalars(rows))


def get_scenario(session: Session, project_id: str, scenario_id: str) -> StoredScenario:
    """Return one scenario of the project; raises `NotFound`."""
    return _scenario(_row(session, project_id, scenario_id))


def remove_scenario(session: Session, project_id: str, scenario_id: str) -> None:
    """Remove a scenario for good; raises `NotFound`."""
    session.delete(_row(session, project_id, scenario_id))


def _row(session: Session, project_id: str, scenario_id: str) -> ScenarioRow:
    row = session.get(ScenarioRow, scenario_id)
    if row is None or row.project_id != project_id:
        raise NotFound("There is no such scenario in this project", where=f"scenario {scenario_id}")
    return row


def _scenario(row: ScenarioRow) -> StoredScenario:
    return StoredScenario(
        id=row.id,
        project_id=row.project_id,
        name=row.name,
        content=row.content,
        fit_fingerprint=row.fit_fingerprint,
        number=row.number,
        author=row.author,
        created_at=row.created_at,
        saved_at=row.saved_at,
    )
