"""What yt-dlp says of videos and lists, as our own values. Pure; knows nothing about yt-dlp itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fenshen.core.errors import BadInput
from fenshen.library.fetch.captions import READABLE, Caption, choose_caption, code_of
from fenshen.library.fetch.urls import shown
from fenshen.library.fetch.wanted import ENTRIES_MAX, Wanted
from fenshen.library.names import make_date
from fenshen.library.stated import Stated, from_json


def stated_by(info: Mapping[str, Any], wanted: Wanted) -> Stated:
    """What a site says of a video, checked like everything from outside."""
    caption = choose_caption(info, wanted.languages)
    day = str(info.get("release_date") or info.get("upload_date") or "")
    published = (
        make_date(int(day[:4]), int(day[4:6]), int(day[6:])) if re.fullmatch(r"[0-9]{8}", day) else None
    )
    chapters = [
        {"start_s": one.get("start_time"), "title": one.get("title")}
        for one in info.get("chapters") or ()
        if isinstance(one, Mapping)
    ]
    stated = info.get("language")
    return from_json(
        {
            "title": info.get("title"),
            "published": published.isoformat() if published else None,
            "url": info.get("webpage_url"),
            "language": caption.language if caption else code_of(str(stated)) if stated else None,
            "kind": "video",
            "chapters": chapters,
        }
    )


def within_reach(entries: Any, wanted: Wanted) -> Iterator[Mapping[str, Any]]:
    """The entries of a list that can be wanted: no more than the newest asked for."""
    most = ENTRIES_MAX if wanted.newest is None else wanted.newest
    for position, entry in enumerate(entries):
        if position >= most:
            return
        if isinstance(entry, Mapping):
            yield entry


def address_of(entry: Mapping[str, Any]) -> str:
    """Where the page of an entry is."""
    return str(entry.get("webpage_url") or entry.get("url") or "")


def stem_of(entry: Mapping[str, Any]) -> str:
    """The name a video is kept under, the same in a list and on its own."""
    site = str(entry.get("extractor_key") or entry.get("ie_key") or "video").lower()
    return re.sub(r"[^A-Za-z0-9_-]+", "-", f"{site}-{entry.get('id')}")[:120]


def suffix_of(path: Path, caption: Caption | None) -> str:
    """Language and extension of the file, as subtitles are named."""
    return f".{caption.language}{path.suffix}" if caption and path.suffix[1:] in READABLE else path.suffix


def in_our_words(error: Exception) -> BadInput:
    """yt-dlp's message without its colours, prefixes and appeals."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).removeprefix("ERROR: ")
    text = re.split(r"; please report|\. See +https|Use --|\n", text)[0].strip()
    return BadInput(
        f"the video site gives nothing: {shown(text) or type(error).__name__}", code="video_unavailable"
    )
