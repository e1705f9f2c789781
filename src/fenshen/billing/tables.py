"""Tables of the ledger, the holds, the metered calls and the top-ups.

Amounts are integer micros, durations integer seconds, `*_ms` columns are milliseconds of a monotonic
clock that only mean something inside one `epoch`. A column added to calls, top-ups, refunds or holds gets a
default of NULL, zero or nothing (see `facts.py`) and is written only where its row is written now. Knows
nothing about how rows come to be.
"""

from __future__ import annotations

import sqlalchemy as sa

from fenshen.billing.append_only import APPEND_ONLY_KEYS
from fenshen.core.append_only import make_append_only
from fenshen.core.db import UtcTime, metadata

#: The lock, the head of the hash chain and the cached balances of one owner in one currency.
wallets = sa.Table(
    "wallets",
    metadata,
    sa.Column("id", sa.String(140), primary_key=True),
    sa.Column("owner", sa.String(100), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("available", sa.BigInteger, nullable=False),
    sa.Column("held", sa.BigInteger, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("head", sa.String(64), nullable=False),
    sa.UniqueConstraint("owner", "currency"),
    sa.CheckConstraint("available >= 0", name="available_not_negative"),
    sa.CheckConstraint("held >= 0", name="held_not_negative"),
)

accounts = sa.Table(
    "ledger_accounts",
    metadata,
    sa.Column("id", sa.String(160), primary_key=True),
    sa.Column("kind", sa.String(30), nullable=False),
    sa.Column("owner", sa.String(100), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.UniqueConstraint("kind", "owner", "currency"),
)

transfers = sa.Table(
    "ledger_transfers",
    metadata,
    sa.Column("id", sa.String(160), primary_key=True),
    sa.Column("wallet_id", sa.String(140), sa.ForeignKey("wallets.id"), nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("reference", sa.String(140), nullable=False),
    sa.Column("created", UtcTime, nullable=False),
    sa.Column("input_hash", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("facts", sa.String(64)),
    sa.UniqueConstraint("wallet_id", "position"),
)

entries = sa.Table(
    "ledger_entries",
    metadata,
    sa.Column("transfer_id", sa.String(160), sa.ForeignKey("ledger_transfers.id"), primary_key=True),
    sa.Column("ordinal", sa.SmallInteger, primary_key=True),
    sa.Column("account_id", sa.String(160), sa.ForeignKey("ledger_accounts.id"), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Index(None, "account_id"),
)

calls = sa.Table(
    "calls",
    metadata,
    sa.Column("id", sa.String(60), primary_key=True),
    sa.Column("fan", sa.String(100), nullable=False),
    sa.Column("subject", sa.String(100), nullable=False),
    sa.Column("wallet_id", sa.String(140), sa.ForeignKey("wallets.id"), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("price_micros_per_minute", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.String(10), nullable=False, server_default="call"),
    sa.Column("epoch", sa.String(60), nullable=False),
    sa.Column("started", UtcTime, nullable=False),
    sa.Column("touched", UtcTime, nullable=False),
    sa.Column("reserved_at_ms", sa.BigInteger, nullable=False),
    sa.Column("heartbeat_at_ms", sa.BigInteger, nullable=False),
    sa.Column("active_at_ms", sa.BigInteger, nullable=False),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("reason", sa.String(40), nullable=False),
    sa.Column("ended", UtcTime),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("hold_micros", sa.BigInteger),
    sa.Column("quota_start_s", sa.BigInteger, nullable=False),
    sa.Column("acked_s", sa.BigInteger, nullable=False),
    sa.Column("acked_part_ms", sa.Integer, nullable=False, server_default="0"),
    sa.Column("carried_s", sa.Integer, nullable=False, server_default="0"),
    sa.Column("charged_s", sa.BigInteger, nullable=False),
    sa.Column("charged_micros", sa.BigInteger, nullable=False),
    sa.Column("written_off_ms", sa.BigInteger, nullable=False),
    sa.Column("served_ms", sa.BigInteger, nullable=False),
    sa.Column("running_since_ms", sa.BigInteger),
    sa.Column("paid_until_ms", sa.BigInteger),
    sa.Column("paused_at_ms", sa.BigInteger),
    sa.Column("due_ms", sa.BigInteger),
    sa.Column("seal", sa.String(64), nullable=False, server_default=""),
    sa.CheckConstraint("status IN ('open', 'paused', 'ended')", name="status_known"),
    sa.CheckConstraint("charged_s <= acked_s", name="charged_was_acknowledged"),
    sa.Index(None, "fan", "started"),
    sa.Index(None, "epoch", "due_ms"),
)

#: Parts of seconds that no call has charged yet, per wallet, subject and price.
second_remainders = sa.Table(
    "second_remainders",
    metadata,
    sa.Column("wallet_id", sa.String(140), sa.ForeignKey("wallets.id"), primary_key=True),
    sa.Column("subject", sa.String(100), primary_key=True),
    sa.Column("price_micros_per_minute", sa.BigInteger, primary_key=True),
    sa.Column("remainder_ms", sa.BigInteger, nullable=False),
    sa.CheckConstraint("remainder_ms >= 0", name="remainder_not_negative"),
)

#: What each creator of a call gets of its charges, in basis points; what is left of 10,000 is the platform's.
call_shares = sa.Table(
    "call_shares",
    metadata,
    sa.Column("call_id", sa.String(60), sa.ForeignKey("calls.id"), primary_key=True),
    sa.Column("subject", sa.String(100), primary_key=True),
    sa.Column("bps", sa.Integer, nullable=False),
    sa.CheckConstraint("bps >= 0 AND bps <= 10000", name="bps_in_range"),
    sa.Index(None, "subject"),
)

#: Money set aside for anything that is charged later; the id is the reference that its owner chose.
holds = sa.Table(
    "holds",
    metadata,
    sa.Column("id", sa.String(140), primary_key=True),
    sa.Column("wallet_id", sa.String(140), sa.ForeignKey("wallets.id"), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("charged", sa.BigInteger, nullable=False),
    sa.Column("reserved", UtcTime, nullable=False),
    sa.Column("settled", UtcTime),
    sa.CheckConstraint("state IN ('open', 'posted', 'voided', 'expired')", name="state_known"),
    sa.CheckConstraint("charged >= 0 AND charged <= amount", name="charged_within_hold"),
    sa.Index(None, "wallet_id", "state"),
)

#: The usage behind the settled holds of calls: which seconds each of them paid for.
call_usage = sa.Table(
    "call_usage",
    metadata,
    sa.Column("hold_id", sa.String(140), sa.ForeignKey("holds.id"), primary_key=True),
    sa.Column("call_id", sa.String(60), sa.ForeignKey("calls.id"), nullable=False),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("from_s", sa.BigInteger, nullable=False),
    sa.Column("seconds", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("call_id", "sequence"),
)

topups = sa.Table(
    "topups",
    metadata,
    sa.Column("id", sa.String(60), primary_key=True),
    sa.Column("fan", sa.String(100), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("key", sa.String(255), nullable=False),
    sa.Column("provider", sa.String(40), nullable=False),
    sa.Column("reference", sa.String(255)),
    sa.Column("url", sa.Text),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("created", UtcTime, nullable=False),
    sa.Column("finished", UtcTime),
    sa.UniqueConstraint("fan", "key"),
    sa.CheckConstraint("amount > 0", name="amount_positive"),
    sa.CheckConstraint("status IN ('stored', 'started', 'credited', 'failed')", name="status_known"),
    sa.Index(None, "status"),
)

refunds = sa.Table(
    "refunds",
    metadata,
    sa.Column("id", sa.String(60), primary_key=True),
    sa.Column("topup_id", sa.String(60), sa.ForeignKey("topups.id"), nullable=False),
    sa.Column("fan", sa.String(100), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("key", sa.String(255), nullable=False),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("created", UtcTime, nullable=False),
    sa.Column("finished", UtcTime),
    sa.UniqueConstraint("fan", "key"),
    sa.CheckConstraint("amount > 0", name="amount_positive"),
    sa.CheckConstraint("status IN ('stored', 'settled')", name="status_known"),
    sa.Index(None, "topup_id"),
    sa.Index(None, "status"),
)

#: Every table that the books rest on.
BOOKS = (
    wallets,
    accounts,
    transfers,
    entries,
    calls,
    call_shares,
    second_remainders,
    holds,
    call_usage,
    topups,
    refunds,
)

for _table in (transfers, entries):
    make_append_only(_table, APPEND_ONLY_KEYS[_table.name])
