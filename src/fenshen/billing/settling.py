"""Turning a call's acknowledged seconds into settled holds, and reserving the next quota.

Works inside a transaction in which the call and its wallet are locked. Knows nothing about why it is
time to settle.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.engine import Connection

from fenshen.billing import holds, rests
from fenshen.billing.accounts import Wallet
from fenshen.billing.holds import Outcome, Reservation, Settlement
from fenshen.billing.pricing import span_micros
from fenshen.billing.quota import QUOTA_S, SILENT_LOSS_MS, Call


def reserve(
    connection: Connection, call: Call, purse: Wallet, at: datetime, now_ms: int
) -> tuple[Call, Wallet]:
    """Settle the quota in hand, if any, and hold the next one.

    Raises:
        Unpaid: the wallet does not cover it; nothing was settled either.
    """
    settlement = _settlement(call, "posted") if call.hold_micros is not None else None
    call = _settled(call, settlement)
    amount = span_micros(call.price_micros_per_minute, call.charged_s, QUOTA_S)
    reservation = Reservation(call.id, call.sequence + 1, call.charged_s, amount)
    purse = holds.turn_over(connection, purse, at, settlement, reservation)
    call = replace(
        call,
        sequence=reservation.sequence,
        hold_micros=amount,
        reserved_at_ms=now_ms,
        running_since_ms=now_ms,
        paused_at_ms=None,
    )
    return call, purse


def settle(
    connection: Connection, call: Call, purse: Wallet, at: datetime, otherwise: Outcome = "voided"
) -> tuple[Call, Wallet]:
    """Post what was acknowledged of the open hold; `otherwise` names the outcome if that is nothing."""
    if call.hold_micros is None:
        return call, purse
    settlement = _settlement(call, "posted" if call.used_s else otherwise)
    purse = holds.turn_over(connection, purse, at, settlement)
    return _settled(call, settlement), purse


def close(connection: Connection, call: Call, purse: Wallet, at: datetime) -> tuple[Call, Wallet]:
    """Settle the open hold, if any, for the last time; parts of seconds are put together with earlier ones."""
    if call.acked_ms == 0:
        return settle(connection, call, purse, at)
    before_ms = rests.rest_ms(connection, call)
    room_s = QUOTA_S - call.used_s if call.hold_micros is not None else 0
    carried_s = min((before_ms + call.acked_part_ms) // 1000, room_s)
    call = replace(call, acked_s=call.acked_s + carried_s, carried_s=carried_s)
    rests.store_rest(connection, call, before_ms)
    return settle(connection, call, purse, at)


def void(connection: Connection, call: Call, purse: Wallet, at: datetime) -> tuple[Call, Wallet]:
    """Give the whole open hold back, whatever was acknowledged of it."""
    if call.hold_micros is None:
        return call, purse
    settlement = _settlement(call, "voided")
    purse = holds.turn_over(connection, purse, at, settlement)
    return _settled(replace(call, acked_part_ms=0), settlement), purse


def write_off(call: Call) -> Call:
    """Forget what was served and never acknowledged, and count it against the fan.

    What a crash of ours cut off is forgotten without counting, and of a silence no more counts than the client
    can have received.
    """
    lost_ms = 0 if call.reason == "restarted" else call.lag_ms
    if call.reason == "reconnecting":
        lost_ms = min(lost_ms, SILENT_LOSS_MS)
    return replace(call, written_off_ms=call.written_off_ms + lost_ms, served_ms=call.acked_ms)


def _settlement(call: Call, outcome: Outcome) -> Settlement:
    used = call.used_s if outcome == "posted" else 0
    if used == 0 and outcome == "posted":
        outcome = "voided"
    return Settlement(
        call_id=call.id,
        sequence=call.sequence,
        amount=call.hold_micros or 0,
        outcome=outcome,
        charged=span_micros(call.price_micros_per_minute, call.charged_s, used),
        seconds=used,
        subject=call.subject,
        share_bps=call.share_bps,
    )


def _settled(call: Call, settlement: Settlement | None) -> Call:
    if settlement is None:
        return call
    return replace(
        call,
        hold_micros=None,
        quota_start_s=call.quota_start_s + settlement.seconds,
        charged_s=call.charged_s + settlement.seconds,
        charged_micros=call.charged_micros + settlement.charged,
    )
