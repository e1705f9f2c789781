"""Web pages and feeds told by how they begin; a post as a page; the feed that a site's front page names.

Pure. Knows nothing about the text inside a page; the reader of HTML finds it.
"""

from __future__ import annotations

import html
import re

from fenshen.core.errors import BadInput
from fenshen.library.fetch.urls import Url, join_url

BEGINNING_BYTES = 8192
PAGE_TYPES = ("text/html", "application/xhtml+xml")

_OPENING = re.compile(
    r"\s*(?:<!--.*?-->|<\?.*?\?>|<!doctype\s++(?P<type>[a-z:]++)[^>\[]*+(?:\[.*?\]\s*+)?>|<(?P<element>[a-z][a-z0-9:.-]*))",
    re.IGNORECASE | re.DOTALL,
)
_LINK = re.compile(rb"<link\s([^>]{1,1000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"(?<![a-z-])([a-z-]{1,20}+)\s{0,9}+=\s{0,9}+(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE
)
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml"})
_BLOCK = re.compile(
    r"\s*<(?:p|div|article|section|h[1-6]|ul|ol|dl|table|blockquote|figure|main|header|pre)[\s>]",
    re.IGNORECASE,
)
_FRONT = frozenset({"/", "/index.html", "/index.htm", "/index.php", "/blog", "/blog/"})


def first_element(data: bytes) -> str:
    """The lower-case name of the element a file begins with, `""` if it is not markup.

    Comments, declarations and a document type (`html` in it counts as the element) may come before it.
    """
    is_wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = data[:BEGINNING_BYTES].decode("utf-16" if is_wide else "latin-1", "replace")
    at = 3 if text.startswith("\u00ef\u00bb\u00bf") else 0
    while found := _OPENING.match(text, at):
        if found["element"] or (found["type"] or "").lower() == "html":
            return (found["element"] or found["type"]).lower()
        at = found.end()
    return ""


def is_feed(data: bytes) -> bool:
    """Whether a file that begins so is a feed."""
    return first_element(data) in ("rss", "feed", "rdf:rdf")


def is_page(data: bytes, declared: str = "") -> bool:
    """Whether a file that begins so, and is declared as this media type, is a web page."""
    element = first_element(data)
    return element in ("html", "head", "body") or (bool(element) and declared in PAGE_TYPES)


def front_page_feed(url: Url, head: bytes) -> Url | None:
    """The feed that stands for a whole site, if `url` is its front page and names one.

    Comment feeds are passed over; the first other one is taken.
    """
    if url.path not in _FRONT:
        return None
    for link in _LINK.finditer(head):
        found = {
            a[1].lower(): html.unescape(a[2] or a[3] or a[4] or "")
            for a in _ATTRIBUTE.finditer(link[1].decode("utf-8", "replace"))
        }
        is_feed = (
            found.get("type", "").lower() in _FEED_TYPES
            and "alternate" in found.get("rel", "").lower().split()
        )
        if is_feed and "comment" not in (found.get("title", "") + found.get("href", "")).lower():
            try:
                return join_url(url, found.get("href", ""))
            except BadInput:
                continue
    return None


def page_of(content: str, title: str | None) -> str:
    """A page around the HTML of an entry; words that stand in no block are a paragraph."""
    heading = html.escape(title or "")
    if not _BLOCK.match(content):
        content = f"<p>{content}</p>"
    return (
        f'<!doctype html>\n<html>\n<head><meta charset="utf-8"><title>{heading}</title></head>\n'
        f"<body><article><h1>{heading}</h1>\n{content}\n</article></body>\n</html>\n"
    )
