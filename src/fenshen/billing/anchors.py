"""An outside anchor of the books: how far every chain had come, written down where no intruder of ours writes.

Whoever may write the database could rewrite a whole chain so that it fits in itself; it no longer passes
through the hashes of an anchor kept elsewhere. Knows nothing about files.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from fenshen.billing.problems import Findings, Problem
from fenshen.billing.tables import transfers, wallets
from fenshen.core.audit_chain import audit_head, audit_log
from fenshen.core.clock import rfc3339
from fenshen.core.db import Database
from fenshen.core.errors import BadInput

FORMAT = "fenshen-anchor-1"


def make_anchor(db: Database, at: datetime) -> dict[str, Any]:
    """The head of every wallet's chain and of the audit log, as JSON."""
    with db.read() as connection:
        heads = connection.execute(
            sa.select(wallets.c.id, wallets.c.position, wallets.c.head).order_by(wallets.c.id)
        )
        chains = {row.id: [row.position, row.head] for row in heads}
        log = connection.execute(sa.select(audit_head.c.last_id, audit_head.c.hash)).one_or_none()
    return {
        "format": FORMAT,
        "made": rfc3339(at),
        "wallets": chains,
        "audit": [0, ""] if log is None else [log.last_id, log.hash],
    }


def check_anchor(db: Database, anchor: object) -> tuple[Problem, ...]:
    """Where the books no longer pass through an anchor made earlier.

    Raises:
        BadInput: it is no anchor.
    """
    chains, log = _read(anchor)
    findings = Findings()
    with db.read() as connection:
        for wallet, (position, head) in chains.items():
            here = sa.select(transfers.c.hash).where(
                transfers.c.wallet_id == wallet, transfers.c.position == position
            )
            now = connection.execute(here).scalar()
            if position and now != head:
                what = f"is not what the anchor has at position {position}: the chain was rewritten or cut"
                findings.add(wallets.name, wallet, "", what)
        if log[0]:
            now = connection.execute(sa.select(audit_log.c.hash).where(audit_log.c.id == log[0])).scalar()
            if now != log[1]:
                what = "is not what the anchor has: the log was rewritten or cut"
                findings.add(audit_log.name, str(log[0]), "", what)
    return findings.problems


def _read(anchor: object) -> tuple[dict[str, tuple[int, str]], tuple[int, str]]:
    if isinstance(anchor, Mapping) and anchor.get("format") == FORMAT:
        try:
            chains = {str(name): (int(place), str(head)) for name, (place, head) in anchor["wallets"].items()}
            place, head = anchor["audit"]
            return chains, (int(place), str(head))
        except (KeyError, TypeError, ValueError, AttributeError):
            pass
    raise BadInput("this is no anchor; make one with `fenshen ledger anchor`", code="bad_anchor")
