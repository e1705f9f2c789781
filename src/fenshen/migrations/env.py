"""Alembic's entry: runs revisions on the connection that `core.migrate` opened."""

from alembic import context

from fenshen.core.db import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
