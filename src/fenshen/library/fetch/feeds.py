"""RSS and Atom feeds as plain entries: podcasts with their enclosures, blogs with their texts.

    bytes → XML or JSON → `Feed` of `Entry`s, newest first as published

Read as feed readers take them: a bad place costs that place, days are read in any habit, an entry without a link is
kept with its words. Pure. Knows nothing about what is fetched of an entry.

Source: RSS 0.9 to 2.0, RFC 4287 (Atom), RFC 5005 (paged feeds), the podcast namespaces of iTunes, Podcasting 2.0 and
Podlove (simple chapters).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

from lxml import etree

from fenshen.core.errors import BadInput
from fenshen.core.ids import digest_text
from fenshen.library.clean import clean_title
from fenshen.library.dates import Order, day_order, read_date
from fenshen.library.document import Chapter
from fenshen.library.dropped import Dropped
from fenshen.library.encoding import decode_text
from fenshen.library.lenient_xml import parse_leniently
from fenshen.library.markup import XmlElement, attribute, local_name
from fenshen.library.readers.drafts import is_restricted

#: Whatever else a status says, it is not published.
_PUBLISHED = frozenset({"", "publish", "published", "live", "public"})
_ACCESS = frozenset(
    {"post_password", "password", "visibility", "audience", "access", "private", "draft", "hidden"}
)
_NO_POSTS = re.compile(
    r"attachment|nav_menu_item|revision|custom_css|customize_changeset|oembed_cache|user_request|feedback|shop_.+|wp_.+|.*(?:comment|settings?|template)"
)
_ADDRESS = re.compile(r"^[^\s@]{1,64}@[^\s@]{1,255}\s{0,4}\(([^()]+)\)$")


def is_private(item: XmlElement) -> bool:
    """Whether the entry says that it is not for everybody."""
    fields = {local_name(child): (child.text or "").strip() for child in _fields(item)}
    return fields.get("status", "").lower() not in _PUBLISHED or is_restricted(
        {name: text for name, text in fields.items() if name in _ACCESS and text}
    )


def is_post(item: XmlElement) -> bool:
    """Whether it is something written for readers: no comment, menu, template or form."""
    kinds = [(child.text or "").strip() for child in item if local_name(child) in ("post_type", "type")]
    kinds += [
        child.get("term", "").rpartition("#")[2]
        for child in item
        if local_name(child) == "category" and child.get("scheme", "").endswith("#kind")
    ]
    return not any(_NO_POSTS.fullmatch(kind.lower()) for kind in kinds)


def authors_of(item: XmlElement, logins: dict[str, str]) -> tuple[str, ...]:
    """The names of who wrote it; `logins` are names by account."""
    said = [text for child in item if local_name(child) in ("creator", "author") and (text := _name(child))]
    return tuple(dict.fromkeys(clean_title(logins.get(name, name)) for name in said))


def logins_of(channel: XmlElement) -> dict[str, str]:
    """Names by account, as WordPress lists them."""
    found = {}
    for author in channel:
        if local_name(author) == "author":
            parts = {local_name(child): (child.text or "").strip() for child in author}
            if parts.get("author_login") and parts.get("author_display_name"):
                found[parts["author_login"]] = parts["author_display_name"]
    return found


def _fields(item: XmlElement) -> Iterator[XmlElement]:
    for child in item:
        yield from child if local_name(child) == "control" else (child,)


def _name(element: XmlElement) -> str:
    inner = next((child for child in element if local_name(child) == "name"), element)
    text = (inner.text or "").strip()
    match = _ADDRESS.match(text)
    return match[1] if match else "" if "@" in text else text


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


_DECLARED = re.compile(rb"<\?xml[^>]{0,200}encoding=[\"']([A-Za-z0-9._:-]{1,40})")
#: Labels that may be declared → how they decode, in linear time.
_LABELS = {
    "cp1252": "iso-8859-1 iso8859-1 latin1 latin-1 l1 us-ascii ascii windows-1252 cp1252 iso-ir-100",
    "cp1254": "iso-8859-9 latin5 windows-1254",
    "cp874": "iso-8859-11 tis-620 windows-874",
    "gb18030": "gb2312 gbk gb18030 gb_2312-80 x-gbk",
    "big5hkscs": "big5 big5-hkscs x-x-big5",
    "cp932": "shift_jis shift-jis sjis x-sjis windows-31j",
    "euc_jp": "euc-jp x-euc-jp",
    "cp949": "euc-kr ks_c_5601-1987 ksc5601 windows-949",
    "koi8_r": "koi8-r koi",
    "koi8_u": "koi8-u",
    "mac_cyrillic": "x-mac-cyrillic",
    "cp866": "ibm866 cp866",
}
_CODECS = {label: codec for codec, labels in _LABELS.items() for label in labels.split()}
_SAME = re.compile(r"utf-?(?:8|16)|iso-?8859-(?:[2-8]|10|1[3-6])|windows-125[013-8]", re.IGNORECASE)


def parse_xml(data: bytes) -> tuple[XmlElement, tuple[Dropped, ...]]:
    """The root element, and what of it could not be read.

    Raises:
        BadInput: `bad_xml`.
    """
    try:
        return parse_leniently(decoded(data), flat=("item", "entry"), allows_doctype=True)
    except BadInput as error:
        if error.code == "unsafe_xml":
            raise BadInput("it defines entities, which nothing here needs", code="bad_xml") from error
        raise


def decoded(data: bytes) -> str:
    """The text of a feed in the encoding it declares; where that cannot be so, in the one it looks like."""
    found = _DECLARED.match(data.lstrip()[:400])
    label = found[1].decode().lower() if found else ""
    codec = _CODECS.get(label) or (label if _SAME.fullmatch(label) else None)
    if codec is None or data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return decode_text(data).lstrip("\ufeff")
    if codec == "cp1252" and _is_utf8(data):
        return data.decode("utf-8")
    return data.decode(codec, "replace")


def _is_utf8(data: bytes) -> bool:
    try:
        return not data.decode("utf-8").isascii()
    except UnicodeDecodeError:
        return False


ENTRIES_MAX = 20_000
CHAPTERS_MAX = 500

_TAG = re.compile(r"<[/!]?[A-Za-z][^<>]*>")
_DATES = ("pubDate", "published", "issued", "created", "date", "updated", "modified")
_SOUND = (".mp3", ".m4a", ".ogg", ".opus", ".wav", ".aac", ".flac")
_FILM = (".mp4", ".m4v", ".webm", ".mov")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2}(?:\.\d{1,3})?)|(\d{1,6}(?:\.\d{1,3})?)")


@dataclass(frozen=True)
class Enclosure:
    """A file of an entry.

    Attributes:
        type: as declared, lower case.
        size: bytes as declared, 0 if not.
        language: of a transcript, `None` if not stated.
    """

    url: str
    type: str
    size: int = 0
    language: str | None = None


@dataclass(frozen=True)
class Entry:
    """An episode or a post.

    Attributes:
        url: its page, `""` if it has none.
        updated: whatever the feed says about when it changed, to tell whether it did.
        content: its text as HTML, whole where the feed gives it, else its summary, else `""`.
        media: sound or video.
        transcripts: subtitles of it.
        chapters_url: where its chapters are, as JSON.
        private: it says that it is not for everybody.
    """

    id: str
    url: str
    title: str | None
    published: date | None
    updated: str = ""
    content: str = ""
    media: Enclosure | None = None
    transcripts: tuple[Enclosure, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    chapters_url: str = ""
    private: bool = False
    authors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Feed:
    """What one document of a feed holds; `next_url` is where older entries are, `dropped` what could not be read."""

    title: str | None
    language: str | None
    entries: tuple[Entry, ...]
    next_url: str = ""
    dropped: tuple[Dropped, ...] = ()


def parse_feed(data: bytes) -> Feed:
    """The feed in a document.

    Raises:
        BadInput: `bad_xml`, or `bad_feed` if it is XML of another kind.
    """
    root, dropped = parse_xml(data)
    if local_name(root) not in ("rss", "feed", "RDF"):
        raise BadInput("it is XML, but no feed", code="bad_feed")
    found = next((child for child in root if local_name(child) == "channel"), None)
    channel = root if found is None else found
    items = [
        e for e in (*channel, *(root if channel is not root else ())) if local_name(e) in ("item", "entry")
    ]
    if dropped and not items:
        raise BadInput("its XML is damaged, and no entry is left of it", code="bad_xml")
    order = day_order(text for item in items for name in _DATES if (text := _text(item, name)))
    links = [link for link in channel if local_name(link) == "link" and link.get("rel") == "next"]
    logins = logins_of(channel)
    stated = _text(channel, "language") or root.get("{http://www.w3.org/XML/1998/namespace}lang", "")
    title = clean_title(plain(_text(channel, "title"))) or None
    return Feed(
        title=title,
        language=language_code(stated),
        entries=tuple(_entry(item, order, logins, title) for item in items[:ENTRIES_MAX] if is_post(item)),
        next_url=next((link.get("href", "") for link in links), ""),
        dropped=dropped,
    )


def plain(markup: str) -> str:
    """The text in a piece of HTML, roughly: for titles and for judging how much there is to read."""
    return html.unescape(_TAG.sub(" ", markup)).strip()


def language_code(text: str) -> str | None:
    """ISO 639-1 code of a language tag such as `en-us`, or `None`."""
    code = re.split(r"[-_]", text.strip().lower(), maxsplit=1)[0]
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def seconds_in(text: str) -> float | None:
    """`01:02:03.5`, `02:03` or `123` as seconds (normal play time), or `None`."""
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        return None
    return float(found[4]) if found[4] else int(found[1] or 0) * 3600 + int(found[2]) * 60 + float(found[3])


def _entry(item: XmlElement, order: Order | None, logins: dict[str, str], site: str | None) -> Entry:
    enclosures = [*_enclosures(item)]
    url, title = _link(item), clean_title(plain(_text(item, "title"))) or None
    content = _content(item)
    updated = _text(item, "updated") or _text(item, "modified") or _text(item, "pubDate")
    return Entry(
        id=_text(item, "guid") or _text(item, "id") or url or digest_text(title or "", content),
        url=url,
        title=title,
        published=_published(item, order),
        updated=updated[:100],
        content=content,
        media=next((one for one in enclosures if one.type.startswith(("audio/", "video/"))), None),
        transcripts=tuple(_transcripts(item)),
        chapters=tuple(_chapters(item)),
        chapters_url=next(
            (e.get("url", "") for e in item if local_name(e) == "chapters" and e.get("url")), ""
        ),
        private=is_private(item),
        authors=tuple(name for name in authors_of(item, logins) if name != site),
    )


def _link(item: XmlElement) -> str:
    for element in item:
        if local_name(element) == "link":
            if element.get("href") and element.get("rel", "alternate") == "alternate":
                return _based(element, element.get("href", ""))
            if element.text and element.text.strip():
                return _based(element, element.text)
    guid = next((e for e in item if local_name(e) == "guid" and e.get("isPermaLink") != "false"), None)
    text = (guid.text or "").strip() if guid is not None else ""
    return text if text.startswith(("http://", "https://")) else ""


def _based(element: XmlElement, reference: str) -> str:
    """An address as its `xml:base` makes it; relative to the feed where there is none."""
    try:
        return urljoin(element.base or "", reference.strip())
    except ValueError:
        return reference.strip()


def _enclosures(item: XmlElement) -> Iterator[Enclosure]:
    for element in item:
        if local_name(element) == "group":  # of Media RSS
            yield from _enclosures(element)
        is_atom = local_name(element) == "link" and element.get("rel") == "enclosure"
        is_media = local_name(element) == "content" and bool(element.get("url"))
        if is_atom or is_media or local_name(element) == "enclosure":
            url = (element.get("href" if is_atom else "url") or "").strip()
            length = element.get("length", "")
            if url:
                yield Enclosure(
                    url, _type(element, url), int(length) if length.isdecimal() and len(length) < 15 else 0
                )


def _type(element: XmlElement, url: str) -> str:
    declared = (element.get("type") or "").strip().lower()
    if declared.startswith(("audio/", "video/")):
        return declared
    path = url.partition("?")[0].lower()
    return "audio/mpeg" if path.endswith(_SOUND) else "video/mp4" if path.endswith(_FILM) else declared


def _transcripts(item: XmlElement) -> Iterator[Enclosure]:
    for element in item:
        if local_name(element) == "transcript" and element.get("url"):
            language = language_code(element.get("language", ""))
            yield Enclosure(
                element.get("url", "").strip(),
                element.get("type", "").partition(";")[0].strip().lower(),
                0,
                language,
            )


def _chapters(item: XmlElement) -> Iterator[Chapter]:
    for group in item:
        if local_name(group) == "chapters":
            for element in list(group)[:CHAPTERS_MAX]:
                start, title = seconds_in(element.get("start", "")), clean_title(element.get("title", ""))
                if start is not None and title:
                    yield Chapter(start, title)


def _content(item: XmlElement) -> str:
    """The words of an entry as HTML: whole before summary."""
    for name in ("encoded", "content", "description", "summary"):
        for element in item:
            if local_name(element) == name and not element.get("src") and not element.get("url"):
                is_plain = name in ("content", "summary") and element.get("type", "text") in (
                    "text",
                    "text/plain",
                )
                if found := inner_markup(element, is_plain=is_plain):
                    return found
    return ""


def _published(item: XmlElement, order: Order | None) -> date | None:
    days = (
        read_date(text, order) or _mail_date(text) for name in _DATES if (text := _text(item, name)[:100])
    )
    return next(filter(None, days), None)


def _mail_date(text: str) -> date | None:
    """The day in an RFC 5322 date, also with two digits for the year."""
    try:
        return parsedate_to_datetime(text[:60]).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _text(item: XmlElement, name: str) -> str:
    """The text of the first child called so that has any; plain RSS before other namespaces."""
    found = [e for e in item if local_name(e) == name and "".join(e.itertext()).strip()]
    found.sort(key=lambda element: "}" in element.tag)
    return "".join(found[0].itertext()).strip() if found else ""
