"""Installations whose twin files are taken in."""

import sqlalchemy as sa
from alembic import op

from fenshen.core.db import UtcTime

revision = "0015"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "trusted_signers",
        sa.Column("fingerprint", sa.String(64), primary_key=True),
        sa.Column("by", sa.String(254), nullable=False),
        sa.Column("since", UtcTime(), nullable=False),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("trusted_signers")
