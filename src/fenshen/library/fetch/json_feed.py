"""JSON Feed 1.0 and 1.1 as the entries that other feeds give, and the choice between JSON and XML feeds. Pure.

Source: https://www.jsonfeed.org/version/1.1/
"""

from __future__ import annotations

import html
from typing import Any

from fenshen.core.errors import BadInput
from fenshen.core.ids import digest_text
from fenshen.library.clean import clean_title
from fenshen.library.dates import read_date
from fenshen.library.dropped import Dropped, summed
from fenshen.library.encoding import decode_text
from fenshen.library.fetch.feeds import ENTRIES_MAX, Enclosure, Entry, Feed, language_code, parse_feed, plain
from fenshen.library.fetch.pages import is_feed
from fenshen.library.readers.chat import dicts, string
from fenshen.library.readers.json_text import parse_json, shape

_VERSION = "jsonfeed.org/version/"


def is_json_feed(data: bytes) -> bool:
    """Whether a file that begins so is a JSON Feed."""
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") or b"jsonfeed.org" not in data[
        :65536
    ].replace(b"\\", b""):
        return False
    try:
        seen = shape(decode_text(data[: data.rfind(b"\n") + 1 or None] if len(data) >= 65536 else data))
    except BadInput:
        return False
    return _VERSION in seen.get("version", "").replace("\\", "")


def parse_json_feed(data: bytes) -> Feed:
    """The feed in a document.

    Raises:
        BadInput: `bad_json`, `binary`, `encoding`, or `bad_feed` if it is JSON of another kind.
    """
    found = parse_json(decode_text(data).lstrip("\ufeff"))
    if not isinstance(found, dict) or _VERSION not in string(found.get("version")):
        raise BadInput("it is JSON, but no feed", code="bad_feed")
    items = found.get("items")
    listed = dicts(items)
    lost = len(items) - len(listed) if isinstance(items, list) else 0
    return Feed(
        title=clean_title(string(found.get("title"))) or None,
        language=language_code(string(found.get("language"))),
        entries=tuple(_entry(item, _authors(item) or _authors(found)) for item in listed[:ENTRIES_MAX]),
        next_url=string(found.get("next_url")),
        dropped=summed([Dropped("bad_line", lost, "items")]),
    )


def _authors(holder: dict[str, Any]) -> tuple[str, ...]:
    """Who wrote an item, or all items of a feed that name nobody; `author` is version 1.0's."""
    named = dicts(holder.get("authors")) or dicts([holder.get("author")])
    return tuple(name for one in named if (name := clean_title(string(one.get("name")))))


def _entry(item: dict[str, Any], authors: tuple[str, ...]) -> Entry:
    url = string(item.get("url")) or string(item.get("external_url"))
    content = string(item.get("content_html")) or _paragraphs(
        string(item.get("content_text")) or string(item.get("summary"))
    )
    title = clean_title(plain(string(item.get("title")))) or None
    published, changed = string(item.get("date_published")), string(item.get("date_modified"))
    return Entry(
        id=str(item.get("id") or url or digest_text(title or "", content)),
        url=url,
        title=title,
        published=read_date(published) or read_date(changed),
        updated=(changed or published)[:100],
        content=content,
        authors=authors,
        media=next(filter(None, map(_enclosure, dicts(item.get("attachments")))), None),
    )


def _paragraphs(text: str) -> str:
    blocks = (html.escape(block.strip(), quote=False) for block in text.split("\n\n"))
    return "".join(f"<p>{block}</p>" for block in blocks if block)


def _enclosure(attachment: dict[str, Any]) -> Enclosure | None:
    url, kind = string(attachment.get("url")), string(attachment.get("mime_type")).lower()
    size = attachment.get("size_in_bytes")
    if not url or not kind.startswith(("audio/", "video/")):
        return None
    return Enclosure(url, kind, size if isinstance(size, int) and 0 <= size < 10**15 else 0)


def is_any_feed(data: bytes) -> bool:
    """Whether a file that begins so is a feed."""
    return is_feed(data) or is_json_feed(data)


def parse_any_feed(data: bytes) -> Feed:
    """The feed in a document; errors as `parse_feed` and `parse_json_feed`."""
    return parse_json_feed(data) if is_json_feed(data) else parse_feed(data)
