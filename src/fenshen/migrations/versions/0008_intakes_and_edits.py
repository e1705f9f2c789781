"""What creators bring through the page, and what they change by hand."""

import sqlalchemy as sa
from alembic import op

from fenshen.core.db import JsonText, UtcTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add three tables and the column that remembers what was read."""
    op.add_column("passages", sa.Column("original", JsonText(), nullable=True))
    op.create_table(
        "library_changes",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("place", sa.String(length=8), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("before", JsonText(), nullable=False),
        sa.Column("after", JsonText(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_changes")),
    )
    op.create_index(op.f("ix_library_changes_creator"), "library_changes", ["creator"])
    op.create_table(
        "intakes",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("roots", JsonText(), nullable=False),
        sa.Column("done", sa.Float(), nullable=False),
        sa.Column("total", sa.Float(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("report", JsonText(), nullable=True),
        sa.Column("error", JsonText(), nullable=True),
        sa.Column("began", UtcTime(), nullable=True),
        sa.Column("created", UtcTime(), nullable=False),
        sa.Column("updated", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intakes")),
    )
    op.create_index(op.f("ix_intakes_creator"), "intakes", ["creator"])
    op.create_table(
        "intake_files",
        sa.Column("intake_id", sa.String(length=64), nullable=False),
        sa.Column("path", sa.String(length=1024), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["intake_id"], ["intakes.id"], name=op.f("fk_intake_files_intake_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("intake_id", "path", name=op.f("pk_intake_files")),
    )


def downgrade() -> None:
    """The tables go; edits stay in the passages."""
    for name in ("intake_files", "intakes", "library_changes"):
        op.drop_table(name)
    op.drop_column("passages", "original")
