"""Office documents and e-books written by hand, as small as they can be, for the readers' tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_A = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_RELS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
CORE = (
    '<cp:coreProperties xmlns:cp="c" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="t">'
    "<dc:title>{title}</dc:title><dcterms:created>2024-03-16T10:00:00Z</dcterms:created></cp:coreProperties>"
)
STYLES = (
    f'<w:styles {_W}><w:style w:styleId="Zitat"><w:name w:val="Quote"/></w:style>'
    '<w:style w:styleId="Mein"><w:name w:val="My quote"/><w:basedOn w:val="Zitat"/></w:style>'
    '<w:style w:styleId="Titel"><w:name w:val="Title"/></w:style></w:styles>'
)


def write_zip(parts: Mapping[str, str | bytes]) -> bytes:
    """A deflated zip of `parts` in order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def paragraph(text: str, style: str = "") -> str:
    """A Word paragraph."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


def write_docx(body: str, title: str = "", prolog: str = "") -> bytes:
    """A DOCX whose body is `body`."""
    parts = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": f"{prolog}<w:document {_W}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": STYLES,
        "word/comments.xml": f"<w:comments {_W}>{paragraph('A comment.')}</w:comments>",
    }
    if title:
        parts["docProps/core.xml"] = CORE.format(title=title)
    return write_zip(parts)


def write_pptx(slides: Sequence[tuple[Sequence[str], Sequence[str]]]) -> bytes:
    """A PPTX of slides, each texts and notes; the files' numbers run against the order shown."""
    parts = {"[Content_Types].xml": "<Types/>"}
    links, shown = "", ""
    for number, (texts, notes) in enumerate(slides):
        file = len(slides) - number
        links += f'<Relationship Id="r{number}" Target="slides/slide{file}.xml"/>'
        shown += f'<p:sldId id="{256 + number}" r:id="r{number}"/>'
        parts[f"ppt/slides/slide{file}.xml"] = _slide(texts, str(number + 1))
        if notes:
            parts[f"ppt/slides/_rels/slide{file}.xml.rels"] = (
                f'<Relationships {_RELS}><Relationship Id="n" Target="../notesSlides/notesSlide{file}.xml"/></Relationships>'
            )
            parts[f"ppt/notesSlides/notesSlide{file}.xml"] = _slide(notes, str(number + 1))
    parts["ppt/presentation.xml"] = f"<p:presentation {_A}><p:sldIdLst>{shown}</p:sldIdLst></p:presentation>"
    parts["ppt/_rels/presentation.xml.rels"] = f"<Relationships {_RELS}>{links}</Relationships>"
    return write_zip(parts)


def _slide(texts: Sequence[str], number: str) -> str:
    shapes = "".join(_shape(text) for text in texts) + _shape(number, '<p:ph type="sldNum"/>')
    return f"<p:sld {_A}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>"


def _shape(text: str, place: str = "") -> str:
    return f"<p:sp><p:nvSpPr>{place}</p:nvSpPr><p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"


def write_epub(
    chapters: Sequence[str], extra: Mapping[str, str] | None = None, author: str = "Mara Quill"
) -> bytes:
    """An EPUB whose spine is `chapters` (bodies of XHTML), with a navigation page in it."""
    items = "".join(
        f'<item id="c{n}" href="text/c%20{n}.xhtml" media-type="application/xhtml+xml"/>'
        for n in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    parts = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
        "OEBPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        f"<dc:title>Mud first</dc:title><dc:creator>{author}</dc:creator><dc:date>2023-05-01</dc:date>"
        '<dc:language>en-GB</dc:language></metadata><manifest><item id="nav" href="nav.xhtml" properties="nav"'
        f' media-type="application/xhtml+xml"/>{items}</manifest><spine><itemref idref="nav"/>{spine}</spine></package>',
        "OEBPS/nav.xhtml": "<html><body><p>Contents</p></body></html>",
    }
    for number, body in enumerate(chapters):
        parts[f"OEBPS/text/c {number}.xhtml"] = (
            '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"'
            f' xmlns:epub="http://www.idpf.org/2007/ops"><head><title>x</title></head><body>{body}</body></html>'
        )
    return write_zip({**parts, **(extra or {})})
