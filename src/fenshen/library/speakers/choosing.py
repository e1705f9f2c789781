"""The voices of a library, one row per person, so that the creator picks their own once.

Knows nothing about pages.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sqlalchemy as sa

from fenshen.core.db import Database
from fenshen.core.errors import NotFound
from fenshen.library.speakers import calibration, tables
from fenshen.library.speakers.diarise import group_vectors
from fenshen.library.speakers.enrol import Voiceprint
from fenshen.library.speakers.recording import UNTOLD
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
        for group in _people([row for row in rows if row.model == model]):
            members = sorted(group, key=lambda row: -row.seconds)
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
    return add_voiceprint(db, creator, _voiceprint(db, creator, voice_id), voice_id)


def disown_voice(db: Database, creator: str, voice_id: str) -> list[Was]:
    """Make a voice somebody else's, here and wherever it is heard; the passages that changed.

    Raises:
        NotFound: the creator has no such voice.
    """
    return add_voiceprint(db, creator, _voiceprint(db, creator, voice_id), voice_id, is_creator=False)


def _voiceprint(db: Database, creator: str, voice_id: str) -> Voiceprint:
    table = tables.item_voices
    item_id, _, number = voice_id.rpartition(".")
    with db.read() as connection:
        here = sa.and_(table.c.item_id == item_id, table.c.creator == creator)
        rows = connection.execute(sa.select(table).where(here)).all()
    row = next((row for row in rows if str(row.number) == number), None)
    if row is None:
        raise NotFound(f"no voice {voice_id!r}; `fenshen library {creator} voices` lists them")
    return Voiceprint(row.model, vector_of(row.vector), row.seconds, row.steadiness)


def _people(rows: list[sa.Row[Any]]) -> list[list[sa.Row[Any]]]:
    """The voices of one encoder, one group a person; of which nothing is known are each somebody's own."""
    if rows[0].model == UNTOLD:
        return [[row] for row in rows]
    vectors = np.array([vector_of(row.vector) for row in rows])
    weights = np.array([row.seconds for row in rows], dtype=np.float32)
    groups = group_vectors(vectors * weights[:, None], weights, calibration.ONE_VOICE)
    return [[rows[at] for at in group] for group in groups]


def _with_guess(found: list[FoundVoice]) -> list[FoundVoice]:
    """Where nobody is the creator yet, the voice that speaks most is the one to ask about first."""
    first = next((voice for voice in found if voice.decision == "unknown"), None)
    if first is None or any(voice.decision == "creator" for voice in found):
        return found
    return [replace(voice, is_guess=voice is first) for voice in found]
