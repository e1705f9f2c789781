"""What people think of answers: fans' thumbs and consents to learning, creators' blind comparisons."""

import sqlalchemy as sa
from alembic import op

from fenshen.core.db import JsonText, UtcTime

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add three tables."""
    op.create_table(
        "thumbs",
        sa.Column("fan", sa.String(length=40), nullable=False),
        sa.Column("turn_id", sa.String(length=60), nullable=False),
        sa.Column("thumb", sa.String(length=4), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.CheckConstraint("thumb IN ('up', 'down')", name=op.f("ck_thumbs_thumb_known")),
        sa.ForeignKeyConstraint(
            ["turn_id"], ["turns.id"], name=op.f("fk_thumbs_turn_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("fan", "turn_id", name=op.f("pk_thumbs")),
    )
    op.create_index(op.f("ix_thumbs_turn_id"), "thumbs", ["turn_id"])
    op.create_table(
        "learning_consents",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("fan", sa.String(length=40), nullable=False),
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("granted", UtcTime(), nullable=False),
        sa.Column("revoked", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_consents")),
    )
    op.create_index("ix_learning_consents_creator_fan", "learning_consents", ["creator", "fan"])
    op.create_table(
        "comparisons",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("asked", UtcTime(), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("left_version", sa.String(length=64), nullable=True),
        sa.Column("right_version", sa.String(length=64), nullable=True),
        sa.Column("left_text", sa.Text(), nullable=False),
        sa.Column("right_text", sa.Text(), nullable=False),
        sa.Column("labels", JsonText(), nullable=False),
        sa.Column("choice", sa.String(length=8), nullable=True),
        sa.Column("edited", sa.String(length=8), nullable=True),
        sa.Column("edit", sa.Text(), nullable=True),
        sa.Column("chosen_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparisons")),
    )
    op.create_index(op.f("ix_comparisons_creator"), "comparisons", ["creator"])


def downgrade() -> None:
    """Drop them, with everything that was said."""
    for name in ("comparisons", "learning_consents", "thumbs"):
        op.drop_table(name)
