"""The tables of versions and of their publications. Knows nothing about how a version is made or judged."""

from __future__ import annotations

import sqlalchemy as sa

from fenshen.core.db import JsonText, UtcTime, metadata

versions = sa.Table(
    "versions",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("creator", sa.String(64), nullable=False, index=True),
    sa.Column("base", sa.String(128), nullable=False),
    sa.Column("recipe", sa.String(64), nullable=False),
    sa.Column("recipe_sha256", sa.String(64), nullable=False),
    sa.Column("data_sha256", sa.String(64), nullable=False),
    sa.Column("consent_id", sa.String(64)),
    sa.Column("adapter_dir", sa.Text, nullable=False),
    sa.Column("created", UtcTime, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("metrics", JsonText),
    sa.Column("gate", JsonText),
    sa.Column("price_micros_per_minute", sa.BigInteger),
    sa.Column("currency", sa.String(3)),
    sa.Column("forced_reason", sa.Text),
    sa.Column("published_at", UtcTime),
    sa.Column("origin", sa.String(16), nullable=False, server_default="library"),
    sa.Column("parent", sa.String(64)),
    sa.Column("note", JsonText),
    sa.Column("voice", sa.String(128)),
)

publications = sa.Table(
    "publications",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("creator", sa.String(64), nullable=False, index=True),
    sa.Column("version_id", sa.String(64), nullable=False),
    sa.Column("previous_id", sa.String(64)),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("price_micros_per_minute", sa.BigInteger),
    sa.Column("currency", sa.String(3)),
    sa.Column("note", JsonText, nullable=False),
    sa.Column("forced_reason", sa.Text),
    sa.Column("at", UtcTime, nullable=False),
)

#: What fans may know of while a version is live. No foreign key: an item that is read again keeps its id.
released_items = sa.Table(
    "released_items",
    metadata,
    sa.Column("version_id", sa.String(64), primary_key=True),
    sa.Column("item_id", sa.String(64), primary_key=True),
)
