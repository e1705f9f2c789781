"""A top-up provider for development: every checkout is paid at once, nothing leaves the machine.

It keeps no state, so it answers the same after a restart. Knows nothing about wallets.
"""

from __future__ import annotations

from collections.abc import Mapping

from fenshen.billing.providers import Checkout, CheckoutStatus, WebhookEvent
from fenshen.core.errors import NotFound
from fenshen.core.ids import digest_text


class DevelopmentProvider:
    """Pays everything immediately; references are derived from the idempotency key."""

    name = "development"

    def start(self, key: str, amount: int, currency: str) -> Checkout:
        return Checkout(reference=f"dev_{digest_text(key, str(amount), currency)[:32]}", url=None)

    def status(self, reference: str) -> CheckoutStatus:
        return "paid"

    def read_webhook(self, body: bytes, headers: Mapping[str, str]) -> WebhookEvent:
        raise NotFound("the development provider sends no webhooks")

    def refund(self, key: str, reference: str, amount: int, currency: str) -> None:
        return None
