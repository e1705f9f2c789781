"""Accounts of declared minors, how far fans and twins have drifted, and what limits held back."""

import sqlalchemy as sa
from alembic import op

from fenshen.core.db import JsonText, UtcTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the three tables."""
    op.create_table(
        "minor_blocks",
        sa.Column("user_id", sa.String(40), sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("declared", UtcTime, primary_key=True),
        sa.Column("surface", sa.String(16), nullable=False),
        sa.Column("creator", sa.String(64), nullable=False),
        sa.Column("lifted", UtcTime),
        sa.Column("lifted_by", sa.String(254)),
        sa.Column("why", sa.String(500)),
    )
    op.create_table(
        "drifts",
        sa.Column("fan", sa.String(40), primary_key=True),
        sa.Column("creator", sa.String(64), primary_key=True),
        sa.Column("heats", JsonText, nullable=False),
        sa.Column("at", UtcTime, nullable=False),
    )
    op.create_table(
        "refusals",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("creator", sa.String(64), nullable=False),
        sa.Column("fan", sa.String(40)),
        sa.Column("surface", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("call_id", sa.String(60)),
        sa.Column("answer_id", sa.String(60), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
    )
    op.create_index("ix_refusals_creator_at", "refusals", ["creator", "at"])


def downgrade() -> None:
    """Take them away."""
    for table in ("refusals", "drifts", "minor_blocks"):
        op.drop_table(table)
