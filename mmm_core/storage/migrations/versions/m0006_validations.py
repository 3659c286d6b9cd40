"""What held-out periods said of fits."""

import sqlalchemy as sa
from alembic import op

from mmm_core.storage.columns import UtcDateTime

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "validation",
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("fit_fingerprint", sa.Text(), nullable=False),
        sa.Column("panel_fingerprint", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_validation_project_id_project"),
        sa.PrimaryKeyConstraint("project_id", "fingerprint", name="pk_validation"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("validation")
