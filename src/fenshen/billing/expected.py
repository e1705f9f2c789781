"""Which transfers the rows of calls, holds, top-ups and refunds say there must be. Pure.

The other way round, every transfer that is not expected belongs to a row that is missing or that says
something else now. Knows nothing about where rows and transfers are stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fenshen.billing import tables
from fenshen.billing.accounts import HOUSE
from fenshen.billing.facts import born_digest, whole_digest
from fenshen.billing.pricing import split_charge

Sides = tuple[tuple[str, int], ...]
SETTLING = {"posted": "post", "voided": "void", "expired": "expire"}


@dataclass(frozen=True)
class Expected:
    """A transfer as its row tells it.

    Attributes:
        table, row: Whose it is.
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


def of_call(row: Any) -> Iterator[Expected]:
    """Its terms when it opened, all of it when it ended."""
    values, place = row._mapping, ("calls", row.id)
    columns = ("status", "started", "")
    born = born_digest(tables.calls, values)
    yield Expected(
        f"{row.id}/opened", "opened", row.wallet_id, row.id, row.started, (), born, *place, columns
    )
    if row.status == "ended":
        columns = ("status", "ended", "")
        whole = whole_digest(tables.calls, values)
        yield Expected(
            f"{row.id}/closed", "closed", row.wallet_id, row.id, row.ended, (), whole, *place, columns
        )


def of_hold(row: Any, call: Any | None) -> Iterator[Expected]:
    """The money set aside, and how it was settled; without its call, who earned is unknown."""
    free, held = f"fan:available/{row.wallet_id}", f"fan:held/{row.wallet_id}"
    taken = ((free, -row.amount), (held, row.amount))
    place, columns = ("holds", row.id), ("state", "reserved", "amount")
    yield Expected(
        f"{row.id}/hold", "hold", row.wallet_id, row.id, row.reserved, taken, None, *place, columns
    )
    if row.state != "open":
        columns = ("state", "settled", "charged")
        facts = born_digest(tables.holds, row._mapping)
        kind = SETTLING[row.state]
        sides = _settled_sides(row, call) if call is not None else ()
        yield Expected(
            f"{row.id}/settle", kind, row.wallet_id, row.id, row.settled, sides, facts, *place, columns
        )


def _settled_sides(row: Any, call: Any) -> Sides:
    split = split_charge(row.charged, min(max(call.share_bps, 0), 10_000))
    given = (
        (f"fan:available/{row.wallet_id}", row.amount - row.charged),
        (f"creator:pending/{call.subject}/{call.currency}", split.creator),
        (f"platform:revenue/{HOUSE}/{call.currency}", split.platform),
    )
    back = tuple(side for side in given if side[1]) or given[:1]
    return ((f"fan:held/{row.wallet_id}", -row.amount), *back)


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
    if tail in ("opened", "closed"):
        return "calls", head
    sequence, _, step = tail.partition("/")
    return ("holds", f"{head}/{sequence}") if sequence.isdigit() and step in ("hold", "settle") else None


def all_expected(rows: Any) -> Iterable[Expected]:
    """Everything that the stored rows (`rows.Rows`) say."""
    for call in rows.calls.values():
        yield from of_call(call)
    for hold in rows.holds.values():
        yield from of_hold(hold, rows.calls.get(hold.call_id))
    for topup in rows.topups.values():
        yield from of_topup(topup)
    for refund in rows.refunds.values():
        yield from of_refund(refund)
