"""What a top-up provider must do. Knows nothing about any particular one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

CheckoutStatus = Literal["open", "paid", "failed"]


@dataclass(frozen=True)
class Checkout:
    """A payment begun at the provider.

    Attributes:
        reference: The provider's own name for it.
        url: Where the fan pays; None when nothing is left to do.
    """

    reference: str
    url: str | None


@dataclass(frozen=True)
class WebhookEvent:
    """What a webhook said, checked by its provider.

    Attributes:
        key: The key that the payment was started with; None if it is about none of ours.
        reply: The body that the provider expects as an answer.
    """

    key: str | None
    reply: str = ""


class TopUpProvider(Protocol):
    """Takes a fan's money. Never called inside a database transaction.

    Every method raises `Busy` when the provider cannot be reached, so that the caller tries again later.
    """

    #: By which rows, routes and `FENSHEN_PAYMENTS` name it.
    name: str

    def start(self, key: str, amount: int, currency: str) -> Checkout:
        """Begin a payment of `amount` micros; the same key always gives the same checkout.

        The provider sends the fan back to `/wallet?topup=KEY` and names the key in its webhooks.
        """
        ...

    def status(self, reference: str) -> CheckoutStatus:
        """What became of it."""
        ...

    def refund(self, key: str, reference: str, amount: int, currency: str) -> None:
        """Send `amount` micros of a paid checkout back; the same key sends it once."""
        ...

    def read_webhook(self, body: bytes, headers: Mapping[str, str]) -> WebhookEvent:
        """The event in a request that claims to come from the provider.

        Args:
            body: As it was received: the signature is over these bytes.
            headers: Names in lower case.

        Raises:
            BadInput: `bad_signature`, it is not signed by the provider, or too long ago or in the future.
            NotFound: this provider sends no webhooks.
        """
        ...
