"""English text to phonemes: a lexicon, a little context, endings, and letter rules for the rest.

    numbers to words → words → lexicon | endings | compounds | letters → sounds fitted to neighbours

The alphabet is the one Kokoro was trained with, and so are the lexicon's spellings. No part-of-speech
tagger: the word before decides between the readings of `live` or `record`. Knows nothing about sound.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from fenshen.core.unicode import normalized
from fenshen.models.engines.letters import spell_sounds
from fenshen.models.engines.numerals import say_english_numbers

Entry = str | Mapping[str, str | None]

_PIECE = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|[;:,.!?—…\"()“”]|[-–/]|\S")
_PUNCTUATION = frozenset(';:,.!?—…"()“”')
_VOWEL_START = re.compile(r"[ˈˌ]?[AIOQWYaeiouæɑɐɔəɛɜɪʊʌᵻ]")
_VERB_AFTER = frozenset(
    [
        "to",
        "i",
        "you",
        "we",
        "they",
        "will",
        "would",
        "can",
        "could",
        "should",
        "may",
        "might",
        "must",
        "shall",
        "let's",
        "don't",
        "doesn't",
        "didn't",
        "i'll",
        "you'll",
        "we'll",
        "they'll",
        "can't",
        "won't",
        "please",
        "who",
        "people",
    ]
)
_NOUN_AFTER = frozenset(
    [
        "a",
        "an",
        "the",
        "my",
        "your",
        "his",
        "her",
        "our",
        "their",
        "this",
        "that",
        "some",
        "any",
        "no",
        "each",
        "every",
        "of",
    ]
)
_PERFECT_AFTER = frozenset(
    [
        "have",
        "has",
        "had",
        "having",
        "i've",
        "you've",
        "we've",
        "they've",
        "was",
        "were",
        "been",
        "be",
        "is",
        "are",
    ]
)
_WORDS = {"&": "and", "%": "percent", "+": "plus", "=": "equals", "@": "at", "#": "number"}
_ABBREVIATIONS = {"mr": "mister", "mrs": "missus", "dr": "doctor", "vs": "versus", "st": "saint"}


class EnglishPhonemes:
    """Turns English into phonemes.

    Args:
        lexicons: Word to phonemes, the most trusted first; a value may give a reading per part of speech.
    """

    def __init__(self, *lexicons: Mapping[str, Entry]) -> None:
        self._lexicons = lexicons

    def __call__(self, text: str) -> str:
        """Phonemes of `text`, words separated by spaces, punctuation kept."""
        pieces = [_WORDS.get(piece, piece) for piece in _PIECE.findall(_expand(text))]
        said: list[str] = []
        following: str | None = None
        for place in range(len(pieces) - 1, -1, -1):
            piece = pieces[place]
            if piece in _PUNCTUATION:
                said.append(piece if piece in "(“" else f"{piece} ")
                following = None
            elif piece[0].isalpha():
                before = pieces[place - 1].lower().replace("’", "'") if place else ""
                following = self.word(piece.replace("’", "'"), before, following)
                said.append(f"{following} ")
        joined = "".join(reversed(said))
        return re.sub(r" ([;:,.!?…)”])", r"\1", re.sub(r"\s+", " ", joined)).strip()

    def word(self, word: str, before: str = "", following: str | None = None) -> str:
        """Phonemes of one word.

        Args:
            word: As written.
            before: The word before it, lower case.
            following: Phonemes of the word after it, `None` before punctuation or the end.
        """
        lower = word.lower()
        before_vowel = bool(following and _VOWEL_START.match(following))
        match lower:
            case "the":
                return "ði" if before_vowel else "ðə"
            case "to" if following is not None:
                return "tʊ" if before_vowel else "tə"
            case "a" if word == "a" or following is not None:
                return "ɐ"
            case "an":
                return "ɐn"
            case "i" if following is not None:
                return "ˌI"
        return self._known(word, before, following) or self._unknown(word)

    def _known(self, word: str, before: str, following: str | None) -> str | None:
        for form in dict.fromkeys((word, word.lower(), word.capitalize())):
            for lexicon in self._lexicons:
                if (entry := lexicon.get(form)) is not None:
                    return entry if isinstance(entry, str) else _reading(entry, before, following)
        return self._with_ending(word.lower())

    def _with_ending(self, word: str) -> str | None:
        for ending, join in (("'s", _plural), ("s", _plural), ("ed", _past), ("ing", _progressive)):
            if not word.endswith(ending) or len(word) - len(ending) < 2:
                continue
            for stem in _stems(word[: -len(ending)], ending):
                for lexicon in self._lexicons:
                    if entry := lexicon.get(stem):
                        return join(entry if isinstance(entry, str) else _reading(entry, "", None))
        return None

    def _unknown(self, word: str) -> str:
        if word.endswith("'s"):
            return _plural(self.word(word[:-2]))
        plain = word.replace("'", "")
        if plain.isupper() and 1 < len(plain) <= 5:
            return self._letters(plain)
        lower = plain.lower()
        for place in range(len(lower) - 3, 2, -1):
            head, tail = self._known(lower[:place], "", None), self._known(lower[place:], "", None)
            if head and tail:
                return head + tail.replace("ˈ", "ˌ")
        return spell_sounds(re.sub(r"[^a-z]", "", lower)) or self._letters(plain)

    def _letters(self, word: str) -> str:
        said = [self._known(letter, "", None) or "" for letter in word.upper()]
        return "".join(part.replace("ˈ", "ˌ") for part in said[:-1]) + said[-1]


def load_english(folder: Path) -> EnglishPhonemes:
    """The phonemes of the catalog's `english-lexicon` in `folder`."""
    names = ("us_gold.json", "us_silver.json")
    return EnglishPhonemes(*(json.loads((folder / name).read_text(encoding="utf-8")) for name in names))


def _expand(text: str) -> str:
    text = "".join(c for c in normalized("NFKD", text) if not unicodedata.combining(c))
    text = re.sub(r"\b(Mr|Mrs|Dr|vs|St)\.", lambda match: _ABBREVIATIONS[match[1].lower()], text)
    return say_english_numbers(text)


def _reading(entry: Mapping[str, str | None], before: str, following: str | None) -> str:
    kinds: tuple[str, ...] = ()
    if before in _PERFECT_AFTER:
        kinds = ("VBN", "VBD", "ADJ")
    elif before in _VERB_AFTER:
        kinds = ("VERB",)
    elif before in _NOUN_AFTER:
        kinds = ("NOUN",)
    if following is None:
        kinds += ("None",)
    return next((said for kind in kinds if (said := entry.get(kind))), None) or entry["DEFAULT"] or ""


def _stems(stem: str, ending: str) -> list[str]:
    stems = [stem]
    if ending in ("ed", "ing"):
        stems.append(f"{stem}e")
        if stem[-1] == stem[-2]:
            stems.append(stem[:-1])
    if stem.endswith("e") and ending == "s":
        stems.append(stem[:-1])
    if stem.endswith("i") and ending == "ed":
        stems.append(f"{stem[:-1]}y")
    if stem.endswith("ie") and ending == "s":
        stems.append(f"{stem[:-2]}y")
    return stems


def _plural(stem: str) -> str:
    if stem[-1] in "szʃʒʧʤ":
        return f"{stem}ᵻz"
    return f"{stem}s" if stem[-1] in "ptkfθ" else f"{stem}z"


def _past(stem: str) -> str:
    if stem[-1] in "td":
        return f"{_flap(stem)}ᵻd"
    return f"{stem}t" if stem[-1] in "pkfθʃsʧ" else f"{stem}d"


def _progressive(stem: str) -> str:
    return f"{_flap(stem)}ɪŋ"


def _flap(stem: str) -> str:
    """American `t` between vowels is a tap: `waiting` is said with ɾ."""
    return f"{stem[:-1]}ɾ" if len(stem) > 1 and stem[-1] == "t" and _VOWEL_START.match(stem[-2]) else stem
