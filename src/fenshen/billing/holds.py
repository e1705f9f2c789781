"""Holds: money set aside for one quota, then posted, voided or expired exactly once.

Every step is its own transfer. The settling transfer of a hold has one id whatever the outcome, so
the ledger's key refuses a second settlement. Knows nothing about clocks or acknowledgements.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.billing import ledger
from fenshen.billing.accounts import HOUSE, Account, Wallet
from fenshen.billing.facts import born_digest
from fenshen.billing.ledger import Entry, Transfer
from fenshen.billing.pricing import split_charge
from fenshen.billing.tables import calls, holds
from fenshen.core.errors import BadInput, Conflict

Outcome = Literal["posted", "voided", "expired"]

_KIND = {"posted": "post", "voided": "void", "expired": "expire"}
_ADD = sa.insert(holds)
_SETTLE = (
    sa.update(holds)
    .where(holds.c.id == sa.bindparam("hold_id"), holds.c.state == "open")
    .values({name: sa.bindparam(f"new_{name}") for name in ("state", "seconds", "charged", "settled")})
)


@dataclass(frozen=True)
class Reservation:
    """A hold to take: the price of one quota.

    Attributes:
        from_s: Charged seconds of the call before this quota.
        amount: Micros to hold.
    """

    call_id: str
    sequence: int
    from_s: int
    amount: int


@dataclass(frozen=True)
class Settlement:
    """How an open hold of `amount` micros ends.

    Attributes:
        charged: Micros that leave the wallet, at most `amount`; the rest goes back.
        seconds: What was used for them.
        subject: Whose creator account earns.
        share_bps: The creator's share of the charge in basis points.
    """

    call_id: str
    sequence: int
    amount: int
    outcome: Outcome
    charged: int
    seconds: int
    subject: str
    share_bps: int


def hold_id(call_id: str, sequence: int) -> str:
    """The id of a call's hold: its key is (call, sequence)."""
    return f"{call_id}/{sequence}"


def turn_over(
    connection: Connection,
    purse: Wallet,
    at: datetime,
    settlement: Settlement | None = None,
    reservation: Reservation | None = None,
) -> Wallet:
    """Settle one hold, take another, or both; the wallet afterwards.

    Raises:
        Conflict: the hold is settled already, or this sequence was reserved before.
        Unpaid: the wallet cannot cover the reservation; nothing was done.
    """
    batch = []
    if settlement is not None:
        batch.append(_settling(purse, settlement))
    if reservation is not None and reservation.sequence == 1:
        batch.append(_opening(connection, purse, reservation.call_id))
    if reservation is not None:
        batch.append(_holding(purse, reservation))
    after, _ = ledger.post_all(connection, purse, batch, at, unused_ids=True)
    if settlement is not None:
        _mark_settled(connection, settlement, at)
    if reservation is not None:
        connection.execute(_ADD, [_row(purse, reservation, at)])
    return after


def _opening(connection: Connection, purse: Wallet, call_id: str) -> Transfer:
    """The link that ties a call's terms into the chain; it comes before the call's first hold."""
    row = connection.execute(sa.select(calls).where(calls.c.id == call_id)).one()
    facts = born_digest(calls, row._asdict())
    return Transfer(f"{call_id}/opened", "opened", purse.currency, call_id, (), facts)


def _holding(purse: Wallet, reservation: Reservation) -> Transfer:
    identifier = hold_id(reservation.call_id, reservation.sequence)
    return Transfer(
        f"{identifier}/hold",
        "hold",
        purse.currency,
        identifier,
        (
            Entry(Account("fan:available", purse.owner, purse.currency), -reservation.amount),
            Entry(Account("fan:held", purse.owner, purse.currency), reservation.amount),
        ),
    )


def _settling(purse: Wallet, settlement: Settlement) -> Transfer:
    if not 0 <= settlement.charged <= settlement.amount:
        raise BadInput(f"charge {settlement.charged} is not within the hold of {settlement.amount}")
    if settlement.charged and settlement.outcome != "posted":
        raise BadInput(f"a hold that is {settlement.outcome} charges nothing")
    currency = purse.currency
    split = split_charge(settlement.charged, settlement.share_bps)
    back = Entry(Account("fan:available", purse.owner, currency), settlement.amount - settlement.charged)
    earned = (
        Entry(Account("creator:pending", settlement.subject, currency), split.creator),
        Entry(Account("platform:revenue", HOUSE, currency), split.platform),
    )
    sides = [entry for entry in (back, *earned) if entry.amount] or [back]
    identifier = hold_id(settlement.call_id, settlement.sequence)
    held = Entry(Account("fan:held", purse.owner, currency), -settlement.amount)
    facts = born_digest(
        holds,
        {
            "id": identifier,
            "state": settlement.outcome,
            "seconds": settlement.seconds,
            "charged": settlement.charged,
        },
    )
    kind = _KIND[settlement.outcome]
    return Transfer(f"{identifier}/settle", kind, currency, identifier, (held, *sides), facts)


def _mark_settled(connection: Connection, settlement: Settlement, at: datetime) -> None:
    changed = connection.execute(
        _SETTLE,
        {
            "hold_id": hold_id(settlement.call_id, settlement.sequence),
            "new_state": settlement.outcome,
            "new_seconds": settlement.seconds,
            "new_charged": settlement.charged,
            "new_settled": at,
        },
    )
    if changed.rowcount != 1:
        raise Conflict("this hold is not open", code="already_settled")


def _row(purse: Wallet, reservation: Reservation, at: datetime) -> dict[str, object]:
    return {
        "id": hold_id(reservation.call_id, reservation.sequence),
        "wallet_id": purse.id,
        "call_id": reservation.call_id,
        "sequence": reservation.sequence,
        "from_s": reservation.from_s,
        "amount": reservation.amount,
        "state": "open",
        "seconds": 0,
        "charged": 0,
        "reserved": at,
        "settled": None,
    }
