"""In which encoding bytes read as a language: every candidate is decoded and its words are judged.

    bytes → each encoding's text → how its letters follow each other in the languages it was made for → the best

Libraries that guess by byte statistics take French for Polish and short Korean for Chinese. What no encoding
turns into words of a language, and what two turn into words as good, is refused rather than guessed.
Knows nothing about Unicode's own encodings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from fenshen.library.letters import symbol_log_p, wide_log_p
from fenshen.library.spelling import WORD, spelling

_JUDGED_BYTES = 1 << 14
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_MIXED = re.compile(r"[A-Za-z0-9](?=[^\x00-\x7f\W\d_])|(?<=[^\x00-\x7f\W\d_])[A-Za-z]")
_LATE_CAPITAL = re.compile(
    r"(?<=[a-zà-öø-ÿа-яёђ-џā-ž])[A-ZÀ-ÖØ-ÞА-ЯЀ-ЏĀ-Ž](?<![ā-ž])|(?<=[A-Z])[À-ÖØ-ÞŠŽŒŸ](?=[a-z])"
)
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]")
_LETTER = r"[^\W\d_]"
#: A sign where none stands: between two letters, one that opens right after a letter, one that closes before
#: a word, a lone one after a letter.
_ASTRAY = re.compile(
    rf"(?<={_LETTER})(?:[^\x00-\x7f\w\s’·—–…]{{1,3}}|[—–])(?={_LETTER})"
    rf"|(?<={_LETTER})[„‚¿¡‹«•‰‡†¬½¼¾²³¹ªº·]|(?<![\w’”])[’”·°](?={_LETTER})|(?<![\w.])°(?=\d)|([„“”‘’])\1"
)
#: A quotation mark after a letter closes what one of these opens.
_OPENS = {
    "‘": re.compile(r"(?<!\w)[‚‘]"),
    "“": re.compile(r"(?<!\w)[„“]"),
    "”": re.compile(r"(?<!\w)[“„”]"),
    "—": re.compile(r"(?<!\w)[—–](?=\w)"),
    "–": re.compile(r"(?<!\w)[—–](?=\w)"),
}
_CLOSING = re.compile(rf"(?<={_LETTER})(?:[‘“”](?!{_LETTER})|[—–](?=\s))")
_WEST = "en fr de es pt it nl sv da nb fi is ca gl eu sq"
_MIDDLE = "pl cs sk hu ro hr sl bs sq de"
_BALTIC = "lt lv et"
_CYRILLIC = "ru uk be bg sr mk"
#: How much a frequent word of a language tells, one with letters beyond ASCII, and what speaks against it:
#: a letter of another script inside a word, a capital after a small letter, a sign inside a word. In nats.
_WORD_NATS, _OWN_WORD_NATS, _MIXED_NATS, _CAPITAL_NATS, _ASTRAY_NATS = 1.2, 1.5, 3.0, 3.0, 5.0
_WIDE_MIXED_NATS, _STRAY_NATS = 1.5, 4.0
#: One sign astray in so many beyond ASCII is too many; and the mean nats that a sentence in Chinese, Japanese or
#: Korean reaches (-8.0 in sentences about rare things; other encodings read as one of them stay below -8.6).
_ASTRAY_MAX, _WIDE_MIN = 4, -8.3
#: An odd text gives way to one that is no odd one, this near to it and as likely as this, in nats a byte.
_NEAR_SHARE, _SOUND_MIN = 0.1, -5.6


@dataclass(frozen=True)
class _Encoding:
    """A Python codec, the languages it was made for, and how seldom it is met, in nats."""

    name: str
    languages: tuple[str, ...]
    rarity: float = 0.0
    is_latin: bool = False


def _row(name: str, languages: str, rarity: float = 0.0, *, latin: bool = False) -> _Encoding:
    return _Encoding(name, tuple(languages.split()), rarity, latin)


#: By preference; `wide` languages stand for the standards of Asia.
_WIDE = (
    _row("gb18030", "zh-hans"),
    _row("big5hkscs", "zh-hant"),
    _row("cp932", "ja"),
    _row("cp949", "ko"),
    _row("euc_jp", "ja"),
    _row("johab", "ko", 12),
)
_NARROW = (
    _row("cp1252", _WEST, latin=True),
    _row("cp1250", _MIDDLE, 0.7, latin=True),
    _row("cp1251", _CYRILLIC, 0.7),
    _row("koi8_r", "ru", 0.7),
    _row("cp1253", "el", 0.7),
    _row("cp1254", "tr", 0.7, latin=True),
    _row("cp1255", "he", 0.7),
    _row("cp1256", "ar fa ur", 0.7),
    _row("cp874", "th", 0.7),
    _row("cp1257", _BALTIC, 4, latin=True),
    _row("cp1258", "vi", 2, latin=True),
    _row("koi8_u", "uk", 2),
    _row("kz1048", "kk", 4),
    _row("iso8859_2", _MIDDLE, 2, latin=True),
    _row("iso8859_15", _WEST, 3, latin=True),
    _row("iso8859_3", "eo mt", 5, latin=True),
    _row("iso8859_5", _CYRILLIC, 4),
    _row("iso8859_6", "ar", 4),
    _row("iso8859_7", "el", 2),
    _row("iso8859_13", _BALTIC, 5, latin=True),
    _row("iso8859_4", _BALTIC, 6, latin=True),
    _row("mac_roman", _WEST, 6, latin=True),
    _row("cp850", _WEST, 6, latin=True),
    _row("cp437", _WEST, 7, latin=True),
    _row("mac_latin2", _MIDDLE, 7, latin=True),
    _row("cp852", _MIDDLE, 6, latin=True),
    _row("cp866", "ru uk be bg", 5),
    _row("cp1125", "uk", 7),
    _row("cp855", _CYRILLIC, 7),
    _row("mac_cyrillic", _CYRILLIC, 6),
    _row("mac_greek", "el", 7),
    _row("cp737", "el", 6),
    _row("cp869", "el", 7),
    _row("mac_turkish", "tr", 7, latin=True),
    _row("cp857", "tr", 6, latin=True),
    _row("cp862", "he", 6),
    _row("cp775", _BALTIC, 7, latin=True),
)
#: Those that file names in old archives are in beside the commonest, without what only whole texts tell.
_OF_NAMES = frozenset({"cp850", "cp866"})


@dataclass(frozen=True)
class Guess:
    """An encoding and how well its text reads.

    Attributes:
        nats: log likelihood of what is beyond ASCII.
        per_byte: the same for each byte beyond ASCII.
        lead: how much likelier than the best that reads otherwise.
        is_odd: its signs stand where writers put none, or its Chinese has hardly a common character.
    """

    encoding: str
    nats: float
    per_byte: float
    lead: float
    is_odd: bool


def likeliest(sample: bytes, *, of_names: bool = False) -> Guess:
    """The best guess for `sample`, which is not UTF-8.

    Args:
        of_names: it is names of files, which DOS encodings are as likely for as others.
    """
    told = _telling(sample)
    scored = []
    for encoding in (*_NARROW, *_WIDE):
        text = told.decode(encoding.name, "replace")
        rarity = 0.7 if of_names and encoding.name in _OF_NAMES else encoding.rarity
        scored.append((_log_p(text, encoding) - rarity, encoding.name, text))
    scored.sort(key=lambda one: -one[0])
    beyond = max(1, sum(byte > 0x7F for byte in told))
    least = max(scored[0][0] - _NEAR_SHARE * abs(scored[0][0]), _SOUND_MIN * beyond)
    near = [one for one in scored if one[0] >= least]
    best, name, text = next((one for one in near if not _is_odd(one[2], one[1])), scored[0])
    others = (nats for nats, _, read in scored if read != text and nats <= best)
    second = next(others, float("-inf"))
    return Guess(name, best, best / beyond, best - second, _is_odd(text, name))


def _is_odd(text: str, name: str) -> bool:
    beyond = _BEYOND_ASCII.findall(text)
    wide = next((encoding for encoding in _WIDE if encoding.name == name), None)
    if wide is None:
        return _signs_astray(text) * _ASTRAY_MAX > len(beyond)
    return sum(wide_log_p(char, wide.languages[0]) for char in beyond) < _WIDE_MIN * len(beyond)


def _telling(sample: bytes) -> bytes:
    """The lines with bytes beyond ASCII, as far as they are judged."""
    lines = [line for line in sample.splitlines(keepends=True) if not line.isascii()]
    joined = b"".join(lines)
    return joined[: joined.rfind(b"\n", 0, _JUDGED_BYTES) + 1 or _JUDGED_BYTES]


def _log_p(text: str, encoding: _Encoding) -> float:
    """Log likelihood of what is beyond ASCII, in the language that suits it best."""
    if encoding in _WIDE:
        counts = Counter(_BEYOND_ASCII.findall(text))
        english = spelling("en").frequent
        likely = _WORD_NATS * sum(len(word) > 1 and word in english for word in WORD.findall(text.lower()))
        likely += sum(wide_log_p(char, encoding.languages[0]) * count for char, count in counts.items())
        return likely - len(_MIXED.findall(text)) * _WIDE_MIXED_NATS
    against = len(_LATE_CAPITAL.findall(text)) * _CAPITAL_NATS
    if not encoding.is_latin:
        against += len(_MIXED.findall(text)) * _MIXED_NATS
    against += _signs_astray(text) * _ASTRAY_NATS
    symbols = Counter(_BEYOND_ASCII.findall(WORD.sub("", text)))
    against -= sum(symbol_log_p(char) * count for char, count in symbols.items())
    words = Counter(WORD.findall(text.lower()))
    if not encoding.is_latin and not any(len(word) > 1 and not word.isascii() for word in words):
        against += _STRAY_NATS
    return max(_spelled_log_p(words, language) for language in encoding.languages) - against


def _signs_astray(text: str) -> int:
    """Signs beyond ASCII that stand where writers put none; marks on letters are part of them."""
    text = _MARKS.sub("", text)
    closing = Counter(_CLOSING.findall(text))
    unopened = sum(count for sign, count in closing.items() if not _OPENS[sign].search(text))
    return sum(1 for _ in _ASTRAY.finditer(text)) + unopened


def _spelled_log_p(words: Mapping[str, int], language: str) -> float:
    """What the letters beyond ASCII, their neighbours and frequent words tell for a language."""
    known, english = spelling(language), spelling("en").frequent
    total = 0.0
    for word, count in words.items():
        if word.isascii():
            total += count * _WORD_NATS * (len(word) > 1 and (word in known.frequent or word in english))
            continue
        is_stray = len(word) == 1 and word not in known.words
        total += count * (_word_log_p(word, language) + _OWN_WORD_NATS * (word in known.words))
        total -= count * _STRAY_NATS * is_stray
    return total


def _word_log_p(word: str, language: str) -> float:
    known, before, total = spelling(language), " ", 0.0
    for letter in (*word, " "):
        if not letter.isascii():
            total += known.log_p(before, letter)
        elif not before.isascii():
            total += known.log_p(before, letter) - known.log_p_alone(letter)
        before = letter
    return total
