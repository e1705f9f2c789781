"""XML that is not quite: read as far as it can be, with what was lost. The one place where damaged XML is read.

    text → strictly parsed → if that fails: tags balanced, everything else made text → parsed → root, what was left out

A bare `&`, a raw `<`, HTML's names for characters, an end without a beginning, attributes without quotes, undeclared
prefixes, repeated ids and a file that is cut off do not cost the rest. Entities are never defined, nothing outside is
loaded, elements and depth are bounded. Linear in the length of the text. Knows nothing about any vocabulary.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection

from lxml import etree

from fenshen.core.errors import BadInput
from fenshen.library.dropped import Dropped, summed
from fenshen.library.markup import XmlElement

ELEMENTS_MAX = 400_000
DEPTH_MAX = 200
#: Elements of HTML that hold nothing, and that people do not close.
_VOID = frozenset({"br", "hr", "img", "wbr"})

_NAME = r"[^\W\d][\w:.-]{0,100}"
_ATTRIBUTE = re.compile(rf"\s({_NAME})\s*+=\s*+(?:\"([^\"<]*)\"|'([^'<]*)'|([^\s\"'<>]+))")
_START = re.compile(
    rf"<({_NAME})((?:\s++{_NAME}\s*+(?:=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'|[^\s\"'<>]++))?+)*+)\s*+(/?)>"
)
#: A tag in which the text ends.
_TAG_CHARS = 2_000
_TORN = re.compile(rf"</?(?:[A-Za-z][^<>]{{0,{_TAG_CHARS}}})?\Z")
_END = re.compile(rf"</\s*({_NAME})\s*>")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_DECLARATION = re.compile(r"^\s*(?:<\?[^>]{0,400}\?>\s*)+")
_DOCTYPE = re.compile(r"<!DOCTYPE[^<>\[]*(?:\[[^\[\]]*\][^<>]*)?>", re.IGNORECASE)
#: `&` that begins a character XML knows, or one that only HTML has a name for.
_REFERENCE = re.compile(r"&(?:(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)?")


def parse_leniently(
    text: str,
    *,
    vocabulary: Collection[str] = (),
    flat: Collection[str] = (),
    allows_doctype: bool = False,
) -> tuple[XmlElement, tuple[Dropped, ...]]:
    """The root element of decoded XML, and what of it could not be read.

    Args:
        vocabulary: names of the only elements there are, where damage is likely to look like others.
        flat: elements that never lie in one of the same name: a second one ends the first.
        allows_doctype: a document type is passed over instead of refused; entities are refused always.

    Raises:
        BadInput: `unsafe_xml` if it declares what may not be, `bad_xml` if there is no element or there are too many.
    """
    text = _DECLARATION.sub("", _NO_XML.sub("", text))
    if "<!ENTITY" in text or (not allows_doctype and "<!doctype" in text.lower()):
        raise BadInput(
            "its XML declares a document type, which may hide anything; save it without", code="unsafe_xml"
        )
    if text.count("<") - text.count("</") > ELEMENTS_MAX:
        raise BadInput("it has more elements than are read; split it", code="bad_xml")
    text = _DOCTYPE.sub("", text, count=1)
    try:
        return _parsed(text, recover=False)[0], ()
    except BadInput:
        balanced = _Balanced(text, vocabulary, flat)
        root, damages = _parsed(balanced.text, recover=True)
        return root, summed([Dropped("bad_xml", damages), *balanced.dropped])


def _parsed(text: str, *, recover: bool) -> tuple[XmlElement, int]:
    """The root, and how many places a forgiving parser gave up on."""
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise BadInput("its XML is damaged", code="bad_xml") from error
    if root is None:
        raise BadInput("its XML is damaged", code="bad_xml")
    return root, sum(1 for one in parser.error_log if one.level_name == "FATAL")


class _Balanced:
    """`text` with every element closed once and everything that is no markup escaped.

    Attributes:
        text: the result.
        dropped: what was lost of it.
    """

    def __init__(self, text: str, vocabulary: Collection[str], flat: Collection[str]) -> None:
        self._source, self._vocabulary, self._flat = text, vocabulary, flat
        self._out: list[str] = []
        self._open: list[str] = []
        self._ended = False
        self._missing: set[str] = set()
        self.dropped: list[Dropped] = []
        at = 0
        while not self._ended and (found := text.find("<", at)) >= 0:
            self._say(text[at:found])
            at = self._markup(found)
        if not self._ended:
            self._say(text[at:])
        if self._open:
            self.dropped.append(Dropped("cut_off", 1, f"line {text.count(chr(10)) + 1}"))
            self._close_to(0)
        self.text = "".join(self._out)

    def _markup(self, at: int) -> int:
        """Take what begins with `<`; where to go on."""
        for begins, ends, take in (
            ("<!--", "-->", None),
            ("<![CDATA[", "]]>", self._literal),
            ("<?", "?>", None),
        ):
            if self._source.startswith(begins, at) and begins not in self._missing:
                return self._until(at, begins, ends, take)
        if match := _END.match(self._source, at):
            if self._is_known(match[1]):
                self._end(match[1])
                return match.end()
        elif (match := _START.match(self._source, at)) and self._is_known(match[1]):
            self._start(match[1], match[2], bool(match[3]))
            return match.end()
        if ">" not in self._source[at : at + _TAG_CHARS] and _TORN.match(self._source, at):
            return len(self._source)
        self._say("<")
        return at + 1

    def _until(self, at: int, begins: str, ends: str, take: Callable[[str], None] | None) -> int:
        stop = self._source.find(ends, at)
        if stop < 0:
            self._missing.add(begins)
        if take is not None:
            take(self._source[at + len(begins) : stop if stop >= 0 else len(self._source)])
        elif stop < 0:
            return at + len(begins)
        return stop + len(ends) if stop >= 0 else len(self._source)

    def _start(self, name: str, attributes: str, is_empty: bool) -> None:
        if name in self._flat and name in self._open[1:]:
            self._close_to(self._open.index(name, 1))
        is_empty = is_empty or name in _VOID
        if len(self._open) >= DEPTH_MAX:
            raise BadInput("its XML is nested beyond what is read", code="bad_xml")
        kept: dict[str, str] = {}
        for found in _ATTRIBUTE.finditer(attributes):
            value = next(part for part in found.groups()[1:] if part is not None)
            kept.setdefault(found[1], _escaped(value).replace('"', "&quot;"))
        written = "".join(f' {key}="{value}"' for key, value in kept.items())
        self._out.append(f"<{name}{written}{'/' if is_empty else ''}>")
        if not is_empty:
            self._open.append(name)
        self._ended = not self._open

    def _end(self, name: str) -> None:
        if name in self._open:
            self._close_to(len(self._open) - 1 - self._open[::-1].index(name))
            self._ended = not self._open

    def _close_to(self, depth: int) -> None:
        while len(self._open) > depth:
            self._out.append(f"</{self._open.pop()}>")

    def _say(self, text: str) -> None:
        if self._open:
            self._out.append(_escaped(text))

    def _literal(self, text: str) -> None:
        if self._open:
            self._out.append(html.escape(text, quote=False))

    def _is_known(self, name: str) -> bool:
        return not self._vocabulary or name in self._vocabulary


def _escaped(text: str) -> str:
    return _REFERENCE.sub(_resolved, text).replace("<", "&lt;").replace(">", "&gt;")


def _resolved(match: re.Match[str]) -> str:
    """A reference as XML may have it: the character itself escaped, or an `&` that is only meant as one."""
    if not match[1]:
        return "&amp;"
    said = _NO_XML.sub("", html.unescape(match[0]))
    return "&amp;" + match[0][1:] if said == match[0] else said.replace("&", "&amp;").replace("<", "&lt;")
