"""Letter-to-sound rules for English words no lexicon has: names, brands, inventions.

Longest match first, from left to right, in the phoneme alphabet of Kokoro. Rough by nature: it says
something a listener can recognise, and the lexicon comes first. Knows nothing about lexicons.
"""

from __future__ import annotations

import re

#: (letters, phonemes); `^` starts a word and `$` ends it.
_RULES = {
    "tion": "ʃən", "sion": "ʒən", "ture": "ʧəɹ", "ough": "O", "augh": "ɔ", "eigh": "A", "igh": "I",
    "tch": "ʧ", "dge": "ʤ", "sch": "ʃ", "eau": "O", "air": "ɛɹ", "ear": "ɪɹ", "eer": "ɪɹ", "oor": "ʊɹ",
    "our": "ɔɹ", "que$": "k", "gue$": "ɡ", "^kn": "n", "^wr": "ɹ", "^ps": "s", "^x": "z", "mb$": "m",
    "le$": "ᵊl", "ia$": "iə", "ie$": "i", "ee": "i", "ea": "i", "oo": "u", "ou": "W", "ow": "O",
    "oi": "Y", "oy": "Y", "ai": "A", "ay": "A", "ei": "A", "ey$": "i", "ey": "A", "oa": "O", "oe": "O",
    "au": "ɔ", "aw": "ɔ", "ew": "u", "eu": "ju", "ue": "u", "ui": "u", "ar": "ɑɹ", "er": "əɹ", "ir": "ɜɹ",
    "or": "ɔɹ", "ur": "ɜɹ", "yr": "ɪɹ", "ch": "ʧ", "sh": "ʃ", "th": "θ", "ph": "f", "gh": "ɡ", "wh": "w",
    "ck": "k", "ng$": "ŋ", "nk": "ŋk", "qu": "kw", "sc": "sk", "ce": "sɛ", "ci": "sɪ", "cy": "si",
    "ge$": "ʤ", "gi": "ʤɪ", "gy": "ʤi", "y$": "i", "^y": "j", "e$": "", "o$": "O", "a$": "ə", "i$": "i",
    "a": "æ", "b": "b", "c": "k", "d": "d", "e": "ɛ", "f": "f", "g": "ɡ", "h": "h", "i": "ɪ", "j": "ʤ",
    "k": "k", "l": "l", "m": "m", "n": "n", "o": "ɑ", "p": "p", "q": "k", "r": "ɹ", "s": "s", "t": "t",
    "u": "ʌ", "v": "v", "w": "w", "x": "ks", "y": "ɪ", "z": "z",
}  # fmt: skip
#: A vowel, one consonant and a silent e at the end: the vowel says its name.
_LONG = {"a": "A", "e": "i", "i": "I", "o": "O", "u": "u", "y": "I"}
_MAGIC_E = re.compile(r"([aeiouy])([bcdfgklmnpstvz])e$")
_SOFT = {"c": "s", "g": "ʤ"}
_VOWEL = re.compile(r"[AIOQWYaeiouæɑɔəɛɜɪʊʌᵻ]")


def spell_sounds(word: str) -> str:
    """Phonemes of a lower-case word of plain letters, with stress on the first vowel."""
    word = re.sub(r"([bcdfgklmnprstvz])\1", r"\1", word)
    tail = ""
    if len(word) > 3 and (match := _MAGIC_E.search(word)):
        vowel, consonant = match.groups()
        tail = _LONG[vowel] + _SOFT.get(consonant, consonant.replace("g", "ɡ"))
        word = word[: match.start()]
    sounds = _apply_rules(f"^{word}" if tail else f"^{word}$") + tail
    first = _VOWEL.search(sounds)
    return sounds if first is None else f"{sounds[: first.start()]}ˈ{sounds[first.start() :]}"


def _apply_rules(marked: str) -> str:
    sounds, place = [], 0
    while place < len(marked):
        for length in (5, 4, 3, 2, 1):
            piece = marked[place : place + length]
            if len(piece) == length and piece in _RULES:
                sounds.append(_RULES[piece])
                place += length
                break
        else:
            place += 1
    return "".join(sounds)
