"""What a library holds, in numbers: the only input of grades and advice. Pure; knows nothing about the database."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from fenshen.library.claims import USES


@dataclass
class LanguageFigures:
    """What is there in one language, private items left out.

    Attributes:
        words: everybody's, as word processors count (a Chinese character is one).
        own_words: the creator's own among them, marked ones left out.
        learnable: reading length (1.8 Chinese characters are one word) of what may be learned from.
        waiting: the same of what could be learned from if its rights were settled.
        items: how many it was learnable from.
    """

    words: int = 0
    own_words: int = 0
    learnable: float = 0.0
    waiting: float = 0.0
    items: int = 0


@dataclass
class Month:
    """What was published in one month."""

    items: int = 0
    words: int = 0
    hours: float = 0.0


@dataclass
class Figures:
    """A library in numbers. All but `private_items` leave private items out.

    Attributes:
        hours: of sound, heard or only captioned.
        kinds, languages, formats: item counts.
        months: `2024-03` → what was published; `undated` items are in none.
        speakers: different names of people who speak.
        own_share: of the words, the creator's own.
        marked: mark → words that are kept but not learned because of it.
        duplicate_items, duplicate_words: what another item says the same of.
        speech_s: seconds of the creator's own voice that may be spoken with, in items whose sound is kept.
        clean_speech_s: those of them without music or hearing errors around.
        waiting_speech_s: clean seconds that could be spoken with if their rights were settled.
        noise: shares of the words: `non_words`, `repeated`, `music`, `unpunctuated`.
        usable: use → items that may be used so.
        usable_words: words that may be both learned and cited.
        countable_words: words of everything that is not private, taken out or a duplicate.
        unspoken_items: nobody said what they may be used for.
        flagged_items: they look like somebody else's and nobody answered for them.
        lapsed_items: the consent they rest on does not hold.
        owners: `mine`, `others` or `nobody` → items.
        licences: licence → items.
        masked: kind of personal data → how often it was masked.
        undecided_exports: chats in which nobody is the creator yet.
        undecided_voices: voices in recordings of whom it is not decided whether they are the creator.
        dropped: why places of files were left out → how many places.
        skipped: why files of the last ingest were left out → how many.
    """

    items: int = 0
    passages: int = 0
    words: int = 0
    hours: float = 0.0
    private_items: int = 0
    excluded_items: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    formats: Counter[str] = field(default_factory=Counter)
    by_language: dict[str, LanguageFigures] = field(default_factory=dict)
    months: dict[str, Month] = field(default_factory=dict)
    undated_items: int = 0
    speakers: int = 0
    own_words: int = 0
    marked: Counter[str] = field(default_factory=Counter)
    duplicate_items: int = 0
    duplicate_words: int = 0
    speech_s: float = 0.0
    clean_speech_s: float = 0.0
    waiting_speech_s: float = 0.0
    noise: dict[str, float] = field(default_factory=dict)
    usable: dict[str, int] = field(default_factory=lambda: dict.fromkeys(USES, 0))
    usable_words: int = 0
    countable_words: int = 0
    unspoken_items: int = 0
    flagged_items: int = 0
    lapsed_items: int = 0
    owners: Counter[str] = field(default_factory=Counter)
    licences: Counter[str] = field(default_factory=Counter)
    masked: dict[str, int] = field(default_factory=dict)
    undecided_exports: int = 0
    undecided_voices: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    skipped: dict[str, int] = field(default_factory=dict)

    @property
    def own_share(self) -> float:
        """Of the words, the creator's own."""
        return self.own_words / self.words if self.words else 0.0

    @property
    def duplicate_share(self) -> float:
        """Of the words, those that another item has too."""
        return self.duplicate_words / self.words if self.words else 0.0

    @property
    def masked_per_1000_words(self) -> float:
        """How much personal data was masked."""
        return 1000 * sum(self.masked.values()) / self.words if self.words else 0.0
