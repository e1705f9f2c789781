"""The voices of a library, one row per person, so that the creator picks their own once.

Knows nothing about pages.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa

from fenshen.core.db import Database
from fenshen.core.errors import NotFound
from fenshen.library.speakers import calibration, tables
from fenshen.library.speakers.clusters import group_vectors
from fenshen.library.speakers.enrol import Voiceprint
from fenshen.library.speakers.stored import Was, add_voiceprint, vector_of
from fenshen.library.speakers.turns import Decision


@dataclass(frozen=True)
class FoundVoice:
    """One person heard in one or more items.

    Attributes:
        id: names it: the item where it speaks most, and its number there.
        seconds: in all items together.
        items: in how many.
        item_id, start_s, end_s: a stretch to play.
        is_guess: nobody is enrolled and this voice speaks most, so it may be the creator's.
    """

    id: str
    seconds: float
    items: int
    item_id: str
    start_s: float
    end_s: float
    decision: Decision
    is_guess: bool


def voices_found(db: Database, creator: str) -> list[FoundVoice]:
    """The voices in the library of `creator`, the one that speaks most first."""
    table = tables.item_voices
    with db.read() as connection:
        query = sa.select(table).where(table.c.creator == creator)
        rows = connection.execute(query.order_by(table.c.item_id, table.c.number)).all()
    found: list[FoundVoice] = []
    for model in sorted({row.model for row in rows}):
        these = [row for row in rows if row.model == model]
        vectors = np.array([vector_of(row.vector) for row in these])
        weights = np.array([row.seconds for row in these], dtype=np.float32)
        for group in group_vectors(vectors * weights[:, None], weights, calibration.ONE_VOICE):
            members = sorted((these[at] for at in group), key=lambda row: -row.seconds)
            first = members[0]
            found.append(
                FoundVoice(
                    id=f"{first.item_id}.{first.number}",
                    seconds=sum(row.seconds for row in members),
                    items=len({row.item_id for row in members}),
                    item_id=first.item_id,
                    start_s=first.start_s,
                    end_s=first.end_s,
                    decision=first.decision,
                    is_guess=False,
                )
            )
    found.sort(key=lambda voice: -voice.seconds)
    return _with_guess(found)


def choose_voice(db: Database, creator: str, voice_id: str) -> list[Was]:
    """Make a voice the creator's: a voiceprint of it, and every item decided anew; the passages that changed.

    Raises:
        NotFound: the creator has no such voice.
    """
    table = tables.item_voices
    item_id, _, number = voice_id.rpartition(".")
    with db.read() as connection:
        here = sa.and_(table.c.item_id == item_id, table.c.creator == creator)
        rows = connection.execute(sa.select(table).where(here)).all()
    row = next((row for row in rows if str(row.number) == number), None)
    if row is None:
        raise NotFound(f"no voice {voice_id!r}; `fenshen library {creator} voices` lists them")
    one = Voiceprint(row.model, vector_of(row.vector), row.seconds, row.steadiness)
    return add_voiceprint(db, creator, one, voice_id)


def _with_guess(found: list[FoundVoice]) -> list[FoundVoice]:
    """Where nobody is the creator yet, the voice that speaks most is the one to ask about first."""
    if not found or any(voice.decision == "creator" for voice in found):
        return found
    first = found[0]
    return [FoundVoice(**{**vars(first), "is_guess": True}), *found[1:]]
