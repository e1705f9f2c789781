"""Versions put before fans, and taken back. Knows nothing about commands or pages."""

from __future__ import annotations

from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput
from fenshen.training import versions
from fenshen.training.versions import Version
from fenshen.trust import audit, consent


class Releases:
    """Puts versions before fans, and takes them back.

    Args:
        currency: The only one that wallets here hold.
    """

    def __init__(self, db: Database, clock: Clock, currency: str) -> None:
        self._db = db
        self._clock = clock
        self._currency = currency

    def publish(
        self, version: Version, price: int, currency: str, *, by: str, reason: str | None = None
    ) -> Version:
        """Offer a version to fans.

        Raises:
            Refused: no consent to chat, or the gate says no and no reason is given.
            BadInput: `bad_currency`, wallets here hold another.
        """
        if currency != self._currency:
            raise BadInput(f"prices here are in {self._currency}, not {currency!r}", code="bad_currency")
        consent.check(self._db, version.creator, "chat", self._clock.now())
        released = versions.publish(self._db, self._clock, version.id, price, currency, reason)
        details = {"version": version.id, "price": price, "currency": currency, "forced": reason}
        audit.record(self._db, self._clock, by, "version.publish", version.creator, details)
        return released

    def rollback(self, slug: str, *, by: str) -> Version:
        """Go back to the version that was live before.

        Raises:
            NotFound: there is none.
        """
        released = versions.rollback(self._db, slug)
        audit.record(self._db, self._clock, by, "version.rollback", slug, {"version": released.id})
        return released
