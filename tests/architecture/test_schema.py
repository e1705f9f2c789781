"""Migrations and tables are the same schema, on both databases, with the ledger's rows beyond change."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DatabaseError

import fenshen.wiring  # noqa: F401 - registers every table
from books import tampering, write_books
from fenshen.billing.append_only import APPEND_ONLY_TABLES
from fenshen.billing.chain import GENESIS, hash_input, hash_link
from fenshen.billing.verify import verify, verify_in
from fenshen.core import audit
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database, metadata
from fenshen.core.errors import AppError, BadInput, NotFound
from fenshen.core.migrate import upgrade
from fenshen.trust.creators import creator
from postgres import DATABASES, fresh_database

KEPT = (*APPEND_ONLY_TABLES, "audit_log")


@pytest.fixture(params=DATABASES)
def migrated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database brought up by the migrations."""
    if request.param == "sqlite":
        db = Database(f"sqlite:///{tmp_path / 'migrated.db'}")
        upgrade(db)
        yield db
        db.close()
    else:
        with fresh_database() as url:
            db = Database(url)
            upgrade(db)
            yield db
            db.close()


def test_the_migrations_make_the_tables_the_code_knows(migrated: Database) -> None:
    """Nothing to add, drop or alter."""
    with migrated.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_twice_changes_nothing(migrated: Database) -> None:
    """A second start finds the schema as it is."""
    upgrade(migrated)
    with migrated.read() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM alembic_version")).scalar_one() == 1


def test_upgrading_keeps_every_row(tmp_path: Path) -> None:
    """A library of the first schema comes through all later revisions, passages too."""
    db = Database(f"sqlite:///{tmp_path / 'old.db'}")
    upgrade(db, "0001")
    item = "'i', 'c', 'p', 's', '', 't', 'post', 'en', 'x', 0, 1, '2026-01-01'"
    passage = "'p', 'i', 'c', 0, 'p=1', 1, 'A kettle.', 'en', '[]'"
    with db.write() as connection:
        names = "id, creator, path, source, part, title, kind, language, sha256, private, words, added"
        connection.execute(sa.text(f"INSERT INTO items ({names}) VALUES ({item})"))
        names = "id, item_id, creator, ordinal, anchor, is_creator, text, language, times"
        connection.execute(sa.text(f"INSERT INTO passages ({names}) VALUES ({passage})"))
    upgrade(db)
    with db.read() as connection:
        assert connection.execute(sa.text("SELECT text FROM passages JOIN items ON items.id = item_id")).all()
    db.close()


OLD = "0018"


@pytest.mark.parametrize("kind", DATABASES)
def test_older_books_are_vouched_for_from_the_upgrade_on(kind: str, tmp_path: Path) -> None:
    """Every kind of row as it was written before: whole after the upgrade, and an altered one is named."""
    with contextlib.ExitStack() as stack:
        url = (
            f"sqlite:///{tmp_path / 'old.db'}" if kind == "sqlite" else stack.enter_context(fresh_database())
        )
        made, old = Database(f"sqlite:///{tmp_path / 'made.db'}"), Database(url)
        stack.callback(made.close)
        stack.callback(old.close)
        made.create_all()
        write_books(made, VirtualClock())
        for number in range(3):
            audit.record(made, VirtualClock(), "usr_1", "x.y", f"s{number}", {"price": 1, "näme": [None]})
        upgrade(old, OLD)
        _copy_as_of_old(made, old)
        upgrade(old)
        assert verify(old).problems == ()
        for name, column, value in (
            ("calls", "reason", "other"),
            ("topups", "key", "other"),
            ("audit_log", "actor", "nobody"),
        ):
            with tampering(old) as connection:
                table = metadata.tables[name]
                row = connection.execute(sa.select(table).order_by(table.c.id)).first()
                assert row is not None
                connection.execute(table.update().where(table.c.id == row.id).values({column: value}))
                assert {(p.table, p.row) for p in verify_in(connection).problems} == {(name, str(row.id))}


def _copy_as_of_old(made: Database, old: Database) -> None:
    """The rows as the code before wrote them: no links without entries, chains over the others."""
    with made.read() as source, old.write() as target:
        heads: dict[str, tuple[int, str]] = {}
        for name in ("wallets", "ledger_accounts", "calls", "ledger_transfers", "ledger_entries", "holds"):
            _copy(source, target, name, heads)
        for name in ("topups", "refunds", "audit_log"):
            _copy(source, target, name, heads)
        wallets = metadata.tables["wallets"]
        for wallet, (position, head) in heads.items():
            mine = wallets.update().where(wallets.c.id == wallet)
            target.execute(mine.values(position=position, head=head))


def _copy(source: Connection, target: Connection, name: str, heads: dict[str, tuple[int, str]]) -> None:
    table = metadata.tables[name]
    known = {column["name"] for column in sa.inspect(target).get_columns(name)}
    order = (table.c.wallet_id, table.c.position) if name == "ledger_transfers" else tuple(table.primary_key)
    for row in source.execute(sa.select(table).order_by(*order)).mappings().all():
        values = {column: row[column] for column in row if column in known}
        if "written_off_s" in known:
            values["written_off_s"] = row["written_off_ms"] // 1000
        if name == "ledger_transfers":
            entries = metadata.tables["ledger_entries"]
            mine = sa.select(entries).where(entries.c.transfer_id == row["id"]).order_by(entries.c.ordinal)
            sides = [(one.account_id, one.amount) for one in source.execute(mine)]
            if not sides:
                continue
            wallet = row["wallet_id"]
            position, head = heads.get(wallet, (0, GENESIS))
            content = hash_input(wallet, row["kind"], row["currency"], row["reference"], sides)
            head = hash_link(head, wallet, position + 1, row["id"], row["created"], content)
            heads[wallet] = (position + 1, head)
            values |= {"position": position + 1, "input_hash": content, "hash": head}
        target.execute(
            sa.insert(
                sa.table(
                    name, *(sa.column(c, table.c[c].type if c in table.c else sa.Integer) for c in values)
                )
            ).values(values)
        )


def _triggers(db: Database) -> set[str]:
    query = {
        True: "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        False: "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[db.is_sqlite]
    with db.read() as connection:
        return set(connection.execute(sa.text(query)).scalars())


def test_the_database_itself_refuses_to_change_the_books(migrated: Database, tmp_path: Path) -> None:
    """The migrations install the same triggers as the tables, on the ledger and on the audit log."""
    assert all(any(name.startswith(table) for name in _triggers(migrated)) for table in KEPT)
    if migrated.is_sqlite:
        made = Database(f"sqlite:///{tmp_path / 'made.db'}")
        made.create_all()
        assert _triggers(made) == _triggers(migrated)
        made.close()


@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_an_audit_entry_stays_as_it_was_written(migrated: Database, verb: str) -> None:
    """Not even with SQL of one's own."""
    with migrated.write() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO audit_log (at, actor, action, subject, details)"
                " VALUES (CURRENT_TIMESTAMP, 'a', 'b', 'c', '{}')"
            )
        )
    statement = "UPDATE audit_log SET actor = 'x'" if verb == "UPDATE" else "DELETE FROM audit_log"
    with pytest.raises(DatabaseError, match="append-only"), migrated.write() as connection:
        connection.execute(sa.text(statement))


def test_a_value_no_column_can_hold_is_the_callers_mistake(migrated: Database) -> None:
    """NUL in a name that came from outside: nothing found or refused, never an unforeseen error."""
    with pytest.raises(AppError) as refused:
        creator(migrated, "juni\0per")
    assert isinstance(refused.value, (NotFound, BadInput))
