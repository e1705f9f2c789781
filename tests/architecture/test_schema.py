"""Migrations and tables are the same schema, on both databases, with the ledger's rows beyond change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import DatabaseError

import fenshen.wiring  # noqa: F401 - registers every table
from fenshen.billing.append_only import APPEND_ONLY_TABLES
from fenshen.core.db import Database, metadata
from fenshen.core.errors import AppError, BadInput, Conflict, NotFound
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


def test_a_home_of_an_unreleased_version_is_named_as_such(tmp_path: Path) -> None:
    """Its revision is unknown here; the message says what to do instead of naming Alembic."""
    db = Database(f"sqlite:///{tmp_path / 'old.db'}")
    with db.write() as connection:
        connection.execute(sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(sa.text("INSERT INTO alembic_version VALUES ('0026')"))
    with pytest.raises(Conflict, match="another version of fenshen"):
        upgrade(db)
    db.close()


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
