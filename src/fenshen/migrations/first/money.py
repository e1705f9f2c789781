"""First schema: wallets, the ledger, calls and their holds, top-ups and refunds."""

import sqlalchemy as sa
from alembic import op

from fenshen.core.db import UtcTime


def create() -> None:
    """Make the tables and their indexes."""
    op.create_table(
        "wallets",
        sa.Column("id", sa.String(length=140), nullable=False),
        sa.Column("owner", sa.String(length=100), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("available", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.CheckConstraint("available >= 0", name=op.f("ck_wallets_available_not_negative")),
        sa.CheckConstraint("held >= 0", name=op.f("ck_wallets_held_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallets")),
        sa.UniqueConstraint("owner", "currency", name=op.f("uq_wallets_owner_currency")),
    )
    op.create_table(
        "ledger_accounts",
        sa.Column("id", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("owner", sa.String(length=100), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_accounts")),
        sa.UniqueConstraint("kind", "owner", "currency", name=op.f("uq_ledger_accounts_kind_owner_currency")),
    )
    op.create_table(
        "ledger_transfers",
        sa.Column("id", sa.String(length=160), nullable=False),
        sa.Column("wallet_id", sa.String(length=140), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reference", sa.String(length=140), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.Column("input_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["wallet_id"], ["wallets.id"], name=op.f("fk_ledger_transfers_wallet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_transfers")),
        sa.UniqueConstraint("wallet_id", "position", name=op.f("uq_ledger_transfers_wallet_id_position")),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("transfer_id", sa.String(length=160), nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), nullable=False),
        sa.Column("account_id", sa.String(length=160), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ledger_accounts.id"], name=op.f("fk_ledger_entries_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["ledger_transfers.id"], name=op.f("fk_ledger_entries_transfer_id")
        ),
        sa.PrimaryKeyConstraint("transfer_id", "ordinal", name=op.f("pk_ledger_entries")),
    )
    with op.batch_alter_table("ledger_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_entries_account_id"), ["account_id"], unique=False)
    op.create_table(
        "calls",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("fan", sa.String(length=100), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("wallet_id", sa.String(length=140), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("price_micros_per_minute", sa.BigInteger(), nullable=False),
        sa.Column("share_bps", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("started", UtcTime(), nullable=False),
        sa.Column("touched", UtcTime(), nullable=False),
        sa.Column("ended", UtcTime(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("hold_micros", sa.BigInteger(), nullable=True),
        sa.Column("quota_start_s", sa.BigInteger(), nullable=False),
        sa.Column("acked_s", sa.BigInteger(), nullable=False),
        sa.Column("charged_s", sa.BigInteger(), nullable=False),
        sa.Column("charged_micros", sa.BigInteger(), nullable=False),
        sa.Column("written_off_s", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.String(length=60), nullable=False),
        sa.Column("served_ms", sa.BigInteger(), nullable=False),
        sa.Column("running_since_ms", sa.BigInteger(), nullable=True),
        sa.Column("waiting_since_ms", sa.BigInteger(), nullable=True),
        sa.Column("paused_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("reserved_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("heard_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("active_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("status IN ('open', 'paused', 'ended')", name=op.f("ck_calls_status_known")),
        sa.CheckConstraint("charged_s <= acked_s", name=op.f("ck_calls_charged_was_acknowledged")),
        sa.ForeignKeyConstraint(["wallet_id"], ["wallets.id"], name=op.f("fk_calls_wallet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
    )
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calls_epoch_due_ms"), ["epoch", "due_ms"], unique=False)
        batch_op.create_index(batch_op.f("ix_calls_fan_started"), ["fan", "started"], unique=False)
        batch_op.create_index(batch_op.f("ix_calls_subject_status"), ["subject", "status"], unique=False)

    op.create_table(
        "holds",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("wallet_id", sa.String(length=140), nullable=False),
        sa.Column("call_id", sa.String(length=60), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("from_s", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.Column("charged", sa.BigInteger(), nullable=False),
        sa.Column("reserved", UtcTime(), nullable=False),
        sa.Column("settled", UtcTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'posted', 'voided', 'expired')", name=op.f("ck_holds_state_known")
        ),
        sa.CheckConstraint("charged >= 0 AND charged <= amount", name=op.f("ck_holds_charged_within_hold")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_holds_call_id")),
        sa.ForeignKeyConstraint(["wallet_id"], ["wallets.id"], name=op.f("fk_holds_wallet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
        sa.UniqueConstraint("call_id", "sequence", name=op.f("uq_holds_call_id_sequence")),
    )
    with op.batch_alter_table("holds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_holds_wallet_id_state"), ["wallet_id", "state"], unique=False)

    op.create_table(
        "topups",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("fan", sa.String(length=100), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=255), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.Column("finished", UtcTime(), nullable=True),
        sa.CheckConstraint(
            "status IN ('stored', 'started', 'credited', 'failed')", name=op.f("ck_topups_status_known")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_topups_amount_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topups")),
        sa.UniqueConstraint("fan", "key", name=op.f("uq_topups_fan_key")),
    )
    with op.batch_alter_table("topups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_topups_status"), ["status"], unique=False)

    op.create_table(
        "refunds",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("topup_id", sa.String(length=60), nullable=False),
        sa.Column("fan", sa.String(length=100), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.Column("finished", UtcTime(), nullable=True),
        sa.CheckConstraint("status IN ('stored', 'settled')", name=op.f("ck_refunds_status_known")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_refunds_amount_positive")),
        sa.ForeignKeyConstraint(["topup_id"], ["topups.id"], name=op.f("fk_refunds_topup_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("fan", "key", name=op.f("uq_refunds_fan_key")),
    )
    with op.batch_alter_table("refunds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refunds_status"), ["status"], unique=False)
        batch_op.create_index(batch_op.f("ix_refunds_topup_id"), ["topup_id"], unique=False)
