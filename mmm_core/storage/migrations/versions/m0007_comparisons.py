"""What is compared side by side."""

import sqlalchemy as sa
from alembic import op

from mmm_core.storage.columns import UtcDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "comparison_revision",
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("parent", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_comparison_revision_project_id_project"),
        sa.PrimaryKeyConstraint("project_id", "number", name="pk_comparison_revision"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("comparison_revision")
