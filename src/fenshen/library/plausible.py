"""Whether a text looks like words of a language.

The one measure for every reader: letters that follow each other as in no language come from a font without
Unicode, a wrong encoding or a damaged file, and are refused instead of learned. It says nothing about a few
words. Time grows with the sample, not with the text. Pure; knows nothing about formats.
Source: Cavnar, Trenkle: N-Gram-Based Text Categorization, 1994 (letters following each other tell a language).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from enum import Enum

from fenshen.library.letters import wide_log_p
from fenshen.library.spelling import LANGUAGES, WORD, spelling

_SAMPLE_CHARS, _SLICES = 3_000, 6
_LETTERS_MIN = 60
#: Mean natural logarithm a letter. Texts in languages known here reach -3.3, unknown relatives of them -4.2,
#: the same texts with other letters put in their place -3.9 to -6; those have no frequent words either.
_CLEAR, _DOUBTFUL, _RUBBISH = -3.6, -4.4, -4.75
_WORDLESS_DOUBTFUL, _WORDLESS_RUBBISH, _WORDLESS_SHARE = -3.8, -4.4, 0.05
#: With so many of a language's frequent words no other one is asked.
_SURE_SHARE = 0.2
#: Scripts that many languages share of which few are known here: nothing below these is told from another one.
_RUBBISH_IN = {"arabic": -6.5, "devanagari": -6.5}
#: The same for Chinese, Japanese and Korean: lists of things without a common character reach -8.6.
_WIDE_DOUBTFUL, _WIDE_RUBBISH = -8.4, -9.2
_BARE_SHARE_MAX = 0.3
_ODD_DOUBTFUL, _ODD_RUBBISH = 0.02, 0.1
_WIDE = re.compile("[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff]")
_ODD = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffd\ufff0-\uffff\ue000-\uf8ff\U000f0000-\U0010ffff]"
)
_VISIBLE = re.compile(r"\S")
#: Scripts by where their letters begin; a script without a language here is taken as it is.
_SCRIPTS = (
    ("latin", 0x0041, 0x024F), ("latin", 0x1E00, 0x1EFF), ("greek", 0x0370, 0x03FF), ("greek", 0x1F00, 0x1FFF),
    ("cyrillic", 0x0400, 0x052F), ("hebrew", 0x0590, 0x05FF), ("arabic", 0x0600, 0x077F),
    ("devanagari", 0x0900, 0x097F), ("thai", 0x0E00, 0x0E7F),
)  # fmt: skip
_TELLING_WORDS = {
    "greek": ("el",), "cyrillic": ("ru", "uk", "be", "bg", "mk", "sr", "kk", "ky"), "hebrew": ("he",),
    "arabic": ("ar", "fa", "ur"), "devanagari": ("hi", "mr", "ne"), "thai": ("th",),
}  # fmt: skip
_OTHERS = {"bn", "gu", "ta", "te", "kn", "ml", "ka", "hy"} | {
    code for found in _TELLING_WORDS.values() for code in found
}
_LANGUAGES = {**_TELLING_WORDS, "latin": tuple(code for code in LANGUAGES if code not in _OTHERS)}


class Likeness(Enum):
    """What a text looks like."""

    WORDS = "words"
    UNSURE = "unsure"
    DOUBTFUL = "doubtful"
    RUBBISH = "rubbish"


def likeness(text: str) -> Likeness:
    """Whether `text` looks like words of a language; `UNSURE` where it is too short to tell."""
    sample = _sample(text)
    visible = len(_VISIBLE.findall(sample))
    odd = len(_ODD.findall(sample)) / max(1, visible)
    if visible >= _LETTERS_MIN and odd > _ODD_RUBBISH:
        return Likeness.RUBBISH
    found = _worst(sample)
    if found in (Likeness.WORDS, Likeness.UNSURE) and visible >= _LETTERS_MIN and odd > _ODD_DOUBTFUL:
        return Likeness.DOUBTFUL
    return found


def share_of_frequent_words(text: str) -> float:
    """Share of the frequent words of a language among its words, 0 to 1; 1 for what is written without spaces."""
    sample = _sample(text)
    words = Counter(WORD.findall(_WIDE.sub(" ", sample).lower()))
    total = sum(words.values())
    if len(_WIDE.findall(sample)) > total:
        return 1.0
    return max((_frequent_share(words, code) for code in LANGUAGES), default=0.0)


def _frequent_share(words: Mapping[str, int], code: str) -> float:
    total = max(1, sum(words.values()))
    return sum(words[word] for word in spelling(code).frequent & words.keys() if len(word) > 1) / total


def _sample(text: str) -> str:
    """A few stretches of the text from its beginning to its end."""
    if len(text) <= _SAMPLE_CHARS:
        return text
    size = _SAMPLE_CHARS // _SLICES
    return " ".join(text[at : at + size] for at in range(0, len(text), -(-len(text) // _SLICES)))


def _worst(sample: str) -> Likeness:
    """The likeness of the script that most of the letters are in."""
    wide = _WIDE.findall(sample)
    words = Counter(WORD.findall(_WIDE.sub(" ", sample).lower()))
    by_script: dict[str, Counter[str]] = {}
    for word, count in words.items():
        by_script.setdefault(_script(word), Counter())[word] += count
    letters = {script: sum(len(word) * n for word, n in found.items()) for script, found in by_script.items()}
    main = max(letters, key=lambda script: letters[script], default="")
    if len(wide) * 2 >= letters.get(main, 0):
        return _wide_likeness(wide)
    if letters[main] < _LETTERS_MIN or main not in _LANGUAGES:
        return Likeness.UNSURE if letters[main] < _LETTERS_MIN else Likeness.WORDS
    return _spelled(by_script[main], main)


def _spelled(words: Mapping[str, int], script: str) -> Likeness:
    """What the letters of one script, and the frequent words among them, tell."""
    best, hits = _best(words, script)
    is_wordless = hits < _WORDLESS_SHARE
    rubbish = _RUBBISH_IN.get(script, _WORDLESS_RUBBISH if is_wordless else _RUBBISH)
    if best >= (_WORDLESS_DOUBTFUL if is_wordless else _DOUBTFUL):
        return Likeness.WORDS
    if best >= rubbish:
        return Likeness.DOUBTFUL
    bare = Counter({_bare(word): count for word, count in words.items()})
    marked = sum(count * (word != _bare(word)) for word, count in words.items())
    is_marked = script == "greek" or marked < _BARE_SHARE_MAX * sum(words.values())
    if is_marked and bare != words and _best(bare, script)[0] >= _WORDLESS_RUBBISH:
        return Likeness.DOUBTFUL
    return Likeness.RUBBISH


def _best(words: Mapping[str, int], script: str) -> tuple[float, float]:
    """How likely the letters are in the language that suits them best, and the share of its frequent words."""
    first = _LANGUAGES[script][0]
    share = _frequent_share(words, first)
    if share >= _SURE_SHARE and (likely := spelling(first).per_letter(words)) > _CLEAR:
        return likely, share
    hits = {code: _frequent_share(words, code) for code in _LANGUAGES[script]}
    best = float("-inf")
    for code in sorted(hits, key=lambda code: -hits[code]):
        best = max(best, spelling(code).per_letter(words))
        if best > _CLEAR:
            break
    return best, max(hits.values())


def _wide_likeness(chars: list[str]) -> Likeness:
    if len(chars) < _LETTERS_MIN // 2:
        return Likeness.UNSURE
    counts = Counter(chars)
    best = max(
        sum(wide_log_p(char, language) * n for char, n in counts.items()) / len(chars)
        for language in ("zh-hans", "zh-hant", "ja", "ko")
    )
    if best < _WIDE_RUBBISH:
        return Likeness.RUBBISH
    return Likeness.DOUBTFUL if best < _WIDE_DOUBTFUL else Likeness.WORDS


def _script(word: str) -> str:
    code = ord(word[0])
    return next((name for name, first, last in _SCRIPTS if first <= code <= last), "other")


def _bare(word: str) -> str:
    """Without the marks on letters, for languages whose own are not known here."""
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
