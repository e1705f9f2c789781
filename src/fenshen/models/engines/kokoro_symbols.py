"""The phoneme alphabet of Kokoro v1.0: which number each symbol has in the model's input.

Source: `config.json` of hexgrad/Kokoro-82M (Apache-2.0).
"""

from __future__ import annotations

SYMBOLS: dict[str, int] = {
    ";": 1, ":": 2, ",": 3, ".": 4, "!": 5, "?": 6, "—": 9, "…": 10, '"': 11, "(": 12, ")": 13, "“": 14,
    "”": 15, " ": 16, "\u0303": 17, "ʣ": 18, "ʥ": 19, "ʦ": 20, "ʨ": 21, "ᵝ": 22, "\uab67": 23, "A": 24,
    "I": 25, "O": 31, "Q": 33, "S": 35, "T": 36, "W": 39, "Y": 41, "ᵊ": 42, "a": 43, "b": 44, "c": 45,
    "d": 46, "e": 47, "f": 48, "h": 50, "i": 51, "j": 52, "k": 53, "l": 54, "m": 55, "n": 56, "o": 57,
    "p": 58, "q": 59, "r": 60, "s": 61, "t": 62, "u": 63, "v": 64, "w": 65, "x": 66, "y": 67, "z": 68,
    "ɑ": 69, "ɐ": 70, "ɒ": 71, "æ": 72, "β": 75, "ɔ": 76, "ɕ": 77, "ç": 78, "ɖ": 80, "ð": 81, "ʤ": 82,
    "ə": 83, "ɚ": 85, "ɛ": 86, "ɜ": 87, "ɟ": 90, "ɡ": 92, "ɥ": 99, "ɨ": 101, "ɪ": 102, "ʝ": 103,
    "ɯ": 110, "ɰ": 111, "ŋ": 112, "ɳ": 113, "ɲ": 114, "ɴ": 115, "ø": 116, "ɸ": 118, "θ": 119, "œ": 120,
    "ɹ": 123, "ɾ": 125, "ɻ": 126, "ʁ": 128, "ɽ": 129, "ʂ": 130, "ʃ": 131, "ʈ": 132, "ʧ": 133, "ʊ": 135,
    "ʋ": 136, "ʌ": 138, "ɣ": 139, "ɤ": 140, "χ": 142, "ʎ": 143, "ʒ": 147, "ʔ": 148, "ˈ": 156, "ˌ": 157,
    "ː": 158, "ʰ": 162, "ʲ": 164, "↓": 169, "→": 171, "↗": 172, "↘": 173, "ᵻ": 177,
}  # fmt: skip
#: Marks the beginning and the end of what is said.
EDGE = 0
#: The model's context is 512 with both edges; style packs have a row for each length below 510.
SYMBOLS_MAX = 510


def encode(phonemes: str) -> list[int]:
    """Numbers of the known symbols, unknown ones left out."""
    return [SYMBOLS[symbol] for symbol in phonemes if symbol in SYMBOLS]


def split_phonemes(phonemes: str, length_max: int = SYMBOLS_MAX) -> list[str]:
    """`phonemes` in pieces the model can take, cut after punctuation where possible, else between words."""
    pieces = []
    while len(phonemes) > length_max:
        window = phonemes[:length_max]
        cut = max(window.rfind(mark) for mark in (", ", "; ", ": ")) + 1 or window.rfind(" ") or length_max
        if cut <= 0:
            cut = length_max
        pieces.append(phonemes[:cut].strip())
        phonemes = phonemes[cut:].strip()
    return [*pieces, phonemes] if phonemes else pieces
