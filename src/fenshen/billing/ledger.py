"""The only writer of money: transfers whose entries sum to zero, each posted exactly once.

A transfer's id comes from the caller. Posting the same id again with the same content answers as the
first time; with other content it is refused. Rows are never changed: the database refuses it, and
`verify` finds any row that was altered behind its back. Knows nothing about calls or payments.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from fenshen.billing.accounts import HOUSE, Account, Wallet, check_owner, wallet_id
from fenshen.billing.chain import GENESIS, hash_input, hash_link
from fenshen.billing.rows import insert_once
from fenshen.billing.tables import accounts, entries, transfers, wallets
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, Busy, Conflict, NotFound, Unpaid
from fenshen.core.money import AMOUNT_MAX, check_currency, format_amount

_FIND_WALLET = sa.select(wallets).where(wallets.c.id == sa.bindparam("wallet_id"))
_LOCK_WALLET = _FIND_WALLET.with_for_update()
_FIND_TRANSFERS = sa.select(
    transfers.c.id, transfers.c.input_hash, transfers.c.position, transfers.c.hash
).where(sa.or_(transfers.c.id == sa.bindparam("first"), transfers.c.id == sa.bindparam("last")))
_ADD_TRANSFERS, _ADD_ENTRIES = sa.insert(transfers), sa.insert(entries)
_MOVE_WALLET = (
    sa.update(wallets)
    .where(wallets.c.id == sa.bindparam("wallet_id"), wallets.c.position == sa.bindparam("before"))
    .values({name: sa.bindparam(f"new_{name}") for name in ("available", "held", "position", "head")})
)


@dataclass(frozen=True)
class Entry:
    """One side of a transfer: `amount` micros added to (or, negative, taken from) an account."""

    account: Account
    amount: int


@dataclass(frozen=True)
class Transfer:
    """Money to move.

    Attributes:
        id: Chosen by the caller, once and for all.
        kind: What happened: topup, hold, post, void, expire, refund, refunded; or, without entries, what
            became of a row: opened, closed, asked, started, failed.
        reference: The thing that caused it: a call, hold, top-up or refund id.
        entries: At least two; they sum to zero and share one currency. None at all if no money moves.
        facts: Digest of the row that it is about; see `facts.py`.
    """

    id: str
    kind: str
    currency: str
    reference: str
    entries: tuple[Entry, ...]
    facts: str | None = None


@dataclass(frozen=True)
class Posted:
    """Where a transfer stands in its wallet's chain; `new` is False when it was there already."""

    id: str
    position: int
    hash: str
    new: bool


def open_accounts(connection: Connection, wanted: Iterable[Account]) -> None:
    """Make the accounts that do not exist yet."""
    rows = [{"id": a.id, "kind": a.kind, "owner": a.owner, "currency": a.currency} for a in wanted]
    connection.execute(insert_once(connection, accounts), rows)


def open_wallet(connection: Connection, owner: str, currency: str) -> Wallet:
    """The owner's wallet, made with its accounts if absent, locked until the transaction ends.

    Raises:
        BadInput: unknown currency or impossible owner.
    """
    connection.execute(insert_once(connection, wallets), [asdict(_empty_wallet(owner, currency))])
    open_accounts(
        connection,
        (
            Account("fan:available", owner, currency),
            Account("fan:held", owner, currency),
            Account("processor:settled", HOUSE, currency),
            Account("platform:revenue", HOUSE, currency),
            Account("refunds", HOUSE, currency),
        ),
    )
    return lock_wallet(connection, wallet_id(owner, currency))


def lock_wallet(connection: Connection, identifier: str) -> Wallet:
    """The wallet as it is now; nobody else can change it until the transaction ends.

    Raises:
        NotFound: there is no such wallet.
    """
    row = connection.execute(_LOCK_WALLET, {"wallet_id": identifier}).one_or_none()
    if row is None:
        raise NotFound(f"no wallet {identifier!r}")
    return Wallet(*row)


def find_wallet(connection: Connection, owner: str, currency: str) -> Wallet:
    """The wallet for reading; an empty one if the owner never had money."""
    row = connection.execute(_FIND_WALLET, {"wallet_id": wallet_id(owner, currency)}).one_or_none()
    return _empty_wallet(owner, currency) if row is None else Wallet(*row)


def read_wallet(db: Database, owner: str, currency: str) -> Wallet:
    """`find_wallet` in its own transaction."""
    with db.read() as connection:
        return find_wallet(connection, owner, currency)


def balance(connection: Connection, account: Account) -> int:
    """Sum of every entry of the account, in micros: the truth that cached balances must equal."""
    total = sa.select(sa.func.coalesce(sa.func.sum(entries.c.amount), 0))
    return int(connection.execute(total.where(entries.c.account_id == account.id)).scalar_one())


def post_transfer(connection: Connection, wallet: Wallet, transfer: Transfer, at: datetime) -> Posted:
    """Post one transfer; see `post_all`."""
    return post_all(connection, wallet, (transfer,), at)[1][0]


def post_all(
    connection: Connection,
    wallet: Wallet,
    batch: Sequence[Transfer],
    at: datetime,
    *,
    unused_ids: bool = False,
) -> tuple[Wallet, tuple[Posted, ...]]:
    """Post transfers onto a locked wallet's chain, in order.

    Args:
        wallet: From `lock_wallet` in this same transaction.
        batch: One or two transfers with different ids; accounts already open.
        at: Wall time written on the rows.
        unused_ids: Whether an id that exists already is a mistake of the caller's: then it is not
            looked up first (one statement less of eight) and the unique key refuses it.

    Returns:
        The wallet afterwards, and one `Posted` per transfer.

    Raises:
        BadInput: entries that do not balance, floats, foreign accounts or currencies.
        Conflict: an id was already used for something else, or at all with `unused_ids`.
        Unpaid: the wallet cannot cover it.
    """
    known = {} if unused_ids else _find_transfers(connection, batch)
    before, answers = wallet, []
    new_transfers: list[dict[str, object]] = []
    new_entries: list[dict[str, object]] = []
    for transfer in batch:
        input_hash = _check(wallet, transfer)
        if old := known.get(transfer.id):
            if old.input_hash != input_hash:
                raise Conflict(f"transfer {transfer.id!r} exists with other content", code="id_reused")
            answers.append(Posted(transfer.id, old.position, old.hash, new=False))
            continue
        wallet = _apply(wallet, transfer, at, input_hash)
        new_transfers.append(_transfer_row(wallet, transfer, at, input_hash))
        new_entries += _entry_rows(transfer)
        answers.append(Posted(transfer.id, wallet.position, wallet.head, new=True))
    if new_transfers:
        _write(connection, before, wallet, new_transfers, new_entries)
    return wallet, tuple(answers)


def _find_transfers(connection: Connection, batch: Sequence[Transfer]) -> dict[str, Any]:
    found = connection.execute(_FIND_TRANSFERS, {"first": batch[0].id, "last": batch[-1].id})
    return {row.id: row for row in found}


def _empty_wallet(owner: str, currency: str) -> Wallet:
    return Wallet(wallet_id(owner, currency), owner, currency, available=0, held=0, position=0, head=GENESIS)


def _check(wallet: Wallet, transfer: Transfer) -> str:
    """Hash of a well-formed transfer's input."""
    check_currency(transfer.currency)
    flat = [(entry.account.id, entry.amount) for entry in transfer.entries]
    if any(type(amount) is not int or abs(amount) > AMOUNT_MAX for _, amount in flat):
        raise BadInput(f"transfer {transfer.id!r}: amounts are whole micros", code="bad_amount")
    wanted = 2 if flat or transfer.facts is None else 0
    if len(flat) < wanted or sum(amount for _, amount in flat) != 0:
        raise BadInput(f"transfer {transfer.id!r}: its entries do not sum to zero", code="unbalanced")
    for entry in transfer.entries:
        check_owner(entry.account.owner)
        if entry.account.currency != transfer.currency or transfer.currency != wallet.currency:
            raise BadInput(f"transfer {transfer.id!r} mixes currencies", code="bad_currency")
        if entry.account.kind.startswith("fan:") and entry.account.owner != wallet.owner:
            raise BadInput(f"transfer {transfer.id!r} touches another wallet", code="wrong_wallet")
    return hash_input(wallet.id, transfer.kind, transfer.currency, transfer.reference, flat, transfer.facts)


def _apply(wallet: Wallet, transfer: Transfer, at: datetime, input_hash: str) -> Wallet:
    """The wallet after a checked transfer."""
    moved = {"fan:available": wallet.available, "fan:held": wallet.held}
    for entry in transfer.entries:
        if entry.account.kind in moved:
            moved[entry.account.kind] += entry.amount
    if moved["fan:available"] < 0:
        short = format_amount(-moved["fan:available"], wallet.currency, "up")
        raise Unpaid(f"the wallet is {short} short; top it up and try again", available=wallet.available)
    if moved["fan:held"] < 0:
        raise Conflict(f"transfer {transfer.id!r} takes more than is held", code="not_held")
    position = wallet.position + 1
    head = hash_link(wallet.head, wallet.id, position, transfer.id, at, input_hash)
    return Wallet(
        wallet.id, wallet.owner, wallet.currency, moved["fan:available"], moved["fan:held"], position, head
    )


def _transfer_row(wallet: Wallet, transfer: Transfer, at: datetime, input_hash: str) -> dict[str, object]:
    return {
        "id": transfer.id,
        "wallet_id": wallet.id,
        "position": wallet.position,
        "kind": transfer.kind,
        "currency": transfer.currency,
        "reference": transfer.reference,
        "created": at,
        "input_hash": input_hash,
        "hash": wallet.head,
        "facts": transfer.facts,
    }


def _entry_rows(transfer: Transfer) -> list[dict[str, object]]:
    return [
        {"transfer_id": transfer.id, "ordinal": n, "account_id": entry.account.id, "amount": entry.amount}
        for n, entry in enumerate(transfer.entries)
    ]


def _write(
    connection: Connection,
    before: Wallet,
    after: Wallet,
    new_transfers: list[dict[str, object]],
    new_entries: list[dict[str, object]],
) -> None:
    """Move the wallet first: whoever raced past the lock stops there, before any row is added."""
    moved = connection.execute(
        _MOVE_WALLET,
        {
            "wallet_id": before.id,
            "before": before.position,
            "new_available": after.available,
            "new_held": after.held,
            "new_position": after.position,
            "new_head": after.head,
        },
    )
    if moved.rowcount != 1:
        raise Busy(f"wallet {before.id!r} was changed meanwhile; try again")
    try:
        connection.execute(_ADD_TRANSFERS, new_transfers)
        if new_entries:
            connection.execute(_ADD_ENTRIES, new_entries)
    except IntegrityError as error:
        raise Conflict("this transfer was posted meanwhile, or its account is missing") from error
