"""Skipped files keep the code of the reason, so that pages say it in every language."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("intake_files", sa.Column("code", sa.String(64), nullable=True))


def downgrade() -> None:
    """Take it away."""
    with op.batch_alter_table("intake_files") as table:
        table.drop_column("code")
