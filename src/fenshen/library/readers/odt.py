"""OpenDocument text (ODT): paragraphs, headings and list items. Knows nothing about layout.

Notes, comments, deleted text and how characters are read are left out.
Source: https://docs.oasis-open.org/office/OpenDocument/v1.3/
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.dropped import summed
from fenshen.library.markup import XmlElement, attribute, descendants, local_name
from fenshen.library.names import parse_date
from fenshen.library.readers.blocks import Block, cues_of
from fenshen.library.readers.parts import FILE_BYTES_MAX, Parts, open_parts
from fenshen.library.reading import Head, Opened, ReaderSpec
from fenshen.library.stated_titles import stated_title

_MIMETYPE = b"application/vnd.oasis.opendocument.text"
_UNREAD = frozenset(
    {"tracked-changes", "annotation", "note", "ruby-text", "table-of-content", "alphabetical-index", "object"}
)
_QUOTES = ("quotation", "quotations", "zitat")


def read_odt(data: bytes) -> Document:
    """The document in an ODT file.

    Raises:
        BadInput: `no_text`; `bad_document`, `archive_damaged`, `encrypted`, `too_large`, `unsafe_xml`, `bad_xml` if it
            cannot be read.
    """
    parts = open_parts(data)
    manifest = parts.xml_if_whole("META-INF/manifest.xml")
    if manifest is not None and next(descendants(manifest, "encryption-data"), None) is not None:
        raise BadInput("it is encrypted; save it without a password", code="encrypted")
    blocks = list(_blocks(parts.xml("content.xml")))
    title, day, language = _facts(parts)
    cues = cues_of(block for block in blocks if block.text != title)
    if not cues:
        raise BadInput("it holds no text", code="no_text")
    return Document(
        "post",
        tuple(cues),
        title=title,
        title_stated=title is not None,
        published=parse_date(day),
        language=language if len(language) == 2 else None,
        dropped=summed(parts.dropped),
    )


def _facts(parts: Parts) -> tuple[str | None, str, str]:
    """Title, day and language that it states."""
    root = parts.xml_if_whole("meta.xml")

    def said(name: str) -> str:
        found = () if root is None else descendants(root, name)
        return next(((one.text or "").strip() for one in found), "")

    return stated_title(said("title")), said("creation-date") or said("date"), said("language").lower()[:2]


def _blocks(root: XmlElement) -> Iterator[Block]:
    """Each paragraph and heading in document order."""
    for paragraph in descendants(root, "p", "h"):
        outer = {local_name(one) for one in paragraph.iterancestors()}
        text = " ".join(_text(paragraph).split())
        if text and not outer & _UNREAD:
            style = (attribute(paragraph, "style-name") or "").lower()
            yield Block(text, style.startswith(_QUOTES), local_name(paragraph) == "h")


def _text(paragraph: XmlElement) -> str:
    """What a paragraph says; those inside it (frames) are their own."""
    parts: list[str] = [paragraph.text or ""]
    walk = etree.iterwalk(paragraph, events=("start", "end"))
    for event, element in walk:
        if element is paragraph:
            continue
        name = local_name(element)
        is_unread = name in _UNREAD or name in ("p", "h")
        if event == "start" and is_unread:
            walk.skip_subtree()
        elif event == "start":
            parts.append(" " if name in ("s", "tab", "line-break") else element.text or "")
        else:
            parts.append(element.tail or "")
    return "".join(parts)


def _recognises(head: Head) -> bool:
    is_named = head.data[30:38] == b"mimetype" and head.suffix == ".odt"
    return head.data.startswith(b"PK\x03\x04") and (_MIMETYPE in head.data[30:160] or is_named)


def _read(opened: Opened) -> list[Document]:
    return [read_odt(opened.data)]


SPEC = ReaderSpec("odt", _recognises, _read, bytes_max=FILE_BYTES_MAX)
