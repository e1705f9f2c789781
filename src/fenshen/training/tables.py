"""Versions of twins: what was trained on what, how it measured, and which one fans hear."""

from __future__ import annotations

import sqlalchemy as sa

from fenshen.core.db import JsonText, UtcTime, metadata

versions = sa.Table(
    "versions",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("creator", sa.String(64), nullable=False, index=True),
    sa.Column("base", sa.String(200), nullable=False),
    sa.Column("recipe", sa.String(60), nullable=False),
    sa.Column("data_sha256", sa.String(64), nullable=False),
    sa.Column("consent_id", sa.String(40)),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("summary", JsonText, nullable=False),
    sa.Column("metrics", JsonText),
    sa.Column("gate", JsonText),
    sa.Column("created", UtcTime, nullable=False),
)

#: One row each time a version goes live or stops; the newest per creator says what is live.
publications = sa.Table(
    "publications",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("creator", sa.String(64), nullable=False, index=True),
    sa.Column("version_id", sa.ForeignKey("versions.id"), nullable=False),
    sa.Column("price_micros_per_minute", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("forced_reason", sa.Text),
)
