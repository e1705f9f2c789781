"""What a version goes out from, and what fans are told of it."""

import sqlalchemy as sa
from alembic import op

from fenshen.core.db import JsonText

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; versions from before were trained from their library."""
    op.add_column("versions", sa.Column("origin", sa.String(16), nullable=False, server_default="library"))
    op.add_column("versions", sa.Column("parent", sa.String(64), nullable=True))
    op.add_column("versions", sa.Column("note", JsonText(), nullable=True))


def downgrade() -> None:
    """Drop the columns."""
    for name in ("note", "parent", "origin"):
        op.drop_column("versions", name)
