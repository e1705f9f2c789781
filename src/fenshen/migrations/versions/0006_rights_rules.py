"""Rights of an item come from somebody's word: rules, the file, a decision; signs of others' work are kept."""

import sqlalchemy as sa
from alembic import op

from fenshen.core.db import JsonText

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns and tables; what an earlier version took in keeps its uses, as if decided item by item."""
    with op.batch_alter_table("items", schema=None) as items:
        items.add_column(sa.Column("consent_id", sa.String(length=40), nullable=True))
        items.add_column(sa.Column("rights_by", sa.String(length=8), nullable=False, server_default=""))
        items.add_column(sa.Column("rights_rule", sa.Integer(), nullable=True))
        items.add_column(sa.Column("file_rights", JsonText(), nullable=True))
        items.add_column(sa.Column("folder_rights", JsonText(), nullable=True))
        items.add_column(sa.Column("flags", JsonText(), nullable=False, server_default="[]"))
        items.add_column(sa.Column("confirmed", JsonText(), nullable=False, server_default="[]"))
    op.create_table(
        "rights_rules",
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("match", sa.Text(), nullable=False),
        sa.Column("rights", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("creator", "ordinal", name=op.f("pk_rights_rules")),
    )
    op.create_table(
        "rights_decisions",
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("part", sa.String(length=64), nullable=False),
        sa.Column("rights", JsonText(), nullable=True),
        sa.Column("confirmed", JsonText(), nullable=False, server_default="[]"),
        sa.PrimaryKeyConstraint("creator", "source", "part", name=op.f("pk_rights_decisions")),
    )
    op.execute("UPDATE items SET rights_by = 'item' WHERE uses <> '[]'")


def downgrade() -> None:
    """The columns and tables go, and what they said with them."""
    op.drop_table("rights_decisions")
    op.drop_table("rights_rules")
    with op.batch_alter_table("items", schema=None) as items:
        for name in (
            "confirmed",
            "flags",
            "folder_rights",
            "file_rights",
            "rights_rule",
            "rights_by",
            "consent_id",
        ):
            items.drop_column(name)
