"""The rows of a library to its figures, a few hundred items at a time.

    items in order of id, with sums over their passages → `Figures`

Sums are made by the database; memory does not grow with the library. Knows nothing about grades.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from fenshen.core.db import Database
from fenshen.library import tables
from fenshen.library.claims import MINE, USES
from fenshen.library.cleaning.quality import Noise
from fenshen.library.cleaning.tables import item_traces
from fenshen.library.items import Item, item_of
from fenshen.library.language import HAN_PER_WORD
from fenshen.library.report.figures import Figures, LanguageFigures, Month
from fenshen.library.rights import is_private, may, unconfirmed, why_not

CHUNK_ITEMS = 400
#: Sound with more than this of music or repeated lines is not taken for clean speech.
MUSIC_SHARE_MAX = 0.1
REPEATED_SHARE_MAX = 0.1

Sums = sa.Row[Any]


def gather(db: Database, creator: str, consents: Collection[str] = ()) -> Figures:
    """The figures of a library, as far as its own rows tell them."""
    figures = Figures()
    noise: dict[str, float] = dict.fromkeys(("non_words", "repeated", "music", "unpunctuated"), 0.0)
    weight = 0.0
    speakers: set[str] = set()
    for items, sums, noises in _chunks(db, creator):
        for item in items:
            _count_item(figures, item, sums.get(item.id, []), noises.get(item.id, Noise()), consents)
        speakers.update(row.speaker for rows in sums.values() for row in rows if row.speaker)
        for one in noises.values():
            weight += one.words
            noise["non_words"] += one.words * one.non_word_share
            noise["repeated"] += one.words * one.repeated_share
            noise["music"] += one.words * one.music_share
            noise["unpunctuated"] += one.words * one.is_unpunctuated
    figures.noise = {name: round(value / weight, 4) for name, value in noise.items()} if weight else {}
    figures.speakers = len(speakers)
    figures.months = dict(sorted(figures.months.items()))
    return figures


def _chunks(
    db: Database, creator: str
) -> Iterator[tuple[list[Item], Mapping[str, list[Sums]], Mapping[str, Noise]]]:
    last = ""
    while True:
        with db.read() as connection:
            table = tables.items
            query = sa.select(table).where(table.c.creator == creator, table.c.id > last)
            rows = connection.execute(query.order_by(table.c.id).limit(CHUNK_ITEMS)).mappings()
            items = [item_of(row) for row in rows]
            if not items:
                return
            last = items[-1].id
            ids = [item.id for item in items if not is_private(item)]
            sums: dict[str, list[Sums]] = {}
            for row in connection.execute(_sums(ids)):
                sums.setdefault(row.item_id, []).append(row)
            traces = sa.select(item_traces.c.item_id, item_traces.c.noise).where(
                item_traces.c.item_id.in_(ids)
            )
            noises = {row.item_id: Noise(**row.noise) for row in connection.execute(traces)}
        yield items, sums, noises


def _sums(item_ids: list[str]) -> sa.Select[Any]:
    """Per item, language, speaker and marks: characters, seconds and passages."""
    table = tables.passages
    seconds = sa.func.sum(sa.func.coalesce(table.c.end_s - table.c.start_s, 0.0))
    keys = (table.c.item_id, table.c.language, table.c.is_creator, table.c.marks, table.c.speaker)
    query = sa.select(
        *keys,
        sa.func.sum(sa.func.length(table.c.text)).label("chars"),
        seconds.label("seconds"),
        sa.func.count().label("passages"),
    )
    return query.where(table.c.item_id.in_(item_ids)).group_by(*keys)


def _count_item(
    figures: Figures, item: Item, sums: list[Sums], noise: Noise, consents: Collection[str]
) -> None:
    if is_private(item):
        figures.private_items += 1
        return
    figures.items += 1
    figures.words += item.words
    figures.hours += (item.duration_s or 0.0) / 3600
    figures.kinds[item.kind] += 1
    figures.languages[item.language] += 1
    figures.formats[item.format or item.kind] += 1
    figures.excluded_items += item.excluded
    for one in item.dropped:
        figures.dropped[one.code] += one.count
    _count_month(figures, item)
    _count_rights(figures, item, consents)
    _count_speech(figures, item, sums, noise, consents)
    _count_words(figures, item, sums, consents)


def _count_month(figures: Figures, item: Item) -> None:
    if item.published is None:
        figures.undated_items += 1
        return
    month = figures.months.setdefault(f"{item.published:%Y-%m}", Month())
    month.items += 1
    month.words += item.words
    month.hours += (item.duration_s or 0.0) / 3600


def _count_rights(figures: Figures, item: Item, consents: Collection[str]) -> None:
    owner = MINE if item.owner == MINE else "others" if item.owner else "nobody"
    figures.owners[owner] += 1
    figures.licences[item.licence or "none stated"] += 1
    for use in USES:
        figures.usable[use] += may(item, use, consents=consents)
    if item.duplicate_of is not None:
        figures.duplicate_items += 1
        figures.duplicate_words += item.words
    if not _is_countable(item):
        return
    figures.countable_words += item.words
    if may(item, "train", consents=consents) and may(item, "cite", consents=consents):
        figures.usable_words += item.words
    figures.unspoken_items += item.rights_by == ""
    figures.flagged_items += bool(unconfirmed(item)) and bool(item.uses)
    figures.lapsed_items += item.consent_id is not None and item.consent_id not in consents


def _count_words(figures: Figures, item: Item, sums: list[Sums], consents: Collection[str]) -> None:
    chars = sum(row.chars for row in sums)
    if not chars:
        return
    learnable = may(item, "train", consents=consents)
    waiting = not learnable and _waits(item, "train", consents)
    own: set[str] = set()
    for row in sums:
        words = item.words * row.chars / chars
        language = figures.by_language.setdefault(row.language, LanguageFigures())
        language.words += round(words)
        figures.passages += row.passages
        for mark in row.marks if row.is_creator else ():
            figures.marked[mark] += round(words)
        if not row.is_creator or row.marks:
            continue
        length = words / HAN_PER_WORD if row.language == "zh" else words
        language.own_words += round(words)
        figures.own_words += round(words)
        language.learnable += length * learnable
        language.waiting += length * waiting
        own.add(row.language)
    for code in own if learnable else ():
        figures.by_language[code].items += 1


def _count_speech(
    figures: Figures, item: Item, sums: list[Sums], noise: Noise, consents: Collection[str]
) -> None:
    """Seconds of the creator's own voice where the sound itself is kept."""
    seconds = sum(row.seconds or 0.0 for row in sums if row.is_creator and not row.marks)
    if item.media_sha256 is None or not seconds:
        return
    is_clean = noise.music_share <= MUSIC_SHARE_MAX and noise.repeated_share <= REPEATED_SHARE_MAX
    if may(item, "speak", consents=consents):
        figures.speech_s += seconds
        figures.clean_speech_s += seconds * is_clean
    elif _waits(item, "speak", consents):
        figures.waiting_speech_s += seconds * is_clean


def _is_countable(item: Item) -> bool:
    return not item.excluded and item.duplicate_of is None


def _waits(item: Item, use: str, consents: Collection[str]) -> bool:
    """Whether the creator's word alone could open the item: nobody spoke for it, or only a flag is in the way."""
    if not _is_countable(item):
        return False
    answered = replace(item, confirmed=tuple(flag.code for flag in item.flags))
    if item.rights_by == "":
        answered = replace(answered, uses=USES, owner=MINE)
    return why_not(answered, use, consents=consents) is None  # type: ignore[arg-type]
