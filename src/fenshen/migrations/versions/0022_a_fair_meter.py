"""Calls count milliseconds, carry parts of seconds on, and know whether a person or a program talks."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

#: Answers of the API ended so, and no other call ever did.
MARK_ANSWERS = "UPDATE calls SET kind = 'answer' WHERE reason IN ('answered', 'cut_off', 'failed')"


def upgrade() -> None:
    """Three columns, two that change their unit or sense, and a table.

    Nothing here has SQLite build the table again, so its checks stay as they are.
    """
    op.execute("ALTER TABLE calls RENAME COLUMN written_off_s TO written_off_ms")
    op.execute("UPDATE calls SET written_off_ms = written_off_ms * 1000")
    op.execute("ALTER TABLE calls RENAME COLUMN waiting_since_ms TO paid_until_ms")
    op.execute("UPDATE calls SET paid_until_ms = NULL")
    op.add_column("calls", sa.Column("kind", sa.String(10), nullable=False, server_default="call"))
    op.add_column("calls", sa.Column("acked_part_ms", sa.Integer, nullable=False, server_default="0"))
    op.add_column("calls", sa.Column("carried_s", sa.Integer, nullable=False, server_default="0"))
    op.execute(MARK_ANSWERS)
    op.create_table(
        "second_rests",
        sa.Column("wallet_id", sa.String(140), nullable=False),
        sa.Column("subject", sa.String(100), nullable=False),
        sa.Column("price_micros_per_minute", sa.BigInteger(), nullable=False),
        sa.Column("rest_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("rest_ms >= 0", name=op.f("ck_second_rests_rest_not_negative")),
        sa.ForeignKeyConstraint(["wallet_id"], ["wallets.id"], name=op.f("fk_second_rests_wallet_id")),
        sa.PrimaryKeyConstraint(
            "wallet_id", "subject", "price_micros_per_minute", name=op.f("pk_second_rests")
        ),
    )


def downgrade() -> None:
    """Take them away; parts of seconds are forgotten."""
    op.drop_table("second_rests")
    for name in ("carried_s", "acked_part_ms", "kind"):
        op.drop_column("calls", name)
    op.execute("ALTER TABLE calls RENAME COLUMN paid_until_ms TO waiting_since_ms")
    op.execute("UPDATE calls SET written_off_ms = written_off_ms / 1000")
    op.execute("ALTER TABLE calls RENAME COLUMN written_off_ms TO written_off_s")
