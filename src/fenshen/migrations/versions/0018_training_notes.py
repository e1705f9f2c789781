"""What a training does now is kept with the code of its sentence, so that pages say it in every language."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("trainings", sa.Column("note_said", sa.Text, nullable=True))


def downgrade() -> None:
    """Take it away."""
    with op.batch_alter_table("trainings") as table:
        table.drop_column("note_said")
