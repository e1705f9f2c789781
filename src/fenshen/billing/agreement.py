"""Transfers against the rows they belong to, both ways. Knows nothing about chains or prices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from fenshen.billing.expected import Expected, row_of
from fenshen.billing.links import TABLE, Link
from fenshen.billing.problems import ADDED, MISSING, Findings
from fenshen.billing.rows import Rows

#: The column that says how far a row has come.
STATE = {"calls": "status", "holds": "state", "topups": "status", "refunds": "status"}


def check_agreement(
    rows: Rows, links: list[Link], expected: Mapping[str, Expected], broken: set[str], findings: Findings
) -> None:
    """Every transfer has its row, every row its transfers, and both say the same.

    Args:
        broken: Transfers that were altered themselves; their rows are not to blame.
    """
    here = {link.id for link in links}
    gaps = {link.wallet_id for link in links if link.id in broken}
    for link in links:
        plan = expected.get(link.id)
        if plan is None:
            _report_rowless(link, rows, findings)
        elif link.id not in broken and (plan.table, plan.row) not in findings:
            _compare(link, plan, rows, findings)
    for plan in expected.values():
        if plan.id not in here and (plan.table, plan.row) not in findings:
            if plan.wallet_id in gaps:
                findings.add(TABLE, plan.id, "", f"missing, {plan.table} {plan.row!r} implies it", MISSING)
            else:
                what = f"says transfer {plan.id!r} was made, the chain knows of none"
                findings.add(plan.table, plan.row, "", what, ADDED)


def _report_rowless(link: Link, rows: Rows, findings: Findings) -> None:
    place = row_of(link.id)
    if place is None:
        findings.add(TABLE, link.id, "", "belongs to no kind of row", ADDED)
        return
    table, row = place
    if row not in getattr(rows, table):
        findings.add(table, row, "", f"missing, transfer {link.id!r} implies it", MISSING)
    else:
        what = f"is not what transfer {link.id!r} says"
        findings.add(table, row, STATE[table], what)


def _compare(link: Link, plan: Expected, rows: Rows, findings: Findings) -> None:
    state, moment, amounts = plan.columns
    for column, stated, now in (
        (state, plan.kind, link.kind),
        ("wallet_id" if plan.table in ("calls", "holds") else "fan", plan.wallet_id, link.wallet_id),
        ("id", plan.reference, link.reference),
        (moment, plan.created, link.created),
    ):
        if stated is not None and stated != now:
            shown = f"{stated:%Y-%m-%dT%H:%M:%S.%f}" if isinstance(stated, datetime) else repr(stated)
            findings.add(plan.table, plan.row, column, f"says {shown}, transfer {link.id!r} says otherwise")
            return
    if plan.sides and plan.sides != link.sides and not _is_about_a_wrong_call(plan, rows, findings):
        column = amounts if plan.sides[0] == link.sides[0] else "amount"
        what = f"does not agree with the entries of transfer {link.id!r}"
        findings.add(plan.table, plan.row, column, what)
    elif plan.table in ("topups", "refunds") and _facts_differ(link, plan):
        what = f"some column is not what transfer {link.id!r} vouches for"
        findings.add(plan.table, plan.row, "", what)


def _facts_differ(link: Link, plan: Expected) -> bool:
    return None not in (link.facts, plan.facts) and link.facts != plan.facts


def _is_about_a_wrong_call(plan: Expected, rows: Rows, findings: Findings) -> bool:
    """Whether who earned cannot be known, because the call, its shares or its usage were altered."""
    usage = rows.usage.get(plan.row)
    if plan.table != "holds" or usage is None:
        return False
    doubted = usage.call_id in findings.doubted_calls or ("calls", usage.call_id) in findings
    return doubted or ("call_usage", plan.row) in findings
