"""Fits that stand in for a full one until it is there."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Name the full fit of a provisional one; all fits so far are full."""
    op.add_column("fit", sa.Column("provisional_for", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop provisional fits and the column."""
    op.execute("DELETE FROM fit WHERE provisional_for <> ''")
    op.drop_column("fit", "provisional_for")
