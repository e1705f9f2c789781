"""Conversations in which nobody is known to be the creator are held; the answers "none of them" and "all of it"."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_HOLD = """
UPDATE items SET held = :yes
WHERE EXISTS (SELECT 1 FROM passages WHERE passages.item_id = items.id AND speaker IS NOT NULL AND marks = '[]')
AND NOT EXISTS (SELECT 1 FROM passages WHERE passages.item_id = items.id AND is_creator = :yes)
"""


def upgrade() -> None:
    """Add the columns, and hold the conversations that are stored."""
    op.add_column("items", sa.Column("held", sa.Boolean, nullable=False, server_default=sa.false()))
    answer = sa.Column("answer", sa.String(8), nullable=False, server_default="speaker")
    op.add_column("export_owners", answer)
    op.execute(sa.text(_HOLD).bindparams(sa.bindparam("yes", True, sa.Boolean)))


def downgrade() -> None:
    """Take them away, and what they say."""
    with op.batch_alter_table("export_owners") as table:
        table.drop_column("answer")
    with op.batch_alter_table("items") as table:
        table.drop_column("held")
