"""Notices of new versions: what changed since a fan last talked with a twin, once per change, rollbacks too.

    fan's last answer (when, by which version) + publications since → changes not yet read

Knows nothing about who publishes or why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.training import versions
from fenshen.training.releases import Kind, Release, list_releases
from fenshen.twin.conversations import Conversation
from fenshen.twin.tables import changes_read, conversation_members, turns

#: A longer list would not be read.
CHANGES_MAX = 3
_IN_CALL = {
    "en": ("The twin has just been updated. {}", "The twin has just gone back to an earlier version. {}"),
    "zh": ("分身刚刚更新了。{}", "分身刚刚回到了较早的版本。{}"),
}


@dataclass(frozen=True)
class Change:
    """One change of a twin, for a fan.

    Attributes:
        id: of the publication.
        number: what people call the version that answers since.
        note: the creator's words, by language.
    """

    id: int
    kind: Kind
    number: int
    note: dict[str, str]
    at: datetime


class Changes:
    """Notices of changes, and which of them each fan has read."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def unread(self, fan: str, creator: str) -> list[Change]:
        """Changes since this fan last got an answer of this twin, newest first.

        None for a fan who never talked to it, nor while the same version answers as then.
        """
        last = self._last_answer(fan, creator)
        live = versions.published(self._db, creator)
        if last is None or live is None or live.id == last[1]:
            return []
        read = self._newest_read(fan, creator)
        since = [new for new in list_releases(self._db, creator, after=read) if new.at > last[0]]
        numbers = versions.numbers(self._db, creator)
        return [_change(new, numbers) for new in since[:CHANGES_MAX]]

    def mark_read(self, fan: str, creator: str, publication_id: int) -> None:
        """This fan has read everything up to this change."""
        mine = (changes_read.c.fan == fan, changes_read.c.creator == creator)
        values = {"publication_id": publication_id, "at": self._clock.now()}
        with self._db.write() as connection:
            if connection.execute(changes_read.update().where(*mine).values(**values)).rowcount == 0:
                connection.execute(changes_read.insert().values(fan=fan, creator=creator, **values))

    def notice_in_call(self, conversation: Conversation, version_id: str) -> str | None:
        """The notice to give when `version_id` is about to answer where another version answered last, if any."""
        mine = (turns.c.conversation_id == conversation.id, turns.c.version_id.is_not(None))
        query = sa.select(turns.c.version_id).where(*mine).order_by(turns.c.ordinal.desc()).limit(1)
        with self._db.read() as connection:
            before = connection.execute(query).scalar()
        if before is None or before == version_id:
            return None
        history = list_releases(self._db, conversation.creator)
        newest = next((past for past in history if past.version_id == version_id), None)
        code = conversation.language if conversation.language in _IN_CALL else "en"
        sentence = _IN_CALL[code][newest is not None and newest.kind == "rollback"]
        note = {} if newest is None else newest.note
        return sentence.format(note.get(code) or note.get("en", "")).strip()

    def _last_answer(self, fan: str, creator: str) -> tuple[datetime, str] | None:
        """When this fan last got an answer, and of which version."""
        members = conversation_members
        query = (
            sa.select(turns.c.at, turns.c.version_id)
            .join(members, members.c.conversation_id == turns.c.conversation_id)
            .where(members.c.member == fan, turns.c.speaker == creator, turns.c.version_id.is_not(None))
            .order_by(turns.c.at.desc())
            .limit(1)
        )
        with self._db.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else (row.at, row.version_id)

    def _newest_read(self, fan: str, creator: str) -> int:
        mine = (changes_read.c.fan == fan, changes_read.c.creator == creator)
        with self._db.read() as connection:
            return connection.execute(sa.select(changes_read.c.publication_id).where(*mine)).scalar() or 0


def _change(new: Release, numbers: dict[str, int]) -> Change:
    return Change(new.id, new.kind, numbers.get(new.version_id, 0), new.note, new.at)
