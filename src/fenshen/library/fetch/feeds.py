"""RSS and Atom feeds as plain entries: podcasts with their enclosures, blogs with their texts.

    bytes → XML → `Feed` of `Entry`s, newest first as published

Pure. Knows nothing about what is fetched of an entry.

Source: RSS 2.0, RFC 4287 (Atom), RFC 5005 (paged feeds), the podcast namespaces of iTunes, Podcasting 2.0 and
Podlove (simple chapters).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_to_datetime
from xml.etree.ElementTree import Element

from fenshen.core.errors import BadInput
from fenshen.library.clean import clean_title
from fenshen.library.document import Chapter
from fenshen.library.fetch.xml_tree import parse_xml
from fenshen.library.names import parse_date

ENTRIES_MAX = 20_000
CHAPTERS_MAX = 500

_TAG = re.compile(r"<[^<>]*>")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2}(?:\.\d{1,3})?)|(\d{1,6}(?:\.\d{1,3})?)")


@dataclass(frozen=True)
class Enclosure:
    """A file of an entry.

    Attributes:
        type: as declared, lower case.
        size: bytes as declared, 0 if not.
        language: of a transcript, `None` if not stated.
    """

    url: str
    type: str
    size: int = 0
    language: str | None = None


@dataclass(frozen=True)
class Entry:
    """An episode or a post.

    Attributes:
        url: its page, `""` if it has none.
        updated: whatever the feed says about when it changed, to tell whether it did.
        content: its text as HTML, `""` if the feed has no more than a summary.
        media: sound or video.
        transcripts: subtitles of it.
        chapters_url: where its chapters are, as JSON.
    """

    id: str
    url: str
    title: str | None
    published: date | None
    updated: str = ""
    content: str = ""
    media: Enclosure | None = None
    transcripts: tuple[Enclosure, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    chapters_url: str = ""


@dataclass(frozen=True)
class Feed:
    """What one document of a feed holds; `next_url` is where older entries are."""

    title: str | None
    language: str | None
    entries: tuple[Entry, ...]
    next_url: str = ""


def parse_feed(data: bytes) -> Feed:
    """The feed in a document.

    Raises:
        BadInput: `bad_xml`, or `bad_feed` if it is XML of another kind.
    """
    root = parse_xml(data)
    if _name(root) not in ("rss", "feed", "RDF"):
        raise BadInput("it is XML, but no feed", code="bad_feed")
    found = next((child for child in root if _name(child) == "channel"), None)
    channel = root if found is None else found
    items = [e for e in (*channel, *root) if _name(e) in ("item", "entry")] if channel is not root else None
    items = items if items is not None else [e for e in root if _name(e) == "entry"]
    links = [link for link in channel if _name(link) == "link" and link.get("rel") == "next"]
    stated = _text(channel, "language") or root.get("{http://www.w3.org/XML/1998/namespace}lang", "")
    return Feed(
        title=clean_title(plain(_text(channel, "title"))) or None,
        language=language_code(stated),
        entries=tuple(_entry(item) for item in items[:ENTRIES_MAX]),
        next_url=next((link.get("href", "") for link in links), ""),
    )


def plain(markup: str) -> str:
    """The text in a piece of HTML, roughly: for titles and for judging how much there is to read."""
    return html.unescape(_TAG.sub(" ", markup)).strip()


def language_code(text: str) -> str | None:
    """ISO 639-1 code of a language tag such as `en-us`, or `None`."""
    code = re.split(r"[-_]", text.strip().lower(), maxsplit=1)[0]
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def seconds_in(text: str) -> float | None:
    """`01:02:03.5`, `02:03` or `123` as seconds (normal play time), or `None`."""
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        return None
    return float(found[4]) if found[4] else int(found[1] or 0) * 3600 + int(found[2]) * 60 + float(found[3])


def _entry(item: Element) -> Entry:
    enclosures = [*_enclosures(item)]
    url = _link(item)
    content = _text(item, "encoded") or _atom_content(item)
    updated = _text(item, "updated") or _text(item, "modified") or _text(item, "pubDate")
    return Entry(
        id=_text(item, "guid") or _text(item, "id") or url,
        url=url,
        title=clean_title(plain(_text(item, "title"))) or None,
        published=_published(item),
        updated=updated[:100],
        content=content,
        media=next((one for one in enclosures if one.type.startswith(("audio/", "video/"))), None),
        transcripts=tuple(_transcripts(item)),
        chapters=tuple(_chapters(item)),
        chapters_url=next((e.get("url", "") for e in item if _name(e) == "chapters" and e.get("url")), ""),
    )


def _link(item: Element) -> str:
    for element in item:
        if _name(element) == "link":
            if element.get("href") and element.get("rel", "alternate") == "alternate":
                return element.get("href", "").strip()
            if element.text and element.text.strip():
                return element.text.strip()
    guid = next((e for e in item if _name(e) == "guid" and e.get("isPermaLink") != "false"), None)
    text = (guid.text or "").strip() if guid is not None else ""
    return text if text.startswith(("http://", "https://")) else ""


def _enclosures(item: Element) -> Iterator[Enclosure]:
    for element in item:
        is_atom = _name(element) == "link" and element.get("rel") == "enclosure"
        if is_atom or _name(element) == "enclosure":
            url = (element.get("href" if is_atom else "url") or "").strip()
            length = element.get("length", "")
            if url:
                yield Enclosure(
                    url, _type(element, url), int(length) if length.isdecimal() and len(length) < 15 else 0
                )


def _type(element: Element, url: str) -> str:
    declared = (element.get("type") or "").strip().lower()
    if declared.startswith(("audio/", "video/")):
        return declared
    path = url.partition("?")[0].lower()
    return "audio/mpeg" if path.endswith((".mp3", ".m4a", ".ogg", ".opus", ".wav")) else declared


def _transcripts(item: Element) -> Iterator[Enclosure]:
    for element in item:
        if _name(element) == "transcript" and element.get("url"):
            language = language_code(element.get("language", ""))
            yield Enclosure(
                element.get("url", "").strip(), element.get("type", "").strip().lower(), 0, language
            )


def _chapters(item: Element) -> Iterator[Chapter]:
    for group in item:
        if _name(group) == "chapters":
            for element in list(group)[:CHAPTERS_MAX]:
                start, title = seconds_in(element.get("start", "")), clean_title(element.get("title", ""))
                if start is not None and title:
                    yield Chapter(start, title)


def _atom_content(item: Element) -> str:
    content = next((e for e in item if _name(e) == "content" and not e.get("src") and not e.get("url")), None)
    if content is None:
        return ""
    kind = content.get("type", "text")
    if kind == "xhtml":
        return " ".join(f"<p>{html.escape(text)}</p>" for text in map(str.strip, content.itertext()) if text)
    return (content.text or "").strip() if kind in ("html", "text/html") else html.escape(content.text or "")


def _published(item: Element) -> date | None:
    for name in ("pubDate", "published", "date", "updated"):
        if text := _text(item, name):
            return parse_date(text) or _mail_date(text)
    return None


def _mail_date(text: str) -> date | None:
    """The day in an RFC 5322 date."""
    try:
        return parsedate_to_datetime(text[:60]).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _name(element: Element) -> str:
    """The tag without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _text(item: Element, name: str) -> str:
    """The text of the first child called so that has any; plain RSS before other namespaces."""
    found = [e for e in item if _name(e) == name and e.text and e.text.strip()]
    found.sort(key=lambda element: "}" in element.tag)
    return (found[0].text or "").strip() if found else ""
