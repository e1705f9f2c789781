"""Publications as rows, trainings that were ordered on the page, schedules, and what a fan was told."""

import sqlalchemy as sa
from alembic import op

from fenshen.core.db import JsonText, UtcTime

revision = "0013"
down_revision = "0014"
branch_labels = None
depends_on = None

BACKFILL = """
INSERT INTO publications (creator, version_id, kind, price_micros_per_minute, currency, note, forced_reason, at)
SELECT creator, id, 'publish', price_micros_per_minute, currency, '{}', forced_reason, published_at
FROM versions WHERE published_at IS NOT NULL ORDER BY published_at, id
"""


def upgrade() -> None:
    """Add four tables; what was published before becomes rows without a note."""
    op.create_table(
        "publications",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("creator", sa.String(64), nullable=False),
        sa.Column("version_id", sa.String(64), nullable=False),
        sa.Column("previous_id", sa.String(64), nullable=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("price_micros_per_minute", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=True),
        sa.Column("note", JsonText(), nullable=False),
        sa.Column("forced_reason", sa.Text(), nullable=True),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
    )
    op.create_index(op.f("ix_publications_creator"), "publications", ["creator"])
    op.execute(BACKFILL)
    op.create_table(
        "trainings",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("creator", sa.String(64), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("stage", sa.String(12), nullable=False),
        sa.Column("stages", JsonText(), nullable=False),
        sa.Column("training_order", JsonText(), nullable=True),
        sa.Column("scheduled", sa.Boolean(), nullable=False),
        sa.Column("version_id", sa.String(64), nullable=True),
        sa.Column("done", sa.Float(), nullable=False),
        sa.Column("total", sa.Float(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("error", JsonText(), nullable=True),
        sa.Column("began", UtcTime(), nullable=True),
        sa.Column("created", UtcTime(), nullable=False),
        sa.Column("updated", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainings")),
    )
    op.create_index(op.f("ix_trainings_creator"), "trainings", ["creator"])
    op.create_table(
        "schedules",
        sa.Column("creator", sa.String(64), nullable=False),
        sa.Column("rule", JsonText(), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("since", UtcTime(), nullable=False),
        sa.Column("looked", UtcTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("retry_at", UtcTime(), nullable=True),
        sa.Column("error", JsonText(), nullable=True),
        sa.PrimaryKeyConstraint("creator", name=op.f("pk_schedules")),
    )
    op.create_table(
        "changes_told",
        sa.Column("fan", sa.String(40), nullable=False),
        sa.Column("creator", sa.String(64), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("fan", "creator", name=op.f("pk_changes_told")),
    )


def downgrade() -> None:
    """The tables go; which version is live stays with the versions."""
    for name in ("changes_told", "schedules", "trainings", "publications"):
        op.drop_table(name)
