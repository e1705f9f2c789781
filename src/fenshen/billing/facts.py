"""Digests of what a row says, so that the ledger's chain can vouch for it. Pure.

Money rows that no entry repeats (a call's reason, a top-up's key) would otherwise be a matter of trust: their
digest is part of a link of the wallet's chain when the row begins, and again when it ends. A live call
changes every few seconds without a transfer; it carries the digest of its whole row beside it, the *seal*.

Columns that are NULL, or zero or empty where NULL is not allowed, are left out of a digest. So a column
added later, with such a default, leaves every older digest true. Knows nothing about storage.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from fenshen.billing.pricing import Share, check_shares
from fenshen.core.ids import digest_text

#: What never changes after a row began, by table.
BORN = {
    "calls": (
        "id",
        "fan",
        "subject",
        "wallet_id",
        "currency",
        "price_micros_per_minute",
        "started",
    ),
    "topups": ("id", "fan", "currency", "amount", "key", "provider", "created"),
    "refunds": ("id", "topup_id", "fan", "currency", "amount", "key", "created"),
}


def row_digest(table: sa.Table, values: Mapping[str, Any], names: Iterable[str]) -> str:
    """Hex SHA-256 of the named columns of one row."""
    parts = [table.name]
    for name in sorted(names):
        value = values[name]
        if value is None or (not table.c[name].nullable and not value):
            continue
        parts += [name, _text(value)]
    return digest_text(*parts)


def born_digest(table: sa.Table, values: Mapping[str, Any]) -> str:
    """Digest of what a row says from its first moment on."""
    return row_digest(table, values, BORN[table.name])


def opening_digest(calls: sa.Table, values: Mapping[str, Any], shares: Iterable[Share]) -> str:
    """Digest of the terms of a call: what its row says from its first moment on, and who earns what part."""
    parts = [part for share in check_shares(shares) for part in (share.subject, str(share.bps))]
    return digest_text(born_digest(calls, values), *parts)


def whole_digest(table: sa.Table, values: Mapping[str, Any]) -> str:
    """Digest of everything a row says: the seal of a live one, the fact of a finished one."""
    return row_digest(table, values, (name for name in table.c.keys() if name != "seal"))  # noqa: SIM118


def _text(value: Any) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
