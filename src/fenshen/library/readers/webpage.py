"""Saved web pages: the article on them, without menus, adverts and footers. Knows nothing about fetching.

trafilatura finds the article and its title, day and address; block quotes are marked as quoted. Where it keeps
little of the part that holds most of the page's prose, that part is taken as it stands, and what is kept of the
page's prose is said. A page too large for it to judge is read whole, menus and footers left out.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import date
from itertools import chain, islice

from lxml import etree

from fenshen.core.errors import BadInput
from fenshen.library.clean import clean_title
from fenshen.library.dates import read_date
from fenshen.library.document import Document
from fenshen.library.dropped import Dropped
from fenshen.library.language import count_words
from fenshen.library.markup import XmlElement, parse_html
from fenshen.library.names import parse_date
from fenshen.library.readers.blocks import FURNITURE, Block, cues_of, read_blocks, set_speech_free
from fenshen.library.readers.drafts import is_restricted
from fenshen.library.readers.page_prose import find_prose
from fenshen.library.readers.preformatted import set_prose_free
from fenshen.library.reading import Head, Opened, ReaderSpec

_FIELDS = (
    "article:published_time|og:published_time|og:article:published_time|datepublished|dc.date.issued|dcterms.issued|dc.issued"
    "|dcterms.created|dc.date.created|citation_publication_date|citation_date|parsely-pub-date|sailthru.date|publish[-_]?date"
    "|pub[-_]?date|date[-_]published|article.published|originalpublicationdate|bt:pubdate|shareaholic:article_published_time"
)
_META = re.compile(r"<(?:meta|time|span|abbr)\s([^<>]{1,1000})>", re.IGNORECASE)
_NAMED = re.compile(
    rf"(?:name|property|itemprop|http-equiv)\s*=\s*[\"']?(?:{_FIELDS})(?=[\"'\s>]|$)", re.IGNORECASE
)
_PUBDATE = re.compile(r"(?:^|\s)pubdate(?:\s|=|$)", re.IGNORECASE)
_VALUE = re.compile(r"(?:content|datetime|title)\s*=\s*(?:\"([^\"]{4,80})\"|'([^']{4,80})')", re.IGNORECASE)
_LINKED_DATA = re.compile(r"\"datePublished\"\s{0,9}:\s{0,9}\"([^\"]{4,60})\"")
#: What a page says for machines stands before this.
_CHARS_MAX = 1 << 20


def stated_day(text: str) -> date | None:
    """The day of first publication that the HTML `text` states, or `None`."""
    text = text[:_CHARS_MAX]
    stated = (match[1] for match in _META.finditer(text) if _says_published(match[1]))
    values = (match[1] or match[2] for field in stated if (match := _VALUE.search(field)))
    linked = (match[1] for match in _LINKED_DATA.finditer(text))
    days = (read_date(html.unescape(value)) for value in chain(values, islice(linked, 1)))
    return next(filter(None, days), None)


def _says_published(attributes: str) -> bool:
    return bool(_NAMED.search(attributes) or _PUBDATE.search(attributes))


#: Up to here trafilatura takes about two seconds at worst; beyond, its time grows with the square.
ELEMENTS_MAX = 4_000
TEXT_CHARS_MAX = 1 << 20
#: Less than this of the words where most of the prose stands is taken for the wrong part of the page.
_KEPT_MIN = 0.6
#: Pages of which less was kept say so.
_SAID_BELOW = 0.7
_START = re.compile(
    r"\s*+(?:<\?xml[^>]{0,200}\?>\s*+)?(?:<!--(?:(?!-->).){0,2000}-->\s*+)*+<(?:!doctype\s+html|html[\s>])",
    re.I | re.S,
)
_NAMES = frozenset({".html", ".htm", ".xhtml"})
_ACCESS = frozenset(
    [
        "robots",
        "googlebot",
        "bingbot",
        "status",
        "visibility",
        "access",
        "content_tier",
        "private",
        "draft",
        "hidden",
    ]
)
_PRIVATE_CLASS = re.compile(
    r"(?<![^\s])(?:status-(?:private|draft|pending|future|trash)|post-password-(?:required|form))(?![^\s])"
)
#: A page with fewer words outside its article holds none.
_WORDS_SAID = 12
_SITE = re.compile(r"(?<!\s)\s+[|·•–—]\s+[^|·•–—]{1,60}$")


def read_webpage(text: str) -> Document:
    """The document of a decoded HTML page.

    Raises:
        BadInput: `no_text` if there is no article, `too_complex` if it is built to stall a parser.
    """
    root = parse_html(text)
    set_prose_free(root)
    set_speech_free(root)
    etree.strip_elements(root, "pre", "form", with_tail=False)
    language, heading, private = _language(root), _heading(root), _is_private(root)
    elements = sum(1 for _ in root.iter())
    if elements <= ELEMENTS_MAX and sum(map(len, root.itertext())) <= TEXT_CHARS_MAX:
        prose = find_prose(_body(root))
        blocks, title, published, url = _article(root)
        own = list(read_blocks(prose.part, FURNITURE))
        is_run_together = _line_ends(own) > 2 * _line_ends(blocks) and _words(own) <= 1.1 * _words(blocks)
        if _words(blocks) < _KEPT_MIN * prose.words or is_run_together:
            blocks = own
        dropped = _unkept(_words(blocks), prose.words_of_page)
    else:
        dropped = ()
        blocks, title, published, url = list(read_blocks(_body(root), FURNITURE)), None, None, None
    title = clean_title(title or heading or "") or None
    blocks = [block for at, block in enumerate(blocks) if at > 0 or block.text != title]
    if not any(not block.is_heading for block in blocks):
        raise BadInput(_why_empty(root), code="no_text")
    return Document(
        kind="post",
        cues=tuple(cues_of(blocks)),
        title=title,
        title_stated=title is not None,
        published=stated_day(text) or published,
        language=language,
        url=url,
        private=private,
        dropped=dropped,
    )


def _is_private(root: XmlElement) -> bool:
    """Whether its head says so to machines (`robots: noindex`), or the classes that WordPress gives such posts."""
    said = {
        name: meta.get("content", "")
        for meta in root.iter("meta")
        if (name := (meta.get("name") or meta.get("property") or "").lower().rpartition(":")[2]) in _ACCESS
    }
    classes = (element.get("class", "") for element in root.iter("body", "article", "main", "div", "form"))
    return is_restricted(said) or any(map(_PRIVATE_CLASS.search, classes))


def _why_empty(root: XmlElement) -> str:
    words = count_words(" ".join(_body(root).itertext()))
    if words < _WORDS_SAID:
        return "it holds no text"
    return (
        f"its {words} words stand in comments, menus, forms or boxes, and no article is among them; what is the creator's"
        " can be added as a text file, a thread as lines of `Name: words`"
    )


def _words(blocks: Iterable[Block]) -> int:
    return sum(count_words(block.text) for block in blocks)


def _line_ends(blocks: Iterable[Block]) -> int:
    return sum(block.text.count("\n") for block in blocks)


def _unkept(kept: int, shown: int) -> tuple[Dropped, ...]:
    """What to say of the share of the page's prose that was kept."""
    share = kept / shown if shown else 1.0
    return (Dropped("few_words_kept", 1, f"{share:.0%}"),) if share < _SAID_BELOW else ()


def _article(root: XmlElement) -> tuple[list[Block], str | None, date | None, str | None]:
    import trafilatura

    found = trafilatura.bare_extraction(
        deepcopy(root),  # it takes the tree apart
        with_metadata=True,
        include_comments=False,
        fast=True,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    if found is None or isinstance(found, dict) or found.body is None:
        return [], None, None, None
    published = parse_date(found.date) if found.date else None
    url = found.url if found.url and found.url.startswith(("https://", "http://")) else None
    written = {" ".join(block.text.split()): block for block in read_blocks(root)}
    blocks = [_as_written(block, written) for block in read_blocks(found.body)]
    return blocks, found.title, published, url


def _as_written(block: Block, written: Mapping[str, Block]) -> Block:
    """A block with the line ends and the emphasis that it has on the page, which the extractor loses."""
    on_page = written.get(" ".join(block.text.split()))
    if on_page is None:
        return replace(block, is_emphasised=False)
    return replace(block, text=on_page.text, is_emphasised=on_page.is_emphasised)


def _language(root: XmlElement) -> str | None:
    code = (root.get("lang") or "").strip().lower()[:2]
    return code if re.fullmatch("[a-z]{2}", code) else None


def _heading(root: XmlElement) -> str | None:
    """The first heading, or what the browser's tab says without the site's name."""
    for path in (".//h1", ".//title"):
        found = root.find(path)
        text = " ".join("".join(found.itertext()).split()) if found is not None else ""
        if text:
            return _SITE.sub("", text) if path == ".//title" else text
    return None


def _body(root: XmlElement) -> XmlElement:
    body = root.find("body")
    return root if body is None else body


def _recognises(head: Head) -> bool:
    text = head.text
    return bool(_START.match(text)) or (head.suffix in _NAMES and text.lstrip().startswith("<"))


def _read(opened: Opened) -> list[Document]:
    return [read_webpage(opened.text)]


SPEC = ReaderSpec("html", _recognises, _read)
