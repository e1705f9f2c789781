"""What a creator wants done with their library. Knows nothing about how it is done."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import sqlalchemy as sa

from fenshen.core.db import Database, JsonText, metadata

library_settings = sa.Table(
    "library_settings",
    metadata,
    sa.Column("creator", sa.String(64), primary_key=True),
    sa.Column("content", JsonText, nullable=False),
)


@dataclass(frozen=True)
class LibrarySettings:
    """A creator's choices.

    Attributes:
        keeps_fillers: `um` and 嗯 stay in what is taken in from now on; they are style.
    """

    keeps_fillers: bool = True


def settings_of(db: Database, creator: str) -> LibrarySettings:
    """The creator's choices; the defaults where they made none."""
    query = sa.select(library_settings.c.content).where(library_settings.c.creator == creator)
    with db.read() as connection:
        return LibrarySettings(**(connection.scalar(query) or {}))


def store_settings(db: Database, creator: str, settings: LibrarySettings) -> None:
    """Keep the creator's choices."""
    table = library_settings
    with db.write() as connection:
        connection.execute(table.delete().where(table.c.creator == creator))
        connection.execute(table.insert().values(creator=creator, content=asdict(settings)))
