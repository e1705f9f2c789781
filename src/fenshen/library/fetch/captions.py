"""Which captions of a video stand for what is said in it. Pure; knows nothing about how they are fetched.

The creator's own words are those in the language that is spoken: written by a person, else heard by the site.
Translations, whoever made them, are never taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: What a reader here can read; others (the site's own JSON) are left.
READABLE = ("vtt", "srt", "ass", "ttml")
_NO_CAPTIONS = frozenset({"live_chat", "danmaku", "rechat", "comments"})
#: How sites mark captions that they heard themselves.
_HEARD_SUFFIX, _HEARD_PREFIX = "-orig", "ai-"


@dataclass(frozen=True)
class Caption:
    """Captions to fetch.

    Attributes:
        key: what the site calls them (`en-orig`, `zh-Hans`).
        language: ISO 639-1 code.
        is_automatic: heard by the site, not written by a person.
    """

    key: str
    language: str
    is_automatic: bool


def choose_caption(info: Mapping[str, Any], languages: Sequence[str]) -> Caption | None:
    """The captions to take for what `info` (of yt-dlp) describes; `None` when it must be heard.

    Args:
        languages: the creator's, used where the site does not say what is spoken.
    """
    written, heard = _written(info), _heard(info)
    spoken = _spoken(info, heard, languages, written)
    if spoken is None:
        return None
    for keys, is_automatic in ((written, False), (heard, True)):
        same = [key for key in keys if code_of(key) == spoken]
        if same:
            key = min(same, key=lambda key: (not key.endswith(_HEARD_SUFFIX), len(key), key))
            return Caption(key, spoken, is_automatic)
    return None


def code_of(key: str) -> str:
    """The language of captions called `key`: `zh` of `zh-Hans`, `en` of `ai-en`, `en-orig` or `a.en`."""
    return key.removeprefix(_HEARD_PREFIX).removeprefix("a.").partition("-")[0].partition("_")[0].lower()


def _written(info: Mapping[str, Any]) -> list[str]:
    return [key for key in _readable(info.get("subtitles")) if not key.startswith(_HEARD_PREFIX)]


def _heard(info: Mapping[str, Any]) -> list[str]:
    marked = [key for key in _readable(info.get("subtitles")) if key.startswith(_HEARD_PREFIX)]
    return [*marked, *_readable(info.get("automatic_captions"))]


def _readable(captions: Any) -> list[str]:
    """Keys of captions that have a format which is read here."""
    if not isinstance(captions, Mapping):
        return []
    return [
        str(key)
        for key, formats in captions.items()
        if key not in _NO_CAPTIONS and any(one.get("ext") in READABLE for one in formats or ())
    ]


def _spoken(
    info: Mapping[str, Any], heard: Iterable[str], languages: Sequence[str], written: Sequence[str]
) -> str | None:
    """The language spoken: as stated, as heard by the site, or the creator's where captions have it."""
    if stated := info.get("language"):
        return code_of(str(stated))
    originals = {
        code_of(key) for key in heard if key.endswith(_HEARD_SUFFIX) or key.startswith(_HEARD_PREFIX)
    }
    if len(originals) == 1:
        return originals.pop()
    offered = {code_of(key) for key in written} or {code_of(key) for key in heard}
    if own := next((language for language in languages if language in offered), None):
        return own
    # One language and nobody says which is spoken: captions in it are the only ones anybody cared to make.
    return offered.pop() if len(offered) == 1 and not languages else None
