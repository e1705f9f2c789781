"""What a creator wants done with their library."""

import sqlalchemy as sa
from alembic import op

from fenshen.core.db import JsonText

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The table."""
    op.create_table(
        "library_settings",
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("content", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("creator", name=op.f("pk_library_settings")),
    )


def downgrade() -> None:
    """The choices go."""
    op.drop_table("library_settings")
