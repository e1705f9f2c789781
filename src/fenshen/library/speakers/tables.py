"""The tables of voices: what was found in each item, the creator's voiceprints, and corrections by hand.

Knows nothing about how they are filled.
"""

from __future__ import annotations

import sqlalchemy as sa

from fenshen.core.db import JsonText, metadata

#: How the creator sounds, and others who were taken for them; several samples are several rows.
voiceprints = sa.Table(
    "voiceprints",
    metadata,
    sa.Column("creator", sa.String(64), primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("model", sa.String(64), nullable=False),
    sa.Column("vector", sa.LargeBinary, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("steadiness", sa.Float, nullable=False),
    #: What it was made from: the name of a sample, or the id of a voice that was chosen.
    sa.Column("origin", sa.Text, nullable=False),
    #: False: the creator said that this voice is not theirs.
    sa.Column("is_creator", sa.Boolean, nullable=False, server_default=sa.true()),
)

#: The voices of an item, with a stretch of each to play.
item_voices = sa.Table(
    "item_voices",
    metadata,
    sa.Column("item_id", sa.String(64), sa.ForeignKey("items.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("creator", sa.String(64), nullable=False, index=True),
    sa.Column("model", sa.String(64), nullable=False),
    sa.Column("vector", sa.LargeBinary, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("steadiness", sa.Float, nullable=False),
    sa.Column("start_s", sa.Float, nullable=False),
    sa.Column("end_s", sa.Float, nullable=False),
    sa.Column("decision", sa.String(8), nullable=False),
    sa.Column("ground", sa.String(12), nullable=False),
)

#: Who speaks when in an item: `[from, to, number of the voice or null]`, seconds.
item_turns = sa.Table(
    "item_turns",
    metadata,
    sa.Column("item_id", sa.String(64), sa.ForeignKey("items.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("turns", JsonText, nullable=False),
)
