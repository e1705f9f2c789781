"""The table of blind comparisons. Knows nothing about who asks for one."""

from __future__ import annotations

import sqlalchemy as sa

from fenshen.core.db import JsonText, UtcTime, metadata

comparisons = sa.Table(
    "comparisons",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("creator", sa.String(64), nullable=False, index=True),
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("asked", UtcTime, nullable=False),
    sa.Column("source", sa.String(12), nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("left_version", sa.String(64)),
    sa.Column("right_version", sa.String(64)),
    sa.Column("left_text", sa.Text, nullable=False),
    sa.Column("right_text", sa.Text, nullable=False),
    sa.Column("labels", JsonText, nullable=False),
    sa.Column("choice", sa.String(8)),
    sa.Column("edited", sa.String(8)),
    sa.Column("edit", sa.Text),
    sa.Column("chosen_at", UtcTime),
)
