"""Items carry their rights, origin and state; passages say why their words are not the creator's own."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from fenshen.core.db import JsonText

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def item_columns() -> tuple[sa.Column[Any], ...]:
    """New columns of items; made anew each time, because a column belongs to one table object."""
    return (
        sa.Column("format", sa.String(length=24), nullable=False, server_default=""),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("cover_sha256", sa.String(length=64), nullable=True),
        sa.Column("chapters", JsonText(), nullable=False, server_default="[]"),
        sa.Column("owner", sa.Text(), nullable=False, server_default=""),
        sa.Column("licence", sa.String(length=64), nullable=False, server_default=""),
        sa.Column("territory", sa.String(length=64), nullable=False, server_default=""),
        sa.Column("uses", JsonText(), nullable=False, server_default="[]"),
        sa.Column("excluded", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("tags", JsonText(), nullable=False, server_default="[]"),
        sa.Column("duplicate_of", sa.String(length=64), nullable=True),
    )


def upgrade() -> None:
    """Add the columns; what an earlier version took in keeps the uses it had there.

    Plain ALTER TABLE: a rebuilt table would be dropped first, and its passages with it.
    """
    for column in item_columns():
        op.add_column("items", column)
    op.add_column("passages", sa.Column("marks", JsonText(), nullable=False, server_default="[]"))
    op.execute("""UPDATE items SET uses = '["train", "cite", "speak"]'""")


def downgrade() -> None:
    """The columns go, and what they said with them."""
    op.drop_column("passages", "marks")
    for column in item_columns():
        op.drop_column("items", column.name)
