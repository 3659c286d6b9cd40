"""What a source held before a newer file took its place."""

import sqlalchemy as sa
from alembic import op

from mmm_core.storage.columns import UtcDateTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table of former versions."""
    op.create_table(
        "former_source",
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("artefact_key", sa.Text(), nullable=False),
        sa.Column("reading", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("replaced_at", UtcDateTime(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_former_source_source_id_source"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_former_source_project_id_project"),
        sa.PrimaryKeyConstraint("source_id", "number", name="pk_former_source"),
    )
    op.create_index("ix_former_source_project_id", "former_source", ["project_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("former_source")
