"""Participants, what they recognise, proposals for the mapping, and the analyst's text of the structure brief."""

import sqlalchemy as sa
from alembic import op

from mmm_core.storage.columns import UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables of joint scoping."""
    op.create_table(
        "participant",
        *_project_id("participant"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "name", name="pk_participant"),
    )
    op.create_table(
        "recognition",
        sa.Column("id", sa.Integer(), nullable=False),
        *_project_id("recognition"),
        sa.Column("path", sa.JSON(), nullable=False),
        sa.Column("participant", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("group_fingerprint", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recognition"),
    )
    op.create_index("ix_recognition_project_id", "recognition", ["project_id"])
    _make_proposal()
    _make_structure()


def downgrade() -> None:
    """Drop them."""
    for table in ("structure_revision", "mapping_proposal", "recognition", "participant"):
        op.drop_table(table)


def _project_id(table: str) -> tuple[sa.Column[str], sa.ForeignKeyConstraint]:
    link = sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=f"fk_{table}_project_id_project")
    return sa.Column("project_id", sa.Text(), nullable=False), link


def _make_proposal() -> None:
    op.create_table(
        "mapping_proposal",
        sa.Column("id", sa.Text(), nullable=False),
        *_project_id("mapping_proposal"),
        sa.Column("base_number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_mapping_proposal"),
    )
    op.create_index("ix_mapping_proposal_project_id", "mapping_proposal", ["project_id"])


def _make_structure() -> None:
    op.create_table(
        "structure_revision",
        *_project_id("structure_revision"),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("parent", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "number", name="pk_structure_revision"),
    )
