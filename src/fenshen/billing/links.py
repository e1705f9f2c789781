"""The hash chains of all wallets, read link by link: which is whole, which was altered, and in which column.

A link that does not fit is tried again with one column put back at a time, from what its neighbours and its
row say; the one that makes the hash come out is the one that was altered. Knows nothing about what the
transfers were for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.billing.chain import GENESIS, hash_input, hash_link
from fenshen.billing.expected import Expected, Sides
from fenshen.billing.problems import ADDED, MISSING, Findings
from fenshen.billing.tables import entries, transfers, wallets
from fenshen.core.stored_types import readable

TABLE = "ledger_transfers"


@dataclass(frozen=True)
class Link:
    """A transfer with its entries; `whole` says whether content and hash fit."""

    id: str
    wallet_id: str
    position: int
    kind: str
    currency: str
    reference: str
    created: datetime
    input_hash: str
    hash: str
    facts: str | None
    sides: Sides
    ordinals: tuple[int, ...]

    def content(self, **changed: Any) -> str:
        """Hash of what it says, or of what it would say with other columns."""
        now = {**vars(self), **changed}
        names = ("wallet_id", "kind", "currency", "reference", "sides", "facts")
        return hash_input(*(now[name] for name in names))

    @property
    def has_whole_content(self) -> bool:
        """Whether its entries and words are those it was written with."""
        return self.content() == self.input_hash and self.ordinals == tuple(range(len(self.ordinals)))


def read_links(connection: Connection) -> Iterator[Link]:
    """Every transfer, in chain order."""
    joined = (
        sa.select(transfers, entries.c.ordinal, entries.c.account_id, entries.c.amount)
        .select_from(
            transfers.outerjoin(
                entries, sa.and_(entries.c.transfer_id == transfers.c.id, readable(connection, entries))
            )
        )
        .where(readable(connection, transfers))
        .order_by(transfers.c.wallet_id, transfers.c.position, transfers.c.id, entries.c.ordinal)
    )
    rows = connection.execution_options(yield_per=1000).execute(joined)
    for _, group in groupby(rows, key=lambda row: row.id):
        sides = list(group)
        first, here = sides[0], [row for row in sides if row.ordinal is not None]
        columns = {column.name: getattr(first, column.name) for column in transfers.c}
        yield Link(
            **columns,
            sides=tuple((row.account_id, row.amount) for row in here),
            ordinals=tuple(row.ordinal for row in here),
        )


class Chain:
    """The links of one wallet, walked from the first to its head."""

    def __init__(self, links: list[Link], expected: Mapping[str, Expected], findings: Findings) -> None:
        self.links, self._expected, self._findings = links, expected, findings
        self.position, self.head = 0, GENESIS
        #: A link whose hash may be the column that was altered, and what it must then have been.
        self._doubt: tuple[Link, str] | None = None
        self.broken: set[str] = set()

    def walk(self, wallet: Any | None) -> None:
        """Check every link, and that the wallet remembers the last one."""
        waiting = list(self.links)
        while waiting:
            link = waiting.pop(0)
            if link.position != self.position + 1:
                displaced = next((other for other in (link, *waiting) if self._fits(other)), None)
                if displaced is not None:
                    if displaced is not link:
                        waiting.remove(displaced)
                        waiting.insert(0, link)
                    self._report(displaced, "position", f"is {displaced.position}, its hash says otherwise")
                    self._go_on(displaced, self.position + 1)
                    continue
                self._report_gap(link)
                if link.position > self.position + 1:
                    self._go_on(link, link.position)
                continue
            if not link.has_whole_content:
                self._report_content(link)
            elif not self._fits(link):
                self._report_link(link)
            self._go_on(link, link.position)
        self._check_end(wallet)

    def _fits(self, link: Link, **changed: Any) -> bool:
        """Whether the link's hash comes out at this place; settles a doubt about the link before."""
        heads = [self.head, *([self._doubt[1]] if self._doubt else [])]
        now = {**vars(link), **changed}
        for head in heads:
            computed = hash_link(
                head, link.wallet_id, self.position + 1, link.id, now["created"], now["input_hash"]
            )
            if computed == link.hash:
                if self._doubt is not None:
                    self._report_doubt(self._doubt[0], hash_is_wrong=head != self.head)
                    self._doubt = None
                return True
        return False

    def _go_on(self, link: Link, position: int) -> None:
        self.position, self.head = position, link.hash

    def _report(self, link: Link, column: str, what: str) -> None:
        self.broken.add(link.id)
        self._findings.add(TABLE, link.id, column, what)

    def _report_gap(self, link: Link) -> None:
        self.broken.add(link.id)
        first, last = self.position + 1, link.position - 1
        if first > last:
            self._findings.add(TABLE, link.id, "", "stands at a place that is taken", ADDED)
        else:
            gone = f"{link.wallet_id} {first}" + (f"-{last}" if last > first else "")
            self._findings.add(TABLE, gone, "", "missing from the wallet's chain", MISSING)
        if not link.has_whole_content:
            self._report_content(link)

    def _report_content(self, link: Link) -> None:
        """An entry or a word of it was altered; or the hash of both."""
        plan = self._expected.get(link.id)
        currency = link.wallet_id.rpartition("/")[2]
        tries: list[tuple[str, dict[str, Any]]] = [("currency", {"currency": currency})]
        if plan is not None:
            tries += [
                ("kind", {"kind": plan.kind}),
                ("reference", {"reference": plan.reference}),
                ("facts", {"facts": plan.facts}),
                ("facts", {"facts": None}),
                ("wallet_id", {"wallet_id": plan.wallet_id}),
            ]
        tries += [("sides", {"sides": sides}) for sides in self._repaired(link, plan)]
        column, put = next((t for t in tries if link.content(**t[1]) == link.input_hash), ("", {}))
        if not column and self._fits(link, input_hash=link.content()):
            column = "input_hash"
        if column == "sides":
            self._report_entries(link, put["sides"])
        elif link.ordinals != tuple(range(len(link.ordinals))) or (not column and link.sides):
            self.broken.add(link.id)
            self._findings.add("ledger_entries", link.id, "", "is not what the transfer was written with")
        else:
            self._report(link, column, "is not what the transfer was written with")

    def _repaired(self, link: Link, plan: Expected | None) -> Iterator[Sides]:
        """The entries that its row implies; else its own with one entry put right, taken away or put back."""
        if plan is not None:
            yield plan.sides
        accounts = sorted({account for other in self.links for account, _ in other.sides})
        surplus = sum(amount for _, amount in link.sides)
        for n, (account, amount) in enumerate(link.sides):
            before, after = link.sides[:n], link.sides[n + 1 :]
            yield (*before, (account, amount - surplus), *after)
            yield (*before, *after)
            yield from ((*before, (other, amount), *after) for other in accounts)
        gap = next(n for n in range(len(link.sides) + 1) if n not in link.ordinals)
        yield from ((*link.sides[:gap], (other, -surplus), *link.sides[gap:]) for other in accounts)

    def _report_entries(self, link: Link, sides: Sides) -> None:
        self.broken.add(link.id)
        here = dict(zip(link.ordinals, link.sides, strict=True))
        there = dict(enumerate(sides))
        for ordinal in sorted({*here, *there}):
            row, now, then = f"{link.id} {ordinal}", here.get(ordinal), there.get(ordinal)
            if now is None:
                self._findings.add("ledger_entries", row, "", "missing", MISSING)
            elif then is None:
                self._findings.add("ledger_entries", row, "", "was added or moved", ADDED)
            else:
                for name, old, new in zip(("account_id", "amount"), then, now, strict=True):
                    if old != new:
                        self._findings.add("ledger_entries", row, name, f"is {new!r}, was {old!r}")

    def _report_link(self, link: Link) -> None:
        plan = self._expected.get(link.id)
        if plan is not None and plan.created is not None and self._fits(link, created=plan.created):
            self._report(link, "created", "is not the moment it was written")
            return
        computed = hash_link(self.head, link.wallet_id, link.position, link.id, link.created, link.input_hash)
        self._doubt = (link, computed)
        self.broken.add(link.id)

    def _report_doubt(self, link: Link, *, hash_is_wrong: bool) -> None:
        """The hash itself, or what it covers: the moment, unless the name is not one that a row expects."""
        column = "hash" if hash_is_wrong else "created" if link.id in self._expected else ""
        self._report(link, column, "does not fit the links beside it")

    def _check_end(self, wallet: Any | None) -> None:
        if wallet is None:
            return
        if self._doubt is not None:
            link, computed = self._doubt
            hash_is_wrong = link.position == self.position and wallet.head == computed
            self._report_doubt(link, hash_is_wrong=hash_is_wrong)
            if hash_is_wrong:
                return
        if wallet.position != self.position and wallet.head == self.head:
            what = f"is {wallet.position}, the chain has {self.position} links"
            self._findings.add("wallets", wallet.id, "position", what)
        elif wallet.position > self.position:
            gone = f"{wallet.id} {self.position + 1}-{wallet.position}"
            what = "missing: the chain does not end at its head"
            self._findings.add(TABLE, gone, "", what, MISSING)
        elif wallet.position < self.position:
            more = f"{wallet.id} {wallet.position + 1}-{self.position}"
            self._findings.add(TABLE, more, "", "stand beyond the wallet's head", ADDED)
        elif wallet.head != self.head:
            self._findings.add("wallets", wallet.id, "head", "is not the hash of its last transfer")


def walk_all(
    links: list[Link], expected: Mapping[str, Expected], found: Mapping[str, Any], findings: Findings
) -> set[str]:
    """Walk every wallet's chain; ids of the transfers that are not whole."""
    broken: set[str] = set()
    seen = set()
    for wallet_id, group in groupby(links, key=lambda link: link.wallet_id):
        seen.add(wallet_id)
        chain = Chain(list(group), expected, findings)
        chain.walk(found.get(wallet_id))
        broken |= chain.broken
        if wallet_id not in found:
            findings.add(wallets.name, wallet_id, "", "missing", MISSING)
    for wallet_id in set(found) - seen:
        what = "has no transfers, though every wallet begins with one"
        findings.add(wallets.name, wallet_id, "", what, ADDED)
    return broken
