"""Items carry their rights, origin and state; passages say why their words are not the creator's own."""

import sqlalchemy as sa
from alembic import op

from fenshen.core.db import JsonText

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what an earlier version took in keeps the uses it had there."""
    with op.batch_alter_table("items", schema=None) as items:
        items.add_column(sa.Column("format", sa.String(length=24), nullable=False, server_default=""))
        items.add_column(sa.Column("url", sa.Text(), nullable=True))
        items.add_column(sa.Column("cover_sha256", sa.String(length=64), nullable=True))
        items.add_column(sa.Column("chapters", JsonText(), nullable=False, server_default="[]"))
        items.add_column(sa.Column("owner", sa.Text(), nullable=False, server_default=""))
        items.add_column(sa.Column("licence", sa.String(length=64), nullable=False, server_default=""))
        items.add_column(sa.Column("territory", sa.String(length=64), nullable=False, server_default=""))
        items.add_column(sa.Column("uses", JsonText(), nullable=False, server_default="[]"))
        items.add_column(sa.Column("excluded", sa.Boolean(), nullable=False, server_default=sa.false()))
        items.add_column(sa.Column("tags", JsonText(), nullable=False, server_default="[]"))
        items.add_column(sa.Column("duplicate_of", sa.String(length=64), nullable=True))
    with op.batch_alter_table("passages", schema=None) as passages:
        passages.add_column(sa.Column("marks", JsonText(), nullable=False, server_default="[]"))
    op.execute("""UPDATE items SET uses = '["train", "cite", "speak"]'""")


def downgrade() -> None:
    """The columns go, and what they said with them."""
    with op.batch_alter_table("passages", schema=None) as passages:
        passages.drop_column("marks")
    with op.batch_alter_table("items", schema=None) as items:
        for name in (
            "format",
            "url",
            "cover_sha256",
            "chapters",
            "owner",
            "licence",
            "territory",
            "uses",
            "excluded",
            "tags",
            "duplicate_of",
        ):
            items.drop_column(name)
