"""One table of work in place of jobs, intakes and trainings."""

import sqlalchemy as sa
from alembic import op

from fenshen.core.db import JsonText, UtcTime
from fenshen.core.work import NoteJson

revision = "9001"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Work that had not ended is not carried over: no version that people use had these tables."""
    for name in ("intake_files", "intakes", "trainings", "jobs"):
        op.drop_table(name)
    op.create_table(
        "work",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("done", sa.Float(), nullable=False),
        sa.Column("total", sa.Float(), nullable=False),
        sa.Column("note", NoteJson(), nullable=False),
        sa.Column("payload", JsonText(), nullable=False),
        sa.Column("result", JsonText(), nullable=True),
        sa.Column("error", JsonText(), nullable=True),
        sa.Column("began", UtcTime(), nullable=True),
        sa.Column("created", UtcTime(), nullable=False),
        sa.Column("updated", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work")),
    )
    op.create_index("ix_work_kind_owner", "work", ["kind", "owner"])
    op.create_table(
        "import_files",
        sa.Column("work_id", sa.String(length=64), nullable=False),
        sa.Column("path", sa.String(length=1024), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["work_id"], ["work.id"], name=op.f("fk_import_files_work_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("work_id", "path", name=op.f("pk_import_files")),
    )


def downgrade() -> None:
    """The tables of before are not made again."""
    for name in ("import_files", "work"):
        op.drop_table(name)
