"""Rows of the books are tied into the ledger's chains: transfers carry a digest, calls a seal.

What calls and top-ups say at this moment is vouched for from here on: each gets the links that it would have
been written with.
"""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from fenshen.billing.chain import hash_input, hash_link
from fenshen.billing.facts import born_digest, whole_digest

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the links."""
    op.add_column("ledger_transfers", sa.Column("facts", sa.String(64), nullable=True))
    op.add_column("calls", sa.Column("seal", sa.String(64), nullable=False, server_default=""))
    bind, known = op.get_bind(), sa.MetaData()
    tables = {
        name: sa.Table(name, known, autoload_with=bind)
        for name in ("wallets", "ledger_transfers", "calls", "topups")
    }
    links: dict[str, list[tuple[str, str, str, datetime, str]]] = defaultdict(list)
    for row in _rows(bind, tables["topups"]):
        links[f"{row['fan']}/{row['currency']}"] += _of_topup(tables["topups"], row)
    for row in _rows(bind, tables["calls"]):
        calls, seal = tables["calls"], whole_digest(tables["calls"], row)
        bind.execute(calls.update().where(calls.c.id == row["id"]).values(seal=seal))
        name, born = row["id"], born_digest(calls, row)
        links[row["wallet_id"]].append((f"{name}/opened", "opened", name, row["started"], born))
        if row["status"] == "ended":
            links[row["wallet_id"]].append((f"{name}/closed", "closed", name, row["ended"], seal))
    for wallet in _rows(bind, tables["wallets"]):
        _append(bind, tables, wallet, links[wallet["id"]])


def _rows(bind: sa.Connection, table: sa.Table) -> list[dict[str, Any]]:
    """Every row, with its times in UTC."""
    return [
        {
            name: value.replace(tzinfo=value.tzinfo or UTC) if isinstance(value, datetime) else value
            for name, value in row.items()
        }
        for row in bind.execute(sa.select(table).order_by(table.c.id)).mappings()
    ]


def _of_topup(table: sa.Table, row: dict[str, Any]) -> list[tuple[str, str, str, datetime, str]]:
    name, at = f"topup/{row['id']}", row["created"]
    links = [(f"{name}/asked", "asked", row["id"], at, born_digest(table, row))]
    if row["status"] != "stored":
        started = whole_digest(table, {**row, "status": "started", "finished": None})
        links.append((f"{name}/started", "started", row["id"], at, started))
    if row["status"] == "failed":
        links.append((f"{name}/failed", "failed", row["id"], row["finished"], whole_digest(table, row)))
    return links


def _append(
    bind: sa.Connection,
    tables: dict[str, sa.Table],
    wallet: dict[str, Any],
    links: list[tuple[str, str, str, datetime, str]],
) -> None:
    position, head, new = wallet["position"], wallet["head"], []
    for identifier, kind, reference, created, facts in links:
        position += 1
        content = hash_input(wallet["id"], kind, wallet["currency"], reference, (), facts)
        head = hash_link(head, wallet["id"], position, identifier, created, content)
        new.append(
            {
                "id": identifier,
                "wallet_id": wallet["id"],
                "position": position,
                "kind": kind,
                "currency": wallet["currency"],
                "reference": reference,
                "created": created,
                "input_hash": content,
                "hash": head,
                "facts": facts,
            }
        )
    if new:
        bind.execute(tables["ledger_transfers"].insert(), new)
        mine = tables["wallets"].c.id == wallet["id"]
        bind.execute(tables["wallets"].update().where(mine).values(position=position, head=head))


def downgrade() -> None:
    """The links stay, as every transfer does."""
    op.drop_column("calls", "seal")
    op.drop_column("ledger_transfers", "facts")
