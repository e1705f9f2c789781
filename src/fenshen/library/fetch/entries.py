"""One entry of a feed into files: a recording with its subtitles and chapters, or the text of a post.

Knows nothing about which entries are wanted.
"""

from __future__ import annotations

import json
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
from fenshen.library.fetch.record import Record, is_here, read_record, stem_for, write_record
from fenshen.library.fetch.urls import Url, join_url
from fenshen.library.fetch.wire import Limits
from fenshen.library.reading import Head
from fenshen.library.sniff import Media, sniff
from fenshen.library.stated import Stated, from_json

#: A page, a feed or subtitles.
PAGE = Limits(bytes_max=16 << 20, seconds_max=120.0)
#: A feed whose entries hold at least so much text is taken to give whole posts.
WHOLE_CHARS = 1_000

_SUBTITLES = {
    "text/vtt": ".vtt",
    "application/x-subrip": ".srt",
    "application/srt": ".srt",
    "text/srt": ".srt",
}


def is_whole(entry: Entry) -> bool:
    """Whether the feed gives the text of the post itself; posts without a page are taken as they are."""
    return bool(entry.content) and (not entry.url or len(plain(entry.content)) >= WHOLE_CHARS)


def save_recording(
    guard: Guard, clock: Clock, base: Url, feed: Feed, entry: Entry, folder: Path, told: Told
) -> Saved:
    """The sound or video of an episode, subtitles under the same stem if the feed names any.

    Raises:
        BadInput: why the recording cannot be had. Subtitles that cannot be had are done without.
    """
    assert entry.media is not None
    url = str(join_url(base, entry.media.url))
    stem = stem_for(url)
    kind: Kind = "video" if entry.media.type.startswith("video/") else "audio"
    page = str(join_url(base, entry.url)) if entry.url else url
    stated = Stated(entry.title, entry.published, page, None, kind, entry.chapters)
    wish = Wish(url, stated, MEDIA, stem, revision=f"{url} {entry.media.size}")
    known = read_record(folder, stem)
    if known and known.url == url and known.revision == wish.revision and is_here(folder, known):
        return Saved(folder / known.files[0], known, is_new=False)
    beside, language = _subtitles(guard, base, feed, entry, folder, stem)
    stated = replace(stated, language=language, chapters=entry.chapters or _chapters(guard, base, entry))
    wish = replace(wish, stated=stated)
    saved = save(guard, wish, folder, clock, told, look_at_media)
    record = replace(saved.record, files=(*beside, saved.path.name))
    write_record(folder, stem, record)
    return Saved(folder / record.files[0], record, is_new=True)


def save_content(clock: Clock, base: Url, entry: Entry, folder: Path) -> Saved:
    """The text of a post as a page of its own."""
    url = str(join_url(base, entry.url)) if entry.url else f"{base}#{digest_text(entry.id)[:12]}"
    stem = stem_for(url)
    text = page_of(entry.content, entry.title)
    revision = digest_text(text)[:32]
    known = read_record(folder, stem)
    if known and known.revision == revision and is_here(folder, known):
        return Saved(folder / known.files[0], known, is_new=False)
    path = folder / f"{stem}.html"
    part = folder / f".{stem}.part"
    part.write_text(text, encoding="utf-8", errors="replace")
    part.replace(path)
    stated = Stated(entry.title, entry.published, url)
    record = Record(url, (path.name,), revision=revision, fetched=rfc3339(clock.now()), stated=stated)
    write_record(folder, stem, record)
    return Saved(path, record, is_new=True)


def look_at_page(head: Head, answer: Answer) -> None:
    """Refuse what is not a web page where a web page was expected."""
    if not is_page(head.data, answer.media_type):
        raise BadInput("the feed names a page, but there is none", code="unknown_format")


def look_at_media(head: Head, _answer: Answer) -> None:
    """Refuse what is neither sound nor video where that was expected."""
    if not isinstance(sniff(head), Media):
        raise BadInput("the feed names a recording, but there is none", code="unknown_format")


def _subtitles(
    guard: Guard, base: Url, feed: Feed, entry: Entry, folder: Path, stem: str
) -> tuple[list[str], str | None]:
    """The name of the subtitles of the episode, if they can be had, and the language they say they are in.

    A feed's own language only chooses among them: many feeds carry the one their software came with.
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
    kept = [one for one in transcripts if one.type in _SUBTITLES]
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
