"""The day on which a page was first published, where the page states it for machines. Knows nothing about its text.

    head of the page → fields that mean "published", never those that mean "changed" → the first that is a day

Source: schema.org `datePublished`, Open Graph `article:published_time`, Dublin Core, and what publishers' tools write.
"""

from __future__ import annotations

import html
import re
from datetime import date
from itertools import chain, islice

from fenshen.library.dates import read_date

_FIELDS = (
    "article:published_time|og:published_time|og:article:published_time|datepublished|dc.date.issued|dcterms.issued|dc.issued"
    "|dcterms.created|dc.date.created|citation_publication_date|citation_date|parsely-pub-date|sailthru.date|publish[-_]?date"
    "|pub[-_]?date|date[-_]published|article.published|originalpublicationdate|bt:pubdate|shareaholic:article_published_time"
)
_META = re.compile(r"<(?:meta|time|span|abbr)\s([^<>]{1,1000})>", re.IGNORECASE)
_NAMED = re.compile(
    rf"(?:name|property|itemprop|http-equiv)\s*=\s*[\"']?(?:{_FIELDS})(?=[\"'\s>]|$)", re.IGNORECASE
)
_PUBDATE = re.compile(r"(?:^|\s)pubdate(?:\s|=|$)", re.IGNORECASE)
_VALUE = re.compile(r"(?:content|datetime|title)\s*=\s*(?:\"([^\"]{4,80})\"|'([^']{4,80})')", re.IGNORECASE)
_LINKED_DATA = re.compile(r"\"datePublished\"\s{0,9}:\s{0,9}\"([^\"]{4,60})\"")
#: What a page says for machines stands before this.
_CHARS_MAX = 1 << 20


def stated_day(text: str) -> date | None:
    """The day of first publication that the HTML `text` states, or `None`."""
    text = text[:_CHARS_MAX]
    stated = (match[1] for match in _META.finditer(text) if _says_published(match[1]))
    values = (match[1] or match[2] for field in stated if (match := _VALUE.search(field)))
    linked = (match[1] for match in _LINKED_DATA.finditer(text))
    days = (read_date(html.unescape(value)) for value in chain(values, islice(linked, 1)))
    return next(filter(None, days), None)


def _says_published(attributes: str) -> bool:
    return bool(_NAMED.search(attributes) or _PUBDATE.search(attributes))
