"""Top-ups and refunds: stored first with the caller's key, then done at the provider, then posted.

Every step can be repeated after a crash: the row's id is the provider's idempotency key and names the
ledger's transfer, so money is taken once and credited once. The provider is never called inside a
transaction. Knows nothing about calls.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.billing import ledger
from fenshen.billing import payment_links as links
from fenshen.billing.accounts import Wallet
from fenshen.billing.payment_links import Refund, TopUp
from fenshen.billing.providers import TopUpProvider
from fenshen.billing.tables import refunds, topups
from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, Conflict, NotFound
from fenshen.core.ids import Ids
from fenshen.core.money import CURRENCY_PLACES, MICROS_PER_UNIT, check_currency, check_micros

#: Largest single top-up: 10,000 units of the currency.
TOP_UP_MAX = 10_000 * MICROS_PER_UNIT

_KEY = re.compile(r"[!-~]{1,255}", re.ASCII)


class TopUps:
    """Takes money in and gives unspent money back through one provider.

    Args:
        check_buyer: Asked with the fan before a new top-up is stored; refuses those who may not buy.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        ids: Ids,
        provider: TopUpProvider,
        check_buyer: Callable[[str], None] = lambda _fan: None,
    ) -> None:
        self._db, self._clock, self._ids, self._provider = db, clock, ids, provider
        self._check_buyer = check_buyer

    def top_up(self, fan: str, currency: str, amount: int, key: str) -> TopUp:
        """Begin a top-up and credit it if the provider has the money already.

        Args:
            amount: Micros, in whole cents (or the currency's own smallest coin).
            key: The caller's idempotency key, 1 to 255 visible ASCII characters, per fan.

        Raises:
            BadInput: an impossible amount, currency or key.
            Conflict: the key was used for another amount or currency.
        """
        return self.complete(self.begin(fan, currency, amount, key).id, fan)

    def begin(self, fan: str, currency: str, amount: int, key: str) -> TopUp:
        """Store the top-up, then start it at the provider; the same key gives the same top-up."""
        check_currency(currency)
        _check_amount(amount, currency)
        check_key(key)
        topup = self._remember(fan, currency, amount, key)
        if topup.status != "stored":
            return topup
        checkout = self._provider.start(topup.id, amount, currency)
        started = replace(topup, status="started", reference=checkout.reference, url=checkout.url)
        with self._db.write() as connection:
            purse = ledger.open_wallet(connection, fan, currency)
            if _find(connection, topup.id, fan).status == "stored":
                _move_on(connection, purse, started, self._clock.now())
            return _find(connection, topup.id, fan)

    def complete(self, topup_id: str, fan: str) -> TopUp:
        """Ask the provider and credit the wallet, once, if it was paid.

        Raises:
            NotFound: not this fan's top-up.
        """
        with self._db.read() as connection:
            topup = _find(connection, topup_id, fan)
        if topup.status == "stored":
            topup = self.begin(fan, topup.currency, topup.amount, topup.key)
        if topup.status != "started" or topup.reference is None:
            return topup
        status = self._provider.status(topup.reference)
        return topup if status == "open" else self._finish(topup, paid=status == "paid")

    def refund(self, topup_id: str, fan: str, amount: int, key: str) -> Refund:
        """Send unspent money of a credited top-up back.

        Raises:
            BadInput: an impossible amount or key.
            Conflict: the key was used for something else, or more than was topped up.
            NotFound: not this fan's top-up.
            Unpaid: that much is no longer in the wallet.
        """
        check_key(key)
        with self._db.write() as connection:
            topup = _find(connection, topup_id, fan)
            _check_amount(amount, topup.currency)
            refund = self._set_aside(connection, topup, amount, key)
        return self._send_back(topup, refund)

    def recover(self) -> int:
        """Carry on with everything a crash left half-done; how many. Call it at start."""
        with self._db.read() as connection:
            begun = sa.select(topups).where(topups.c.status.in_(("stored", "started")))
            waiting = [TopUp(*row) for row in connection.execute(begun)]
            aside = sa.select(refunds).where(refunds.c.status == "stored")
            unsent = [Refund(*row) for row in connection.execute(aside)]
            paid_by = [_find(connection, refund.topup_id, refund.fan) for refund in unsent]
        for topup in waiting:
            self.complete(topup.id, topup.fan)
        for topup, refund in zip(paid_by, unsent, strict=True):
            self._send_back(topup, refund)
        return len(waiting) + len(unsent)

    def _remember(self, fan: str, currency: str, amount: int, key: str) -> TopUp:
        with self._db.write() as connection:
            purse = ledger.open_wallet(connection, fan, currency)
            row = _by_key(connection, topups, fan, key)
            if row is not None:
                if (row.currency, row.amount) != (currency, amount):
                    raise Conflict(f"key {key!r} was used for another top-up", code="key_reused")
                return TopUp(*row)
            self._check_buyer(fan)
            identifier, at = self._ids.new("topup"), self._clock.now()
            topup = TopUp(
                identifier, fan, currency, amount, key, self._provider.name, None, None, "stored", at, None
            )
            connection.execute(sa.insert(topups).values(**vars(topup)))
            ledger.post_transfer(connection, purse, links.asking(topup), at)
            return topup

    def _finish(self, topup: TopUp, *, paid: bool) -> TopUp:
        at = self._clock.now()
        with self._db.write() as connection:
            purse = ledger.open_wallet(connection, topup.fan, topup.currency)
            if _find(connection, topup.id, topup.fan).status == "started":
                finished = replace(topup, status="credited" if paid else "failed", finished=at)
                _move_on(connection, purse, finished, at)
            return _find(connection, topup.id, topup.fan)

    def _set_aside(self, connection: Connection, topup: TopUp, amount: int, key: str) -> Refund:
        """Take the money out of the wallet before the provider is asked to send it."""
        purse = ledger.open_wallet(connection, topup.fan, topup.currency)
        row = _by_key(connection, refunds, topup.fan, key)
        if row is not None:
            if (row.topup_id, row.amount) != (topup.id, amount):
                raise Conflict(f"key {key!r} was used for another refund", code="key_reused")
            return Refund(*row)
        total = sa.select(sa.func.coalesce(sa.func.sum(refunds.c.amount), 0))
        before = int(connection.execute(total.where(refunds.c.topup_id == topup.id)).scalar_one())
        if topup.status != "credited" or before + amount > topup.amount:
            left = topup.amount - before if topup.status == "credited" else 0
            raise Conflict(f"only {left} micros of {topup.id!r} can go back", code="refund_too_large")
        at = self._clock.now()
        refund = Refund(
            self._ids.new("refund"), topup.id, topup.fan, topup.currency, amount, key, "stored", at, None
        )
        ledger.post_transfer(connection, purse, links.refunding(refund), at)
        connection.execute(sa.insert(refunds).values(**vars(refund)))
        return refund

    def _send_back(self, topup: TopUp, refund: Refund) -> Refund:
        if refund.status == "settled" or topup.reference is None:
            return refund
        self._provider.refund(refund.id, topup.reference, refund.amount, refund.currency)
        at = self._clock.now()
        with self._db.write() as connection:
            purse = ledger.open_wallet(connection, refund.fan, refund.currency)
            row = connection.execute(sa.select(refunds).where(refunds.c.id == refund.id)).one()
            if row.status == "settled":
                return Refund(*row)
            settled = replace(refund, status="settled", finished=at)
            ledger.post_transfer(connection, purse, links.refunded(settled), at)
            changed = sa.update(refunds).where(refunds.c.id == refund.id)
            connection.execute(changed.values(status="settled", finished=at))
        return settled


def check_key(key: object) -> str:
    """`key` if it is 1 to 255 visible ASCII characters.

    Raises:
        BadInput: it is not.
    """
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise BadInput("an idempotency key is 1 to 255 visible ASCII characters", code="bad_key")
    return key


def _check_amount(amount: object, currency: str) -> None:
    micros = check_micros(amount)
    coin = MICROS_PER_UNIT // 10 ** CURRENCY_PLACES[currency]
    if micros > TOP_UP_MAX or micros % coin:
        raise BadInput(
            f"amount {amount!r} must be a multiple of {coin} micros, at most {TOP_UP_MAX}", code="bad_amount"
        )


def _find(connection: Connection, topup_id: str, fan: str) -> TopUp:
    mine = sa.select(topups).where(topups.c.id == topup_id, topups.c.fan == fan)
    row = connection.execute(mine).one_or_none()
    if row is None:
        raise NotFound(f"no top-up {topup_id!r}")
    return TopUp(*row)


def _by_key(connection: Connection, table: sa.Table, fan: str, key: str) -> Any:
    same = sa.select(table).where(table.c.fan == fan, table.c.key == key)
    return connection.execute(same).one_or_none()


def _move_on(connection: Connection, purse: Wallet, topup: TopUp, at: datetime) -> None:
    """Store the next state of a top-up, with the link that vouches for it; credits the wallet if it is paid."""
    link = links.crediting(topup) if topup.status == "credited" else links.noting(topup)
    ledger.post_transfer(connection, purse, link, at)
    connection.execute(sa.update(topups).where(topups.c.id == topup.id).values(**vars(topup)))
