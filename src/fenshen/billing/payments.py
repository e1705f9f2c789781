"""Top-ups and refunds: stored first with the caller's key, then done at the provider, then posted.

    begin → (the fan pays) → webhook | return page | restart → complete

Every step can be repeated after a crash: the row's id is the provider's idempotency key and names the
ledger's transfer, so money is taken once and credited once. The row names its provider, which alone is asked
about it. The provider is never called inside a transaction. Knows nothing about calls.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.billing import ledger
from fenshen.billing import payment_links as links
from fenshen.billing.accounts import Wallet
from fenshen.billing.payment_links import Refund, TopUp
from fenshen.billing.providers import TopUpProvider
from fenshen.billing.tables import refunds, topups
from fenshen.core import audit
from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import AppError, BadInput, Conflict, NotFound, Refused, UsageError
from fenshen.core.ids import Ids
from fenshen.core.money import CURRENCY_PLACES, MICROS_PER_UNIT, check_currency, check_micros

#: Largest single top-up: 10,000 units of the currency.
TOP_UP_MAX = 10_000 * MICROS_PER_UNIT

_log = logging.getLogger(__name__)
_KEY = re.compile(r"[!-~]{1,255}", re.ASCII)


class TopUps:
    """Takes money in and gives unspent money back through providers.

    Args:
        providers: All that rows may name, whether they are still offered or not.
        offered: Names of those that fans may choose, the default first; by default all.
        check_buyer: Asked with the fan before a new top-up is stored; refuses those who may not buy.

    Raises:
        UsageError: `unknown_provider`, one that is offered does not exist.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        ids: Ids,
        providers: Iterable[TopUpProvider],
        *,
        offered: Sequence[str] | None = None,
        check_buyer: Callable[[str], None] = lambda _fan: None,
    ) -> None:
        self._db, self._clock, self._ids = db, clock, ids
        self._providers = {provider.name: provider for provider in providers}
        self.offered = tuple(self._providers if offered is None else offered)
        self._check_buyer = check_buyer
        if unknown := [name for name in self.offered if name not in self._providers]:
            known = ", ".join(self._providers)
            raise UsageError(
                f"no payment provider {unknown[0]!r}; set FENSHEN_PAYMENTS to some of: {known}",
                code="unknown_provider",
            )

    def top_up(self, fan: str, currency: str, amount: int, key: str, provider: str | None = None) -> TopUp:
        """Begin a top-up and credit it if the provider has the money already.

        Args:
            amount: Micros, in whole cents (or the currency's own smallest coin).
            key: The caller's idempotency key, 1 to 255 visible ASCII characters, per fan.
            provider: One of those that are offered; by default the first.

        Raises:
            BadInput: an impossible amount, currency, key or provider.
            Conflict: the key was used for another amount, currency or provider.
        """
        return self.complete(self.begin(fan, currency, amount, key, provider).id, fan)

    def begin(self, fan: str, currency: str, amount: int, key: str, provider: str | None = None) -> TopUp:
        """Store the top-up, then start it at its provider; the same key gives the same top-up."""
        check_currency(currency)
        _check_amount(amount, currency)
        check_key(key)
        return self._start(self._remember(fan, currency, amount, key, provider))

    def _start(self, topup: TopUp) -> TopUp:
        if topup.status != "stored":
            return topup
        checkout = self._provider(topup.provider).start(topup.id, topup.amount, topup.currency)
        started = replace(topup, status="started", reference=checkout.reference, url=checkout.url)
        with self._db.write() as connection:
            wallet = ledger.open_wallet(connection, topup.fan, topup.currency)
            if _find(connection, topup.id).status == "stored":
                _move_on(connection, wallet, started, self._clock.now())
            return _find(connection, topup.id)

    def complete(self, topup_id: str, fan: str | None = None) -> TopUp:
        """Ask the provider and credit the wallet, once, if it was paid.

        Args:
            fan: Whose top-up it must be; None for the service itself.

        Raises:
            NotFound: no such top-up, it is another fan's, or its provider is not known here.
        """
        with self._db.read() as connection:
            topup = _find(connection, topup_id, fan)
        topup = self._start(topup)
        if topup.status != "started" or topup.reference is None:
            return topup
        status = self._provider(topup.provider).status(topup.reference)
        return topup if status == "open" else self._finish(topup, paid=status == "paid")

    def on_webhook(self, provider: str, body: bytes, headers: Mapping[str, str]) -> str:
        """Complete the top-up that a provider's webhook is about; what the provider expects as an answer.

        Webhooks come late, twice and in any order, so each only makes us ask the provider what is true now.
        One that is about no payment of ours changes nothing.

        Raises:
            BadInput: `bad_signature`.
            NotFound: no such provider.
        """
        event = self._provider(provider).read_webhook(body, headers)
        if event.key is not None:
            with self._db.read() as connection:
                row = connection.execute(sa.select(topups).where(topups.c.id == event.key)).one_or_none()
            if row is not None and row.provider == provider:
                self.complete(row.id)
        return event.reply

    def refund(
        self,
        topup_id: str,
        amount: int,
        key: str,
        *,
        fan: str | None = None,
        by: str = "system",
        why: str = "",
    ) -> Refund:
        """Send unspent money of a credited top-up back; the same key sends it once.

        Args:
            fan: Whose top-up it must be; None for an operator.
            by: Who orders it; audited with `why`.

        Raises:
            BadInput: an impossible amount or key.
            Conflict: the key was used for something else, or more than was topped up.
            NotFound: no such top-up, it is another fan's, or its provider is not known here.
            Unpaid: that much is no longer in the wallet.
        """
        check_key(key)
        with self._db.write() as connection:
            topup = _find(connection, topup_id, fan)
            _check_amount(amount, topup.currency)
            self._provider(topup.provider)
            refund, is_new = self._set_aside(connection, topup, amount, key)
            if is_new:
                facts = {"refund": refund.id, "fan": topup.fan, "amount": amount, "why": why}
                audit.append(connection, self._clock, by, "topup.refund", topup.id, facts)
        return self._send_back(topup, refund)

    def recover(self) -> int:
        """Carry on with everything a crash left half-done; how many. Call it at start.

        What a provider cannot do now is logged and left for the next time.
        """
        with self._db.read() as connection:
            begun = sa.select(topups).where(topups.c.status.in_(("stored", "started")))
            waiting = [TopUp(*row) for row in connection.execute(begun)]
            aside = sa.select(refunds).where(refunds.c.status == "stored")
            unsent = [Refund(*row) for row in connection.execute(aside)]
            paid_by = [_find(connection, refund.topup_id) for refund in unsent]
        steps: list[tuple[str, Callable[[], object]]] = [
            *((topup.id, partial(self.complete, topup.id)) for topup in waiting),
            *(
                (refund.id, partial(self._send_back, topup, refund))
                for topup, refund in zip(paid_by, unsent, strict=True)
            ),
        ]
        done = 0
        for identifier, step in steps:
            try:
                step()
                done += 1
            except AppError as error:
                _log.warning("%s is left for later: %s", identifier, error)
        return done

    def _provider(self, name: str) -> TopUpProvider:
        if name not in self._providers:
            raise NotFound(f"no payment provider {name!r}", code="unknown_provider")
        return self._providers[name]

    def _remember(self, fan: str, currency: str, amount: int, key: str, provider: str | None) -> TopUp:
        if provider is not None and provider not in self.offered:
            offered = ", ".join(self.offered)
            raise BadInput(
                f"payment provider {provider!r} is not offered; use one of {offered}", code="bad_provider"
            )
        with self._db.write() as connection:
            wallet = ledger.open_wallet(connection, fan, currency)
            row = _by_key(connection, topups, fan, key)
            if row is not None:
                same = (row.currency, row.amount, row.provider)
                if same != (currency, amount, provider or row.provider):
                    raise Conflict(f"key {key!r} was used for another top-up", code="key_reused")
                return TopUp(*row)
            self._check_buyer(fan)
            if not self.offered:
                raise Refused("top-ups are not offered here", code="no_payments")
            at, chosen = self._clock.now(), provider or self.offered[0]
            topup = TopUp(
                self._ids.new("topup"), fan, currency, amount, key, chosen, None, None, "stored", at, None
            )
            connection.execute(sa.insert(topups).values(**vars(topup)))
            ledger.post_transfer(connection, wallet, links.asking(topup), at)
            return topup

    def _finish(self, topup: TopUp, *, paid: bool) -> TopUp:
        at = self._clock.now()
        with self._db.write() as connection:
            wallet = ledger.open_wallet(connection, topup.fan, topup.currency)
            if _find(connection, topup.id).status == "started":
                finished = replace(topup, status="credited" if paid else "failed", finished=at)
                _move_on(connection, wallet, finished, at)
            return _find(connection, topup.id)

    def _set_aside(self, connection: Connection, topup: TopUp, amount: int, key: str) -> tuple[Refund, bool]:
        """Take the money out of the wallet before the provider is asked to send it; whether that is new."""
        wallet = ledger.open_wallet(connection, topup.fan, topup.currency)
        row = _by_key(connection, refunds, topup.fan, key)
        if row is not None:
            if (row.topup_id, row.amount) != (topup.id, amount):
                raise Conflict(f"key {key!r} was used for another refund", code="key_reused")
            return Refund(*row), False
        total = sa.select(sa.func.coalesce(sa.func.sum(refunds.c.amount), 0))
        before = int(connection.execute(total.where(refunds.c.topup_id == topup.id)).scalar_one())
        if topup.status != "credited" or before + amount > topup.amount:
            left = topup.amount - before if topup.status == "credited" else 0
            raise Conflict(f"only {left} micros of {topup.id!r} can go back", code="refund_too_large")
        at = self._clock.now()
        refund = Refund(
            self._ids.new("refund"), topup.id, topup.fan, topup.currency, amount, key, "stored", at, None
        )
        ledger.post_transfer(connection, wallet, links.refunding(refund), at)
        connection.execute(sa.insert(refunds).values(**vars(refund)))
        return refund, True

    def _send_back(self, topup: TopUp, refund: Refund) -> Refund:
        if refund.status == "settled" or topup.reference is None:
            return refund
        provider = self._provider(topup.provider)
        provider.refund(refund.id, topup.reference, refund.amount, refund.currency)
        at = self._clock.now()
        with self._db.write() as connection:
            wallet = ledger.open_wallet(connection, refund.fan, refund.currency)
            row = connection.execute(sa.select(refunds).where(refunds.c.id == refund.id)).one()
            if row.status == "settled":
                return Refund(*row)
            settled = replace(refund, status="settled", finished=at)
            ledger.post_transfer(connection, wallet, links.refunded(settled), at)
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


def _find(connection: Connection, topup_id: str, fan: str | None = None) -> TopUp:
    row = connection.execute(sa.select(topups).where(topups.c.id == topup_id)).one_or_none()
    if row is None or (fan is not None and row.fan != fan):
        raise NotFound(f"no top-up {topup_id!r}")
    return TopUp(*row)


def _by_key(connection: Connection, table: sa.Table, fan: str, key: str) -> Any:
    same = sa.select(table).where(table.c.fan == fan, table.c.key == key)
    return connection.execute(same).one_or_none()


def _move_on(connection: Connection, wallet: Wallet, topup: TopUp, at: datetime) -> None:
    """Store the next state of a top-up, with the link that vouches for it; credits the wallet if it is paid."""
    link = links.crediting(topup) if topup.status == "credited" else links.noting(topup)
    ledger.post_transfer(connection, wallet, link, at)
    connection.execute(sa.update(topups).where(topups.c.id == topup.id).values(**vars(topup)))
