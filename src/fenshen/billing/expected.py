"""Which transfers the rows of calls, holds, top-ups and refunds say there must be. Pure.

The other way round, every transfer that is not expected belongs to a row that is missing or that says
something else now. Knows nothing about where rows and transfers are stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fenshen.billing import tables
from fenshen.billing.accounts import HOUSE
from fenshen.billing.facts import born_digest, opening_digest, whole_digest
from fenshen.billing.holds import SETTLING_KIND, settled_sides
from fenshen.billing.pricing import Share
from fenshen.billing.rows import Rows
from fenshen.core.errors import BadInput

Sides = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Expected:
    """A transfer as its row implies it.

    Attributes:
        table, row: The row that implies it.
        columns: Columns of the row that say, in this order, the kind, the moment, the entries.
        created: None where the row does not say when.
        facts: None where it has none.
    """

    id: str
    kind: str
    wallet_id: str
    reference: str
    created: datetime | None
    sides: Sides
    facts: str | None
    table: str
    row: str
    columns: tuple[str, str, str]


def of_call(row: Any, shares: Sequence[Any]) -> Iterator[Expected]:
    """Its terms when it opened, all of it when it ended."""
    values, place = row._mapping, ("calls", row.id)
    columns, born = ("status", "started", ""), terms_digest(values, shares)
    yield Expected(
        f"{row.id}/opened", "opened", row.wallet_id, row.id, row.started, (), born, *place, columns
    )
    if row.status == "ended":
        columns = ("status", "ended", "")
        whole = whole_digest(tables.calls, values)
        yield Expected(
            f"{row.id}/closed", "closed", row.wallet_id, row.id, row.ended, (), whole, *place, columns
        )


def terms_digest(call: Mapping[str, Any], shares: Iterable[Any]) -> str | None:
    """`facts.opening_digest` of stored shares; None if they are impossible."""
    try:
        return opening_digest(tables.calls, call, [Share(row.subject, row.bps) for row in shares])
    except BadInput:
        return None


def of_hold(row: Any, usage: Any | None, shares: Sequence[Any] | None) -> Iterator[Expected]:
    """The money set aside, and how it was settled; without its call, who earned is unknown."""
    free, held = f"fan:available/{row.wallet_id}", f"fan:held/{row.wallet_id}"
    taken = ((free, -row.amount), (held, row.amount))
    place, columns = ("holds", row.id), ("state", "reserved", "amount")
    yield Expected(
        f"{row.id}/hold", "hold", row.wallet_id, row.id, row.reserved, taken, None, *place, columns
    )
    if row.state != "open":
        columns = ("state", "settled", "charged")
        facts = None if usage is None else whole_digest(tables.call_usage, usage._mapping)
        kind = SETTLING_KIND.get(row.state, row.state)
        sides = () if shares is None else _settled_sides(row, shares)
        yield Expected(
            f"{row.id}/settle", kind, row.wallet_id, row.id, row.settled, sides, facts, *place, columns
        )


def _settled_sides(row: Any, shares: Sequence[Any]) -> Sides:
    owner, _, currency = row.wallet_id.rpartition("/")
    paid = [Share(share.subject, share.bps) for share in shares]
    try:
        sides = settled_sides(owner, currency, row.amount, row.charged, paid)
    except BadInput:
        return ()
    return tuple((entry.account.id, entry.amount) for entry in sides)


def of_topup(row: Any) -> Iterator[Expected]:
    """Asked for, started at the provider, credited or failed."""
    values, place = dict(row._mapping), ("topups", row.id)
    wallet, name = f"{row.fan}/{row.currency}", f"topup/{row.id}"
    born = born_digest(tables.topups, values)
    yield Expected(
        f"{name}/asked", "asked", wallet, row.id, row.created, (), born, *place, ("status", "created", "")
    )
    if row.status == "stored":
        return
    started = whole_digest(tables.topups, {**values, "status": "started", "finished": None})
    yield Expected(
        f"{name}/started", "started", wallet, row.id, None, (), started, *place, ("status", "", "")
    )
    whole = whole_digest(tables.topups, values)
    columns = ("status", "finished", "amount")
    if row.status == "failed":
        yield Expected(f"{name}/failed", "failed", wallet, row.id, row.finished, (), whole, *place, columns)
    elif row.status == "credited":
        sides = (
            (f"processor:settled/{HOUSE}/{row.currency}", -row.amount),
            (f"fan:available/{wallet}", row.amount),
        )
        yield Expected(name, "topup", wallet, row.id, row.finished, sides, whole, *place, columns)


def of_refund(row: Any) -> Iterator[Expected]:
    """Taken out of the wallet, then sent."""
    place, wallet = ("refunds", row.id), f"{row.fan}/{row.currency}"
    waiting = f"refunds/{HOUSE}/{row.currency}"
    taken = ((f"fan:available/{wallet}", -row.amount), (waiting, row.amount))
    born = born_digest(tables.refunds, row._mapping)
    columns = ("status", "created", "amount")
    yield Expected(f"refund/{row.id}", "refund", wallet, row.id, row.created, taken, born, *place, columns)
    if row.status == "settled":
        sent = ((waiting, -row.amount), (f"processor:settled/{HOUSE}/{row.currency}", row.amount))
        whole = whole_digest(tables.refunds, row._mapping)
        columns = ("status", "finished", "amount")
        yield Expected(
            f"refunded/{row.id}", "refunded", wallet, row.id, row.finished, sent, whole, *place, columns
        )


def row_of(transfer_id: str) -> tuple[str, str] | None:
    """(table, row) that a transfer's id names; None if no row of ours can."""
    head, _, tail = transfer_id.partition("/")
    if head == "topup":
        return "topups", tail.partition("/")[0]
    if head in ("refund", "refunded"):
        return "refunds", tail
    reference, _, step = transfer_id.rpartition("/")
    table = {"opened": "calls", "closed": "calls", "hold": "holds", "settle": "holds"}.get(step)
    return None if table is None else (table, reference)


def all_expected(rows: Rows) -> Iterable[Expected]:
    """Everything that the stored rows say."""
    for call in rows.calls.values():
        yield from of_call(call, rows.shares[call.id])
    for hold in rows.holds.values():
        usage = rows.usage.get(hold.id)
        is_known = usage is not None and usage.call_id in rows.calls
        yield from of_hold(hold, usage, rows.shares[usage.call_id] if is_known and usage else None)
    for topup in rows.topups.values():
        yield from of_topup(topup)
    for refund in rows.refunds.values():
        yield from of_refund(refund)
