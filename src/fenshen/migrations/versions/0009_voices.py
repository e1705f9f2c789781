"""Voices found in items, the creator's voiceprints, and speakers set by hand."""

import sqlalchemy as sa
from alembic import op

from fenshen.core.db import JsonText

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; items that were taken in before have no voices until they are read again."""
    op.create_table(
        "voiceprints",
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("steadiness", sa.Float(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("creator", "ordinal", name=op.f("pk_voiceprints")),
    )
    op.create_table(
        "item_voices",
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("steadiness", sa.Float(), nullable=False),
        sa.Column("start_s", sa.Float(), nullable=False),
        sa.Column("end_s", sa.Float(), nullable=False),
        sa.Column("decision", sa.String(length=8), nullable=False),
        sa.Column("ground", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_item_voices_item_id_items"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", "number", name=op.f("pk_item_voices")),
    )
    op.create_index(op.f("ix_item_voices_creator"), "item_voices", ["creator"])
    op.create_table(
        "item_turns",
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("turns", JsonText(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_item_turns_item_id_items"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_item_turns")),
    )


def downgrade() -> None:
    """The tables go, and what they said with them."""
    for name in ("item_turns", "item_voices", "voiceprints"):
        op.drop_table(name)
