"""Who is the creator in a chat export is kept, so that reading it again obeys."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "export_owners",
        sa.Column("creator", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("creator", "source", name=op.f("pk_export_owners")),
    )
    op.create_index(op.f("ix_export_owners_sha256"), "export_owners", ["sha256"])


def downgrade() -> None:
    """The choices go; what they made of the passages stays."""
    op.drop_index(op.f("ix_export_owners_sha256"), table_name="export_owners")
    op.drop_table("export_owners")
