"""The words of an entry as HTML, whether the feed escapes them, wraps them in CDATA or lets them stand as elements.

Knows nothing about which elements of a feed hold words.
"""

from __future__ import annotations

import html
from collections.abc import Iterator

from lxml import etree

from fenshen.library.markup import XmlElement, attribute, local_name

_KEPT = ("href", "cite", "datetime", "lang")
_EMPTY = frozenset({"br", "hr", "img", "wbr"})


def inner_markup(element: XmlElement, *, is_plain: bool) -> str:
    """What lies in `element` as HTML.

    Args:
        is_plain: its text is declared to be words, not escaped HTML.
    """
    if not any(local_name(child) for child in element):
        text = (element.text or "").strip()
        return html.escape(text, quote=False) if is_plain else text
    return "".join(_written(element)).strip()


def _written(element: XmlElement) -> Iterator[str]:
    """The children as tags without namespaces, so that inline ones do not part a paragraph."""
    for event, one in etree.iterwalk(element, events=("start", "end")):
        name = local_name(one)
        if event == "start":
            if one is not element and name:
                yield f"<{name}{''.join(_attributes(one))}>"
            yield html.escape(one.text or "", quote=False) if name else ""
        elif one is not element:
            if name and name not in _EMPTY:
                yield f"</{name}>"
            yield html.escape(one.tail or "", quote=False)


def _attributes(element: XmlElement) -> Iterator[str]:
    for name in _KEPT:
        if value := attribute(element, name):
            yield f' {name}="{html.escape(value)}"'
