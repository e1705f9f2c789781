"""Holds: money set aside under a reference, then posted, voided or expired exactly once.

    hold(reference, amount) → settle(posted: charge and shares | voided | expired)

Whoever wants money later (a call for its next quota, a song that is being made) chooses the reference. Every
step is a transfer of its own. The settling transfer of a hold has one id whatever the outcome, so the ledger's
key refuses a second settlement. Knows nothing about calls, seconds or clocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.billing import ledger
from fenshen.billing.accounts import HOUSE, Account, Wallet
from fenshen.billing.ledger import Entry, Transfer
from fenshen.billing.pricing import Share, split_charge
from fenshen.billing.tables import holds
from fenshen.core.errors import BadInput, Conflict, NotFound

Outcome = Literal["posted", "voided", "expired"]

#: Kind of the transfer that settles a hold, by outcome.
SETTLING_KIND = {"posted": "post", "voided": "void", "expired": "expire"}

_ADD = sa.insert(holds)
_SETTLE = (
    sa.update(holds)
    .where(holds.c.id == sa.bindparam("hold_id"), holds.c.state == "open")
    .values({name: sa.bindparam(f"new_{name}") for name in ("state", "charged", "settled")})
)


@dataclass(frozen=True)
class Hold:
    """A hold as stored; `state` is open, posted, voided or expired."""

    id: str
    wallet_id: str
    amount: int
    state: str
    charged: int
    reserved: datetime
    settled: datetime | None


@dataclass(frozen=True)
class Reservation:
    """Money to set aside.

    Attributes:
        reference: Names the hold, once and for all: a quota `call_1/3`, a song `song_7`.
        amount: Micros to hold.
    """

    reference: str
    amount: int


@dataclass(frozen=True)
class Settlement:
    """How an open hold of `amount` micros ends.

    Attributes:
        charged: Micros that leave the wallet, at most `amount`; the rest goes back.
        shares: Which creators earn of the charge; their accounts must be open.
        facts: Digest of what was used for the charge; see `facts.py`.
    """

    reference: str
    amount: int
    outcome: Outcome
    charged: int = 0
    shares: tuple[Share, ...] = ()
    facts: str | None = None


def hold(connection: Connection, wallet: Wallet, reservation: Reservation, at: datetime) -> Wallet:
    """Take a hold; see `roll_over`."""
    return roll_over(connection, wallet, at, reservation=reservation)


def settle(connection: Connection, wallet: Wallet, settlement: Settlement, at: datetime) -> Wallet:
    """Settle a hold; see `roll_over`."""
    return roll_over(connection, wallet, at, settlement=settlement)


def roll_over(
    connection: Connection,
    wallet: Wallet,
    at: datetime,
    *,
    settlement: Settlement | None = None,
    reservation: Reservation | None = None,
    links: Sequence[Transfer] = (),
) -> Wallet:
    """Settle one hold, take another, or both; the wallet afterwards.

    Args:
        wallet: From `ledger.lock_wallet` in this same transaction.
        links: Transfers without entries that come before the reservation.

    Raises:
        Conflict: the hold is settled already, or the reference was used before.
        Unpaid: the wallet cannot cover the reservation; nothing was done.
    """
    batch = [] if settlement is None else [_settling(wallet, settlement)]
    batch += links
    if reservation is not None:
        batch.append(_holding(wallet, reservation))
    after, _ = ledger.post_all(connection, wallet, batch, at, unused_ids=True)
    if settlement is not None:
        _mark_settled(connection, settlement, at)
    if reservation is not None:
        row = Hold(reservation.reference, wallet.id, reservation.amount, "open", 0, at, None)
        connection.execute(_ADD, [vars(row)])
    return after


def find(connection: Connection, reference: str) -> Hold:
    """The hold with this reference.

    Raises:
        NotFound: there is none.
    """
    row = connection.execute(sa.select(holds).where(holds.c.id == reference)).one_or_none()
    if row is None:
        raise NotFound(f"no hold {reference!r}")
    return Hold(*row)


def _holding(wallet: Wallet, reservation: Reservation) -> Transfer:
    available = Account("fan:available", wallet.owner, wallet.currency)
    held = Account("fan:held", wallet.owner, wallet.currency)
    return Transfer(
        f"{reservation.reference}/hold",
        "hold",
        wallet.currency,
        reservation.reference,
        (Entry(available, -reservation.amount), Entry(held, reservation.amount)),
    )


def _settling(wallet: Wallet, settlement: Settlement) -> Transfer:
    if not 0 <= settlement.charged <= settlement.amount:
        raise BadInput(f"charge {settlement.charged} is not within the hold of {settlement.amount}")
    if settlement.charged and settlement.outcome != "posted":
        raise BadInput(f"a hold that is {settlement.outcome} charges nothing")
    sides = settled_sides(
        wallet.owner, wallet.currency, settlement.amount, settlement.charged, settlement.shares
    )
    return Transfer(
        f"{settlement.reference}/settle",
        SETTLING_KIND[settlement.outcome],
        wallet.currency,
        settlement.reference,
        sides,
        settlement.facts,
    )


def settled_sides(
    owner: str, currency: str, amount: int, charged: int, shares: Iterable[Share]
) -> tuple[Entry, ...]:
    """The entries that settle a fan's hold: out of the held money, back to the fan, to creators and platform."""
    split = split_charge(charged, shares)
    held = Entry(Account("fan:held", owner, currency), -amount)
    back = Entry(Account("fan:available", owner, currency), amount - charged)
    earned = [Entry(Account("creator:pending", s, currency), micros) for s, micros in split.creators]
    earned.append(Entry(Account("platform:revenue", HOUSE, currency), split.platform))
    return (held, *([entry for entry in (back, *earned) if entry.amount] or [back]))


def _mark_settled(connection: Connection, settlement: Settlement, at: datetime) -> None:
    changed = connection.execute(
        _SETTLE,
        {
            "hold_id": settlement.reference,
            "new_state": settlement.outcome,
            "new_charged": settlement.charged,
            "new_settled": at,
        },
    )
    if changed.rowcount != 1:
        raise Conflict("this hold is not open", code="already_settled")
