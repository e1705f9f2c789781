"""Feeds and lists of feeds that are given as files. Knows nothing about fetching what they point to.

    feed file → entries → those with words, each a post of its own

A list of feeds (OPML) names what somebody reads, mostly other people's; it is refused with the addresses in it, so that
the creator's own can be added one by one.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace

from fenshen.core.errors import BadInput
from fenshen.core.ids import digest_text
from fenshen.library.document import Document
from fenshen.library.dropped import Dropped, summed
from fenshen.library.fetch.feeds import Entry, plain
from fenshen.library.fetch.json_feed import is_any_feed, parse_any_feed
from fenshen.library.fetch.pages import first_element, page_of
from fenshen.library.readers.chat import distinct_parts
from fenshen.library.readers.webpage import read_webpage
from fenshen.library.reading import Head, Opened, ReaderSpec

_ADDRESS = re.compile(r"\bxmlUrl\s*=\s*(?:\"([^\"]{1,2048})\"|'([^']{1,2048})')", re.IGNORECASE)
_SHOWN = 3


def read_feed_file(data: bytes) -> list[Document]:
    """One document for each entry with words.

    Raises:
        BadInput: `bad_xml`, `bad_json`, `bad_feed`, or `no_text` if no entry has any.
    """
    feed = parse_any_feed(data)
    documents = [document for entry in feed.entries if (document := _post(entry))]
    if not documents:
        raise BadInput(
            "the feed holds no words, only where they are; add its address instead of the file",
            code="no_text",
        )
    silent = Dropped("empty_entry", len(feed.entries) - len(documents))
    first = replace(documents[0], dropped=summed((*feed.dropped, silent, *documents[0].dropped)))
    return distinct_parts([first, *documents[1:]])


def _post(entry: Entry) -> Document | None:
    if not plain(entry.content):
        return None
    try:
        document = read_webpage(page_of(entry.content, entry.title))
    except BadInput:
        return None
    url = entry.url if entry.url.startswith(("http://", "https://")) else None
    cues = document.cues
    if len(cues) > 1 and " ".join(cues[0].text.split()) == entry.title:
        cues = cues[1:]
    return replace(
        document,
        cues=cues,
        title=entry.title or document.title,
        title_stated=entry.title is not None,
        published=entry.published or document.published,
        url=url,
        part=digest_text(entry.id)[:24],
        private=entry.private or document.private,
        authors=entry.authors,
    )


def _refuse_list(opened: Opened) -> list[Document]:
    found = list(dict.fromkeys(_addresses(opened.text)))
    shown = ", ".join(found[:_SHOWN]) + (" …" if len(found) > _SHOWN else "")
    raise BadInput(
        f"it is a list of feeds ({len(found)}), not a feed; add the addresses that are the creator's own: {shown}",
        code="feed_list",
    )


def _addresses(text: str) -> Iterator[str]:
    return (html.unescape(match[1] or match[2]).strip() for match in _ADDRESS.finditer(text))


def _is_list(head: Head) -> bool:
    return first_element(head.data) == "opml"


def _is_feed(head: Head) -> bool:
    return is_any_feed(head.data)


SPEC = ReaderSpec("feed", _is_feed, lambda opened: read_feed_file(opened.data))
LIST = ReaderSpec("opml", _is_list, _refuse_list)
