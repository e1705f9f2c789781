"""Brings a database to the schema of this code: Alembic, run from inside the package.

Knows nothing about any table; the revisions do.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from fenshen.core.db import Database, clear_errors
from fenshen.core.errors import Conflict

SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"


def upgrade(db: Database, revision: str = "head") -> None:
    """Run the revisions that `db` has not seen; two processes that start together wait for each other.

    Raises:
        Conflict: `other_version`, the database was made by another version of this program.
    """
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    scripts = ScriptDirectory.from_config(config)
    with db.read() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current == scripts.get_current_head():
        return
    if current not in (None, *(script.revision for script in scripts.walk_revisions())):
        raise Conflict(
            f"the database was made by another version of fenshen (revision {current!r}); open it with that version, "
            "or set FENSHEN_HOME to an empty folder",
            code="other_version",
        )
    with _alone(db) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


@contextlib.contextmanager
def _alone(db: Database) -> Iterator[Connection]:
    """One transaction that no other upgrade runs beside.

    SQLite cannot alter a table in every way, so a revision may have it rebuilt: the old one is dropped,
    which would delete every row that points at its rows. The foreign keys are therefore off meanwhile, and
    checked before anything is kept.
    """
    if not db.is_sqlite:
        with db.write() as connection:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7306)")
            yield connection
        return
    with clear_errors(), db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield connection
            if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                raise Conflict(
                    f"the upgrade would leave {len(broken)} rows pointing nowhere, {broken[0]!r} first"
                )
        except BaseException:
            connection.rollback()
            raise
        else:
            connection.commit()
        finally:
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
