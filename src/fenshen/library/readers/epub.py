"""E-books (EPUB): the chapters in reading order as one document. Knows nothing about page layout.

The author named in the book is its speaker, so a book by somebody else is not taken for the creator's.
Navigation, covers and notes are left out, and so are chapters that are damaged or missing, which is said; a book
under copy protection is refused.
Source: https://www.w3.org/TR/epub-33/
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.dropped import Dropped, summed
from fenshen.library.encoding import decode_text
from fenshen.library.markup import XmlElement, attribute, descendants, parse_html
from fenshen.library.names import parse_date
from fenshen.library.readers.blocks import Block, cues_of, read_blocks, set_speech_free
from fenshen.library.readers.parts import FILE_BYTES_MAX, Parts, open_parts, resolve
from fenshen.library.readers.preformatted import set_prose_free
from fenshen.library.reading import Head, Opened, ReaderSpec
from fenshen.library.stated_titles import stated_title

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_MIMETYPE = b"application/epub+zip"
_PAGES = frozenset({"application/xhtml+xml", "text/html", "text/x-oeb1-document"})
_FONT = re.compile(r"\.(?:otf|ttf|woff2?)$|font", re.IGNORECASE)


def read_epub(data: bytes) -> Document:
    """The book in an EPUB file.

    Raises:
        BadInput: `no_text`; `encrypted` if it is copy-protected; `bad_document`, `archive_damaged`,
            `too_large`, `unsafe_xml`, `bad_xml` if it cannot be read.
    """
    parts = open_parts(data)
    _refuse_protected(parts)
    name = next(
        (attribute(root, "full-path") for root in descendants(parts.xml(_CONTAINER), "rootfile")), None
    )
    if not name:
        raise BadInput("it does not say where its book begins", code="bad_document")
    package = parts.xml(name)
    author, language = _said(package, "creator"), _said(package, "language").lower()[:2]
    chapters = _chapters(parts, name, package)
    cues = cues_of(
        (block for page in chapters for block in _blocks(parts, page, len(chapters))), author or None
    )
    if not cues and parts.dropped:
        raise BadInput("all of its chapters are damaged or missing; add a sound copy", code="archive_damaged")
    if not cues:
        raise BadInput("it holds no text", code="no_text")
    title = stated_title(_said(package, "title"))
    return Document(
        kind="book",
        cues=tuple(cues),
        title=title,
        title_stated=title is not None,
        published=parse_date(_said(package, "date")),
        language=language if re.fullmatch("[a-z]{2}", language) else None,
        dropped=summed(parts.dropped),
    )


def _refuse_protected(parts: Parts) -> None:
    """Fonts may be obfuscated; anything else that is encrypted cannot be read."""
    if _ENCRYPTION in parts.by_name:
        locked = [
            attribute(found, "URI") or "" for found in descendants(parts.xml(_ENCRYPTION), "CipherReference")
        ]
        if any(not _FONT.search(uri) for uri in locked):
            raise BadInput("the book is copy-protected; add an unprotected copy", code="encrypted")


def _said(package: XmlElement, name: str) -> str:
    metadata = next(descendants(package, "metadata"), None)
    if metadata is None:
        return ""
    return next((" ".join(found.text.split()) for found in descendants(metadata, name) if found.text), "")


def _chapters(parts: Parts, name: str, package: XmlElement) -> list[str]:
    """The names of the pages of the spine, those that are listed only included."""
    listed = {attribute(item, "id"): item for item in descendants(package, "item")}
    found = []
    for reference in descendants(package, "itemref"):
        item = listed.get(attribute(reference, "idref"))
        if item is None or attribute(reference, "linear") == "no":
            continue
        is_nav = "nav" in (attribute(item, "properties") or "").split()
        if not is_nav and attribute(item, "media-type") in _PAGES:
            found.append(resolve(name, attribute(item, "href") or ""))
    return found


def _blocks(parts: Parts, page: str, chapters: int) -> Iterator[Block]:
    """The blocks of one page; none where it is damaged or missing, which is noted."""
    shown = f"{posixpath.basename(page)}, of {chapters} chapters"
    if page not in parts.by_name:
        parts.dropped.append(Dropped("missing_part", 1, shown))
        return
    try:
        root = parse_html(decode_text(parts.read(page)).lstrip("\ufeff"))
    except BadInput as error:
        if error.code != "no_text":
            parts.leave_out(shown, error)
        return
    set_prose_free(root)
    set_speech_free(root)
    body = root.find("body")
    yield from read_blocks(root if body is None else body, {"nav"})


def _recognises(head: Head) -> bool:
    is_zip = head.data.startswith(b"PK\x03\x04")
    return is_zip and (_MIMETYPE in head.data[30:120] or head.suffix == ".epub")


def _read(opened: Opened) -> list[Document]:
    return [read_epub(opened.data)]


SPEC = ReaderSpec("epub", _recognises, _read, bytes_max=FILE_BYTES_MAX)
