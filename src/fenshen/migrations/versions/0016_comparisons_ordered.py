"""Comparisons of two versions can be ordered on the page: a training names the version it compares with."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("trainings", sa.Column("against_id", sa.String(64), nullable=True))


def downgrade() -> None:
    """Take it away."""
    with op.batch_alter_table("trainings") as table:
        table.drop_column("against_id")
