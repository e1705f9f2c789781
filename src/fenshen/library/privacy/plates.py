"""Licence plates: Chinese ones by their shape, others by a word that says so. Knows nothing about cars."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fenshen.library.privacy.finding import Finding
from fenshen.library.privacy.fold import Folded

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_CHINESE = re.compile(
    rf"[{_PROVINCES}][A-HJ-NP-Z][ ·.-]?(?=[A-HJ-NP-Z]{{0,3}}[0-9])"
    r"(?:[DF][A-HJ-NP-Z0-9][0-9]{4}|[0-9]{5}[DF]|[A-HJ-NP-Z0-9]{5}|[A-HJ-NP-Z0-9]{4}[学警港澳挂])(?![0-9A-Za-z])"
)
#: Words (in lower case) after which a plate is told.
_WORDS = (
    "number plate", "numberplate", "number-plate", "license plate", "licence plate", "plate number", "registration", "reg",
    "kennzeichen", "nummernschild", "immatriculation", "matrícula", "车牌", "牌照",
)  # fmt: skip
_AFTER = re.compile(
    r"[^0-9\n]{0,24}?(?<![0-9A-Za-z])(?P<plate>(?=[A-ZÄÖÜ -]{0,8}[0-9])(?=[0-9 -]{0,8}[A-ZÄÖÜ])"
    r"[0-9A-ZÄÖÜ]{1,4}(?:[ ·-]?[0-9A-ZÄÖÜ]{1,4}){1,2})(?![0-9A-Za-z])"
)
_APART = re.compile(r"[ ·.-]")
#: Letters and digits of the shortest and longest plates that are believed on a word alone.
PLATE_CHARS = range(5, 9)


def find_plates(folded: Folded) -> Iterator[Finding]:
    """Every licence plate in a folded text; its value has no spaces or dots."""
    text = folded.text
    for match in _CHINESE.finditer(text):
        yield Finding("plate", *match.span(), _APART.sub("", match[0]))
    for end in folded.word_ends(_WORDS):
        told = _AFTER.match(text, end)
        if told and len(value := _APART.sub("", told["plate"])) in PLATE_CHARS:
            yield Finding("plate", *told.span("plate"), value)
