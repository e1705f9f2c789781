"""A library measured: figures, topics, grades and what to add next.

Reads rows, decides nothing itself: `gather`, `topics` and `grades` do. Knows nothing about pages or terminals.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, is_dataclass, replace
from typing import Any

import sqlalchemy as sa

from fenshen.core.db import Database
from fenshen.library import tables
from fenshen.library.owners import undecided_exports
from fenshen.library.privacy.review import count_personal_data
from fenshen.library.report.figures import Figures
from fenshen.library.report.gather import gather
from fenshen.library.report.grades import Grades, Note, grade, steps
from fenshen.library.report.topics import Topic, find_topics
from fenshen.library.speakers.tables import item_voices

LANGUAGES = {
    "en": "English",
    "zh": "Chinese",
    "ja": "Japanese",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
}

_SENTENCES = {
    "weakest": "The weakest part decides: {subjects}.",
    "voice_not_counted": "No sound of your own is kept, so the voice does not count.",
    "learnable": "{amount:,} {unit} of your own in {language} may be learned from.",
    "noisy": "{percent} % of the words are none, or the same line again: the twin would learn the errors.",
    "unpunctuated": "{percent} % of the words come without sentence ends, as in automatic captions.",
    "too_few_items": "Too few to keep one back for judging: {items}.",
    "others_speak": "{percent} % of the words are other people's: they are context, not lessons.",
    "duplicates": "Said elsewhere too, and counted once: {items} ({percent} % of the words).",
    "speech": "{minutes} of clean speech of your own may be used for a voice.",
    "unclean_speech": "Music or hearing errors spoil {minutes} more.",
    "no_kept_sound": "There are captions, but no sound of your own beside them.",
    "usable": "{percent} % of the words may be learned and cited.",
    "unspoken": "Nobody has said whose they are: {items}.",
    "flagged": "These look like somebody else's work: {items}.",
    "lapsed": "The consent they rest on does not hold: {items}.",
    "first_items": "Bring in videos, posts or chats.",
    "settle_rights": "Say what is yours among {items}: {amount:,} {unit} in {language} wait for it",
    "settle_voice": "Say which recordings are yours: {minutes} of clean speech wait for it",
    "answer_flags": "Say whether you may use what looks like somebody else's: {items}",
    "renew_consents": "Renew the consents that {items} need",
    "noisy_step": "Replace the noisiest captions by better ones",
    "unpunctuated_step": "Replace automatic captions by edited ones, or take the sound in without them",
    "too_few_items_step": "Bring in at least three pieces, so that one can be kept back for judging",
    "more_words": "Adding {amount:,} {unit} of your own in {language}",
    "more_speech": "Adding {minutes} of clean speech",
    "undecided_exports": "Say who you are in {exports}: until then nothing there is yours",
    "undecided_voices": "Say whether {voices} are yours",
}
_COUNTED = {"items": "item", "minutes": "minute", "exports": "chat", "voices": "voice"}


def sentence(note: Note) -> str:
    """`note` in words, with the grade it lifts where it does."""
    values = dict(note.values)
    if "language" in values:
        values["language"] = LANGUAGES.get(str(values["language"]), str(values["language"]))
    if "subjects" in values:
        values["subjects"] = str(values["subjects"]).replace(",", " and ")
    for name, word in _COUNTED.items():
        if name in values:
            values[name] = f"{values[name]:,} {word}{'' if values[name] == 1 else 's'}"
    text = _SENTENCES[note.code].format(**values)
    if "to" in values:
        verb = " lifts" if note.code in ("more_words", "more_speech") else ", which lifts"
        text = f"{text}{verb} {_subject(note)} from {values['from']} to {values['to']}"
    return text if text.endswith(".") else f"{text}."


def _subject(note: Note) -> str:
    language = note.values.get("language")
    return f"the {note.values['subject']}" + (
        f" in {LANGUAGES.get(str(language), language)}" if language else ""
    )


#: Passages that topics are found in; ids are digests, so a range of them is a fair sample.
SAMPLE_PASSAGES = 3_000


@dataclass(frozen=True)
class LibraryReport:
    """How much a library holds, how good that is, and what to add next."""

    figures: Figures
    topics: tuple[Topic, ...]
    grades: Grades
    steps: tuple[Note, ...]


def library_report(
    db: Database,
    creator: str,
    *,
    consents: Collection[str] = (),
    skipped: Mapping[str, int] | None = None,
) -> LibraryReport:
    """Measure the library of `creator` as it stands.

    Args:
        consents: ids of the creator's consents that hold now.
        skipped: code → files that the last ingest left out.
    """
    figures = replace(
        gather(db, creator, consents),
        masked=count_personal_data(db, creator).sightings,
        undecided_exports=len(undecided_exports(db, creator)),
        undecided_voices=_undecided_voices(db, creator),
        skipped=dict(skipped or {}),
    )
    grades = grade(figures)
    samples = _samples(db, creator, figures.passages)
    topics = (topic for code, texts in samples.items() for topic in find_topics(texts, code))
    return LibraryReport(
        figures, tuple(sorted(topics, key=lambda one: -one.items)), grades, steps(figures, grades)
    )


def _undecided_voices(db: Database, creator: str) -> int:
    table = item_voices.c
    query = sa.select(sa.func.count()).where(table.creator == creator, table.decision == "unknown")
    with db.read() as connection:
        return int(connection.scalar(query) or 0)


def _samples(db: Database, creator: str, passages: int) -> dict[str, list[str]]:
    """Up to `SAMPLE_PASSAGES` of the creator's own passages, joined by language and item, the same each time."""
    table, items = tables.passages, tables.items
    query = (
        sa.select(table.c.item_id, table.c.language, table.c.text)
        .join(items, items.c.id == table.c.item_id)
        .where(
            table.c.creator == creator,
            table.c.is_creator.is_(True),
            table.c.marks == [],
            items.c.private.is_(False),
            items.c.excluded.is_(False),
            items.c.duplicate_of.is_(None),
        )
    )
    if passages > SAMPLE_PASSAGES:
        share = int(SAMPLE_PASSAGES / passages * 0xFFFFFFFF)
        query = query.where(table.c.id < f"psg_{share:08x}")
    texts: dict[tuple[str, str], list[str]] = {}
    with db.read() as connection:
        for item_id, language, text in connection.execute(query.order_by(table.c.id).limit(SAMPLE_PASSAGES)):
            texts.setdefault((language, item_id), []).append(text)
    found: dict[str, list[str]] = {}
    for (language, _), parts in sorted(texts.items()):
        found.setdefault(language, []).append("\n".join(parts))
    return found


def as_json(report: LibraryReport) -> dict[str, Any]:
    """`report` as JSON types: the figures, and beside every code its sentence in English."""
    figures = report.figures
    return {
        **{name: _plain(value) for name, value in vars(figures).items()},
        "own_share": round(figures.own_share, 4),
        "duplicate_share": round(figures.duplicate_share, 4),
        "masked_per_1000_words": round(figures.masked_per_1000_words, 2),
        "topics": [asdict(topic) for topic in report.topics],
        "grades": {
            name: {"letter": one.letter, "reasons": [_noted(note) for note in one.reasons]}
            for name, one in vars(report.grades).items()
        },
        "steps": [_noted(note) for note in report.steps],
    }


def _plain(value: Any) -> Any:
    """Counters and records as dictionaries; `asdict` cannot copy a counter."""
    if isinstance(value, dict):
        return {key: asdict(one) if is_dataclass(one) else one for key, one in value.items()}  # type: ignore[arg-type]
    return value


def _noted(note: Note) -> dict[str, Any]:
    return {"code": note.code, "values": note.values, "sentence": sentence(note)}
