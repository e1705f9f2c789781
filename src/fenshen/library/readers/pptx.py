"""Slides (PPTX): what stands on each slide, then what its notes say. Knows nothing about layout.

Slide numbers, dates and footers are left out. Source: ECMA-376 part 1, PresentationML.
"""

from __future__ import annotations

from collections.abc import Iterator

from fenshen.core.errors import BadInput
from fenshen.library.document import Cue, Document
from fenshen.library.dropped import summed
from fenshen.library.markup import XmlElement, attribute, descendants, local_name
from fenshen.library.readers.parts import FILE_BYTES_MAX, Parts, core_properties, holds_part, open_parts
from fenshen.library.reading import Head, Opened, ReaderSpec

_PRESENTATION = "ppt/presentation.xml"
_FURNITURE = frozenset({"sldNum", "dt", "ftr", "hdr", "sldImg"})
#: What PowerPoint calls a file nobody named.


def read_pptx(data: bytes) -> Document:
    """The document in a PPTX file.

    Raises:
        BadInput: `no_text`; `bad_document`, `archive_damaged`, `encrypted`, `too_large`, `unsafe_xml`,
            `bad_xml` if it cannot be read.
    """
    parts = open_parts(data)
    title, published, language = core_properties(parts)
    cues = [Cue(text) for slide in _slides(parts) for text in _said(parts, slide)]
    if not cues:
        raise BadInput("it holds no text", code="no_text")
    return Document(
        "post",
        tuple(cues),
        title=title or cues[0].text,
        title_stated=True,
        published=published,
        language=language,
        dropped=summed(parts.dropped),
    )


def _slides(parts: Parts) -> Iterator[str]:
    """Names of the slides' parts in the order in which they are shown."""
    targets = parts.targets(_PRESENTATION)
    for entry in descendants(parts.xml(_PRESENTATION), "sldId"):
        key = next((str(value) for name, value in entry.attrib.items() if str(name).endswith("}id")), "")
        if targets.get(key) in parts.by_name:
            yield targets[key]


def _said(parts: Parts, slide: str) -> Iterator[str]:
    notes = [target for target in parts.targets(slide).values() if target.startswith("ppt/notesSlides/")]
    for name in (slide, *notes):
        root = parts.xml_if_whole(name)
        if root is not None:
            yield from _paragraphs(root)


def _paragraphs(root: XmlElement) -> Iterator[str]:
    """Paragraphs of a slide or its notes, placeholders that only number and date it left out."""
    furniture = {
        shape
        for shape in descendants(root, "sp")
        if any(attribute(place, "type") in _FURNITURE for place in descendants(shape, "ph"))
    }
    for paragraph in descendants(root, "p"):
        is_text = (
            local_name(paragraph.getparent()) == "txBody" if paragraph.getparent() is not None else False
        )
        if not is_text or any(outer in furniture for outer in paragraph.iterancestors()):
            continue
        said = (
            " " if local_name(part) == "br" else part.text or "" for part in descendants(paragraph, "t", "br")
        )
        if text := " ".join("".join(said).split()):
            yield text


def _recognises(head: Head) -> bool:
    return holds_part(head, b"ppt/", ".pptx")


def _read(opened: Opened) -> list[Document]:
    return [read_pptx(opened.data)]


SPEC = ReaderSpec("pptx", _recognises, _read, bytes_max=FILE_BYTES_MAX)
