"""Title, date and language from a file's name. Pure; knows nothing about what the file holds.

    name → extension, language and id of a video site off → day found → what is left is the title

`2024-03-16 The Mantel Clock.en.srt` → 16 March 2024, "The Mantel Clock", `en`. Of a name that is nothing but a day and a
time of day (OBS, screen recorders) all of it is the title.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from fenshen.library.clean import clean_title
from fenshen.library.dates import find_dates
from fenshen.library.dates import make_date as make_date
from fenshen.library.dates import read_date as parse_date

__all__ = ["FileName", "make_date", "parse_date", "parse_name"]

_MONTHLY = re.compile(r"^(\d{4})-(\d{2})(?=$|[ _.\-])[ _.\-]*")
#: `.en`, `.zh-Hans`, `.ai-zh` (heard by Bilibili), `.en-orig` (YouTube), `.en.sdh` (players).
_LANGUAGE = re.compile(
    r"^(.+)\.(?:ai-)?([a-z]{2,3})(?:-[A-Za-z0-9]{2,8}){0,2}(?:\.(?:sdh|cc|hi|forced|default|auto))?$"
)
#: ISO 639-1 codes in use for captions; others after a dot are part of the name.
_LANGUAGES = frozenset(
    [
        "ar",
        "bg",
        "bn",
        "ca",
        "cs",
        "da",
        "de",
        "el",
        "en",
        "es",
        "et",
        "eu",
        "fa",
        "fi",
        "fil",
        "fr",
        "gl",
        "he",
        "hi",
        "hr",
        "hu",
        "id",
        "is",
        "it",
        "ja",
        "ko",
        "lt",
        "lv",
        "ms",
        "nb",
        "nl",
        "nn",
        "no",
        "pl",
        "pt",
        "ro",
        "ru",
        "sk",
        "sl",
        "sr",
        "sv",
        "sw",
        "ta",
        "te",
        "th",
        "tr",
        "uk",
        "ur",
        "vi",
        "zh",
    ]
)
_LONG_CODES = {
    "eng": "en", "chi": "zh", "zho": "zh", "chs": "zh", "cht": "zh", "ger": "de", "deu": "de", "fre": "fr", "fra": "fr",
    "spa": "es", "ita": "it", "por": "pt", "rus": "ru", "jpn": "ja", "kor": "ko", "dut": "nl", "nld": "nl", "pol": "pl",
    "swe": "sv", "tur": "tr", "ara": "ar", "hin": "hi", "vie": "vi", "tha": "th", "ukr": "uk",
}  # fmt: skip
#: How downloaders write a video's id behind its title: YouTube's 11 characters, Bilibili's BV and av, plain numbers.
_ID = re.compile(
    r"(?<!\s)\s*(?:\[(?:(?=[\w-]{0,10}[\d_-]|\w[\w-]{0,9}[A-Z])[\w-]{11}|BV[0-9A-Za-z]{10}(?:_p\d{1,4})?|av\d{3,12}|\d{7,19})\]"
    r"|-(?=[\w-]{0,10}\d)(?=[\w-]{0,10}[A-Z])(?=[\w-]{0,10}[a-z])[\w-]{11})$"
)
_TIME_OF_DAY = re.compile(
    r"(?:[_T-]\d{6}|[ _T-]*(?:at[ _])?\d{2}[-.:_h]\d{2}[-.:_m]\d{2})(?:[.,]\d{1,6}|s|Z)?(?![^\W_])"
)
_BEFORE, _BEHIND = " _.,-–—[({【", " _.,-–—])}】"
_NAMELESS = frozenset({"_chat", "result", "messages", "index"})


@dataclass(frozen=True)
class FileName:
    """What a file's name says.

    Attributes:
        stem: name without extension and language; equal for a film and its subtitles.
        title_chosen: the name reads as a title (`date Title`), not as a slug or a fixed export name.
        published: the day in it.
        day_leads: it begins with the day, as people name what they publish, so it beats what the file says.
    """

    stem: str
    title: str
    title_chosen: bool
    published: date | None
    language: str | None
    day_leads: bool = False


def parse_name(path: PurePath) -> FileName:
    """Everything the name of `path` says; an export with a fixed name takes its folder's title."""
    stem, language = path.name[: len(path.name) - len(path.suffix)] or path.name, None
    if (match := _LANGUAGE.match(stem)) and (code := _LONG_CODES.get(match[2], match[2])) in _LANGUAGES:
        stem, language = match[1], code
    fixed = stem.lower() in _NAMELESS and path.parent.name
    shown = path.parent.name if fixed else stem
    named = _ID.sub("", shown) or shown
    published, rest, is_dated = _undated(named)
    chosen = bool(is_dated and rest and (" " in named.removesuffix(rest) + rest or not rest.isascii()))
    title = clean_title(rest or named) or "Untitled"
    return FileName(stem, title, chosen, published, language, day_leads=is_dated)


def _undated(name: str) -> tuple[date | None, str, bool]:
    """The day in a name, what is left of it without, and whether the name begins with it."""
    match = _MONTHLY.match(name)
    if match and not re.match(r"\d{1,2}(?!\d)", name[match.end() :]):
        return None, name[match.end() :], True
    day, start, end = next(find_dates(name), (None, 0, 0))
    if day is None:
        return None, name, False
    time = _TIME_OF_DAY.match(name, end)
    before, behind = name[:start].rstrip(_BEFORE), name[time.end() if time else end :].lstrip(_BEHIND).strip()
    if not before:
        return day, behind, True
    return day, name if behind or time else before, False
