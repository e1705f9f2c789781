"""The tables of the library: items, their passages, and who may do what with them.

Knows nothing about how they are filled.
"""

from __future__ import annotations

import sqlalchemy as sa

from fenshen.core.db import JsonText, UtcTime, metadata

items = sa.Table(
    "items",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("creator", sa.String(64), nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("source", sa.String(64), nullable=False),
    sa.Column("part", sa.String(64), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("published", sa.Date),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("media_sha256", sa.String(64)),
    sa.Column("private", sa.Boolean, nullable=False),
    sa.Column("duration_s", sa.Float),
    sa.Column("words", sa.Integer, nullable=False),
    sa.Column("added", UtcTime, nullable=False),
    sa.Column("format", sa.String(24), nullable=False, server_default=""),
    sa.Column("url", sa.Text),
    sa.Column("cover_sha256", sa.String(64)),
    sa.Column("chapters", JsonText, nullable=False, server_default="[]"),
    sa.Column("owner", sa.Text, nullable=False, server_default=""),
    sa.Column("licence", sa.String(64), nullable=False, server_default=""),
    sa.Column("territory", sa.String(64), nullable=False, server_default=""),
    sa.Column("uses", JsonText, nullable=False, server_default="[]"),
    sa.Column("excluded", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("tags", JsonText, nullable=False, server_default="[]"),
    sa.Column("duplicate_of", sa.String(64)),
    sa.Column("held", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("consent_id", sa.String(40)),
    sa.Column("rights_by", sa.String(8), nullable=False, server_default=""),
    sa.Column("rights_rule", sa.Integer),
    sa.Column("file_rights", JsonText),
    sa.Column("folder_rights", JsonText),
    sa.Column("flags", JsonText, nullable=False, server_default="[]"),
    sa.Column("confirmed", JsonText, nullable=False, server_default="[]"),
    sa.Column("dropped", JsonText, nullable=False, server_default="[]"),
    sa.UniqueConstraint("creator", "sha256", "part"),
    sa.Index("ix_items_creator_source", "creator", "source"),
)

passages = sa.Table(
    "passages",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("item_id", sa.String(64), sa.ForeignKey("items.id", ondelete="CASCADE"), nullable=False),
    sa.Column("creator", sa.String(64), nullable=False, index=True),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("start_s", sa.Float),
    sa.Column("end_s", sa.Float),
    sa.Column("anchor", sa.String(32), nullable=False),
    sa.Column("speaker", sa.Text),
    sa.Column("is_creator", sa.Boolean, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("times", JsonText, nullable=False),
    sa.Column("marks", JsonText, nullable=False, server_default="[]"),
    sa.Column("original", JsonText),
    sa.UniqueConstraint("item_id", "ordinal"),
)

#: Bulk rules of a creator; `rights` is a `claims.Rights` as JSON. The last one that fits an item decides.
rights_rules = sa.Table(
    "rights_rules",
    metadata,
    sa.Column("creator", sa.String(64), primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True),
    sa.Column("match", sa.Text, nullable=False),
    sa.Column("rights", JsonText, nullable=False),
)

#: What a creator decided about one item, kept beside it so that a new reading of the file does not undo it.
rights_decisions = sa.Table(
    "rights_decisions",
    metadata,
    sa.Column("creator", sa.String(64), primary_key=True),
    sa.Column("source", sa.String(64), primary_key=True),
    sa.Column("part", sa.String(64), primary_key=True),
    sa.Column("rights", JsonText),
    sa.Column("confirmed", JsonText, nullable=False, server_default="[]"),
)
