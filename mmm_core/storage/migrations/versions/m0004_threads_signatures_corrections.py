"""Threads of findings and objections, signatures, corrections of the files, the agenda."""

import sqlalchemy as sa
from alembic import op

from mmm_core.storage.columns import UtcDateTime

revision = "0004"
down_revision = "0003"

_REVISIONS = ("correction_revision", "agenda_revision")


def upgrade() -> None:
    """Make the tables."""
    for table in _REVISIONS:
        op.create_table(
            table,
            sa.Column("project_id", sa.Text(), nullable=False),
            sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
            sa.Column("parent", sa.Integer(), nullable=False),
            sa.Column("content", sa.JSON(), nullable=False),
            sa.Column("fingerprint", sa.Text(), nullable=False),
            sa.Column("author", sa.Text(), nullable=False),
            sa.Column("message", sa.Text(), nullable=False),
            sa.Column("created_at", UtcDateTime(), nullable=False),
            sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=f"fk_{table}_project_id_project"),
            sa.PrimaryKeyConstraint("project_id", "number", name=f"pk_{table}"),
        )
    _make_threads()
    _make_signatures()


def _make_threads() -> None:
    op.create_table(
        "thread_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("subject", "key", "action", "author", "role", "text")),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("bound_to", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_thread_entry_project_id_project"),
        sa.PrimaryKeyConstraint("id", name="pk_thread_entry"),
    )
    op.create_index("ix_thread_entry_subject", "thread_entry", ["project_id", "subject", "key"])


def _make_signatures() -> None:
    op.create_table(
        "signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("participant", "role", "action", "text", "scope_fingerprint")
        ),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_signature_project_id_project"),
        sa.PrimaryKeyConstraint("id", name="pk_signature"),
    )
    op.create_index("ix_signature_project_id", "signature", ["project_id"])


def downgrade() -> None:
    """Drop them."""
    for table in ("signature", "thread_entry", *_REVISIONS):
        op.drop_table(table)
