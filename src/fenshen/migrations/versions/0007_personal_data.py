"""What personal data was found where, what the creator decides about it, and the key of its stand-ins."""

import sqlalchemy as sa
from alembic import op

from fenshen.core.db import JsonText

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; what was taken in before is masked when it is ingested again."""
    op.create_table(
        "personal_data",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("decision", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_data")),
        sa.UniqueConstraint("creator", "digest", name=op.f("uq_personal_data_creator_digest")),
    )
    op.create_index(op.f("ix_personal_data_creator"), "personal_data", ["creator"])
    op.create_table(
        "personal_data_places",
        sa.Column("value_id", sa.String(length=64), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("spellings", JsonText(), nullable=False),
        sa.Column("sightings", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["value_id"],
            ["personal_data.id"],
            name=op.f("fk_personal_data_places_value_id_personal_data"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["items.id"],
            name=op.f("fk_personal_data_places_item_id_items"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("value_id", "item_id", name=op.f("pk_personal_data_places")),
    )
    op.create_index(op.f("ix_personal_data_places_item_id"), "personal_data_places", ["item_id"])
    op.create_table(
        "pseudonym_keys",
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("secret", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("creator", name=op.f("pk_pseudonym_keys")),
    )


def downgrade() -> None:
    """Decisions are lost; stored texts stay masked."""
    for table in ("pseudonym_keys", "personal_data_places", "personal_data"):
        op.drop_table(table)
