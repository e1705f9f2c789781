"""Brings a database to the schema of this code: Alembic, run from inside the package.

Knows nothing about any table; the revisions do.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from fenshen.core.db import Database

SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"


def upgrade(db: Database) -> None:
    """Run the revisions that `db` has not seen; two processes that start together wait for each other."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    head = ScriptDirectory.from_config(config).get_current_head()
    with db.read() as connection:
        if MigrationContext.configure(connection).get_current_revision() == head:
            return
    with db.write() as connection:
        if not db.is_sqlite:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7306)")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
