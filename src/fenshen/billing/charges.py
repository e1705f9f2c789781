"""A call's charges: acknowledged seconds become settled holds, and the next quota is reserved.

Here seconds turn into amounts. Works inside a transaction in which the call and its wallet are locked. Knows
nothing about why it is time to charge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.billing import calls, holds, remainders
from fenshen.billing.accounts import Wallet
from fenshen.billing.facts import whole_digest
from fenshen.billing.holds import Outcome, Reservation, Settlement
from fenshen.billing.ledger import Transfer
from fenshen.billing.pricing import span_micros
from fenshen.billing.quota import QUOTA_S, SILENT_LOSS_MS, Call
from fenshen.billing.tables import call_usage

_ADD_USAGE = sa.insert(call_usage)


def quota_reference(call_id: str, sequence: int) -> str:
    """The reference of the hold for one quota of a call."""
    return f"{call_id}/{sequence}"


def reserve(
    connection: Connection,
    call: Call,
    wallet: Wallet,
    at: datetime,
    now_ms: int,
    links: Sequence[Transfer] = (),
) -> tuple[Call, Wallet]:
    """Settle the quota in hand, if any, and hold the next one.

    Args:
        links: Transfers without entries that come before the hold.

    Raises:
        Unpaid: the wallet does not cover it; nothing was settled either.
    """
    usage = _usage(call, "posted") if call.hold_micros is not None else None
    settlement = None if usage is None else _settlement(connection, call, usage)
    call = call if usage is None else _settled(call, usage)
    amount = span_micros(call.price_micros_per_minute, call.charged_s, QUOTA_S)
    reservation = Reservation(quota_reference(call.id, call.sequence + 1), amount)
    wallet = holds.roll_over(
        connection, wallet, at, settlement=settlement, reservation=reservation, links=links
    )
    if usage is not None:
        connection.execute(_ADD_USAGE, [usage.row])
    call = replace(
        call,
        sequence=call.sequence + 1,
        hold_micros=amount,
        reserved_at_ms=now_ms,
        running_since_ms=now_ms,
        paused_at_ms=None,
    )
    return call, wallet


def settle(
    connection: Connection, call: Call, wallet: Wallet, at: datetime, otherwise: Outcome = "voided"
) -> tuple[Call, Wallet]:
    """Post what was acknowledged of the open hold; `otherwise` names the outcome if that is nothing."""
    if call.hold_micros is None:
        return call, wallet
    usage = _usage(call, "posted" if call.used_s else otherwise)
    return _settle(connection, call, wallet, at, usage)


def close(connection: Connection, call: Call, wallet: Wallet, at: datetime) -> tuple[Call, Wallet]:
    """Settle the open hold, if any, for the last time; parts of seconds are put together with earlier ones."""
    if call.acked_ms == 0:
        return settle(connection, call, wallet, at)
    before_ms = remainders.remainder_ms(connection, call)
    room_s = QUOTA_S - call.used_s if call.hold_micros is not None else 0
    carried_s = min((before_ms + call.acked_part_ms) // 1000, room_s)
    call = replace(call, acked_s=call.acked_s + carried_s, carried_s=carried_s)
    remainders.store_remainder(connection, call, before_ms)
    return settle(connection, call, wallet, at)


def void(connection: Connection, call: Call, wallet: Wallet, at: datetime) -> tuple[Call, Wallet]:
    """Give the whole open hold back, whatever was acknowledged of it; no part of a second is left to carry."""
    usage, call = _usage(call, "voided"), replace(call, acked_part_ms=0)
    return (call, wallet) if call.hold_micros is None else _settle(connection, call, wallet, at, usage)


def write_off(call: Call) -> Call:
    """Forget what was served and never acknowledged, and count it against the fan.

    What a crash of ours cut off is forgotten without counting, and of a silence no more counts than the client
    can have received.
    """
    lost_ms = 0 if call.reason == "restarted" else call.lag_ms
    if call.reason == "reconnecting":
        lost_ms = min(lost_ms, SILENT_LOSS_MS)
    return replace(call, written_off_ms=call.written_off_ms + lost_ms, served_ms=call.acked_ms)


@dataclass(frozen=True)
class _Usage:
    """What the quota in hand is settled by."""

    row: dict[str, Any]
    seconds: int
    charged: int
    outcome: Outcome


def _usage(call: Call, outcome: Outcome) -> _Usage:
    seconds = call.used_s if outcome == "posted" else 0
    row = {
        "hold_id": quota_reference(call.id, call.sequence),
        "call_id": call.id,
        "sequence": call.sequence,
        "from_s": call.charged_s,
        "seconds": seconds,
    }
    charged = span_micros(call.price_micros_per_minute, call.charged_s, seconds)
    return _Usage(row, seconds, charged, "voided" if outcome == "posted" and not seconds else outcome)


def _settlement(connection: Connection, call: Call, usage: _Usage) -> Settlement:
    return Settlement(
        reference=quota_reference(call.id, call.sequence),
        amount=call.hold_micros or 0,
        outcome=usage.outcome,
        charged=usage.charged,
        shares=calls.shares_of(connection, call.id) if usage.charged else (),
        facts=whole_digest(call_usage, usage.row),
    )


def _settle(
    connection: Connection, call: Call, wallet: Wallet, at: datetime, usage: _Usage
) -> tuple[Call, Wallet]:
    wallet = holds.settle(connection, wallet, _settlement(connection, call, usage), at)
    connection.execute(_ADD_USAGE, [usage.row])
    return _settled(call, usage), wallet


def _settled(call: Call, usage: _Usage) -> Call:
    return replace(
        call,
        hold_micros=None,
        quota_start_s=call.quota_start_s + usage.seconds,
        charged_s=call.charged_s + usage.seconds,
        charged_micros=call.charged_micros + usage.charged,
    )
