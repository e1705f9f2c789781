"""Proof that the stored ledger is whole: chains, zero sums, cached balances, holds and calls agree.

Reads everything once, in chain order. Knows nothing about writing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.billing.accounts import Account
from fenshen.billing.chain import GENESIS, hash_input, hash_link
from fenshen.billing.tables import accounts, calls, entries, holds, topups, transfers, wallets
from fenshen.core.db import Database

#: Stop collecting after this many: one is enough to ring the bell.
PROBLEMS_MAX = 100


@dataclass(frozen=True)
class Verification:
    """What was read and every contradiction found.

    Attributes:
        problems: One sentence each; empty when the ledger is whole.
        sums: Sum of all entries per currency, in micros; zero everywhere in a whole ledger.
    """

    transfers: int
    entries: int
    wallets: int
    sums: dict[str, int]
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing contradicts."""
        return not self.problems


def verify(db: Database) -> Verification:
    """Read the whole ledger in one snapshot and report every contradiction (at most 100)."""
    with db.read() as connection:
        if not db.is_sqlite:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return _Reading(connection).report()


class _Reading:
    """One pass over one snapshot."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.problems: list[str] = []
        self.heads: dict[str, tuple[int, str]] = {}
        self.sums: dict[str, int] = defaultdict(int)
        self.balances: dict[str, int] = defaultdict(int)
        self.kinds: dict[str, tuple[str, dict[str, int]]] = {}
        self.counts = [0, 0]

    def report(self) -> Verification:
        known = {row.id: row for row in self.connection.execute(sa.select(accounts))}
        for row in known.values():
            if Account(row.kind, row.owner, row.currency).id != row.id:
                self.problems.append(f"account {row.id!r} does not match its own columns")
        for rows in self._by_transfer():
            self._check_transfer(rows, known)
        count = self._check_wallets()
        self._check_totals()
        self._check_holds()
        self._check_calls()
        self._check_topups()
        return Verification(
            self.counts[0], self.counts[1], count, dict(self.sums), tuple(self.problems[:PROBLEMS_MAX])
        )

    def _by_transfer(self) -> Iterator[list[Any]]:
        joined = (
            sa.select(transfers, entries.c.ordinal, entries.c.account_id, entries.c.amount)
            .select_from(transfers.outerjoin(entries))
            .order_by(transfers.c.wallet_id, transfers.c.position, transfers.c.id, entries.c.ordinal)
        )
        rows = self.connection.execution_options(yield_per=1000).execute(joined)
        for _, group in groupby(rows, key=lambda row: row.id):
            yield list(group)

    def _check_transfer(self, rows: list[Any], known: dict[str, Any]) -> None:
        head, first = self.heads.get(rows[0].wallet_id, (0, GENESIS)), rows[0]
        sides = [(row.account_id, row.amount) for row in rows if row.ordinal is not None]
        self.counts[0] += 1
        self.counts[1] += len(sides)
        expected = hash_input(first.wallet_id, first.kind, first.currency, first.reference, sides)
        if expected != first.input_hash or [row.ordinal for row in rows] != list(range(len(rows))):
            self.problems.append(f"transfer {first.id!r} or one of its entries was altered")
        link = hash_link(head[1], first.wallet_id, head[0] + 1, first.id, first.created, expected)
        if first.position != head[0] + 1 or first.hash != link:
            self.problems.append(f"the chain of wallet {first.wallet_id!r} breaks at {first.id!r}")
        self.heads[first.wallet_id] = (first.position, first.hash)
        if sum(amount for _, amount in sides) != 0:
            self.problems.append(f"the entries of transfer {first.id!r} do not sum to zero")
        for account_id, amount in sides:
            if account_id not in known or known[account_id].currency != first.currency:
                self.problems.append(f"transfer {first.id!r} touches an unknown or foreign account")
            self.sums[first.currency] += amount
            self.balances[account_id] += amount
        self.kinds[first.id] = (first.kind, dict(sides))

    def _check_wallets(self) -> int:
        rows = self.connection.execute(sa.select(wallets)).all()
        for row in rows:
            if f"{row.owner}/{row.currency}" != row.id:
                self.problems.append(f"wallet {row.id!r} does not match its own columns")
            if self.heads.pop(row.id, (0, GENESIS)) != (row.position, row.head):
                self.problems.append(f"the chain of wallet {row.id!r} does not end at its head")
            for kind, cached in (("available", row.available), ("held", row.held)):
                if self.balances[f"fan:{kind}/{row.id}"] != cached:
                    self.problems.append(f"wallet {row.id!r}: cached {kind} differs from its entries")
        self.problems += [f"wallet {missing!r} is missing" for missing in self.heads]
        return len(rows)

    def _check_totals(self) -> None:
        stored = self.connection.execute(sa.select(sa.func.count()).select_from(entries)).scalar_one()
        if stored != self.counts[1]:
            self.problems.append(f"{stored - self.counts[1]} entries belong to no transfer")
        self.problems += [f"{currency} sums to {total}" for currency, total in self.sums.items() if total]

    def _check_holds(self) -> None:
        """Every hold was taken from the wallet once, and settled once or not at all."""
        held: dict[str, int] = defaultdict(int)
        for row in self.connection.execute(sa.select(holds)):
            taken = self.kinds.get(f"{row.id}/hold", ("", {}))[1].get(f"fan:held/{row.wallet_id}", 0)
            kind, sides = self.kinds.get(f"{row.id}/settle", ("open", {}))
            back = sides.get(f"fan:held/{row.wallet_id}", 0)
            charged = -back - sides.get(f"fan:available/{row.wallet_id}", 0)
            state = {"post": "posted", "void": "voided", "expire": "expired"}.get(kind, kind)
            settled = 0 if state == "open" else -row.amount
            unused = row.state != "posted" and row.seconds != 0
            if (row.state, row.amount, row.charged) != (state, taken, charged) or back != settled or unused:
                self.problems.append(f"hold {row.id!r} disagrees with its transfers")
            held[row.wallet_id] += row.amount if row.state == "open" else 0
        for row in self.connection.execute(sa.select(wallets.c.id, wallets.c.held)):
            if held[row.id] != row.held:
                self.problems.append(f"wallet {row.id!r}: held money belongs to no open hold")

    def _check_calls(self) -> None:
        per_call = (
            sa.select(
                holds.c.call_id,
                sa.func.sum(holds.c.charged).label("charged"),
                sa.func.sum(sa.case((holds.c.state == "posted", holds.c.seconds), else_=0)).label("seconds"),
                sa.func.max(sa.case((holds.c.state == "open", holds.c.amount))).label("held"),
            )
            .group_by(holds.c.call_id)
            .subquery()
        )
        for row in self.connection.execute(sa.select(calls, per_call).outerjoin(per_call)):
            stored = (row.charged_micros, row.charged_s, row.hold_micros)
            if stored != (row.charged or 0, row.seconds or 0, row.held):
                self.problems.append(f"call {row.id!r} disagrees with its holds")

    def _check_topups(self) -> None:
        for row in self.connection.execute(sa.select(topups)):
            sides = self.kinds.get(f"topup/{row.id}", ("", {}))[1]
            credited = sides.get(f"fan:available/{row.fan}/{row.currency}", 0)
            if credited != (row.amount if row.status == "credited" else 0):
                self.problems.append(f"top-up {row.id!r} disagrees with the ledger")
