"""Title, date and language from a file's name. Pure; knows nothing about what the file holds.

`2024-03-16 The Mantel Clock.en.srt` → 16 March 2024, "The Mantel Clock", `en`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from fenshen.library.clean import clean_title

_DATED = re.compile(r"^(\d{4})-(\d{2})(?:-(\d{2}))?(?=$|[ _.\-])[ _.\-]*")
_LANGUAGE = re.compile(r"^(.+)\.([a-z]{2,3})(?:-[A-Za-z]{2,4})?$")
#: ISO 639-1 codes in use for captions; others after a dot are part of the name.
_LANGUAGES = frozenset(
    [
        "ar",
        "bn",
        "cs",
        "da",
        "de",
        "el",
        "en",
        "es",
        "fa",
        "fi",
        "fr",
        "he",
        "hi",
        "hu",
        "id",
        "it",
        "ja",
        "ko",
        "ms",
        "nb",
        "nl",
        "no",
        "pl",
        "pt",
        "ro",
        "ru",
        "sv",
        "ta",
        "th",
        "tr",
        "uk",
        "ur",
        "vi",
        "zh",
    ]
)
_NAMELESS = frozenset({"_chat", "result", "messages", "index"})


@dataclass(frozen=True)
class FileName:
    """What a file's name says.

    Attributes:
        stem: name without extension and language; equal for a film and its subtitles.
        title_chosen: the name reads as a title (`date Title`), not as a slug or a fixed export name.
    """

    stem: str
    title: str
    title_chosen: bool
    published: date | None
    language: str | None


def parse_date(text: str) -> date | None:
    """The calendar date at the start of `text` (`YYYY-MM-DD`), or `None`."""
    match = re.match(r"(\d{4})-(\d{2})-(\d{2})", text)
    return make_date(*(int(part) for part in match.groups())) if match else None


def make_date(year: int, month: int, day: int) -> date | None:
    """The date, or `None` when no such day exists."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def parse_name(path: PurePath) -> FileName:
    """Everything the name of `path` says; an export with a fixed name takes its folder's title."""
    stem, language = path.name[: len(path.name) - len(path.suffix)] or path.name, None
    if (match := _LANGUAGE.match(stem)) and match[2] in _LANGUAGES:
        stem, language = match[1], match[2]
    fixed = stem.lower() in _NAMELESS and path.parent.name
    shown = path.parent.name if fixed else stem
    dated = _DATED.match(shown)
    rest = shown[dated.end() :] if dated else shown
    published = make_date(int(dated[1]), int(dated[2]), int(dated[3])) if dated and dated[3] else None
    chosen = bool(dated and rest and (" " in shown[dated.end(2) :] or not rest.isascii()))
    title = clean_title(rest or shown) or "Untitled"
    return FileName(stem, title, chosen, published, language)
