"""The accounts money moves between, and the wallet a fan sees.

Sign: positive is what the service owes the owner, or has earned; the processor's accounts run negative
because the processor holds that money for us. Per currency everything sums to zero. Knows nothing
about why money moves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from fenshen.core.errors import BadInput
from fenshen.core.money import check_currency

AccountKind = Literal[
    "fan:available",
    "fan:held",
    "creator:pending",
    "creator:payable",
    "platform:revenue",
    "platform:fees",
    "processor:in-flight",
    "processor:settled",
    "tax:payable",
    "refunds",
]

#: Owner of the accounts that belong to the installation itself.
HOUSE = "house"

_OWNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@+-]{0,99}", re.ASCII)


@dataclass(frozen=True)
class Account:
    """One account: its kind, its owner, its currency."""

    kind: AccountKind
    owner: str
    currency: str

    @property
    def id(self) -> str:
        """`kind/owner/currency`."""
        return f"{self.kind}/{self.owner}/{self.currency}"


@dataclass(frozen=True)
class Wallet:
    """What a fan has in one currency, in micros, and where its hash chain stands.

    Attributes:
        available: Free to spend or to refund.
        held: Reserved for quotas that are not settled yet.
        position: Number of transfers so far.
        head: Hash of the last one.
    """

    id: str
    owner: str
    currency: str
    available: int
    held: int
    position: int
    head: str


def check_owner(owner: object) -> str:
    """`owner` if it can name an account's owner.

    Raises:
        BadInput: empty, too long, or with characters other than letters, digits and `_.@+-`.
    """
    if not isinstance(owner, str) or not _OWNER.fullmatch(owner):
        raise BadInput(f"account owner {owner!r} is not an id", code="bad_owner")
    return owner


def wallet_id(owner: str, currency: str) -> str:
    """`owner/currency`, checked.

    Raises:
        BadInput: unknown currency or impossible owner.
    """
    return f"{check_owner(owner)}/{check_currency(currency)}"
