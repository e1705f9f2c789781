"""Formatted text (RTF): its paragraphs, without pictures, notes, field codes, hidden and deleted text.

    bytes → control words, groups and text, one after another → paragraphs

Letters beyond ASCII come as Unicode with a stand-in, or in the code page of the font at hand. Reading is linear
and groups are nested to a limit. Knows nothing about layout.
Source: Microsoft, Rich Text Format (RTF) Specification 1.9.1, 2008.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date

from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.names import make_date
from fenshen.library.readers.blocks import Block, cues_of
from fenshen.library.reading import Head, Opened, ReaderSpec
from fenshen.library.stated_titles import stated_title

FILE_BYTES_MAX = 128 << 20
_DEPTH_MAX, _TOKENS_MAX = 500, 4_000_000
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\",
    re.S,
)
#: Groups whose text is none of the document's; those that begin with `\*` are left out too unless named below.
_UNREAD = frozenset(
    b"fonttbl colortbl stylesheet listtable listoverridetable revtbl rsidtbl pict object header headerl headerr headerf footer"
    b" footerl footerr footerf footnote annotation atnid atnauthor fldinst themedata datastore generator xe tc bkmkstart"
    b" bkmkend nonshppict listtext pntext info latentstyles mmathPr xmlnstbl template".split()
)
_READ_THOUGH_STARRED = frozenset((b"shppict", b"fldrslt", b"shptxt", b"shpinst"))
_BREAKS = frozenset((b"par", b"sect", b"page", b"row", b"line", b"softline", b"column"))
_SIGNS = {
    b"tab": " ", b"cell": " ", b"nestcell": " ", b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’",
    b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•", b"emspace": " ", b"enspace": " ", b"qmspace": " ",
}  # fmt: skip
_SYMBOLS = {b"~": "\u00a0", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}", b"\n": "\n", b"\r": "\n"}
#: `\fcharset` → code page.
_CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "big5hkscs", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_PAGES = {b"ansi": "cp1252", b"mac": "mac_roman", b"pc": "cp437", b"pca": "cp850"}


@dataclass(frozen=True)
class _Group:
    """What holds inside a pair of braces.

    Attributes:
        is_unread: its text is none of the document's.
        is_hidden: nor is this, for now.
        fallbacks: how many letters stand in for one of Unicode.
        page: the code page of the font at hand, `None` for the document's.
    """

    is_unread: bool = False
    is_hidden: bool = False
    fallbacks: int = 1
    page: str | None = None
    destination: bytes = b""


@dataclass
class _Reading:
    """What is read so far."""

    data: bytes
    page: str = "cp1252"
    group: _Group = _Group()
    outer: list[_Group] = field(default_factory=list)
    fonts: dict[int, str] = field(default_factory=dict)
    font: int = 0
    parts: list[str] = field(default_factory=list)
    raw: bytearray = field(default_factory=bytearray)
    raw_page: str = ""
    title: list[str] = field(default_factory=list)
    day: dict[bytes, int] = field(default_factory=dict)
    skip: int = 0
    is_starred: bool = False
    is_fresh: bool = False

    def run(self) -> None:
        """Read it all."""
        at = tokens = 0
        while match := _TOKEN.match(self.data, at):
            at, tokens = match.end(), tokens + 1
            if tokens > _TOKENS_MAX:
                raise BadInput(
                    "it has more control words than any book; save it as plain text", code="too_complex"
                )
            word, number, code, symbol, brace, text = match.groups()
            if word:
                value = int(number) if number is not None else None
                if word == b"bin":
                    at += max(0, value or 0)
                self._word(word, value)
            elif code:
                self._bytes(bytes([int(code, 16)]))
            elif symbol:
                self._symbol(symbol)
            elif brace:
                self._brace(brace)
            elif text:
                self._bytes(text)
        self._flush()

    def _brace(self, brace: bytes) -> None:
        self._flush()
        self.skip = 0
        if brace == b"{":
            if len(self.outer) >= _DEPTH_MAX:
                raise BadInput("its groups are nested too deep; save it anew", code="bad_document")
            self.outer.append(self.group)
            if self.group.destination:
                self.group = replace(self.group, destination=b"")
            self.is_fresh = True
        elif self.outer:
            self.group, self.is_fresh = self.outer.pop(), False
        self.is_starred = False

    def _word(self, word: bytes, value: int | None) -> None:
        if self.is_fresh or self.is_starred:
            self._destination(word)
        self.is_fresh = self.is_starred = False
        if word == b"u" and value is not None:
            self._say(_unicode(value))
            self.skip = self.group.fallbacks
            return
        self.skip = 0
        if word == b"uc":
            self.group = replace(self.group, fallbacks=max(0, min(value if value is not None else 1, 8)))
        elif word in (b"v", b"deleted"):
            self.group = replace(self.group, is_hidden=value != 0)
        elif word == b"plain":
            self.group = replace(self.group, is_hidden=False)
        elif word in _PAGES or word == b"ansicpg":
            self.page = _code_page(value) if word == b"ansicpg" else _PAGES[word]
        elif word in (b"f", b"fcharset"):
            self._font(word, value or 0)
        elif word in (b"yr", b"mo", b"dy") and self.group.destination == b"creatim":
            self.day[word] = value or 0
        elif word in _BREAKS:
            self._say("\n")
        elif word in _SIGNS:
            self._say(_SIGNS[word])

    def _destination(self, word: bytes) -> None:
        is_unread = word in _UNREAD or (self.is_starred and word not in _READ_THOUGH_STARRED)
        if is_unread or word in (b"title", b"creatim"):
            self.group = replace(self.group, destination=word, is_unread=self.group.is_unread or is_unread)

    def _font(self, word: bytes, value: int) -> None:
        if word == b"fcharset":
            self.fonts[self.font] = _CHARSETS.get(value, "")
            return
        self._flush()
        self.font = value
        self.group = replace(self.group, page=self.fonts.get(value) or None)

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self.is_starred = True
            return
        self.skip = 0
        self._say(_SYMBOLS.get(symbol, ""))

    def _bytes(self, data: bytes) -> None:
        self.is_fresh = False
        skipped = min(self.skip, len(data))
        self.skip -= skipped
        if (data := data[skipped:]) and not self._is_silent():
            page = self.group.page or self.page
            if page != self.raw_page:
                self._flush()
            self.raw_page = page
            self.raw += data

    def _say(self, text: str) -> None:
        self._flush()
        if not self._is_silent():
            (self.title if self.group.destination == b"title" else self.parts).append(text)

    def _is_silent(self) -> bool:
        is_title = self.group.destination == b"title"
        return not is_title and (self.group.is_unread or self.group.is_hidden)

    def _flush(self) -> None:
        """Decode what was held back until its code page was sure to have whole letters."""
        if self.raw:
            text = self.raw.decode(self.raw_page, "replace")
            self.raw = bytearray()
            (self.title if self.group.destination == b"title" else self.parts).append(text)


def read_rtf(data: bytes) -> Document:
    """The document in an RTF file.

    Raises:
        BadInput: `no_text` if there is nothing to read in it, `bad_document` if its groups are nested without end,
            `too_complex` if there is no end to them.
    """
    reading = _Reading(data)
    reading.run()
    lines = (" ".join(line.split()) for line in _whole(reading.parts).split("\n"))
    title = stated_title(_whole(reading.title))
    cues = cues_of(Block(line) for line in lines if line and line != title)
    if not cues:
        raise BadInput("it holds no text", code="no_text")
    return Document(
        "post", tuple(cues), title=title, title_stated=title is not None, published=_day(reading.day)
    )


def _whole(parts: list[str]) -> str:
    """All parts together, halves of pairs joined."""
    text = "".join(parts).replace("\0", "")
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _day(said: dict[bytes, int]) -> date | None:
    return make_date(said[b"yr"], said[b"mo"], said[b"dy"]) if {b"yr", b"mo", b"dy"} <= said.keys() else None


def _unicode(value: int) -> str:
    """The letter of a signed 16-bit number; halves of a pair are joined when all is read."""
    code = value % 0x10000 if value < 0x10000 else value
    return chr(code) if code < 0x110000 else ""


def _code_page(number: int | None) -> str:
    name = {65001: "utf-8", 10000: "mac_roman", 936: "gb18030", 950: "big5hkscs", 1361: "johab"}.get(
        number or 1252, f"cp{number or 1252}"
    )
    try:
        b"".decode(name)
    except LookupError:
        return "cp1252"
    return name


def _recognises(head: Head) -> bool:
    return head.data.startswith(b"{\\rtf")


def _read(opened: Opened) -> list[Document]:
    return [read_rtf(opened.data)]


SPEC = ReaderSpec("rtf", _recognises, _read, bytes_max=FILE_BYTES_MAX)
