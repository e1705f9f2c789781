"""The tables of cleaning: what is remembered of each item so that a library is never read twice.

Knows nothing about how they are filled.
"""

from __future__ import annotations

import sqlalchemy as sa

from fenshen.core.db import JsonText, metadata


def _item_column(name: str, *, is_key: bool = True) -> sa.Column[str]:
    return sa.Column(
        name, sa.String(64), sa.ForeignKey("items.id", ondelete="CASCADE"), primary_key=is_key, nullable=False
    )


#: One row an item: its fingerprint, what it begins and ends with, and how noisy it is.
item_traces = sa.Table(
    "item_traces",
    metadata,
    _item_column("item_id"),
    sa.Column("creator", sa.String(64), nullable=False, index=True),
    sa.Column("sketch", sa.LargeBinary, nullable=False),
    sa.Column("head", sa.LargeBinary, nullable=False),
    sa.Column("tail", sa.LargeBinary, nullable=False),
    sa.Column("noise", JsonText, nullable=False),
    #: Whether it was compared with the rest of the library.
    sa.Column("compared", sa.Boolean, nullable=False),
    #: Digest of the recurring words in it that its passages were last cut by.
    sa.Column("recurring", sa.String(64), nullable=False),
)

#: Two items that say the same, and which share of each is in the other.
likenesses = sa.Table(
    "likenesses",
    metadata,
    _item_column("item_id"),
    _item_column("other_id"),
    sa.Column("creator", sa.String(64), nullable=False, index=True),
    sa.Column("share", sa.Float, nullable=False),
    sa.Column("other_share", sa.Float, nullable=False),
)

#: Two items that the creator said are not the same. Item ids are made from content, so this holds when an
#: item is forgotten and taken in again.
kept_apart = sa.Table(
    "kept_apart",
    metadata,
    sa.Column("creator", sa.String(64), primary_key=True),
    sa.Column("item_id", sa.String(64), primary_key=True),
    sa.Column("other_id", sa.String(64), primary_key=True),
)

#: Hashes of word runs with which many of a creator's items begin or end, for marking new files at once.
recurring_runs = sa.Table(
    "recurring_runs",
    metadata,
    sa.Column("creator", sa.String(64), primary_key=True),
    sa.Column("hashes", sa.LargeBinary, nullable=False),
)
