"""Bugs that people write, planted by substitution: the proof that the simulator would notice them.

Each is a context manager that yields the classes to run with. Nothing here can be switched on in the
product; the product does not know this file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa

from fenshen.billing import calls, charges, fairness, ledger, meter, payments, pricing, quota, remainders
from fenshen.billing import payment_links as links
from fenshen.billing.accounts import HOUSE, Account
from fenshen.billing.ledger import Entry, Transfer
from fenshen.billing.meter import Meter
from fenshen.billing.payments import Refund, TopUp, TopUps
from fenshen.billing.pricing import Share
from fenshen.billing.quota import Call
from fenshen.billing.tables import topups as topups_table
from fenshen.billing.tables import wallets
from fenshen.core.errors import Unpaid

Classes = tuple[type[Meter], type[TopUps]]
Plant = Callable[[], AbstractContextManager[Classes]]


@contextmanager
def float_money() -> Iterator[Classes]:
    """Prices as binary fractions, rounded per quota."""

    def span(price: int, from_s: int, seconds: int) -> int:
        return round(price / 60 * seconds)

    with patch.object(charges, "span_micros", span):
        yield Meter, TopUps


@contextmanager
def rounding_lost_a_unit() -> Iterator[Classes]:
    """Each quota rounded down on its own: the parts no longer add up to the whole."""

    def span(price: int, from_s: int, seconds: int) -> int:
        return pricing.cost_micros(price, seconds)

    with patch.object(charges, "span_micros", span):
        yield Meter, TopUps


@contextmanager
def double_void() -> Iterator[Classes]:
    """Ending a call gives its hold back without looking whether that was done before."""
    count = iter(range(10**9))

    def void_twice(connection: Any, call: Any, wallet: Any, at: Any, *more: Any, **named: Any) -> Any:
        settled, wallet = real(connection, call, wallet, at, *more, **named)
        if call.hold_micros and settled.hold_micros is None and not call.used_s:
            held, free = (Account(k, wallet.owner, wallet.currency) for k in ("fan:held", "fan:available"))  # type: ignore[arg-type]
            sides = (Entry(held, -call.hold_micros), Entry(free, call.hold_micros))
            again = Transfer(f"void-{next(count)}", "void", wallet.currency, call.id, sides)
            wallet, _ = ledger.post_all(connection, wallet, (again,), at)
        return settled, wallet

    real = charges.settle
    with patch.object(charges, "settle", void_twice):
        yield Meter, TopUps


class _LatePost(Meter):
    def heartbeat(self, call_id: str, fan: str, seq: int, acked_s: int, part_ms: int = 0) -> Any:
        state = super().heartbeat(call_id, fan, seq, acked_s, part_ms)
        with self._db.write() as connection:
            call, wallet = calls.find(connection, call_id, fan, lock=True)
            late = min(max(0, acked_s - call.acked_s), quota.QUOTA_S)
            owed = pricing.span_micros(call.price_micros_per_minute, call.charged_s, late)
            if call.status == "paused" and call.hold_micros is None and 0 < owed <= wallet.available:
                fan_account = Account("fan:available", fan, call.currency)
                revenue = Account("platform:revenue", HOUSE, call.currency)
                sides = (Entry(fan_account, -owed), Entry(revenue, owed))
                post = Transfer(self._ids.new("late"), "post", call.currency, call_id, sides)
                ledger.post_transfer(connection, wallet, post, self._clock.now())
        return state


@contextmanager
def post_after_expiry() -> Iterator[Classes]:
    """A late acknowledgement is charged although its hold has expired and the money went back."""
    yield _LatePost, TopUps


@contextmanager
def hold_leaked_on_crash() -> Iterator[Classes]:
    """Taking over a call after a crash forgets the hold it had."""

    def take_over(call: Any, epoch: str, now_ms: int) -> Any:
        return replace(quota.take_over(call, epoch, now_ms), hold_micros=None)

    with patch.object(meter, "take_over", take_over):
        yield Meter, TopUps


class _NewKeyOnRetry(TopUps):
    def _remember(self, fan: str, currency: str, amount: int, key: str, provider: str | None) -> TopUp:
        topup = super()._remember(fan, currency, amount, key, provider)
        if topup.status == "stored":
            provider = self._provider(topup.provider)
            reference = provider.start(self._ids.new("attempt"), amount, currency).reference
            started = replace(topup, status="started", reference=reference)
            with self._db.write() as connection:
                wallet = ledger.open_wallet(connection, fan, currency)
                payments._move_on(connection, wallet, started, self._clock.now())
                return payments._find(connection, topup.id)
        return topup


@contextmanager
def retry_with_a_new_key() -> Iterator[Classes]:
    """Every attempt at the processor names itself anew."""
    yield Meter, _NewKeyOnRetry


class _RefundAgain(TopUps):
    def _set_aside(self, connection: Any, topup: TopUp, amount: int, key: str) -> tuple[Refund, bool]:
        return super()._set_aside(connection, topup, amount, self._ids.new("key"))


@contextmanager
def refund_twice() -> Iterator[Classes]:
    """A repeated refund request is taken for another refund."""
    yield Meter, _RefundAgain


@contextmanager
def stale_cached_balance() -> Iterator[Classes]:
    """Wallets are remembered from the last look, and written back without comparing."""
    seen: dict[str, Any] = {}

    def find(connection: Any, call_id: str, fan: Any, *, lock: bool) -> Any:
        call, wallet = real(connection, call_id, fan, lock=lock)
        old = seen.setdefault(wallet.id, wallet)
        return call, replace(wallet, available=old.available, held=old.held)

    real = calls.find
    with patch.object(calls, "find", find):
        yield Meter, TopUps


class _CallBeforeHold(Meter):
    def open_call(self, fan: str, subject: str, price_micros_per_minute: int, currency: str) -> Any:
        price = price_micros_per_minute
        with self._db.write() as connection:
            wallet = ledger.open_wallet(connection, fan, currency)
            ledger.open_accounts(connection, [Account("creator:pending", subject, currency)])
            at, now_ms = self._times()
            fairness.check_new_call(connection, fan, "answer", at, self._calls_max, self._calls_per_minute)
            if wallet.available < pricing.cost_micros(price, quota.QUOTA_S):
                raise Unpaid("too little")
            shares = (Share(subject, self._share_bps),)
            call = Call(
                id=self._ids.new("call"),
                fan=fan,
                subject=subject,
                wallet_id=wallet.id,
                currency=currency,
                price_micros_per_minute=price,
                kind="answer",
                epoch=self._epoch,
                started=at,
                touched=at,
                reserved_at_ms=now_ms,
                heartbeat_at_ms=now_ms,
                active_at_ms=now_ms,
            )
            calls.begin(connection, call, shares)
        with self._db.write() as connection:
            call, wallet = self._load(connection, call.id, fan)
            links = (calls.opening(call, shares),)
            call, wallet = charges.reserve(connection, call, wallet, *self._times(), links)
            return self._store(connection, call, wallet)


@contextmanager
def commit_before_hold() -> Iterator[Classes]:
    """The call is committed first and its quota reserved afterwards."""
    yield _CallBeforeHold, TopUps


@contextmanager
def parts_of_seconds_dropped() -> Iterator[Classes]:
    """Each call is rounded down on its own, so calls of less than a second are free."""
    with patch.object(charges, "close", charges.settle):
        yield Meter, TopUps


@contextmanager
def carried_second_charged_twice() -> Iterator[Classes]:
    """The parts of seconds are kept although the second they made has been charged."""

    def keep(connection: Any, call: Any, before_ms: int) -> None:
        real(connection, replace(call, carried_s=0), before_ms)

    real = remainders.store_remainder
    with patch.object(remainders, "store_remainder", keep):
        yield Meter, TopUps


@contextmanager
def slow_words_charged() -> Iterator[Classes]:
    """The wait is over with the first word, however slowly the others come."""
    with patch.object(quota, "deliver", lambda call, now_ms, reading_ms: quota.end_wait(call, now_ms)):
        yield Meter, TopUps


class _CreditEveryTime(TopUps):
    def _finish(self, topup: TopUp, *, paid: bool) -> TopUp:
        at = self._clock.now()
        with self._db.write() as connection:
            wallet = ledger.open_wallet(connection, topup.fan, topup.currency)
            credit = replace(links.crediting(topup), id=self._ids.new("transfer"))
            ledger.post_transfer(connection, wallet, credit, at)
        with self._db.write() as connection:
            connection.execute(
                sa.update(topups_table).where(topups_table.c.id == topup.id).values(status="credited")
            )
            return payments._find(connection, topup.id)


@contextmanager
def no_unique_key() -> Iterator[Classes]:
    """A top-up is credited under a fresh transfer id each time it is finished."""
    yield Meter, _CreditEveryTime


class _ProcessorFirst(TopUps):
    def begin(self, fan: str, currency: str, amount: int, key: str, provider: str | None = None) -> TopUp:
        self._provider("processor").start(self._ids.new("checkout"), amount, currency)
        topup = self._remember(fan, currency, amount, key, provider)
        with self._db.write() as connection:
            wallet = ledger.open_wallet(connection, fan, currency)
            if topup.status == "stored":
                started = replace(topup, status="started", reference="taken")
                payments._move_on(connection, wallet, started, self._clock.now())
            return payments._find(connection, topup.id)


@contextmanager
def webhook_before_checkout_row() -> Iterator[Classes]:
    """The processor is asked for the money before the row that would remember it."""
    yield Meter, _ProcessorFirst


@contextmanager
def no_row_lock() -> Iterator[None]:
    """Wallets are read without a lock and written back without comparing; for the threaded test."""
    unlocked = sa.select(wallets).where(wallets.c.id == sa.bindparam("wallet_id"))
    careless = sa.update(wallets).where(wallets.c.id == sa.bindparam("wallet_id"))
    names = ("available", "held", "position", "head")
    careless = careless.values({name: sa.bindparam(f"new_{name}") for name in names})
    with patch.object(ledger, "_LOCK_WALLET", unlocked), patch.object(ledger, "_MOVE_WALLET", careless):
        yield


PLANTS: dict[str, Plant] = {
    plant.__name__: plant
    for plant in (
        float_money,
        rounding_lost_a_unit,
        double_void,
        post_after_expiry,
        hold_leaked_on_crash,
        retry_with_a_new_key,
        refund_twice,
        stale_cached_balance,
        commit_before_hold,
        no_unique_key,
        parts_of_seconds_dropped,
        carried_second_charged_twice,
        slow_words_charged,
        webhook_before_checkout_row,
    )
}
