"""A document without its personal data, and what was found in it. Pure.

    cues joined → `Finder` → each value: kept, or its stand-in → cues of the same times

Cues are joined for finding, so a number that goes on in the next subtitle line is one number; masking comes before passages
are cut, so their offsets are those of the masked text. Knows nothing about files or the database.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from fenshen.library.clean import clean_text
from fenshen.library.dialogue.names import is_personal
from fenshen.library.document import Cue, Document
from fenshen.library.language import count_han, detect_language
from fenshen.library.passages import gap_between, is_owner
from fenshen.library.privacy.finder import Finder
from fenshen.library.privacy.finding import Finding, PersonalKind
from fenshen.library.privacy.pseudonyms import Pseudonyms, stand_in

#: Characters of a document from which its language is told, where it does not state it.
LANGUAGE_CHARS = 4000


@dataclass(frozen=True)
class Sighting:
    """Personal data that was found once.

    Attributes:
        digest: which value it is; see `Pseudonyms.digest`.
        spelling: how it was written there.
    """

    kind: PersonalKind
    digest: str
    spelling: str


def participants(document: Document, owner_names: Iterable[str]) -> tuple[str, ...]:
    """Who speaks in a document besides the creator, whatever it is; whom everybody may know, the creator keeps.

    What a reader put in place of a name, roles, groups, channels and bots are nobody.
    """
    owners = tuple(owner_names)
    speakers = dict.fromkeys(cue.speaker for cue in document.cues if cue.speaker)
    others = [name for name in speakers if not is_owner(name, owners)]
    nicknames = [name for speaker, name in document.called if speaker in others]
    return tuple(
        name for name in (*others, *nicknames) if is_personal(name) and name not in document.no_people
    )


def mask_document(
    document: Document, finder: Finder, pseudonyms: Pseudonyms
) -> tuple[Document, tuple[Sighting, ...]]:
    """`document` with stand-ins for personal data, and every sighting: in its text, its chapters, its speakers.

    A speaker's name is masked only where it holds a number or an address (WhatsApp shows people who are in no address
    book so): whose words are whose is decided by names, and texts are trained and found without them.
    """
    cues = [
        cue if cue.text.isprintable() else replace(cue, text=clean_text(cue.text)) for cue in document.cues
    ]
    text, offsets = _joined(cues, document.turns)
    language = document.language or detect_language(text[:LANGUAGE_CHARS])
    sightings: list[Sighting] = []
    edits: list[list[tuple[int, int, str]]] = [[] for _ in cues]
    for found in finder.find(text):
        sighting = _sighting(found, text, pseudonyms)
        sightings.append(sighting)
        if sighting.digest not in pseudonyms.kept:
            _edit(edits, cues, offsets, found, sighting, language)
    chapters = tuple(
        replace(chapter, title=_mask(chapter.title, finder, pseudonyms, language, sightings))
        for chapter in document.chapters
    )
    speakers = _masked_speakers(cues, finder, pseudonyms, language, sightings)
    masked = tuple(
        replace(cue, text=_edited(cue.text, its_edits), speaker=speakers.get(cue.speaker or "", cue.speaker))
        if its_edits or cue.speaker in speakers
        else cue
        for cue, its_edits in zip(cues, edits, strict=True)
    )
    return replace(document, cues=masked, chapters=chapters), tuple(sightings)


def mask_text(
    text: str, finder: Finder, pseudonyms: Pseudonyms, language: str = "en"
) -> tuple[str, tuple[Sighting, ...]]:
    """A single text, such as a title, with stand-ins for personal data, and every sighting in it."""
    sightings: list[Sighting] = []
    return _mask(text, finder, pseudonyms, language, sightings), tuple(sightings)


def is_chinese(text: str, language: str) -> bool:
    """Whether a stand-in within `text` is labelled in Chinese: by its characters, else by its document's language."""
    if han := count_han(text):
        return han * 4 > sum(c.isascii() and c.isalpha() for c in text)
    return language == "zh" and not any(c.isalpha() for c in text)


def _joined(cues: Sequence[Cue], turns: bool) -> tuple[str, list[int]]:
    """The cues as one text and where each begins; a blank line parts what is not said in one breath."""
    parts: list[str] = []
    offsets: list[int] = []
    length = 0
    previous: Cue | None = None
    for cue in cues:
        text = cue.text.replace("\n", " ") if cue.start_s is not None else cue.text
        if previous is not None:
            if turns or cue.speaker != previous.speaker:
                gap = "\n\n"
            else:
                gap = "\n" if cue.start_s is None else gap_between(previous.text, text)
            parts.append(gap)
            length += len(gap)
        offsets.append(length)
        parts.append(text)
        length += len(text)
        previous = cue
    return "".join(parts), offsets


def _edit(
    edits: list[list[tuple[int, int, str]]],
    cues: Sequence[Cue],
    offsets: Sequence[int],
    found: Finding,
    sighting: Sighting,
    language: str,
) -> None:
    """Note what each cue touched by `found` loses; the first one gets the stand-in."""
    at = bisect_right(offsets, found.start) - 1
    shown = stand_in(found.kind, sighting.digest, chinese=is_chinese(cues[at].text, language))
    while at < len(cues) and offsets[at] < found.end:
        start = max(0, found.start - offsets[at])
        end = min(len(cues[at].text), found.end - offsets[at])
        if start < end:
            edits[at].append((start, end, shown))
            shown = ""
        at += 1


def _edited(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    parts: list[str] = []
    done = 0
    for start, end, shown in edits:
        parts += [text[done:start], shown]
        done = end
    return "".join([*parts, text[done:]])


def _mask(text: str, finder: Finder, pseudonyms: Pseudonyms, language: str, sightings: list[Sighting]) -> str:
    edits: list[tuple[int, int, str]] = []
    for found in finder.find(text):
        sighting = _sighting(found, text, pseudonyms)
        sightings.append(sighting)
        if sighting.digest not in pseudonyms.kept:
            shown = stand_in(found.kind, sighting.digest, chinese=is_chinese(text, language))
            edits.append((found.start, found.end, shown))
    return _edited(text, edits)


def _masked_speakers(
    cues: Sequence[Cue], finder: Finder, pseudonyms: Pseudonyms, language: str, sightings: list[Sighting]
) -> dict[str, str]:
    """Speakers whose name changes, and what it becomes."""
    nameless = Finder(public=finder.public)
    speakers = dict.fromkeys(cue.speaker for cue in cues if cue.speaker)
    masked = {
        name: _mask(name, nameless, pseudonyms, language, sightings)
        for name in speakers
        if not name.isalpha()
    }
    return {name: shown for name, shown in masked.items() if shown != name}


def _sighting(found: Finding, text: str, pseudonyms: Pseudonyms) -> Sighting:
    digest = pseudonyms.digest(found.kind, found.value)
    return Sighting(found.kind, digest, text[found.start : found.end])
