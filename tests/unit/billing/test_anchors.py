"""A chain that was rewritten as a whole, found by what was written down elsewhere."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from books import tampering, write_books
from fenshen.billing.anchors import check_anchor, make_anchor
from fenshen.billing.chain import GENESIS, hash_input, hash_link
from fenshen.billing.tables import entries, transfers, wallets
from fenshen.billing.verify import verify
from fenshen.core import audit
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput


def rewrite_chain(db: Database, wallet: str) -> None:
    """Move one transfer's moment and make every hash after it fit again, as one who can write all can."""
    with tampering(db) as connection:
        rows = connection.execute(
            sa.select(transfers).where(transfers.c.wallet_id == wallet).order_by(transfers.c.position)
        ).all()
        head = GENESIS
        for row in rows:
            sides = connection.execute(
                sa.select(entries.c.account_id, entries.c.amount)
                .where(entries.c.transfer_id == row.id)
                .order_by(entries.c.ordinal)
            ).all()
            facts = None if row.position == 3 else row.facts
            content = hash_input(
                row.wallet_id, row.kind, row.currency, row.reference, map(tuple, sides), facts
            )  # type: ignore[arg-type]
            head = hash_link(head, wallet, row.position, row.id, row.created, content)
            changed = {"facts": facts, "input_hash": content, "hash": head}
            connection.execute(sa.update(transfers).where(transfers.c.id == row.id).values(changed))
        connection.execute(sa.update(wallets).where(wallets.c.id == wallet).values(head=head))
        connection.commit()


def test_a_rewritten_chain_no_longer_passes_through_the_anchor(db: Database, clock: VirtualClock) -> None:
    """The books grow after the anchor and still pass; rewritten, they fit in themselves and not in the anchor."""
    write_books(db, clock)
    audit.record(db, clock, "usr_1", "x.y", "s")
    anchor = json.loads(json.dumps(make_anchor(db, clock.now())))
    audit.record(db, clock, "usr_1", "x.y", "s")
    assert check_anchor(db, anchor) == ()
    rewrite_chain(db, "fan_1/USD")
    assert verify(db).problems == ()
    assert [(p.table, p.row) for p in check_anchor(db, anchor)] == [("wallets", "fan_1/USD")]


@pytest.mark.parametrize("wrong", [None, [], {}, {"format": "fenshen-anchor-1"}, {"format": "other"}])
def test_what_is_no_anchor_is_refused(db: Database, wrong: object) -> None:
    """Said, instead of calling the books whole."""
    with pytest.raises(BadInput, match="no anchor"):
        check_anchor(db, wrong)
