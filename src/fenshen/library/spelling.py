"""How the words of a language are spelled: which letter follows which, and which words are frequent.

Read from the word lists of jusText (BSD), which order the frequent words of Wikipedia in each language;
Thai, which is not among them, from words listed here. Pure but for reading those lists once a process.
Knows nothing about bytes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import log

#: ISO 639 code → name of the list.
_LISTS = {
    "en": "English", "fr": "French", "de": "German", "es": "Spanish", "pt": "Portuguese", "it": "Italian",
    "nl": "Dutch", "sv": "Swedish", "da": "Danish", "nb": "Norwegian_Bokmal", "nn": "Norwegian_Nynorsk",
    "fi": "Finnish", "is": "Icelandic", "ca": "Catalan", "gl": "Galician", "eu": "Basque", "oc": "Occitan",
    "sq": "Albanian", "ga": "Irish", "cy": "Welsh", "af": "Afrikaans", "lb": "Luxembourgish", "br": "Breton",
    "pl": "Polish", "cs": "Czech", "sk": "Slovak", "hu": "Hungarian", "ro": "Romanian", "hr": "Croatian",
    "sl": "Slovenian", "bs": "Bosnian", "lt": "Lithuanian", "lv": "Latvian", "et": "Estonian",
    "tr": "Turkish", "az": "Azerbaijani", "uz": "Uzbek", "eo": "Esperanto", "mt": "Maltese",
    "ru": "Russian", "uk": "Ukrainian", "be": "Belarusian", "bg": "Bulgarian", "mk": "Macedonian",
    "sr": "Serbian", "kk": "Kazakh", "ky": "Kyrgyz", "el": "Greek", "he": "Hebrew", "ar": "Arabic",
    "fa": "Persian", "ur": "Urdu", "vi": "Vietnamese", "id": "Indonesian", "ms": "Malay", "tl": "Tagalog",
    "sw": "Swahili", "la": "Latin", "hi": "Hindi", "mr": "Marathi", "ne": "Nepali", "bn": "Bengali",
    "gu": "Gujarati", "ta": "Tamil", "te": "Telugu", "kn": "Kannada", "ml": "Malayalam", "ka": "Georgian",
    "hy": "Armenian", "ku": "Kurdish", "yo": "Yoruba", "ig": "Igbo", "jv": "Javanese", "qu": "Quechua",
}  # fmt: skip
LANGUAGES = (*_LISTS, "th")
_THAI = (
    "ที่ และ ใน เป็น การ ของ มี ได้ ว่า จะ ไม่ ให้ ความ กับ จาก คน มา ไป แล้ว ก็ หรือ โดย ต้อง อยู่ นี้ นั้น ถ้า เมื่อ ผู้ "
    "ซึ่ง วัน ปี ทำ ต่อ เรา ฉัน เขา คุณ ผม เธอ มัน อะไร ทำไม อย่าง เพราะ แต่ ถึง ด้วย กัน ขึ้น ลง ออก เข้า ดี มาก น้อย ใหญ่ เล็ก "
    "บ้าน น้ำ ข้าว กิน เดิน พูด เห็น รู้ คิด ชอบ รัก เวลา ครั้ง หนึ่ง สอง สาม ยัง เคย กำลัง ควร อาจ สามารถ ทุก เช้า คืน วันนี้ พรุ่งนี้ "
    "เมื่อวาน ห้อง โต๊ะ เก่า ใหม่ เสียง เหมือน ขอบคุณ สวัสดี ครับ ค่ะ ประเทศไทย เมือง โลก งาน เงิน ใจ ตัว มือ หัว หน้า หลัง บน ใต้ อีก เต็ม"
)
_WORDS_MAX = 3_000
_FREQUENT = 300
#: A run of letters with the signs that stand on them, which are no letters to `re`.
WORD = re.compile(
    "(?:[^\\W\\d_]|[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f"
    "\u0955-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u09cd\u0a81-\u0a83\u0abc-\u0acd\u0b82\u0bbe-\u0bcd"
    "\u0c00-\u0c04\u0c3e-\u0c4d\u0c81-\u0c83\u0cbc-\u0ccd\u0d00-\u0d03\u0d3b-\u0d4d\u0e31\u0e34-\u0e3a"
    "\u0e47-\u0e4e\u200c\u200d])+"
)
_OUTSIDE, _UNSEEN, _WEIGHT = 1e-6, 1e-4, 3.0


@dataclass(frozen=True)
class Spelling:
    """Which letters follow each other in a language, as natural logarithms of probabilities.

    Attributes:
        after: two letters (a space for the end of a word) → of the second after the first.
        alone: letter → of it anywhere.
        words: frequent words, lower case.
        frequent: the most frequent of them.
    """

    after: Mapping[str, float]
    alone: Mapping[str, float]
    words: frozenset[str]
    frequent: frozenset[str]

    def log_p(self, before: str, letter: str) -> float:
        """Of `letter` after `before`."""
        known = self.after.get(before + letter)
        return known if known is not None else self._unseen(letter)

    def log_p_alone(self, letter: str) -> float:
        """Of `letter` anywhere."""
        return self.alone.get(letter, log(_OUTSIDE))

    def _unseen(self, letter: str) -> float:
        alone = self.alone.get(letter)
        return log(_OUTSIDE) if alone is None else alone + log(_UNSEEN) / 2

    def per_letter(self, words: Mapping[str, int]) -> float:
        """Mean over the letters of `words` (lower case → how often) of how likely each is after the one before."""
        total, letters = 0.0, 0
        for word, count in words.items():
            before = " "
            for letter in (*word, " "):
                total += count * self.log_p(before, letter)
                before = letter
            letters += count * (len(word) + 1)
        return total / max(1, letters)


@cache
def spelling(language: str) -> Spelling:
    """The spelling of one of `LANGUAGES`."""
    listed = _THAI.split() if language == "th" else _read(_LISTS[language])
    return _counted(list(dict.fromkeys(listed))[:_WORDS_MAX])


def _read(name: str) -> list[str]:
    text = files("justext").joinpath("stoplists", f"{name}.txt").read_text("utf-8")
    return [word.lower() for word in text.split() if WORD.fullmatch(word)]


def _counted(words: list[str]) -> Spelling:
    pairs: Counter[str] = Counter()
    for rank, word in enumerate(words):
        weight = 1 + 20 / (rank + 10)
        for before, letter in zip(" " + word, word + " ", strict=True):
            pairs[before + letter] += weight  # type: ignore[assignment]
    alone, first = _sums((pair[1], count) for pair, count in pairs.items()), Counter[str]()
    for pair, count in pairs.items():
        first[pair[0]] += count
    total = sum(alone.values())
    shares = {letter: count / total for letter, count in alone.items()}
    after = {
        pair: log((count + _WEIGHT * shares[pair[1]]) / (first[pair[0]] + _WEIGHT))
        for pair, count in pairs.items()
    }
    return Spelling(
        after,
        {letter: log(share) for letter, share in shares.items()},
        frozenset(words),
        frozenset(words[:_FREQUENT]),
    )


def _sums(found: Iterable[tuple[str, float]]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for key, value in found:
        sums[key] = sums.get(key, 0.0) + value
    return sums
