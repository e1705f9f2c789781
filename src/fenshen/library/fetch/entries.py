"""One entry of a feed into files: a recording with its subtitles and chapters, or the text of a post.

Knows nothing about which entries are wanted.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

from fenshen.core.clock import Clock, rfc3339
from fenshen.core.errors import BadInput
from fenshen.core.ids import digest_text
from fenshen.library.document import Chapter, Kind
from fenshen.library.fetch.download import MEDIA, Saved, Told, Wish, save
from fenshen.library.fetch.feeds import Enclosure, Entry, Feed, plain
from fenshen.library.fetch.guarded import Answer, Guard
from fenshen.library.fetch.pages import is_page, page_of
from fenshen.library.fetch.record import Record, is_here, read_record, write_record
from fenshen.library.fetch.urls import Url, join_url
from fenshen.library.fetch.wire import Limits
from fenshen.library.reading import Head
from fenshen.library.sniff import Media, sniff
from fenshen.library.stated import Stated, from_json

#: A page, a feed or subtitles.
PAGE = Limits(bytes_max=16 << 20, seconds_max=120.0)
#: A feed whose entries hold at least so much text is taken to give whole posts.
WHOLE_CHARS = 1_000

#: How a summary ends that only leads to the page.
_EXCERPT = re.compile(
    r"(?:\[?(?:…|\.\.\.)\]?|read more|continue reading|weiterlesen|lire la suite|leer más|阅读全文|阅读原文|続きを読む)\W{0,12}$",
    re.I,
)

_SUBTITLES = {
    "text/vtt": ".vtt",
    "application/x-subrip": ".srt",
    "application/srt": ".srt",
    "text/srt": ".srt",
    "application/json": ".json",
}


def is_whole(entry: Entry) -> bool:
    """Whether the feed gives the text of the post itself; posts without a page are taken as they are."""
    if not entry.content or not entry.url:
        return bool(entry.content)
    text = plain(entry.content)
    return len(text) >= WHOLE_CHARS and not _EXCERPT.search(text[-100:])


def wish_for(base: Url, entry: Entry) -> Wish:
    """What to fetch of an entry, and what is stated of it.

    A feed's language is no fact about its entries: many feeds carry the one their software came with.

    Raises:
        BadInput: it names an address that cannot be one.
    """
    page = str(join_url(base, entry.url)) if entry.url else ""
    if entry.media:
        url = str(join_url(base, entry.media.url))
        kind: Kind = "video" if entry.media.type.startswith("video/") else "audio"
        stated = Stated(entry.title, entry.published, page or url, None, kind, entry.chapters)
        return Wish(url, stated, MEDIA, revision=f"{url} {entry.media.size}")
    page = page or f"{base}#{digest_text(entry.id)[:12]}"
    whole = digest_text(entry.content, entry.title or "")[:32] if is_whole(entry) else ""
    stated = Stated(entry.title, entry.published, page, authors=entry.authors)
    return Wish(page, stated, PAGE, revision=whole or entry.updated, is_packable=True)


def kept(base: Url, entry: Entry, folder: Path) -> Saved | None:
    """The entry if it is here already and the feed does not say that it changed."""
    try:
        wish = wish_for(base, entry)
    except BadInput:
        return None
    known = read_record(folder, wish.name)
    if not known or known.url != wish.url or not wish.revision or known.revision != wish.revision:
        return None
    return Saved(folder / known.files[0], known, is_new=False) if is_here(folder, known) else None


def save_recording(
    guard: Guard, clock: Clock, base: Url, feed: Feed, entry: Entry, folder: Path, told: Told
) -> Saved:
    """The sound or video of an episode, subtitles under the same stem if the feed names any.

    Raises:
        BadInput: why the recording cannot be had. Subtitles that cannot be had are done without.
    """
    wish = wish_for(base, entry)
    beside, language = _subtitles(guard, base, feed, entry, folder, wish.name)
    chapters = entry.chapters or _chapters(guard, base, entry)
    wish = replace(wish, stated=replace(wish.stated, language=language, chapters=chapters))
    saved = save(guard, wish, folder, clock, told, look_at_media)
    record = replace(saved.record, files=(*beside, saved.path.name))
    write_record(folder, wish.name, record)
    return Saved(folder / record.files[0], record, is_new=True)


def save_content(clock: Clock, base: Url, entry: Entry, folder: Path) -> Saved:
    """The text of a post as a page of its own."""
    wish = wish_for(base, entry)
    path, part = folder / f"{wish.name}.html", folder / f".{wish.name}.part"
    part.write_text(page_of(entry.content, entry.title), encoding="utf-8", errors="replace")
    part.replace(path)
    fetched = rfc3339(clock.now())
    record = Record(wish.url, (path.name,), revision=wish.revision, fetched=fetched, stated=wish.stated)
    write_record(folder, wish.name, record)
    return Saved(path, record, is_new=True)


def look_at_page(head: Head, answer: Answer) -> int:
    """Refuse what is not a web page where a web page was expected."""
    if not is_page(head.data, answer.media_type):
        raise BadInput("the feed names a page, but there is none", code="unknown_format")
    return PAGE.bytes_max


def look_at_media(head: Head, _answer: Answer) -> int:
    """Refuse what is neither sound nor video where that was expected."""
    if not isinstance(sniff(head), Media):
        raise BadInput("the feed names a recording, but there is none", code="unknown_format")
    return MEDIA.bytes_max


def _subtitles(
    guard: Guard, base: Url, feed: Feed, entry: Entry, folder: Path, stem: str
) -> tuple[list[str], str | None]:
    """The name of the subtitles of the episode, if they can be had, and the language they say they are in.

    The feed's own language only chooses among them.
    """
    for one in _by_language(entry.transcripts, feed.language):
        try:
            with guard.get(join_url(base, one.url), PAGE) as answer:
                data = answer.read()
        except BadInput:
            continue
        name = f"{stem}{_SUBTITLES[one.type]}"
        (folder / name).write_bytes(data)
        return [name], one.language
    return [], None


def _by_language(transcripts: tuple[Enclosure, ...], language: str | None) -> list[Enclosure]:
    """Those that are subtitles and not a translation, the stated language first."""
    kept = [one for kind in _SUBTITLES for one in transcripts if one.type == kind]
    own = [one for one in kept if one.language in (None, language) or language is None]
    return sorted(own, key=lambda one: one.language is None)


def _chapters(guard: Guard, base: Url, entry: Entry) -> tuple[Chapter, ...]:
    """The chapters that Podcasting 2.0 keeps in a file of their own."""
    if not entry.chapters_url:
        return ()
    try:
        with guard.get(
            join_url(base, entry.chapters_url), Limits(bytes_max=1 << 20, seconds_max=20)
        ) as answer:
            facts = json.loads(answer.read())
        found = facts["chapters"]
        named = [
            {"start_s": one.get("startTime"), "title": one.get("title")}
            for one in found
            if isinstance(one, dict)
        ]
    except (BadInput, ValueError, RecursionError, LookupError, TypeError):
        return ()
    return from_json({"chapters": named}).chapters
