"""XML that a stranger wrote as a tree, or a refusal: no entities, no more elements or depth than a feed has.

Knows nothing about feeds.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from fenshen.core.errors import BadInput
from fenshen.library.encoding import decode_text

ELEMENTS_MAX = 400_000
DEPTH_MAX = 200
STEP_CHARS = 1 << 16

#: Encodings that XML may declare and that decode in linear time.
_ENCODINGS = re.compile(
    r"utf-?(8|16)|us-ascii|iso-?8859-\d+|windows-125\d|gbk|gb2312|gb18030|big5|shift_jis|euc-(jp|kr)|koi8-r",
    re.IGNORECASE,
)
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}encoding=[\"']([A-Za-z0-9._-]{1,40})")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_NAMED = re.compile(r"&(?!amp;|lt;|gt;|quot;|apos;)([A-Za-z][A-Za-z0-9]{1,31};)")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def parse_xml(data: bytes) -> Element:
    """The root element.

    Raises:
        BadInput: `bad_xml`.
    """
    text = _NO_XML.sub("", _DECLARATION.sub("", _decoded(data)))
    if "<!ENTITY" in text:
        raise BadInput("it defines entities, which nothing here needs", code="bad_xml")
    # Feeds are full of HTML's names for characters, which XML does not know.
    text = _NAMED.sub(lambda found: html.escape(html.unescape(found[0])), text)
    elements = depth = 0
    root: Element | None = None
    try:
        for event, element in _events(text):
            depth += 1 if event == "start" else -1
            elements += event == "start"
            root = element if root is None else root
            if elements > ELEMENTS_MAX or depth > DEPTH_MAX:
                raise BadInput("it has more elements than any feed", code="bad_xml")
    except ParseError as error:
        raise BadInput(f"it is not well-formed XML ({error})", code="bad_xml") from error
    if root is None:
        raise BadInput("it is empty", code="bad_xml")
    return root


def _events(text: str) -> Iterator[tuple[str, Element]]:
    """Elements as they begin and end, a little text at a time so that a bomb is noticed early."""
    parser: Any = XMLPullParser(["start", "end"])
    for at in range(0, len(text), STEP_CHARS):
        parser.feed(text[at : at + STEP_CHARS])
        yield from parser.read_events()
    parser.close()
    yield from parser.read_events()


def _decoded(data: bytes) -> str:
    declared = _DECLARED.match(data.lstrip()[:400])
    if (
        declared
        and not data.startswith((b"\xff\xfe", b"\xfe\xff"))
        and _ENCODINGS.fullmatch(declared[1].decode())
    ):
        name = declared[1].decode().lower()
        return data.decode("gb18030" if name.startswith("gb") else name, "replace")
    return decode_text(data).lstrip("\ufeff")
