"""Texts of any format with front matter above them: taken off before the format is told, put back onto what is read.

    first bytes → `below` → what it is without → reader → `read_fronted` → private, title, day of every document

So `private: true` holds whatever the rest turns out to be: a post, a chat, a page. Knows nothing about what fields mean.
"""

from __future__ import annotations

from dataclasses import replace

from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.readers import markdown, plain
from fenshen.library.readers.front_matter import take_front_matter
from fenshen.library.reading import HEAD_BYTES, PLAIN_NAMES, Head, Opened, ReaderSpec

#: Prose, of which `markdown` reads the front matter itself.
_PROSE = (markdown.SPEC.name, plain.SPEC.name)
_PROSE_NAMES = markdown.SUFFIXES | PLAIN_NAMES | {".html", ".htm"}


def below(head: Head) -> Head | None:
    """The beginning of what stands below front matter, `None` where there is none; empty below a broken one."""
    try:
        taken = take_front_matter(head.text)
    except BadInput:
        return replace(head, data=b"")
    return replace(head, data=taken[1].encode("utf-8", "replace")) if taken else None


def reader_of(head: Head, spec: ReaderSpec | None) -> ReaderSpec | None:
    """What reads a file with front matter, where `spec` takes what stands below: posts are Markdown."""
    if spec is not None and spec.name not in _PROSE:
        return spec
    return markdown.SPEC if head.suffix in _PROSE_NAMES else None


def read_fronted(spec: ReaderSpec, opened: Opened) -> list[Document]:
    """The documents of a file, each with what the file says about itself.

    Raises:
        BadInput: the reader's own codes, `bad_front_matter`, `bad_rights`.
    """
    if spec.name in _PROSE or below(Head(opened.data[:HEAD_BYTES], opened.name)) is None:
        return spec.read(opened)
    taken = take_front_matter(opened.text)
    if taken is None:
        return spec.read(opened)
    body = replace(opened, data=taken[1].encode("utf-8", "replace"))
    return [taken[0].onto(document) for document in spec.read(body)]
