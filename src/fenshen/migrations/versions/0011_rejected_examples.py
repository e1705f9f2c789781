"""Training examples that creators do not want learned."""

import sqlalchemy as sa
from alembic import op

from fenshen.core.db import JsonText, UtcTime

revision = "0011"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; nothing was rejected before."""
    op.create_table(
        "rejected_examples",
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=True),
        sa.Column("example", JsonText(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("creator", "digest", name=op.f("pk_rejected_examples")),
    )
    op.create_index(op.f("ix_rejected_examples_item_id"), "rejected_examples", ["item_id"])


def downgrade() -> None:
    """The table goes, and with it what was rejected."""
    op.drop_table("rejected_examples")
