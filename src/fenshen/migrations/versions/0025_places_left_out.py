"""Items keep which places of their files were left out."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("items", sa.Column("dropped", sa.Text, nullable=False, server_default="[]"))


def downgrade() -> None:
    """Take it away."""
    with op.batch_alter_table("items") as table:
        table.drop_column("dropped")
