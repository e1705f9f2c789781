"""Where on a page its prose stands: the innermost part that holds most of it, and how many words that are. Pure.

Counts the words of paragraphs that are not mostly links and not menus, boxes at the side or comments. What an
extractor keeps of a page is compared with this, so that a box taken for the article is noticed.
Source: Kohlschütter, Fankhauser, Nejdl: Boilerplate Detection using Shallow Text Features, 2010 (words and link density).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from lxml import etree

from fenshen.library.language import count_words
from fenshen.library.markup import XmlElement, local_name
from fenshen.library.readers.blocks import BLOCKS, FURNITURE, UNREAD

_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:comments?|respond|disqus|sidebar|side-?bar|related|recommend\w*|newsletter|subscribe|promo\w*|share|sharing"
    r"|social|cookies?|breadcrumbs?|menu|nav|navbar|footer|masthead|popup|modal|banner|advert\w*|ads?|toc|infobox|navbox|reflist)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_PROSE_WORDS_MIN, _LINK_SHARE_MAX = 8, 0.5
#: The part that is looked for holds this much of the page's prose.
_SHARE_MIN = 0.6


@dataclass(frozen=True)
class Prose:
    """The part of a page that holds most of its prose.

    Attributes:
        part: the innermost such element.
        words: of prose in it.
        words_of_page: of prose on the whole page.
    """

    part: XmlElement
    words: int
    words_of_page: int


def find_prose(root: XmlElement) -> Prose:
    """The part of the page below `root` in which most of its prose stands."""
    below: Counter[XmlElement] = Counter()
    for block, words in _prose_blocks(root).items():
        below[block] += words
        for outer in block.iterancestors():
            below[outer] += words
    total = below[root]
    part = root
    while total:
        inner = max(part, key=lambda child: below[child], default=None)
        if inner is None or below[inner] < _SHARE_MIN * total:
            break
        part = inner
    return Prose(part, below[part], total)


def is_aside(element: XmlElement) -> bool:
    """Whether its name or class says that it stands beside what the page is about."""
    if local_name(element) in ("html", "body", "main", "article"):
        return False
    return (
        local_name(element) in FURNITURE
        or _ASIDE.search(f"{element.get('class', '')} {element.get('id', '')}") is not None
    )


def _prose_blocks(root: XmlElement) -> dict[XmlElement, int]:
    """Paragraphs and their words, those that are short or mostly links left out."""
    words: Counter[XmlElement] = Counter()
    linked: Counter[XmlElement] = Counter()
    stack, links = [root], 0
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        name = local_name(element)
        if event == "start":
            if element is not root and (name in UNREAD or is_aside(element)):
                walk.skip_subtree()
                continue
            links += name == "a"
            if name in BLOCKS and element is not root:
                stack.append(element)
            _count(element.text, stack[-1], words, linked, links)
            continue
        if element is not root and (name in UNREAD or is_aside(element)):
            pass
        else:
            links -= name == "a"
            if stack[-1] is element and len(stack) > 1:
                stack.pop()
        if element is not root:
            _count(element.tail, stack[-1], words, linked, links)
    return {
        block: count
        for block, count in words.items()
        if count >= _PROSE_WORDS_MIN and linked[block] < _LINK_SHARE_MAX * count
    }


def _count(
    text: str | None, block: XmlElement, words: Counter[XmlElement], linked: Counter[XmlElement], links: int
) -> None:
    found = count_words(text) if text else 0
    words[block] += found
    linked[block] += found if links else 0
