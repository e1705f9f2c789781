"""Mandarin as it is written on the mainland: simplified characters, ASCII digits, no spaces between characters.

Whisper answers Mandarin in either script and sets signs of both kinds. Knows nothing about sound.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

_HAN = "\u3400-\u9fff"
_BETWEEN = re.compile(rf"(?<=[{_HAN}，。！？；：、])\s+(?=[{_HAN}，。！？；：、])")
_SIGN = re.compile(rf"(?<=[{_HAN}])\s*([,?!;:])(?!\d)")
_FULL = {",": "，", "?": "？", "!": "！", ";": "；", ":": "："}
_DECIMAL = re.compile(r"(?<=\d)([.,]) (?=\d)")
_WIDE = re.compile(r"[０-９Ａ-Ｚａ-ｚ％]+")


def simplified(text: str) -> str:
    """The text in simplified characters, its digits in ASCII, its signs full width after a character."""
    text = _WIDE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), _converter().convert(text))
    text = _SIGN.sub(lambda match: _FULL[match[1]], text)
    return _BETWEEN.sub("", _DECIMAL.sub(r"\1", text))


@cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("t2s")
