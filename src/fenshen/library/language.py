"""Which script a text is written in, and how long it is in words. Pure; knows nothing about files."""

from __future__ import annotations

import re

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HAN = re.compile(f"[{HAN}]")
_WORD = re.compile(rf"[^\W{HAN}_]+(?:['’\-][^\W{HAN}_]+)*")

#: Chinese characters that carry as much as one English word; makes 40-120 words and 72-216 characters equal.
HAN_PER_WORD = 1.8


def count_han(text: str) -> int:
    """Chinese characters in `text`."""
    return len(_HAN.findall(text))


def count_words(text: str) -> int:
    """Words in `text`; each Chinese character counts as one, as word processors count."""
    return len(_WORD.findall(text)) + count_han(text)


def reading_length(text: str) -> float:
    """Length of `text` in English words, Chinese weighted to carry the same amount."""
    return len(_WORD.findall(text)) + count_han(text) / HAN_PER_WORD


def detect_language(text: str, default: str = "en") -> str:
    """`zh` when Chinese characters outweigh other words, else `default` (`en` if that is `zh`)."""
    han = count_han(text)
    if han / HAN_PER_WORD > len(_WORD.findall(text)):
        return "zh"
    return "en" if default == "zh" and not han else default
