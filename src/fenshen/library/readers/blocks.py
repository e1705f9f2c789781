"""Paragraphs, headings and list items of a page as text, quotations told apart. Pure; reads no files.

Walks any tree of HTML, XHTML or trafilatura's own elements in document order, without recursion.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from fenshen.library.dialogue.asking import asked_in
from fenshen.library.dialogue.columns import spoken_rows
from fenshen.library.document import Cue
from fenshen.library.markup import XmlElement, attribute, local_name

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "head"})
_QUOTES = frozenset({"blockquote", "quote"})
_EMPHASES = frozenset({"strong", "b", "em", "i", "hi"})
#: Elements that begin a paragraph of their own.
BLOCKS = (
    _HEADINGS
    | _QUOTES
    | frozenset(
        {
            "p",
            "div",
            "li",
            "item",
            "ul",
            "ol",
            "list",
            "dl",
            "dt",
            "dd",
            "td",
            "th",
            "cell",
            "tr",
            "row",
            "table",
            "figcaption",
            "caption",
            "section",
            "article",
            "main",
            "body",
            "hr",
            "address",
        }
    )
)
_BREAKS = frozenset({"br", "lb"})
_LINE_END = "\x1e"
#: Never part of what somebody wrote: code for the browser, pictures, forms, computer code.
UNREAD = frozenset(
    {
        "script",
        "style",
        "template",
        "noscript",
        "svg",
        "math",
        "iframe",
        "object",
        "form",
        "button",
        "select",
        "textarea",
        "pre",
        "audio",
        "video",
        "canvas",
    }
)
_UNREAD_ROLES = frozenset(
    {
        "pagebreak",
        "footnote",
        "rearnote",
        "endnote",
        "noteref",
        "toc",
        "doc-footnote",
        "doc-pagebreak",
        "doc-noteref",
        "doc-toc",
    }
)
#: Around what somebody wrote: menus, page heads and feet.
FURNITURE = frozenset({"nav", "header", "footer", "aside"})


@dataclass(frozen=True)
class Block:
    """One paragraph, heading or list item.

    Attributes:
        text: with an end of line where the writer set one.
        is_emphasised: the whole of it is bold or italic.
    """

    text: str
    is_quoted: bool = False
    is_heading: bool = False
    is_emphasised: bool = False


def read_blocks(root: XmlElement, left_out: Iterable[str] = ()) -> Iterator[Block]:
    """The blocks below `root` in document order, without elements named in `left_out`."""
    skipped = UNREAD | frozenset(left_out)
    parts: list[str] = []
    plain: list[str] = []
    quotes, headings, emphases = 0, 0, 0

    def add(text: str) -> None:
        parts.append(text)
        if not emphases:
            plain.append(text)

    def flush() -> Iterator[Block]:
        lines = (" ".join(line.split()) for line in "".join(parts).split(_LINE_END))
        text = (" " if headings else "\n").join(filter(None, lines))
        is_plain = any(c.isalnum() for part in plain for c in part)
        parts.clear()
        plain.clear()
        if text:
            yield Block(text, quotes > 0, headings > 0, not is_plain)

    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        name = local_name(element).lower()
        if event in ("comment", "pi"):
            add(element.tail or "")
        elif event == "start":
            if _is_unread(element, name, skipped):
                walk.skip_subtree()
                continue
            if name in BLOCKS:
                yield from flush()
            quotes += name in _QUOTES
            headings += name in _HEADINGS
            emphases += name in _EMPHASES
            add(_LINE_END if name in _BREAKS else element.text or "")
        else:
            if name in BLOCKS:
                yield from flush()
            is_open = not _is_unread(element, name, skipped)
            quotes -= is_open and name in _QUOTES
            headings -= is_open and name in _HEADINGS
            emphases -= is_open and name in _EMPHASES
            if element is not root:
                add(element.tail or "")
    yield from flush()


def set_speech_free(root: XmlElement) -> None:
    """Turn each table below `root` in which people speak into paragraphs of `name: words`, in place."""
    for table in list(root.iter("table")):
        rows = [
            [" ".join("".join(cell.itertext()).split()) for cell in row if local_name(cell) in ("td", "th")]
            for row in table.iter("tr")
        ]
        spoken = spoken_rows(rows[1:], rows[0]) or spoken_rows(rows) if len(rows) > 1 else None
        if spoken:
            tail = table.tail
            table.clear()
            table.tag, table.tail = "div", tail
            for line in spoken:
                etree.SubElement(table, "p").text = line


def cues_of(blocks: Iterable[Block], speaker: str | None = None) -> list[Cue]:
    """A cue for each block; what is quoted is marked so, and in interviews who asks and who answers."""
    found = list(blocks)
    asked = asked_in(
        [(one.text, "#" if one.is_heading else "*" if one.is_emphasised else "") for one in found]
    )
    return [
        Cue(one.text, speaker=speaker or who, marks=frozenset({"quoted"} if one.is_quoted else ()))
        for one, who in zip(found, asked, strict=True)
    ]


def _is_unread(element: XmlElement, name: str, skipped: frozenset[str]) -> bool:
    if name in skipped:
        return True
    roles = (element.get("epub:type") or attribute(element, "role") or "").split()
    return element.get("hidden") is not None or not _UNREAD_ROLES.isdisjoint(roles)
