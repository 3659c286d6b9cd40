"""The tables. Rows stay inside `storage`; the modules of the aggregates turn them into frozen values."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index, MetaData, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from mmm_core.storage.columns import UtcDateTime

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
OPEN_STATES = ("queued", "running")
"""A job in one of these still holds its fingerprint: the same work is not queued twice."""

_IS_OPEN = text("state IN ('queued', 'running')")


class Base(DeclarativeBase):
    """Root of the tables; constraints have fixed names, so that a migration can address them."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        str: Text(),
    }


class ProjectRow(Base):
    """One client engagement. A deleted one keeps its id and the time, nothing of the client."""

    __tablename__ = "project"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    settings: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class SourceRow(Base):
    """One uploaded file or sheet, with how it is read."""

    __tablename__ = "source"
    __table_args__ = (UniqueConstraint("project_id", "fingerprint", "sheet", "kind"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), index=True)
    kind: Mapped[str]
    name: Mapped[str]
    sheet: Mapped[str]
    fingerprint: Mapped[str]
    artefact_key: Mapped[str]
    reading: Mapped[dict[str, Any]]
    position: Mapped[int]
    created_at: Mapped[datetime]


class FormerSourceRow(Base):
    """What a source held before a newer file took its place; rows go only with their source."""

    __tablename__ = "former_source"
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), index=True)
    name: Mapped[str]
    sheet: Mapped[str]
    fingerprint: Mapped[str]
    artefact_key: Mapped[str]
    reading: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    replaced_at: Mapped[datetime]
    author: Mapped[str]


class RevisionRow(Base):
    """Shape of every kind of revision: rows are added, never changed."""

    __abstract__ = True
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    parent: Mapped[int]
    content: Mapped[dict[str, Any]]
    fingerprint: Mapped[str]
    author: Mapped[str]
    message: Mapped[str]
    created_at: Mapped[datetime]


class MappingRevisionRow(RevisionRow):
    """An immutable state of mapping and taxonomy."""

    __tablename__ = "mapping_revision"


class SpecificationRevisionRow(RevisionRow):
    """An immutable state of the model specification."""

    __tablename__ = "specification_revision"


class StructureRevisionRow(RevisionRow):
    """An immutable state of what the analyst wrote into the structure brief."""

    __tablename__ = "structure_revision"


class CorrectionRevisionRow(RevisionRow):
    """An immutable state of the corrections that stand between the files and the line items."""

    __tablename__ = "correction_revision"


class AgendaRevisionRow(RevisionRow):
    """An immutable state of the agenda: planning questions, actions foreseen, data still owed."""

    __tablename__ = "agenda_revision"


class ComparisonRevisionRow(RevisionRow):
    """An immutable state of what is compared side by side: two to six groupings with their specifications."""

    __tablename__ = "comparison_revision"


class ThreadEntryRow(Base):
    """One word in the thread of a finding or an objection; rows are added, never changed."""

    __tablename__ = "thread_entry"
    __table_args__ = (Index("ix_thread_entry_subject", "project_id", "subject", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"))
    subject: Mapped[str]
    key: Mapped[str]
    action: Mapped[str]
    author: Mapped[str]
    role: Mapped[str]
    text: Mapped[str]
    detail: Mapped[dict[str, Any]]
    bound_to: Mapped[str]
    at: Mapped[datetime]


class SignatureRow(Base):
    """What a participant signed, in which role; rows are added, a withdrawal is one of its own."""

    __tablename__ = "signature"
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), index=True)
    participant: Mapped[str]
    role: Mapped[str]
    action: Mapped[str]
    text: Mapped[str]
    scope_fingerprint: Mapped[str]
    content: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class ParticipantRow(Base):
    """Somebody who takes part in a project, in one role."""

    __tablename__ = "participant"
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    created_at: Mapped[datetime]


class RecognitionRow(Base):
    """What a participant said of a group as it stood then; rows are added, the latest one counts."""

    __tablename__ = "recognition"
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), index=True)
    path: Mapped[list[str]]
    participant: Mapped[str]
    verdict: Mapped[str]
    comment: Mapped[str]
    group_fingerprint: Mapped[str]
    at: Mapped[datetime]


class MappingProposalRow(Base):
    """A mapping made on an earlier revision that waits to be looked at."""

    __tablename__ = "mapping_proposal"
    id: Mapped[str] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), index=True)
    base_number: Mapped[int]
    content: Mapped[dict[str, Any]]
    author: Mapped[str]
    message: Mapped[str]
    origin: Mapped[str]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class FitRow(Base):
    """One posterior for one specification on one panel; the draws are an artefact.

    `provisional_for` names the full fit that is to replace a provisional one, "" for a full fit.
    """

    __tablename__ = "fit"
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    panel_fingerprint: Mapped[str]
    mapping_number: Mapped[int]
    specification_number: Mapped[int]
    artefact_key: Mapped[str]
    summary: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    provisional_for: Mapped[str] = mapped_column(server_default="")


class ValidationRow(Base):
    """What held-out periods said of a fit; figures only."""

    __tablename__ = "validation"
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    fit_fingerprint: Mapped[str]
    panel_fingerprint: Mapped[str]
    content: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class ScenarioRow(Base):
    """Spend per group and future period, with the number of the edit that it holds."""

    __tablename__ = "scenario"
    id: Mapped[str] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), index=True)
    name: Mapped[str]
    content: Mapped[dict[str, Any]]
    fit_fingerprint: Mapped[str]
    number: Mapped[int]
    author: Mapped[str]
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime]


class JobRow(Base):
    """Background work. The row is the truth; processes only carry it out."""

    __tablename__ = "job"
    __table_args__ = (
        Index(
            "uq_job_open",
            "project_id",
            "kind",
            "fingerprint",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        Index("ix_job_state", "state", "created_at"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), index=True)
    kind: Mapped[str]
    fingerprint: Mapped[str]
    payload: Mapped[dict[str, Any]]
    state: Mapped[str]
    stage: Mapped[str]
    progress: Mapped[dict[str, Any]]
    message: Mapped[dict[str, Any]]
    cancel_requested: Mapped[bool]
    attempt: Mapped[int]
    worker: Mapped[str]
    heartbeat_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class HoldRow(Base):
    """Which project needs which artefact; one that nobody holds may be removed."""

    __tablename__ = "hold"
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), primary_key=True)
    artefact_key: Mapped[str] = mapped_column(primary_key=True, index=True)
    created_at: Mapped[datetime]


class AuditRow(Base):
    """Who did what, when."""

    __tablename__ = "audit_entry"
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id"), index=True)
    at: Mapped[datetime]
    author: Mapped[str]
    action: Mapped[str]
    detail: Mapped[dict[str, Any]]
