"""Every time fans got another version, as rows that stay: what went out, what it took the place of, what was said.

`versions.status` says what is live now; these rows say what was live when. Written inside the transaction that
changes the status. Knows nothing about who may publish.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.core.db import Database
from fenshen.core.errors import BadInput
from fenshen.training.tables import publications

Note = Mapping[str, str]
Kind = Literal["publish", "rollback"]
NOTE_LANGUAGES = ("en", "zh")
NOTE_CHARS_MAX = 300


@dataclass(frozen=True)
class Publication:
    """One change of what fans talk to.

    Attributes:
        id: counts up over all twins.
        previous_id: the version that was live until then, `None` for the first.
        note: what fans are told, by language.
        forced_reason: why it went out against the gate.
    """

    id: int
    creator: str
    version_id: str
    previous_id: str | None
    kind: Kind
    price_micros_per_minute: int | None
    currency: str | None
    note: dict[str, str]
    forced_reason: str | None
    at: datetime


def add_publication(
    connection: Connection,
    *,
    creator: str,
    version_id: str,
    previous_id: str | None,
    kind: Kind,
    price: tuple[int | None, str | None],
    note: Note,
    forced_reason: str | None,
    at: datetime,
) -> None:
    """Note a change, inside the caller's transaction."""
    connection.execute(
        publications.insert().values(
            creator=creator,
            version_id=version_id,
            previous_id=previous_id,
            kind=kind,
            price_micros_per_minute=price[0],
            currency=price[1],
            note=dict(note),
            forced_reason=forced_reason,
            at=at,
        )
    )


def list_publications(db: Database, creator: str, *, after: int = 0, limit: int = 100) -> list[Publication]:
    """Changes of a twin with an id above `after`, newest first."""
    mine = (publications.c.creator == creator, publications.c.id > after)
    query = sa.select(publications).where(*mine).order_by(publications.c.id.desc()).limit(limit)
    with db.read() as connection:
        return [Publication(**row) for row in connection.execute(query).mappings()]


def checked_note(note: Note) -> dict[str, str]:
    """A note as it is kept: stripped, one line a language, empty ones left out.

    Raises:
        BadInput: `bad_note`, an unknown language or too long.
    """
    found = {code: " ".join(text.split()) for code, text in note.items()}
    for code, text in found.items():
        if code not in NOTE_LANGUAGES or len(text) > NOTE_CHARS_MAX or not text.isprintable():
            raise BadInput(
                f"cannot tell fans {text[:40]!r} in {code!r}: a note is at most {NOTE_CHARS_MAX} characters of "
                f"plain text in {' or '.join(NOTE_LANGUAGES)}",
                code="bad_note",
            )
    return {code: text for code, text in found.items() if text}
