"""What the rows of the books say about each other, and what their digests say about them.

Prices are recomputed from seconds, sums from their parts; a digest that does not come out is tried again
with one column put back at a time, to name the one that was altered. Knows nothing about entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from fenshen.billing import tables
from fenshen.billing.agreement import STATE
from fenshen.billing.charges import quota_reference
from fenshen.billing.expected import terms_digest
from fenshen.billing.facts import BORN, born_digest, whole_digest
from fenshen.billing.links import Link
from fenshen.billing.pricing import span_micros
from fenshen.billing.problems import ADDED, MISSING, Findings
from fenshen.billing.quota import QUOTA_S
from fenshen.billing.rows import Rows
from fenshen.core.db import metadata

#: Tried to find out which share a creator had.
_BPS = range(10_001)


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
    used: dict[str, list[Any]] = {call_id: [] for call_id in rows.calls}
    for usage in rows.usage.values():
        used.setdefault(usage.call_id, []).append(usage)
    for call in rows.calls.values():
        if ("calls", call.id) not in findings:
            _check_prices(call, used[call.id], rows, findings)
        _check_sums(call, used[call.id], rows, findings)
        _check_seal(call, links.get(f"{call.id}/closed"), findings)
    _check_holds(rows, links, findings)


def check_names(rows: Rows, links: Mapping[str, Link], findings: Findings) -> None:
    """Every row against its own id, and against the digest it began with."""
    _check_births(rows, links, findings)
    _check_usage(rows, links, findings)
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
        for row in found.values():
            link = links.get(link_of.format(row.id))
            if link is None or link.facts is None or _born(name, row._mapping, rows) == link.facts:
                continue
            for column, values in _candidates(name, row, link, rows, links):
                tried = (_born(name, {**row._mapping, column: value}, rows) for value in values)
                if link.facts in tried:
                    what = f"is {getattr(row, column)!r}, the chain says otherwise"
                    findings.add(name, row.id, column, what)
                    break
            else:
                if name == "calls" and _report_shares(row, link.facts, rows, findings):
                    continue
                columns = ", ".join(BORN[name][1:])
                findings.add(name, row.id, "", f"one of {columns} is not what the chain says")
    for call_id in set(rows.shares) - set(rows.calls):
        for share in rows.shares[call_id]:
            findings.add("call_shares", f"{call_id} {share.subject}", "", "belongs to no call", ADDED)


def _born(name: str, values: Mapping[str, Any], rows: Rows) -> str | None:
    if name == "calls":
        return terms_digest(values, rows.shares[values["id"]])
    return born_digest(metadata.tables[name], values)


def _candidates(
    name: str, row: Any, link: Link, rows: Rows, links: Mapping[str, Link]
) -> Iterator[tuple[str, Iterable[Any]]]:
    """(column, what it may have been) from everything else that speaks of the row."""
    owner, _, currency = link.wallet_id.rpartition("/")
    yield "fan", [owner]
    yield "currency", [currency]
    if name == "calls":
        first = links.get(f"{quota_reference(row.id, 1)}/hold")
        amount = abs(first.sides[0][1]) if first is not None and first.sides else 0
        yield "wallet_id", [link.wallet_id]
        yield "started", [link.created]
        yield "subject", sorted({*_creators(rows), *(call.subject for call in rows.calls.values())})
        yield "price_micros_per_minute", range(amount * 60 // QUOTA_S, (amount + 1) * 60 // QUOTA_S + 1)
        return
    paid = links.get(f"topup/{row.id}" if name == "topups" else f"refund/{row.id}")
    yield "amount", [abs(paid.sides[0][1])] if paid is not None and paid.sides else []
    yield "created", [link.created]
    if name == "topups":
        yield "provider", sorted({other.provider for other in rows.topups.values()})
    else:
        yield "topup_id", sorted(rows.topups)


def _creators(rows: Rows) -> list[str]:
    return sorted({row.owner for row in rows.accounts.values() if row.kind == "creator:pending"})


def _report_shares(call: Any, facts: str, rows: Rows, findings: Findings) -> bool:
    """Name the share that was altered, removed or added; False if it cannot be a single one."""
    here = rows.shares[call.id]

    def fits(*shares: Any) -> bool:
        return terms_digest(call._mapping, shares) == facts

    def share(subject: str, bps: int) -> Any:
        return SimpleNamespace(subject=subject, bps=bps)

    def report(subject: str, column: str, what: str, following: str | None = None) -> bool:
        findings.doubted_calls.add(call.id)
        more = () if following is None else (following,)
        findings.add("call_shares", f"{call.id} {subject}", column, what, *more)
        return True

    for row in here:
        others = [other for other in here if other is not row]
        if fits(*others):
            return report(row.subject, "", "is not among the shares that the chain knows", ADDED)
        if any(fits(*others, share(row.subject, bps)) for bps in _BPS):
            return report(row.subject, "bps", f"is {row.bps}, the chain says otherwise")
        if any(fits(*others, share(subject, row.bps)) for subject in _creators(rows)):
            return report(row.subject, "subject", f"is {row.subject!r}, the chain says otherwise")
    for subject in _creators(rows):
        if any(fits(*here, share(subject, bps)) for bps in _BPS):
            return report(subject, "", "missing", MISSING)
    return False


def _check_usage(rows: Rows, links: Mapping[str, Link], findings: Findings) -> None:
    """The usage behind each settled hold is what its settling transfer vouches for."""
    ends = {usage.call_id: {0} for usage in rows.usage.values()}
    for usage in rows.usage.values():
        ends[usage.call_id].add(usage.from_s + usage.seconds)
    for usage in rows.usage.values():
        hold = rows.holds.get(usage.hold_id)
        if hold is None or hold.state == "open":
            findings.add("call_usage", usage.hold_id, "", "belongs to no settled hold", ADDED)
            continue
        settled = links.get(f"{usage.hold_id}/settle")
        if settled is None or whole_digest(tables.call_usage, usage._mapping) == settled.facts:
            continue
        call_id, _, sequence = usage.hold_id.rpartition("/")
        candidates = (
            ("call_id", [call_id]),
            ("sequence", [int(sequence)] if sequence.isdigit() else []),
            ("seconds", range(QUOTA_S + 1)),
            ("from_s", ends[usage.call_id]),
        )
        altered = (
            column
            for column, values in candidates
            for value in values
            if whole_digest(tables.call_usage, {**usage._mapping, column: value}) == settled.facts
        )
        column = next(altered, "")
        what = "is not what the chain says" if column else "some column is not what the chain says"
        findings.add("call_usage", usage.hold_id, column, what)
    for call in rows.calls.values():
        for sequence in range(1, call.sequence + 1):
            reference = quota_reference(call.id, sequence)
            hold = rows.holds.get(reference)
            if reference not in rows.usage and hold is not None and hold.state != "open":
                findings.add("call_usage", reference, "", "missing", MISSING)


def _check_prices(call: Any, used: list[Any], rows: Rows, findings: Findings) -> None:
    """Each quota begins where the one before ended, and costs what its seconds cost."""
    price, seconds = call.price_micros_per_minute, 0
    for usage in used:
        hold = rows.holds.get(usage.hold_id)
        if ("call_usage", usage.hold_id) in findings or hold is None:
            return
        if usage.from_s != seconds:
            what = f"is {usage.from_s}, the quotas before come to {seconds}"
            findings.add("call_usage", usage.hold_id, "from_s", what)
        if hold.charged != span_micros(price, seconds, usage.seconds):
            what = f"is {hold.charged}, {usage.seconds} s at {price} a minute cost otherwise"
            findings.add("holds", hold.id, "charged", what)
        if hold.state != "posted" and usage.seconds:
            what = f"is {usage.seconds}, though nothing was posted"
            findings.add("call_usage", usage.hold_id, "seconds", what)
        _check_quota(hold, price, seconds, findings)
        seconds += usage.seconds
    last = rows.holds.get(quota_reference(call.id, call.sequence))
    if last is not None and last.state == "open":
        _check_quota(last, price, seconds, findings)


def _check_quota(hold: Any, price: int, from_s: int, findings: Findings) -> None:
    if hold.amount != span_micros(price, from_s, QUOTA_S):
        what = f"is {hold.amount}, a quota at {price} a minute costs otherwise"
        findings.add("holds", hold.id, "amount", what)


def _check_sums(call: Any, used: list[Any], rows: Rows, findings: Findings) -> None:
    """What a call counts of its holds is what they come to."""
    last = rows.holds.get(quota_reference(call.id, len(used) + 1))
    settled = [rows.holds.get(usage.hold_id) for usage in used]
    doubted = ((table, u.hold_id) for u in used for table in ("holds", "call_usage"))
    if None in settled or any(place in findings for place in doubted):
        return
    for column, stated in (
        ("sequence", len(used) + (last is not None)),
        ("charged_micros", sum(hold.charged for hold in settled if hold is not None)),
        ("charged_s", sum(usage.seconds for usage in used)),
        ("hold_micros", None if last is None else last.amount),
    ):
        now = getattr(call, column)
        if now != stated:
            findings.add("calls", call.id, column, f"is {now!r}, its holds come to {stated!r}")


def _check_seal(call: Any, closed: Link | None, findings: Findings) -> None:
    """The rest of a call's row is what its last writer wrote."""
    whole = whole_digest(tables.calls, call._mapping)
    if call.seal == whole and (closed is None or closed.facts == whole):
        return
    if closed is not None and closed.facts == whole:
        findings.add("calls", call.id, "seal", "is not the digest of the row, though the chain's is")
    elif ("calls", call.id) not in findings:
        known = {*BORN["calls"], "sequence", "charged_micros", "charged_s", "hold_micros"}
        rest = ", ".join(column.name for column in tables.calls.c if column.name not in known)
        findings.add("calls", call.id, "", f"one of {rest} is not what was last written")


def _check_holds(rows: Rows, links: Mapping[str, Link], findings: Findings) -> None:
    """An open hold charges nothing; a settled one without usage went back to the fan but for its charge."""
    for hold in rows.holds.values():
        if hold.state == "open" and hold.charged:
            findings.add("holds", hold.id, "charged", f"is {hold.charged}, though the hold is open")
        settled = links.get(f"{hold.id}/settle")
        if hold.state == "open" or settled is None or hold.id in rows.usage:
            continue
        free = f"fan:available/{hold.wallet_id}"
        back = sum(amount for account, amount in settled.sides if account == free)
        if back != hold.amount - hold.charged:
            what = f"is {hold.charged}, transfer {settled.id!r} says otherwise"
            findings.add("holds", hold.id, "charged", what)
