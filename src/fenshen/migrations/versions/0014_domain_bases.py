"""Domain bases: whose libraries they read, and on what consents."""

import sqlalchemy as sa
from alembic import op

from fenshen.core.db import JsonText, UtcTime

revision = "0014"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "domains",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("base", sa.String(128), nullable=False),
        sa.Column("base_sha256", sa.String(64), nullable=False),
        sa.Column("creators", JsonText(), nullable=False),
        sa.Column("consents", JsonText(), nullable=False),
        sa.Column("data_sha256", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("totals", JsonText(), nullable=True),
        sa.Column("created", UtcTime(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_domains")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("domains")
