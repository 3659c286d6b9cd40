"""The first tables."""

import sqlalchemy as sa
from alembic import op

from mmm_core.storage.columns import UtcDateTime

revision = "0001"
down_revision = None

_IS_OPEN = sa.text("state IN ('queued', 'running')")


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "project",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_project"),
    )
    _make_source()
    _make_revisions("mapping_revision")
    _make_revisions("specification_revision")
    _make_fit()
    _make_scenario()
    _make_job()
    _make_hold_and_audit()


def downgrade() -> None:
    """Drop all tables."""
    for table in ("audit_entry", "hold", "job", "scenario", "fit", "specification_revision", "mapping_revision"):
        op.drop_table(table)
    op.drop_table("source")
    op.drop_table("project")


def _project_id(table: str) -> tuple[sa.Column[str], sa.ForeignKeyConstraint]:
    link = sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=f"fk_{table}_project_id_project")
    return sa.Column("project_id", sa.Text(), nullable=False), link


def _make_source() -> None:
    op.create_table(
        "source",
        sa.Column("id", sa.Text(), nullable=False),
        *_project_id("source"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("artefact_key", sa.Text(), nullable=False),
        sa.Column("reading", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_source"),
        sa.UniqueConstraint(
            "project_id", "fingerprint", "sheet", "kind", name="uq_source_project_id_fingerprint_sheet_kind"
        ),
    )
    op.create_index("ix_source_project_id", "source", ["project_id"])


def _make_revisions(table: str) -> None:
    op.create_table(
        table,
        *_project_id(table),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("parent", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "number", name=f"pk_{table}"),
    )


def _make_fit() -> None:
    op.create_table(
        "fit",
        *_project_id("fit"),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("panel_fingerprint", sa.Text(), nullable=False),
        sa.Column("mapping_number", sa.Integer(), nullable=False),
        sa.Column("specification_number", sa.Integer(), nullable=False),
        sa.Column("artefact_key", sa.Text(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "fingerprint", name="pk_fit"),
    )


def _make_scenario() -> None:
    op.create_table(
        "scenario",
        sa.Column("id", sa.Text(), nullable=False),
        *_project_id("scenario"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("fit_fingerprint", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_scenario"),
    )
    op.create_index("ix_scenario_project_id", "scenario", ["project_id"])


def _make_job() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Text(), nullable=False),
        *_project_id("job"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("message", sa.JSON(), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("heartbeat_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
    )
    op.create_index("ix_job_project_id", "job", ["project_id"])
    op.create_index("ix_job_state", "job", ["state", "created_at"])
    op.create_index(
        "uq_job_open",
        "job",
        ["project_id", "kind", "fingerprint"],
        unique=True,
        sqlite_where=_IS_OPEN,
        postgresql_where=_IS_OPEN,
    )


def _make_hold_and_audit() -> None:
    op.create_table(
        "hold",
        *_project_id("hold"),
        sa.Column("artefact_key", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "artefact_key", name="pk_hold"),
    )
    op.create_index("ix_hold_artefact_key", "hold", ["artefact_key"])
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        *_project_id("audit_entry"),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entry"),
    )
    op.create_index("ix_audit_entry_project_id", "audit_entry", ["project_id"])
