"""XML and HTML from strangers: parsed without entities, document types, networks or unbounded work.

XML that declares a document type is refused, so no entity can be defined, grow or name a file; libxml2
itself bounds depth and the length of one text. HTML is rewritten before it is parsed. Knows nothing about any vocabulary.
Source: https://cheatsheetseries.owasp.org/cheatsheets/XML_External_Entity_Prevention_Cheat_Sheet.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from lxml import etree, html

from fenshen.core.errors import BadInput
from fenshen.library.tame_html import tame_html

TAGS_MAX = 100_000

_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,400}\?>")
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)

#: How a word in Chinese characters is read, printed small beside it in HTML, EPUB and Word; never words of the text.
READING_AIDS = frozenset({"rt", "rtc", "rp"})

XmlElement: TypeAlias = etree._Element


def parse_xml(data: bytes | str) -> XmlElement:
    """The root element of a document; a `str` is taken as decoded, whatever it declares.

    Raises:
        BadInput: `unsafe_xml` if it declares a document type, `bad_xml` if it is not well formed.
    """
    encoding = "utf-8" if isinstance(data, str) else None
    if isinstance(data, str):
        data = _DECLARATION.sub("", data).encode("utf-8", "replace")
    if _DOCTYPE.search(data.replace(b"\0", b"")):
        raise _unsafe()
    parser = etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise BadInput("its XML is damaged", code="bad_xml") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _unsafe()
    return root


def parse_html(text: str) -> XmlElement:
    """The root element of a page, without scripts, styles, comments, pictures and how characters are read.

    Raises:
        BadInput: `no_text` if there is nothing in it, `too_complex` if it has more than 100,000 tags.
    """
    page = tame_html(_DECLARATION.sub("", text), TAGS_MAX)
    if page.tags > TAGS_MAX:
        raise BadInput(f"the page has more than {TAGS_MAX} tags; save its text instead", code="too_complex")
    try:
        root = html.document_fromstring(
            page.text.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8", no_network=True)
        )
        etree.strip_elements(root, *READING_AIDS, with_tail=False)
        etree.strip_tags(root, "ruby", "rb")
        return root
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise BadInput("it holds no text", code="no_text") from error


def local_name(element: XmlElement) -> str:
    """The element's name without its namespace or undeclared prefix; empty for what is no element."""
    return _local(element.tag) if isinstance(element.tag, str) else ""


def attribute(element: XmlElement, name: str) -> str | None:
    """The value of the attribute with that local name, in whatever namespace."""
    plain = element.get(name)
    if plain is not None:
        return str(plain)
    return next((str(value) for key, value in element.attrib.items() if _local(str(key)) == name), None)


def _local(name: str) -> str:
    return name.rpartition("}")[2].rpartition(":")[2]


def descendants(element: XmlElement, *names: str) -> Iterator[XmlElement]:
    """The element and those below it with one of these local names, in document order."""
    return (found for found in element.iter(etree.Element) if local_name(found) in names)


def _unsafe() -> BadInput:
    return BadInput(
        "its XML declares a document type, which may hide anything; save it without", code="unsafe_xml"
    )
