"""What the rows of the books say about each other, and what their digests say about them.

Prices are recomputed from seconds, sums from their parts; a digest that does not come out is tried again
with one column put back at a time, to name the one that was altered. Knows nothing about entries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from fenshen.billing import tables
from fenshen.billing.agreement import STATE
from fenshen.billing.facts import BORN, born_digest, whole_digest
from fenshen.billing.links import Link
from fenshen.billing.pricing import span_micros
from fenshen.billing.problems import Findings
from fenshen.billing.quota import QUOTA_S
from fenshen.billing.rows import Rows
from fenshen.core.db import metadata

#: Digests tried to find out which share or price a call began with.
_SHARES = range(10_001)


def check_rows(rows: Rows, links: Mapping[str, Link], findings: Findings) -> None:
    """Prices, sums and seals, of rows with which nothing else is wrong."""
    for name, found, state, column in (
        ("holds", rows.holds, "open", "settled"),
        ("topups", rows.topups, "stored", "reference"),
        ("topups", rows.topups, "stored", "url"),
        ("topups", rows.topups, "stored", "finished"),
        ("topups", rows.topups, "started", "finished"),
        ("refunds", rows.refunds, "stored", "finished"),
    ):
        for row in found.values():
            if getattr(row, STATE[name]) == state and getattr(row, column) is not None:
                findings.add(name, row.id, column, f"is set, though the row is {state}")
    holds: dict[str, list[Any]] = defaultdict(list)
    for hold in rows.holds.values():
        holds[hold.id.rpartition("/")[0]].append(hold)
    for call in rows.calls.values():
        mine = holds[call.id]
        if ("calls", call.id) not in findings:
            _check_prices(call, mine, links, findings)
        _check_sums(call, mine, findings)
        _check_seal(call, links.get(f"{call.id}/closed"), findings)


def check_names(rows: Rows, links: Mapping[str, Link], findings: Findings) -> None:
    """Every row against its own id, and against the digest it began with."""
    for hold in rows.holds.values():
        if hold.id != f"{hold.call_id}/{hold.sequence}":
            column = "call_id" if hold.id.endswith(f"/{hold.sequence}") else "sequence"
            findings.add("holds", hold.id, column, f"is {getattr(hold, column)!r}, its id says otherwise")
    _check_births(rows, links, findings)
    for row in rows.wallets.values():
        if f"{row.owner}/{row.currency}" != row.id:
            column = "currency" if row.id.startswith(f"{row.owner}/") else "owner"
            findings.add("wallets", row.id, column, f"is {getattr(row, column)!r}, its id says otherwise")


def _check_births(rows: Rows, links: Mapping[str, Link], findings: Findings) -> None:
    """What a row said from its first moment on is what it says now."""
    for name, found, link_of in (
        ("calls", rows.calls, "{}/opened"),
        ("topups", rows.topups, "topup/{}/asked"),
        ("refunds", rows.refunds, "refund/{}"),
    ):
        table = metadata.tables[name]
        for row in found.values():
            link = links.get(link_of.format(row.id))
            if link is None or link.facts is None or born_digest(table, row._mapping) == link.facts:
                continue
            for column, values in _candidates(name, row, link, rows, links):
                told = (born_digest(table, {**row._mapping, column: value}) for value in values)
                if link.facts in told:
                    findings.add(
                        name, row.id, column, f"is {getattr(row, column)!r}, the chain says otherwise"
                    )
                    break
            else:
                columns = ", ".join(BORN[name][1:])
                findings.add(name, row.id, "", f"one of {columns} is not what the chain says")


def _candidates(
    name: str, row: Any, link: Link, rows: Rows, links: Mapping[str, Link]
) -> Iterable[tuple[str, Iterable[Any]]]:
    """(column, what it may have been) from everything else that speaks of the row."""
    owner, _, currency = link.wallet_id.rpartition("/")
    yield "fan", [owner]
    yield "currency", [currency]
    if name == "calls":
        first = links.get(f"{row.id}/1/hold")
        amount = abs(first.sides[0][1]) if first is not None and first.sides else 0
        yield "wallet_id", [link.wallet_id]
        yield "started", [link.created]
        yield "subject", sorted({a.owner for a in rows.accounts.values() if a.kind == "creator:pending"})
        yield "price_micros_per_minute", range(amount * 60 // QUOTA_S, (amount + 1) * 60 // QUOTA_S + 1)
        yield "share_bps", _SHARES
        return
    paid = links.get(f"topup/{row.id}" if name == "topups" else f"refund/{row.id}")
    yield "amount", [abs(paid.sides[0][1])] if paid is not None and paid.sides else []
    yield "created", [link.created]
    if name == "topups":
        yield "provider", sorted({other.provider for other in rows.topups.values()})
    else:
        yield "topup_id", sorted(rows.topups)


def _check_prices(call: Any, holds: list[Any], links: Mapping[str, Link], findings: Findings) -> None:
    """Each quota begins where the one before ended, and costs what its seconds cost."""
    seconds = 0
    for hold in holds:
        price = call.price_micros_per_minute
        settled = links.get(f"{hold.id}/settle")
        sealed = settled is not None and settled.facts is not None
        if hold.from_s != seconds:
            findings.add("holds", hold.id, "from_s", f"is {hold.from_s}, the quotas before come to {seconds}")
        if hold.charged != span_micros(price, seconds, hold.seconds) and not sealed:
            what = f"is {hold.charged}, {hold.seconds} s at {price} a minute cost otherwise"
            findings.add("holds", hold.id, "charged", what)
        if hold.amount != span_micros(price, seconds, QUOTA_S):
            what = f"is {hold.amount}, a quota at {price} a minute costs otherwise"
            findings.add("holds", hold.id, "amount", what)
        if hold.state != "posted" and hold.seconds:
            findings.add("holds", hold.id, "seconds", f"is {hold.seconds}, though nothing was posted")
        if sealed and settled is not None:
            seconds += _sealed_seconds(hold, settled, findings)
        else:
            seconds += hold.seconds


def _sealed_seconds(hold: Any, settled: Link, findings: Findings) -> int:
    """The seconds that the chain says were charged; told if the row says others."""
    if born_digest(tables.holds, hold._mapping) == settled.facts:
        return int(hold.seconds)
    for seconds in range(QUOTA_S + 1):
        if born_digest(tables.holds, {**hold._mapping, "seconds": seconds}) == settled.facts:
            findings.add("holds", hold.id, "seconds", f"is {hold.seconds}, the chain says {seconds}")
            return seconds
    return int(hold.seconds)


def _check_sums(call: Any, holds: list[Any], findings: Findings) -> None:
    """What a call counts of its holds is what they come to."""
    if any(("holds", hold.id) in findings for hold in holds):
        return
    posted = [hold for hold in holds if hold.state == "posted"]
    open_ = [hold.amount for hold in holds if hold.state == "open"]
    for column, told in (
        ("sequence", max((hold.sequence for hold in holds), default=0)),
        ("charged_micros", sum(hold.charged for hold in posted)),
        ("charged_s", sum(hold.seconds for hold in posted)),
        ("hold_micros", open_[0] if open_ else None),
    ):
        now = getattr(call, column)
        if now != told:
            findings.add("calls", call.id, column, f"is {now!r}, its holds come to {told!r}")


def _check_seal(call: Any, closed: Link | None, findings: Findings) -> None:
    """The rest of a call's row is what its last writer wrote."""
    whole = whole_digest(tables.calls, call._mapping)
    if call.seal == whole and (closed is None or closed.facts == whole):
        return
    if closed is not None and closed.facts == whole:
        findings.add("calls", call.id, "seal", "is not the digest of the row, though the chain's is")
    elif ("calls", call.id) not in findings:
        known = {*BORN["calls"], "sequence", "charged_micros", "charged_s", "hold_micros"}
        rest = ", ".join(name for name in tables.calls.c.keys() if name not in known)  # noqa: SIM118
        findings.add("calls", call.id, "", f"one of {rest} is not what was last written")
