"""Hashes that tie every transfer to its own content and to the one before it. Pure.

Each wallet has its own chain, so two wallets never wait for each other; altering, removing or
reordering any row breaks the chain at that row. Knows nothing about storage.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from fenshen.core.ids import digest_text

#: Head of a chain without transfers.
GENESIS = "0" * 64


def hash_input(
    wallet_id: str,
    kind: str,
    currency: str,
    reference: str,
    entries: Iterable[tuple[str, int]],
    facts: str | None = None,
) -> str:
    """Hex SHA-256 of what a caller asked for: the same request always gives the same hash.

    Args:
        entries: (account id, amount in micros) in the order they are written.
        facts: Digest of the row behind the transfer (`facts.py`), where there is one.
    """
    flat = [part for account_id, amount in entries for part in (account_id, str(amount))]
    more = () if facts is None else ("facts", facts)
    return digest_text(wallet_id, kind, currency, reference, *flat, *more)


def hash_link(
    previous: str, wallet_id: str, position: int, transfer_id: str, created: datetime, input_hash: str
) -> str:
    """Hex SHA-256 of one link of a wallet's chain."""
    moment = created.astimezone(UTC).isoformat()
    return digest_text(previous, wallet_id, str(position), transfer_id, moment, input_hash)
