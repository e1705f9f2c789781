"""The meter: opens calls, reserves quotas, charges what was acknowledged, pauses and ends.

Each method is one short transaction on one call. A `Meter` is safe to share between threads; it keeps
nothing but its epoch, the name of the monotonic clock it reads. A call that belongs to another epoch
(the process that served it is gone) is settled by what was acknowledged and paused as `restarted`.
Knows nothing about AI, HTTP or card payments.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy.engine import Connection

from fenshen.billing import calls, charges, fairness, ledger, quota, transitions
from fenshen.billing.accounts import Account, Wallet, check_owner
from fenshen.billing.calls import CallState, describe
from fenshen.billing.claims import check_counts, check_reason
from fenshen.billing.orphans import Orphans
from fenshen.billing.pricing import Share, check_price, check_shares
from fenshen.billing.quota import (
    Call,
    Kind,
    acknowledge,
    acknowledge_held,
    next_due_ms,
    read_clock,
    stop_clock,
    take_over,
)
from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, Conflict, Refused
from fenshen.core.ids import Ids


class Meter:
    """Charges calls by the acknowledged second.

    Args:
        db: Where money and calls live.
        clock: Wall time for records, monotonic time for durations.
        ids: Names of new calls.
        still_allowed: Asked with each creator before a quota is reserved; False ends the call as
            `revoked`.
        creator_share_bps: What the creator of a call gets of every charge, in basis points, unless the call
            names its shares.
        calls_max: Answers of the API one fan may have at once; a person has one call at a time.
        calls_per_minute: Calls and answers one fan may begin within a minute.
        epoch: Name of the monotonic clock; give the same one to processes that share it. A fresh one
            by default.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        ids: Ids,
        *,
        still_allowed: Callable[[str], bool] = lambda subject: True,
        creator_share_bps: int = 8_000,
        calls_max: int = 8,
        calls_per_minute: int = 60,
        epoch: str | None = None,
    ) -> None:
        if not 0 <= creator_share_bps <= 10_000:
            raise BadInput(f"creator share {creator_share_bps!r} must be 0 to 10000 basis points")
        self._db, self._clock, self._ids = db, clock, ids
        self._still_allowed, self._share_bps = still_allowed, creator_share_bps
        self._calls_max, self._calls_per_minute = calls_max, calls_per_minute
        self._epoch = epoch or ids.new("epoch")
        self._orphans = Orphans()

    def open_call(
        self,
        fan: str,
        subject: str,
        price_micros_per_minute: int,
        currency: str,
        *,
        shares: Sequence[Share] = (),
        kind: Kind = "answer",
        waiting: bool = False,
    ) -> CallState:
        """Open a call and reserve its first quota; price and shares hold until it ends.

        Args:
            subject: With whom the call is: a creator, or a room that several share.
            shares: Which creators earn what part of every charge; by default the subject earns the meter's
                share. The platform gets what they leave.
            kind: A fan has one `call` at a time and `calls_max` answers.
            waiting: the fan has asked already, so the call begins with a wait (see `begin_wait`).

        Raises:
            BadInput: impossible price, currency, names or shares.
            Unpaid: the wallet does not cover one quota; nothing is stored.
            Conflict, Refused: see `billing.fairness`; besides `revoked`.
        """
        check_owner(subject)
        shares = check_shares(shares or (Share(subject, self._share_bps),))
        price = check_price(price_micros_per_minute)
        if not self._is_allowed(shares):
            raise Refused(f"{subject!r} is not available", code="revoked")
        with self._db.write() as connection:
            wallet = ledger.open_wallet(connection, fan, currency)
            earners = [Account("creator:pending", share.subject, currency) for share in shares]
            ledger.open_accounts(connection, earners)
            at, now_ms = self._times()
            fairness.check_new_call(connection, fan, kind, at, self._calls_max, self._calls_per_minute)
            call = Call(
                id=self._ids.new("call"),
                fan=fan,
                subject=subject,
                wallet_id=wallet.id,
                currency=currency,
                price_micros_per_minute=price,
                kind=kind,
                epoch=self._epoch,
                started=at,
                touched=at,
                reserved_at_ms=now_ms,
                heartbeat_at_ms=now_ms,
                active_at_ms=now_ms,
            )
            calls.begin(connection, call, shares)
            links = (calls.opening(call, shares),)
            call, wallet = charges.reserve(connection, call, wallet, at, now_ms, links)
            call = quota.begin_wait(call, now_ms) if waiting else call
            return self._store(connection, call, wallet)

    def heartbeat(self, call_id: str, fan: str, seq: int, acked_s: int, part_ms: int = 0) -> CallState:
        """Take an acknowledgement; post the quota when it is used up and reserve the next.

        Clients send one every 5 s or sooner; after 20 s without one the call is paused. Lowered
        acknowledgements change nothing; what is claimed beyond the served time is not believed.

        Args:
            seq: Sequence of the last `CallState` the client has seen.
            acked_s: Whole seconds of this call the client has received so far, over all quotas.
            part_ms: Milliseconds it has received beyond them.

        Returns:
            The call afterwards; paused with `empty_wallet` when the next quota cannot be reserved.

        Raises:
            BadInput: negative or non-integer values.
            Conflict: `seq` was never handed out.
            NotFound: not this fan's call.
        """
        check_counts(seq, acked_s, part_ms)
        with self._db.write() as connection:
            call, wallet = self._load(connection, call_id, fan)
            if seq > call.sequence:
                raise Conflict(
                    f"call {call_id!r} is at quota {call.sequence}, not {seq}", code="bad_sequence"
                )
            if call.status == "ended":
                return describe(call, wallet)
            call = acknowledge_held(call, acked_s * 1000 + part_ms)
            call, wallet = transitions.on_heartbeat(connection, call, wallet, *self._times())
            state = self._store(connection, call, wallet)
        return self._recheck(state) if state.sequence != seq else state

    def pause(self, call_id: str, reason: str, fan: str | None = None) -> CallState:
        """Stop the clock. The client may still acknowledge what it received until the hold expires."""
        check_reason(reason)
        with self._db.write() as connection:
            call, wallet = self._load(connection, call_id, fan)
            if call.status == "open":
                call = stop_clock(call, "paused", reason, self._now_ms())
            return self._store(connection, call, wallet)

    def resume(self, call_id: str, fan: str, acked_s: int = 0, part_ms: int = 0) -> CallState:
        """Settle what is left of the old quota, reserve a new one and start the clock.

        The call may stay paused with `empty_wallet`, or end when too much of it was never acknowledged.

        Args:
            acked_s, part_ms: As for `heartbeat`.

        Raises:
            Conflict: the call has ended.
        """
        check_counts(acked_s, part_ms)
        with self._db.write() as connection:
            call, wallet = self._load(connection, call_id, fan)
            if call.status == "ended":
                raise Conflict(f"call {call_id!r} has ended; open another", code="call_ended")
            if call.status == "paused":
                acked_ms = acked_s * 1000 + part_ms
                call, wallet = transitions.resume(connection, call, wallet, *self._times(), acked_ms)
            state = self._store(connection, call, wallet)
        return self._recheck(state)

    def begin_wait(self, call_id: str) -> CallState:
        """The fan asked and an answer will be given: the clock runs for words, hardly for waiting."""
        return self._mark(call_id, quota.begin_wait)

    def deliver(self, call_id: str, reading_ms: int) -> CallState:
        """Words of an answer are out that take `reading_ms` to read; the call is not idle."""
        check_counts(reading_ms)
        return self._mark(call_id, partial(quota.deliver, reading_ms=reading_ms))

    def end_wait(self, call_id: str) -> CallState:
        """The last word of the answer is out, or none will come."""
        return self._mark(call_id, quota.end_wait)

    def end(
        self, call_id: str, fan: str | None, reason: str, acked_s: int = 0, part_ms: int = 0
    ) -> CallState:
        """End the call: post what was acknowledged, give back the rest. Ending twice changes nothing.

        Args:
            fan: Whose call it must be; None when the service itself ends it.
            acked_s, part_ms: As for `heartbeat`.
        """
        check_reason(reason)
        check_counts(acked_s, part_ms)
        with self._db.write() as connection:
            call, wallet = self._load(connection, call_id, fan)
            if call.status == "ended":
                return describe(call, wallet)
            call = charges.write_off(acknowledge_held(call, acked_s * 1000 + part_ms))
            return self._end(connection, call, wallet, reason)

    def end_answer(self, call_id: str, fan: str, reason: str, service_ms: int | None) -> CallState:
        """End the answer to a request whose client cannot acknowledge: we know what was handed over to it.

        Args:
            service_ms: What it got of our time; charged up to the quota in hand. None: that quota is free.
        """
        check_reason(reason)
        service_ms, void = service_ms or 0, service_ms is None
        check_counts(service_ms)
        with self._db.write() as connection:
            call, wallet = self._load(connection, call_id, fan)
            call = replace(call, served_ms=max(call.acked_ms, min(service_ms, call.limit_ms)))
            return self._end(connection, acknowledge(call, service_ms), wallet, reason, void=void)

    def end_all_for_subject(self, subject: str, reason: str) -> int:
        """End every live call of which a creator earns now, charging nothing of their current quotas; how many."""
        check_reason(reason)
        with self._db.read() as connection:
            found = calls.live_ids(connection, subject)
        for call_id in found:
            with self._db.write() as connection:
                call, wallet = self._load(connection, call_id, None)
                self._end(connection, call, wallet, reason, void=True)
        return len(found)

    def state(self, call_id: str, fan: str | None) -> CallState:
        """The call as it stands now; if something is due, it is paused, expired or ended first."""
        with self._db.read() as connection:
            call, wallet = calls.find(connection, call_id, fan, lock=False)
        if call.due_ms is None or (call.epoch == self._epoch and call.due_ms > self._now_ms()):
            return describe(call, wallet)
        return self._expire(call_id)

    def sweep(self) -> int:
        """Pause the silent and the idle, expire stale holds, end what is paused too long; how many."""
        with self._db.read() as connection:
            due = self._orphans.due_ids(connection, self._epoch, *self._times())
        for call_id in due:
            self._expire(call_id)
        return len(due)

    def _times(self) -> tuple[datetime, int]:
        return self._clock.now(), self._now_ms()

    def _now_ms(self) -> int:
        return int(self._clock.monotonic() * 1000)

    def _load(self, connection: Connection, call_id: str, fan: str | None) -> tuple[Call, Wallet]:
        """The locked call with its clock read; a call of another epoch is taken over, paused."""
        call, wallet = calls.find(connection, call_id, fan, lock=True)
        now_ms = self._now_ms()
        if call.status == "ended" or call.epoch == self._epoch:
            return read_clock(call, now_ms), wallet
        return take_over(call, self._epoch, now_ms), wallet

    def _end(
        self, connection: Connection, call: Call, wallet: Wallet, reason: str, *, void: bool = False
    ) -> CallState:
        if call.status == "ended":
            return describe(call, wallet)
        call, wallet = transitions.end(connection, call, wallet, reason, *self._times(), void=void)
        return self._store(connection, call, wallet)

    def _expire(self, call_id: str) -> CallState:
        """Do what is due for one call."""
        with self._db.write() as connection:
            call, wallet = self._load(connection, call_id, None)
            call, wallet = transitions.expire(connection, call, wallet, *self._times())
            return self._store(connection, call, wallet)

    def _mark(self, call_id: str, change: Callable[[Call, int], Call]) -> CallState:
        with self._db.write() as connection:
            call, wallet = self._load(connection, call_id, None)
            if call.status == "open":
                call = change(call, self._now_ms())
            return self._store(connection, call, wallet)

    def _is_allowed(self, shares: Sequence[Share]) -> bool:
        return all(self._still_allowed(share.subject) for share in shares)

    def _recheck(self, state: CallState) -> CallState:
        """End a call that has just got a new quota if one of its creators may no longer be served."""
        if state.status != "open":
            return state
        with self._db.read() as connection:
            shares = calls.shares_of(connection, state.id)
        if self._is_allowed(shares):
            return state
        with self._db.write() as connection:
            call, wallet = self._load(connection, state.id, None)
            return self._end(connection, call, wallet, "revoked", void=True)

    def _store(self, connection: Connection, call: Call, wallet: Wallet) -> CallState:
        """Save the call; a hold left by a dead epoch is settled with it."""
        at = self._clock.now()
        if call.reason == "restarted" and call.hold_micros is not None:
            call, wallet = charges.settle(connection, call, wallet, at)
            call = charges.write_off(call)
        calls.save(connection, replace(call, touched=at, due_ms=next_due_ms(call)))
        return describe(call, wallet)
