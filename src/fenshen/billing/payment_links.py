"""Top-ups and refunds as they are stored, and the transfers of the ledger that vouch for each of their states. Pure.

Knows nothing about providers or when a state changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fenshen.billing.accounts import HOUSE, Account
from fenshen.billing.facts import born_digest, whole_digest
from fenshen.billing.ledger import Entry, Transfer
from fenshen.billing.tables import refunds, topups


@dataclass(frozen=True)
class TopUp:
    """A top-up as stored.

    Attributes:
        status: stored (nothing asked yet), started (waiting for the fan), credited or failed.
        url: Where the fan pays while it is started, if anywhere.
    """

    id: str
    fan: str
    currency: str
    amount: int
    key: str
    provider: str
    reference: str | None
    url: str | None
    status: str
    created: datetime
    finished: datetime | None


@dataclass(frozen=True)
class Refund:
    """Unspent money on its way back; `status` is stored or settled."""

    id: str
    topup_id: str
    fan: str
    currency: str
    amount: int
    key: str
    status: str
    created: datetime
    finished: datetime | None


def _move(giver: Account, taker: Account, amount: int) -> tuple[Entry, Entry]:
    return Entry(giver, -amount), Entry(taker, amount)


def asking(topup: TopUp) -> Transfer:
    """The link of a top-up that was asked for; no money moves."""
    facts = born_digest(topups, vars(topup))
    return Transfer(f"topup/{topup.id}/asked", "asked", topup.currency, topup.id, (), facts)


def noting(topup: TopUp) -> Transfer:
    """Started or failed: no money moves."""
    facts = whole_digest(topups, vars(topup))
    identifier = f"topup/{topup.id}/{topup.status}"
    return Transfer(identifier, topup.status, topup.currency, topup.id, (), facts)


def crediting(topup: TopUp) -> Transfer:
    """A top-up that was paid, into the fan's wallet."""
    processor = Account("processor:settled", HOUSE, topup.currency)
    available = Account("fan:available", topup.fan, topup.currency)
    facts = whole_digest(topups, vars(topup))
    sides = _move(processor, available, topup.amount)
    return Transfer(f"topup/{topup.id}", "topup", topup.currency, topup.id, sides, facts)


def refunding(refund: Refund) -> Transfer:
    """Unspent money out of the wallet, on its way back."""
    available = Account("fan:available", refund.fan, refund.currency)
    waiting = Account("refunds", HOUSE, refund.currency)
    facts = born_digest(refunds, vars(refund))
    sides = _move(available, waiting, refund.amount)
    return Transfer(f"refund/{refund.id}", "refund", refund.currency, refund.id, sides, facts)


def refunded(refund: Refund) -> Transfer:
    """What the processor has sent back."""
    waiting = Account("refunds", HOUSE, refund.currency)
    processor = Account("processor:settled", HOUSE, refund.currency)
    facts = whole_digest(refunds, vars(refund))
    sides = _move(waiting, processor, refund.amount)
    return Transfer(f"refunded/{refund.id}", "refunded", refund.currency, refund.id, sides, facts)
