"""What a heartbeat, a resume, an end or the passing of time does to a locked call.

Each function takes the call with its clock read and returns call and wallet afterwards. Knows nothing
about transactions or about who may ask.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.engine import Connection

from fenshen.billing import charges, fairness
from fenshen.billing.accounts import Wallet
from fenshen.billing.quota import (
    HOLD_S,
    PAUSED_MAX_S,
    Call,
    acknowledge,
    stop_clock,
    wants_next_quota,
    why_pause,
    why_pause_without_heartbeat,
)
from fenshen.core.errors import Unpaid


def on_heartbeat(
    connection: Connection, call: Call, wallet: Wallet, at: datetime, now_ms: int
) -> tuple[Call, Wallet]:
    """After an acknowledgement: pause, take the next quota, settle a paused call, or nothing."""
    if call.status == "paused":
        return charges.settle(connection, call, wallet, at) if call.lag_ms < 1000 else (call, wallet)
    call = replace(call, heartbeat_at_ms=now_ms)
    if reason := why_pause(call, now_ms):
        return stop_clock(call, "paused", reason, now_ms), wallet
    if wants_next_quota(call, now_ms):
        return next_quota(connection, call, wallet, at, now_ms)
    return call, wallet


def next_quota(
    connection: Connection, call: Call, wallet: Wallet, at: datetime, now_ms: int
) -> tuple[Call, Wallet]:
    """Settle the quota in hand and take the next; a wallet that cannot cover the next one pauses the call."""
    try:
        return charges.reserve(connection, call, wallet, at, now_ms)
    except Unpaid:
        call, wallet = charges.settle(connection, call, wallet, at)
        return stop_clock(call, "paused", "empty_wallet", now_ms), wallet


def resume(
    connection: Connection, call: Call, wallet: Wallet, at: datetime, now_ms: int, acked_ms: int = 0
) -> tuple[Call, Wallet]:
    """Open a paused call again, unless too much of it was never acknowledged: that ends it.

    What is acknowledged on coming back is charged to the new quota, should the old one be settled.
    """
    before_ms = call.written_off_ms
    call = charges.write_off(acknowledge(call, acked_ms))
    if call.written_off_ms > before_ms and fairness.lost_too_much(connection, call, at):
        return end(connection, call, wallet, "unacknowledged", at, now_ms)
    call = replace(call, status="open", reason="", heartbeat_at_ms=now_ms, active_at_ms=now_ms)
    return next_quota(connection, call, wallet, at, now_ms)


def end(
    connection: Connection,
    call: Call,
    wallet: Wallet,
    reason: str,
    at: datetime,
    now_ms: int,
    *,
    void: bool = False,
) -> tuple[Call, Wallet]:
    """End a call that has not ended: post what was acknowledged, or with `void` nothing."""
    call, wallet = (charges.void if void else charges.close)(connection, call, wallet, at)
    return replace(stop_clock(call, "ended", reason, now_ms), ended=at), wallet


def expire(
    connection: Connection, call: Call, wallet: Wallet, at: datetime, now_ms: int
) -> tuple[Call, Wallet]:
    """What is due by now: pause a silent call, expire a stale hold, end what is paused too long."""
    if call.status == "open":
        reason = why_pause_without_heartbeat(call, now_ms)
        return (stop_clock(call, "paused", reason, now_ms) if reason else call), wallet
    if call.status == "paused" and now_ms - (call.paused_at_ms or 0) >= PAUSED_MAX_S * 1000:
        return end(connection, charges.write_off(call), wallet, call.reason, at, now_ms)
    if call.status == "paused" and now_ms - call.reserved_at_ms >= HOLD_S * 1000:
        return charges.settle(connection, call, wallet, at, otherwise="expired")
    return call, wallet
