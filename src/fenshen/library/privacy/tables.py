"""The tables of privacy: which values were found, how each is spelled in which item, and the key of stand-ins.

What a value is stands only in `spellings`, a row that goes with its item; what stays behind is a keyed digest and the
creator's decision. Knows nothing about how they are filled.
"""

from __future__ import annotations

import sqlalchemy as sa

from fenshen.core.db import JsonText, metadata

personal_data = sa.Table(
    "personal_data",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("creator", sa.String(64), nullable=False, index=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("decision", sa.String(8), nullable=False),
    sa.UniqueConstraint("creator", "digest"),
)

personal_data_places = sa.Table(
    "personal_data_places",
    metadata,
    sa.Column(
        "value_id", sa.String(64), sa.ForeignKey("personal_data.id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column(
        "item_id", sa.String(64), sa.ForeignKey("items.id", ondelete="CASCADE"), primary_key=True, index=True
    ),
    sa.Column("spellings", JsonText, nullable=False),
    sa.Column("sightings", sa.Integer, nullable=False),
)

pseudonym_keys = sa.Table(
    "pseudonym_keys",
    metadata,
    sa.Column("creator", sa.String(64), primary_key=True),
    sa.Column("secret", sa.String(80), nullable=False),
)
