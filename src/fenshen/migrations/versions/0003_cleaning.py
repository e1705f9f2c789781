"""What is remembered of items so that duplicates and recurring passages are found without reading again."""

import sqlalchemy as sa
from alembic import op

from fenshen.core.db import JsonText

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The tables."""
    op.create_table(
        "item_traces",
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("tail", sa.LargeBinary(), nullable=False),
        sa.Column("noise", JsonText(), nullable=False),
        sa.Column("compared", sa.Boolean(), nullable=False),
        sa.Column("recurring", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_item_traces_item_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_item_traces")),
    )
    op.create_index(op.f("ix_item_traces_creator"), "item_traces", ["creator"])
    op.create_table(
        "likenesses",
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("other_id", sa.String(length=64), nullable=False),
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("other_share", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_likenesses_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["items.id"], name=op.f("fk_likenesses_other_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", "other_id", name=op.f("pk_likenesses")),
    )
    op.create_index(op.f("ix_likenesses_creator"), "likenesses", ["creator"])
    op.create_table(
        "kept_apart",
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("other_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("creator", "item_id", "other_id", name=op.f("pk_kept_apart")),
    )
    op.create_table(
        "recurring_runs",
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("creator", name=op.f("pk_recurring_runs")),
    )


def downgrade() -> None:
    """The tables go; everything in them but the creator's word is made again."""
    for name in ("recurring_runs", "kept_apart", "likenesses", "item_traces"):
        op.drop_table(name)
