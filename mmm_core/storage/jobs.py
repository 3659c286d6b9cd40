"""Jobs: background work as rows. A claim raises `attempt`, the fencing token; only its holder may write on."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import Exists, exists, select, update
from sqlalchemy.orm import Session, aliased

from mmm_core.errors import NotFound
from mmm_core.storage.projects import get_project
from mmm_core.storage.tables import OPEN_STATES, FitRow, JobRow

JobState = Literal["queued", "running", "done", "failed", "cancelled", "interrupted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of background work.

    Attributes
    ----------
    fingerprint : str
        Idempotent key: of one project and kind, only one job with it is queued or running.
    progress : dict
        JSON, as the work reports it.
    message : dict
        Why it failed or was interrupted: `found`, `where`, `expected`, `remedy`, `code`, `trace`. While it is queued or
        running, only `deaths`, how many workers died over it since somebody asked for it; {} where none did.
    attempt : int
        How often it was claimed.
    worker : str
        Process that claimed it last, "" before.
    """

    id: str
    project_id: str
    kind: str
    fingerprint: str
    payload: dict[str, Any]
    state: JobState
    stage: str
    progress: dict[str, Any]
    message: dict[str, Any]
    cancel_requested: bool
    attempt: int
    worker: str
    heartbeat_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in OPEN_STATES


def queue_job(
    session: Session, *, project_id: str, kind: str, fingerprint: str, payload: dict[str, Any], now: datetime
) -> Job:
    """Queue the work, or return the job that has it queued or running already; an interrupted one is taken up again.

    Raises
    ------
    NotFound
        If there is no such project.
    """
    get_project(session, project_id)
    same = select(JobRow).filter_by(project_id=project_id, kind=kind, fingerprint=fingerprint)
    row = session.scalars(same.where(JobRow.state.in_(OPEN_STATES))).one_or_none()
    if row is not None:
        return _job(row)
    newest = session.scalars(same.order_by(JobRow.created_at.desc()).limit(1)).one_or_none()
    if newest is not None and newest.state == "interrupted":
        newest.payload = payload
        return resume_job(session, newest.id)
    row = JobRow(
        id=str(uuid.uuid4()),
        project_id=project_id,
        kind=kind,
        fingerprint=fingerprint,
        payload=payload,
        state="queued",
        stage="",
        progress={},
        message={},
        cancel_requested=False,
        attempt=0,
        worker="",
        created_at=now,
    )
    session.add(row)
    session.flush()
    return _job(row)


def resume_job(session: Session, job_id: str, *, deaths: int = 0) -> Job:
    """Queue a job again that was interrupted, failed or cancelled; any other is returned as it is.

    When the same work is queued or running under another job, that one is returned.
    """
    row = _row(session, job_id)
    if row.state not in ("interrupted", "failed", "cancelled"):
        return _job(row)
    same = select(JobRow).filter_by(project_id=row.project_id, kind=row.kind, fingerprint=row.fingerprint)
    other = session.scalars(same.where(JobRow.state.in_(OPEN_STATES))).one_or_none()
    if other is not None:
        return _job(other)
    row.state, row.stage, row.progress, row.message = "queued", "", {}, {"deaths": deaths} if deaths else {}
    row.cancel_requested, row.started_at, row.ended_at = False, None, None
    session.flush()
    return _job(row)


def claim_job(session: Session, job_id: str, *, worker: str, now: datetime) -> Job | None:
    """Begin a queued job as this worker; None when another was first or it is queued no more.

    None, too, while the same work is done for another project: afterwards its artefacts are there to be used.
    """
    claimed = session.execute(
        update(JobRow)
        .where(JobRow.id == job_id, JobRow.state == "queued", ~_under_way())
        .values(
            state="running", worker=worker, attempt=JobRow.attempt + 1, heartbeat_at=now, started_at=now, ended_at=None
        )
        .returning(JobRow.id)
    )
    return get_job(session, job_id) if claimed.first() is not None else None


def write_progress(
    session: Session, job_id: str, *, attempt: int, stage: str, progress: dict[str, Any], now: datetime
) -> Job | None:
    """Write progress and heartbeat; None when this attempt is not the running one any more: then stop working."""
    written = session.execute(
        update(JobRow)
        .where(JobRow.id == job_id, JobRow.state == "running", JobRow.attempt == attempt)
        .values(stage=stage, progress=progress, heartbeat_at=now)
        .returning(JobRow.id)
    )
    return get_job(session, job_id) if written.first() is not None else None


def end_job(
    session: Session,
    job_id: str,
    *,
    attempt: int,
    state: Literal["done", "failed", "cancelled", "interrupted"],
    message: dict[str, Any] | None = None,
    now: datetime,
) -> bool:
    """End the running attempt; False, and nothing written, when it is not the running one any more."""
    written = session.execute(
        update(JobRow)
        .where(JobRow.id == job_id, JobRow.state == "running", JobRow.attempt == attempt)
        .values(state=state, message=message or {}, ended_at=now)
        .returning(JobRow.id)
    )
    return written.first() is not None


def give_way(session: Session, job_id: str, *, attempt: int) -> bool:
    """Queue the running attempt again for something that is waited for more; False when it is not the running one."""
    written = session.execute(
        update(JobRow)
        .where(
            JobRow.id == job_id,
            JobRow.state == "running",
            JobRow.attempt == attempt,
            JobRow.cancel_requested.is_(False),
        )
        .values(state="queued", stage="", progress={}, started_at=None)
        .returning(JobRow.id)
    )
    return written.first() is not None


def request_cancel(session: Session, job_id: str, *, now: datetime) -> Job:
    """Ask a running job to stop; one that waits is cancelled at once, one that has ended stays as it is."""
    row = _row(session, job_id)
    if row.state == "running":
        row.cancel_requested = True
    elif row.state in ("queued", "interrupted"):
        row.state, row.cancel_requested, row.ended_at = "cancelled", True, now
    session.flush()
    return _job(row)


def get_job(session: Session, job_id: str) -> Job:
    """Return the job; raises `NotFound`."""
    return _job(_row(session, job_id))


def find_job(session: Session, job_id: str) -> Job | None:
    """Return the job, None when it is gone with its project."""
    row = session.get(JobRow, job_id, populate_existing=True)
    return None if row is None else _job(row)


def list_jobs(session: Session, project_id: str, *, most: int = 50) -> tuple[Job, ...]:
    """Return at most `most` jobs of the project, the newest first."""
    rows = select(JobRow).filter_by(project_id=project_id).order_by(JobRow.created_at.desc(), JobRow.id).limit(most)
    return tuple(_job(row) for row in session.scalars(rows))


def jobs_in(session: Session, state: JobState) -> tuple[Job, ...]:
    """Return the jobs of all projects in this state, the oldest first."""
    rows = select(JobRow).filter_by(state=state).order_by(JobRow.created_at, JobRow.id)
    return tuple(_job(row) for row in session.scalars(rows))


def nothing_to_show(session: Session, kind: str) -> tuple[Job, ...]:
    """Return the queued jobs of a kind for whose result not even a provisional one stands in, the oldest first.

    Those are left out whose work is under way for another project: they wait for that.
    """
    shown = exists().where(FitRow.project_id == JobRow.project_id, FitRow.provisional_for == JobRow.fingerprint)
    rows = select(JobRow).filter_by(state="queued", kind=kind).where(~shown, ~_under_way())
    return tuple(_job(row) for row in session.scalars(rows.order_by(JobRow.created_at, JobRow.id)))


def _under_way() -> Exists:
    """Tell of a job whether the same work is running, of whichever project."""
    twin = aliased(JobRow)
    same = (twin.kind == JobRow.kind, twin.fingerprint == JobRow.fingerprint, twin.state == "running")
    return exists().where(*same).correlate(JobRow)


def _row(session: Session, job_id: str) -> JobRow:
    row = session.get(JobRow, job_id, populate_existing=True)
    if row is None:
        raise NotFound("There is no such job", where=f"job {job_id}")
    return row


def _job(row: JobRow) -> Job:
    return Job(
        id=row.id,
        project_id=row.project_id,
        kind=row.kind,
        fingerprint=row.fingerprint,
        payload=row.payload,
        state=cast("JobState", row.state),
        stage=row.stage,
        progress=row.progress,
        message=row.message,
        cancel_requested=row.cancel_requested,
        attempt=row.attempt,
        worker=row.worker,
        heartbeat_at=row.heartbeat_at,
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )
