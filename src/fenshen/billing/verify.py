"""Proof that the stored books are whole, walked both ways.

The rows of calls, holds, top-ups and refunds say which transfers there must be (`expected.py`); the chains
say which transfers there are (`links.py`). The audit log has a chain of its own. Each transfer must have
its row and each row its transfers, and they must agree; what neither repeats is covered by a digest (`facts.py`).
Reads everything once, in one snapshot. Finds any altered, added or missing row that was not made to fit everywhere at once; against
somebody who rewrites a whole chain there is the anchor (`anchors.py`). Knows nothing about writing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.billing.accounts import HOUSE, Account
from fenshen.billing.agreement import check_agreement
from fenshen.billing.expected import all_expected
from fenshen.billing.links import Link, read_links, walk_all
from fenshen.billing.problems import ADDED, MISSING, Findings, Problem
from fenshen.billing.row_checks import check_names, check_rows
from fenshen.billing.rows import Rows, read_rows
from fenshen.billing.tables import BOOKS, entries, transfers
from fenshen.core import audit_chain
from fenshen.core.db import Database
from fenshen.core.stored_types import unreadable_rows

__all__ = ["Problem", "Verification", "verify", "verify_in"]


@dataclass(frozen=True)
class Verification:
    """What was read and every contradiction found.

    Attributes:
        problems: Which row, which column, what to do; empty when the books are whole.
        sums: Sum of all entries per currency, in micros; zero everywhere in whole books.
    """

    transfers: int
    entries: int
    wallets: int
    sums: dict[str, int]
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing contradicts."""
        return not self.problems


def verify(db: Database) -> Verification:
    """Read all books in one snapshot and report every contradiction (at most 100)."""
    with db.read() as connection:
        if not db.is_sqlite:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return verify_in(connection)


def verify_in(connection: Connection) -> Verification:
    """`verify` in the caller's snapshot."""
    findings = Findings()
    for table in (*BOOKS, audit_chain.audit_log, audit_chain.audit_head):
        for key, column in unreadable_rows(connection, table):
            findings.add_unreadable(table.name, key, column)
    rows = read_rows(connection)
    expected = {plan.id: plan for plan in all_expected(rows)}
    links = list(read_links(connection))
    broken = walk_all(links, expected, rows.wallets, findings)
    by_id = {link.id: link for link in links if link.id not in broken}
    check_names(rows, by_id, findings)
    check_agreement(rows, links, expected, broken, findings)
    check_rows(rows, by_id, findings)
    _check_remainders(rows, findings)
    sums = _check_balances(rows, links, findings)
    _check_accounts(rows, links, findings)
    _check_orphans(connection, findings)
    audit_chain.check(connection, findings.add)
    count = sum(len(link.sides) for link in links)
    return Verification(len(links), count, len(rows.wallets), sums, findings.problems)


def _check_balances(rows: Rows, links: list[Link], findings: Findings) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    balances: dict[str, int] = defaultdict(int)
    for link in links:
        if sum(amount for _, amount in link.sides):
            findings.add("ledger_entries", link.id, "", "the entries do not sum to zero")
        for account_id, amount in link.sides:
            sums[link.currency] += amount
            balances[account_id] += amount
    for row in rows.wallets.values():
        for kind, cached in (("available", row.available), ("held", row.held)):
            if balances[f"fan:{kind}/{row.id}"] != cached:
                what = f"is {cached}, its entries sum to {balances[f'fan:{kind}/{row.id}']}"
                findings.add("wallets", row.id, kind, what)
    for currency, total in sums.items():
        if total:
            findings.add("ledger_entries", currency, "", f"all of them together sum to {total}, not to zero")
    return dict(sums)


def _check_remainders(rows: Rows, findings: Findings) -> None:
    """Parts of seconds that wait are those that the calls which have ended left."""
    left: dict[tuple[str, str, int], int] = defaultdict(int)
    for call in rows.calls.values():
        if call.status == "ended":
            key = (call.wallet_id, call.subject, call.price_micros_per_minute)
            left[key] += call.acked_part_ms - 1000 * call.carried_s
    stored = {
        (row.wallet_id, row.subject, row.price_micros_per_minute): row.remainder_ms for row in rows.remainders
    }
    for key in sorted(left.keys() | stored.keys()):
        if left[key] != stored.get(key, 0):
            what = f"is {stored.get(key, 0)}, the calls that have ended left {left[key]}"
            findings.add("second_remainders", " ".join(map(str, key)), "remainder_ms", what)


def _check_accounts(rows: Rows, links: list[Link], findings: Findings) -> None:
    """Those that wallets, calls and entries need are there, and no others."""
    wanted = {account for link in links for account, _ in link.sides}
    for wallet in rows.wallets.values():
        wanted |= {f"fan:{kind}/{wallet.id}" for kind in ("available", "held")}
        for kind in ("processor:settled", "platform:revenue", "refunds"):
            wanted.add(f"{kind}/{HOUSE}/{wallet.currency}")
    for call in rows.calls.values():
        wanted |= {f"creator:pending/{share.subject}/{call.currency}" for share in rows.shares[call.id]}
    for row in rows.accounts.values():
        stated = Account(row.kind, row.owner, row.currency).id
        if stated != row.id:
            parts = zip(("kind", "owner", "currency"), row.id.split("/"), stated.split("/"), strict=False)
            column = next((name for name, old, new in parts if old != new), "")
            findings.add("ledger_accounts", row.id, column, f"its columns say {stated!r}")
    for missing in sorted(wanted - set(rows.accounts)):
        findings.add("ledger_accounts", missing, "", "missing", MISSING)
    for added in sorted(set(rows.accounts) - wanted):
        findings.add("ledger_accounts", added, "", "belongs to no wallet, call or entry", ADDED)


def _check_orphans(connection: Connection, findings: Findings) -> None:
    alone = (
        sa.select(entries.c.transfer_id, entries.c.ordinal)
        .outerjoin(transfers, transfers.c.id == entries.c.transfer_id)
        .where(transfers.c.id.is_(None))
    )
    for row in connection.execute(alone):
        findings.add("ledger_entries", f"{row.transfer_id} {row.ordinal}", "", "has no transfer", ADDED)
