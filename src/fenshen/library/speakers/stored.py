"""Voices and voiceprints in the database, and passages relabelled when the creator's voice becomes known.

    stored item → `keep_voices`         sample or chosen voice → `add_voiceprint` → `relabel`

A recording that nothing told apart has one voice without a vector, which is like no other: a decision about it holds
for that recording. Knows nothing about how voices are told apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.core.db import Database
from fenshen.library import tables as library
from fenshen.library.held import hold
from fenshen.library.speakers import tables
from fenshen.library.speakers.assign import voice_label
from fenshen.library.speakers.decide import decide_voice
from fenshen.library.speakers.enrol import Voiceprint, joined
from fenshen.library.speakers.recording import UNTOLD, Told
from fenshen.library.speakers.turns import Decision, Vector

_VOICE = re.compile(r"voice \d+")


@dataclass(frozen=True)
class Was:
    """What a passage said of its speaker before it was changed; give it back to undo."""

    passage_id: str
    speaker: str | None
    is_creator: bool


def keep_voices(connection: Connection, creator: str, item_id: str, told: Told) -> None:
    """Store the voices of a new item inside the caller's transaction."""
    decisions = told.decisions
    rows = [
        {
            "item_id": item_id,
            "number": voice.number,
            "creator": creator,
            "model": told.model,
            "vector": vector_bytes(voice.vector),
            "seconds": voice.seconds,
            "steadiness": voice.steadiness,
            "start_s": voice.sample.start_s,
            "end_s": voice.sample.end_s,
            "decision": decisions.voices[voice.number],
            "ground": decisions.ground,
        }
        for voice in told.voices
    ]
    connection.execute(tables.item_voices.insert(), rows)
    turns = [[round(t.start_s, 2), round(t.end_s, 2), t.voice] for t in decisions.turns]
    connection.execute(tables.item_turns.insert().values(item_id=item_id, turns=turns))
    if told.model == UNTOLD:
        # Whose it is may have been said before, when the same recording was read.
        list(_decide_anew(connection, creator, item_id))


def decisions_in(db: Database, item_id: str) -> list[Decision]:
    """What each voice in an item is taken for; none where its voices were not told apart."""
    table = tables.item_voices
    query = sa.select(table.c.decision).where(table.c.item_id == item_id).order_by(table.c.number)
    with db.read() as connection:
        return list(connection.execute(query).scalars())


def voiceprints_of(db: Database, creator: str) -> dict[str, Vector]:
    """The creator's direction by encoder; empty when nobody is enrolled."""
    with db.read() as connection:
        return _directions(connection, creator)


def strangers_of(db: Database, creator: str) -> dict[str, tuple[Vector, ...]]:
    """Voices of which the creator said that they are not theirs, by encoder."""
    with db.read() as connection:
        return _strangers(connection, creator)


def add_voiceprint(
    db: Database, creator: str, one: Voiceprint, origin: str, *, is_creator: bool = True
) -> list[Was]:
    """Enrol the creator with one more voiceprint and decide every item anew; the passages that changed.

    One from the same origin is replaced.

    Args:
        is_creator: false remembers the voice as somebody else's.
    """
    table = tables.voiceprints
    with db.write() as connection:
        mine = table.c.creator == creator
        connection.execute(table.delete().where(mine, table.c.origin == origin))
        last = connection.scalar(sa.select(sa.func.max(table.c.ordinal)).where(mine))
        row = {
            "creator": creator,
            "ordinal": 0 if last is None else last + 1,
            "model": one.model,
            "vector": vector_bytes(one.vector),
            "seconds": one.seconds,
            "steadiness": one.steadiness,
            "origin": origin,
            "is_creator": is_creator,
        }
        connection.execute(table.insert().values(row))
        return _decide_anew(connection, creator)


def remove_voiceprint(db: Database, creator: str, origin: str) -> list[Was]:
    """Forget a voiceprint, as if it had never been; the passages that changed.

    Where none is left, recordings of several voices are undecided again.
    """
    table = tables.voiceprints
    with db.write() as connection:
        connection.execute(table.delete().where(table.c.creator == creator, table.c.origin == origin))
        return _decide_anew(connection, creator)


def vector_bytes(vector: Vector) -> bytes:
    """A vector as little-endian float32."""
    return vector.astype("<f4").tobytes()


def vector_of(data: bytes) -> Vector:
    """The vector of its bytes."""
    return np.frombuffer(data, dtype="<f4").astype(np.float32)


def _directions(connection: Connection, creator: str) -> dict[str, Vector]:
    table = tables.voiceprints
    own = (table.c.creator == creator, table.c.is_creator, table.c.model != UNTOLD)
    rows = connection.execute(sa.select(table).where(*own).order_by(table.c.ordinal))
    by_model: dict[str, list[Voiceprint]] = {}
    for row in rows:
        one = Voiceprint(row.model, vector_of(row.vector), row.seconds, row.steadiness)
        by_model.setdefault(row.model, []).append(one)
    return {model: joined(prints) for model, prints in by_model.items()}


def _strangers(connection: Connection, creator: str) -> dict[str, tuple[Vector, ...]]:
    table = tables.voiceprints
    others = (table.c.creator == creator, table.c.is_creator.is_(False), table.c.model != UNTOLD)
    found: dict[str, tuple[Vector, ...]] = {}
    for row in connection.execute(sa.select(table).where(*others).order_by(table.c.ordinal)):
        found[row.model] = (*found.get(row.model, ()), vector_of(row.vector))
    return found


def _said(connection: Connection, creator: str) -> dict[str, bool]:
    """By id of a voice that is like no other: whether the creator said that it is theirs."""
    table = tables.voiceprints
    untold = (table.c.creator == creator, table.c.model == UNTOLD)
    rows = connection.execute(sa.select(table.c.origin, table.c.is_creator).where(*untold))
    return {row.origin: bool(row.is_creator) for row in rows}


def _decide_anew(connection: Connection, creator: str, item_id: str | None = None) -> list[Was]:
    """Decide about the voices of every item, or of one; the passages that changed."""
    table = tables.item_voices
    directions, strangers = _directions(connection, creator), _strangers(connection, creator)
    said = _said(connection, creator)
    query = sa.select(table).where(table.c.creator == creator).order_by(table.c.item_id, table.c.number)
    rows = connection.execute(query if item_id is None else query.where(table.c.item_id == item_id)).all()
    by_item: dict[str, dict[int, tuple[Decision, str]]] = {}
    for row in rows:
        decision, ground = _decided(row, directions.get(row.model), strangers.get(row.model, ()), said)
        by_item.setdefault(row.item_id, {})[row.number] = (decision, ground)
        if (decision, ground) != (row.decision, row.ground):
            here = sa.and_(table.c.item_id == row.item_id, table.c.number == row.number)
            connection.execute(table.update().where(here).values(decision=decision, ground=ground))
    changed = [was for item, made in by_item.items() for was in _relabel(connection, item, made)]
    hold(connection, library.items.c.id.in_(list(by_item)))
    return changed


def _decided(
    row: sa.Row[Any], creator: Vector | None, strangers: Sequence[Vector], said: dict[str, bool]
) -> tuple[Decision, str]:
    """What the voice in a row is taken for, and on what ground."""
    if row.model == UNTOLD:
        is_creator = said.get(f"{row.item_id}.{row.number}")
        return (
            ("unknown", "guess")
            if is_creator is None
            else ("creator" if is_creator else "other", "voiceprint")
        )
    decision = decide_voice(vector_of(row.vector), creator, strangers)
    if creator is None and decision == "unknown":
        # Taken for the creator's by an earlier release: their twin keeps it until they say something about it.
        return ("creator", "alone") if row.ground == "alone" else ("unknown", "guess")
    return decision, "voiceprint"


def _relabel(connection: Connection, item_id: str, decided: dict[int, tuple[Decision, str]]) -> Iterator[Was]:
    """Passages of an item given to the voice that speaks most in them, unless set by hand or untold."""
    passages = library.passages
    turns = connection.scalar(
        sa.select(tables.item_turns.c.turns).where(tables.item_turns.c.item_id == item_id)
    )
    for row in connection.execute(sa.select(passages).where(passages.c.item_id == item_id)).all():
        voice = _voice_in(turns or [], row.start_s, row.end_s)
        if voice is None or voice not in decided or not _is_ours(row.speaker) or _is_set_by_hand(row):
            continue
        is_creator = decided[voice][0] == "creator"
        values = {"speaker": None if is_creator else voice_label(voice), "is_creator": is_creator}
        if (values["speaker"], is_creator) != (row.speaker, row.is_creator):
            original = None if row.original is None else {**row.original, **values}
            here = passages.update().where(passages.c.id == row.id)
            connection.execute(here.values(**values, original=original))
            yield Was(row.id, row.speaker, row.is_creator)


def _is_set_by_hand(row: sa.Row[Any]) -> bool:
    """Whether somebody said who speaks here; an edit of the words alone says nothing about that."""
    return row.original is not None and any(
        row.original[name] != getattr(row, name) for name in ("speaker", "is_creator")
    )


def _is_ours(speaker: str | None) -> bool:
    """Whether the speaker came from the sound: names in subtitles stay."""
    return speaker is None or _VOICE.fullmatch(speaker) is not None


def _voice_in(
    turns: Sequence[tuple[float, float, int | None]], start_s: float | None, end_s: float | None
) -> int | None:
    if start_s is None or end_s is None:
        return None
    shares: dict[int | None, float] = {}
    for begins, ends, voice in turns:
        shared_s = min(ends, end_s) - max(begins, start_s)
        if shared_s > 0:
            shares[voice] = shares.get(voice, 0.0) + shared_s
    return max(shares, key=lambda voice: shares[voice]) if shares else None
