"""Word documents (DOCX): paragraphs as they stand after all changes are accepted. Knows nothing about layout.

Quote styles are marked as quoted; comments, notes, deleted and hidden text and field codes are left out.
Source: ECMA-376 part 1, WordprocessingML.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.dropped import summed
from fenshen.library.markup import READING_AIDS, XmlElement, attribute, descendants, local_name
from fenshen.library.readers.blocks import Block, cues_of
from fenshen.library.readers.parts import FILE_BYTES_MAX, Parts, core_properties, holds_part, open_parts
from fenshen.library.reading import Head, Opened, ReaderSpec

_BODY = "word/document.xml"
_STYLES = "word/styles.xml"
#: Text that is not part of the final document; `Fallback` repeats what a newer drawing says.
_UNREAD = frozenset(
    {"del", "moveFrom", "Fallback", "instrText", "rPrChange", "pPrChange", "object", *READING_AIDS}
)
_CHAIN_MAX = 10


@dataclass(frozen=True)
class _Style:
    """A paragraph style: its name, which Word does not translate, and what it is based on."""

    name: str
    based_on: str


def read_docx(data: bytes) -> Document:
    """The document in a DOCX file.

    Raises:
        BadInput: `no_text`; `bad_document`, `archive_damaged`, `encrypted`, `too_large`, `unsafe_xml`,
            `bad_xml` if it cannot be read.
    """
    parts = open_parts(data)
    stated, published, language = core_properties(parts)
    styles = _styles(parts)
    blocks = list(_blocks(parts.xml(_BODY), styles))
    titles = [block.text for style, block in blocks if "title" in style]
    title = stated or (titles[0] if titles else None)
    cues = cues_of(block for _, block in blocks if block.text != title)
    if not cues:
        raise BadInput("it holds no text", code="no_text")
    return Document(
        "post",
        tuple(cues),
        title=title,
        title_stated=title is not None,
        published=published,
        language=language,
        dropped=summed(parts.dropped),
    )


def _styles(parts: Parts) -> dict[str, _Style]:
    root = parts.xml_if_whole(_STYLES)
    if root is None:
        return {}
    return {
        attribute(style, "styleId") or "": _Style(_value(style, "name").lower(), _value(style, "basedOn"))
        for style in descendants(root, "style")
    }


def _value(element: XmlElement, name: str) -> str:
    child = next((child for child in element if local_name(child) == name), None)
    return (attribute(child, "val") or "") if child is not None else ""


def _style_names(key: str, styles: dict[str, _Style]) -> set[str]:
    """The names of a style and of those it is based on."""
    names: set[str] = set()
    for _ in range(_CHAIN_MAX):
        style = styles.get(key)
        if style is None:
            break
        names.add(style.name)
        key = style.based_on
    return names


def _blocks(root: XmlElement, styles: dict[str, _Style]) -> Iterator[tuple[set[str], Block]]:
    """Each paragraph with the names of its style, in document order."""
    for paragraph in descendants(root, "p"):
        lines = (" ".join(line.split()) for line in _text(paragraph).split("\n"))
        text = "\n".join(filter(None, lines))
        if text and not any(local_name(outer) in _UNREAD for outer in paragraph.iterancestors()):
            names = _style_names(_paragraph_style(paragraph), styles)
            is_heading = any(name.startswith(("heading", "title")) for name in names)
            yield names, Block(text, bool(names & {"quote", "intense quote", "block text"}), is_heading)


def _paragraph_style(paragraph: XmlElement) -> str:
    properties = next((child for child in paragraph if local_name(child) == "pPr"), None)
    return "" if properties is None else _value(properties, "pStyle")


def _text(paragraph: XmlElement) -> str:
    """What a paragraph says; paragraphs inside it (text boxes) are their own."""
    parts: list[str] = []
    walk = etree.iterwalk(paragraph, events=("start",))
    for _, element in walk:
        name = local_name(element)
        if element is paragraph:
            continue
        if name in _UNREAD or name == "p" or (name == "r" and _is_hidden(element)):
            walk.skip_subtree()
        elif name == "t":
            parts.append(element.text or "")
        elif name in ("br", "cr"):
            parts.append("\n")
        elif name == "tab":
            parts.append(" ")
        elif name == "noBreakHyphen":
            parts.append("-")
    return "".join(parts)


def _is_hidden(run: XmlElement) -> bool:
    properties = next((child for child in run if local_name(child) == "rPr"), None)
    if properties is None:
        return False
    hidden = next((child for child in properties if local_name(child) == "vanish"), None)
    return hidden is not None and attribute(hidden, "val") not in ("0", "false", "off")


def _recognises(head: Head) -> bool:
    return holds_part(head, b"word/", ".docx")


def _read(opened: Opened) -> list[Document]:
    return [read_docx(opened.data)]


SPEC = ReaderSpec("docx", _recognises, _read, bytes_max=FILE_BYTES_MAX)
