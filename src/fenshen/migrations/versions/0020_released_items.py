"""Items are seen by fans once a version that read them is published; voices can be said to be somebody else's."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

#: What fans of a version could see before stays.
BACKFILL = """
INSERT INTO released_items (version_id, item_id)
SELECT versions.id, items.id FROM versions JOIN items ON items.creator = versions.creator
WHERE versions.published_at IS NOT NULL
"""


def upgrade() -> None:
    """Add the table and the column."""
    op.create_table(
        "released_items",
        sa.Column("version_id", sa.String(64), nullable=False),
        sa.Column("item_id", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("version_id", "item_id", name=op.f("pk_released_items")),
    )
    op.execute(BACKFILL)
    op.add_column(
        "voiceprints", sa.Column("is_creator", sa.Boolean(), nullable=False, server_default=sa.true())
    )


def downgrade() -> None:
    """Take them away."""
    with op.batch_alter_table("voiceprints") as table:
        table.drop_column("is_creator")
    op.drop_table("released_items")
