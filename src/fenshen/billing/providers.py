"""What a top-up provider must do. Knows nothing about any particular one."""

from __future__ import annotations

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


class TopUpProvider(Protocol):
    """Takes a fan's money. Never called inside a database transaction."""

    name: str

    def start(self, key: str, amount: int, currency: str) -> Checkout:
        """Begin a payment of `amount` micros; the same key always gives the same checkout."""
        ...

    def status(self, reference: str) -> CheckoutStatus:
        """What became of it."""
        ...

    def refund(self, key: str, reference: str, amount: int, currency: str) -> None:
        """Send `amount` micros of a paid checkout back; the same key sends it once."""
        ...
