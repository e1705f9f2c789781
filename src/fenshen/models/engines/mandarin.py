"""Mandarin text to phonemes: characters to pinyin, pinyin to the alphabet of Kokoro.

Tones are arrows after the vowel (→ ↗ ↓ ↘, none when neutral). Latin words inside are left to the
caller's English. Knows nothing about sound.

Source: Duanmu, "The Phonology of Standard Chinese", 2007.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pypinyin import Style, lazy_pinyin
from pypinyin.seg.mmseg import seg

from fenshen.models.engines.numerals import say_mandarin_numbers

_HAN = re.compile(r"[\u3400-\u9fff]+")
_INITIALS = {
    "b": "p", "p": "pʰ", "m": "m", "f": "f", "d": "t", "t": "tʰ", "n": "n", "l": "l", "g": "k", "k": "kʰ",
    "h": "x", "j": "ʨ", "q": "ʨʰ", "x": "ɕ", "zh": "ꭧ", "ch": "ꭧʰ", "sh": "ʂ", "r": "ɻ", "z": "ʦ",
    "c": "ʦʰ", "s": "s", "": "",
}  # fmt: skip
#: `0` marks where the tone goes.
_FINALS = {
    "a": "a0", "ai": "ai0", "an": "a0n", "ang": "a0ŋ", "ao": "au0", "e": "ɤ0", "ei": "ei0", "en": "ə0n",
    "eng": "ə0ŋ", "er": "ɚ0", "i": "i0", "ia": "ja0", "ian": "jɛ0n", "iang": "ja0ŋ", "iao": "jau0",
    "ie": "je0", "in": "i0n", "ing": "i0ŋ", "iong": "jʊ0ŋ", "iou": "jou0", "io": "jɔ0", "o": "wo0",
    "ong": "ʊ0ŋ", "ou": "ou0", "u": "u0", "ua": "wa0", "uai": "wai0", "uan": "wa0n", "uang": "wa0ŋ",
    "uei": "wei0", "uen": "wə0n", "ueng": "wə0ŋ", "uo": "wo0", "v": "y0", "van": "ɥɛ0n", "ve": "ɥe0",
    "vn": "y0n", "ê": "ɛ0", "m": "m0", "n": "n0", "ng": "ŋ0",
}  # fmt: skip
_TONES = {"1": "→", "2": "↗", "3": "↓", "4": "↘", "5": ""}
_BUZZING = frozenset(("zh", "ch", "sh", "r", "z", "c", "s"))
_PUNCTUATION = str.maketrans(
    {
        "，": ", ",
        "、": ", ",
        "。": ". ",
        "！": "! ",
        "？": "? ",
        "：": ": ",
        "；": "; ",
        "（": " (",
        "）": ") ",
    }
    | dict.fromkeys("《「『【", " “")
    | dict.fromkeys("》」』】", "” ")
)


def mandarin_phonemes(text: str, other: Callable[[str], str]) -> str:
    """Phonemes of `text`, words separated by spaces, punctuation kept.

    Args:
        text: Mandarin, possibly with words in Latin letters.
        other: Gives the phonemes of what is not Chinese characters.
    """
    text = say_mandarin_numbers(text).translate(_PUNCTUATION)
    said, place = [], 0
    for run in _HAN.finditer(text):
        said.append(_between(text[place : run.start()], other))
        said.append(_phonemes_of_run(run[0]))
        place = run.end()
    said.append(_between(text[place:], other))
    return re.sub(r"\s+", " ", " ".join(said)).replace(" ,", ",").replace(" .", ".").strip()


def _between(text: str, other: Callable[[str], str]) -> str:
    return other(text) if any(character.isalpha() for character in text) else text


def _phonemes_of_run(run: str) -> str:
    initials = lazy_pinyin(run, style=Style.INITIALS, errors="ignore", strict=True)
    finals = lazy_pinyin(
        run,
        style=Style.FINALS_TONE3,
        errors="ignore",
        strict=True,
        neutral_tone_with_five=True,
        tone_sandhi=True,
    )
    if not len(initials) == len(finals) == len(run):
        return ""  # a rare character without a reading: better silent than shifted
    syllables = iter(_syllable(*pair) for pair in zip(initials, finals, strict=True))
    return " ".join("".join(next(syllables) for _ in word) for word in seg.cut(run))


def _syllable(initial: str, final: str) -> str:
    body, tone = (final[:-1], final[-1]) if final[-1:] in _TONES else (final, "5")
    sound = "ɨ0" if body == "i" and initial in _BUZZING else _FINALS.get(body.replace("ü", "v"), "")
    return _INITIALS.get(initial, "") + sound.replace("0", _TONES[tone])
