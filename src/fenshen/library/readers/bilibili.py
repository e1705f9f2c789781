"""What viewers of Bilibili write: danmaku (XML, timed) and comments (JSON). Knows nothing about videos.

Danmaku lines are other people's words with the second they fly by and a hash for a name. Comments are a chat
in which each reply follows what it answers; the page names the uploader, who is its owner.

Source: the site's `comment.bilibili.com/CID.xml` and `/x/v2/reply` as saved by downloaders.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from xml.parsers import expat

from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.readers.chat import Message, chat_document, dicts, epoch_day, member, string
from fenshen.library.readers.json_text import BYTES_MAX, parse_json, shape
from fenshen.library.reading import TEXT_BYTES_MAX, Head, ReaderSpec

#: Rolling, at the bottom, at the top and reversed; others are positioned pictures and scripts.
_WORDS = frozenset({"1", "2", "3", "4", "5", "6"})
_DEPTH_MAX = 8
_LINES_MAX = 200_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_DANMAKU = re.compile(r"(?:<\?xml[^<>]{0,200}\?>)?\s{0,20}<i(?:\s[^<>]{0,300})?>")
_TO = re.compile(r"^回复 ?@[^:：]{1,60}[:：]\s*")
_REPLIES_MAX_DEPTH = 4


def read_danmaku(text: str) -> Document:
    """The lines in order of the second they appear in.

    Raises:
        BadInput: `bad_xml` if it is cut off, declares entities or is nested without need; `no_text`.
    """
    lines = _Lines()
    parser = expat.ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = lines.refuse_doctype
    parser.StartElementHandler, parser.EndElementHandler = lines.begin, lines.end
    parser.CharacterDataHandler = lines.say
    try:
        parser.Parse(_CONTROL.sub("", text).encode("utf-8"), True)
    except expat.ExpatError as error:
        raise BadInput(f"it is cut off or not valid XML (line {error.lineno})", code="bad_xml") from error
    said = sorted(lines.found, key=lambda message: message.start_s or 0.0)
    days = [message.day for message in said if message.day]
    document = chat_document(said, title=None)
    if document is None:
        raise BadInput("it holds no lines", code="no_text")
    return replace(document, published=min(days, default=None))


class _Lines:
    """Gathers `<d p="…">` while the parser runs."""

    def __init__(self) -> None:
        self.found: list[Message] = []
        self.depth = 0
        self.attributes: list[str] | None = None
        self.text: list[str] = []

    def refuse_doctype(self, *_: Any) -> None:
        raise BadInput("it declares a document type, which danmaku never do", code="bad_xml")

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > _DEPTH_MAX or len(self.found) > _LINES_MAX:
            raise BadInput("it is nested or repeated beyond what danmaku are", code="bad_xml")
        if name == "d":
            self.attributes, self.text = attributes.get("p", "").split(","), []

    def say(self, data: str) -> None:
        if self.attributes is not None:
            self.text.append(data)

    def end(self, name: str) -> None:
        self.depth -= 1
        if name == "d" and self.attributes is not None:
            message = _line(self.attributes, "".join(self.text))
            self.found += [message] if message else []
            self.attributes = None


def _line(attributes: list[str], text: str) -> Message | None:
    """A line from `time, mode, size, colour, sent, pool, user, id`; `None` for what is no words."""
    if len(attributes) < 7 or attributes[1] not in _WORDS:
        return None
    try:
        start_s = float(attributes[0])
    except ValueError:
        return None
    if not math.isfinite(start_s) or not 0 <= start_s < 1e6:
        return None
    user = attributes[6][:40] or "viewer"
    return Message(user, user, text.replace("/n", "\n"), epoch_day(attributes[4]), True, start_s)


def read_comments(text: str) -> Document:
    """Comments in the order of the page, each followed by its replies.

    Raises:
        BadInput: `bad_json`, `unknown_format` or `no_text`.
    """
    export = parse_json(text)
    pages = export if isinstance(export, list) and not _is_reply(_first(export)) else [export]
    seen: set[str] = set()
    messages = [one for page in pages for one in _replies(_listed(page), seen, 0)]
    if not seen:
        raise BadInput("it is JSON, but holds no comments of Bilibili", code="unknown_format")
    uploader = next((str(upper["mid"]) for page in pages if (upper := _upper(page)).get("mid")), None)
    document = chat_document(messages, title=None, owner=uploader)
    if document is None:
        raise BadInput("the comments hold no text", code="no_text")
    return document


def _listed(page: Any) -> list[dict[str, Any]]:
    if isinstance(page, list):
        return dicts(page)
    data = member(page, "data") or (page if isinstance(page, dict) else {})
    return dicts(data.get("top_replies")) + dicts(data.get("replies"))


def _upper(page: Any) -> dict[str, Any]:
    return member(member(page, "data"), "upper")


def _replies(listed: list[dict[str, Any]], seen: set[str], depth: int) -> Iterator[Message]:
    for reply in filter(_is_reply, listed):
        number = str(reply.get("rpid"))
        if number in seen:
            continue
        seen.add(number)
        author, content = member(reply, "member"), member(reply, "content")
        who = str(author.get("mid") or reply.get("mid") or "")
        text = _TO.sub("", string(content.get("message")))
        yield Message(who, string(author.get("uname")) or who, text, epoch_day(reply.get("ctime")))
        if depth < _REPLIES_MAX_DEPTH:
            yield from _replies(dicts(reply.get("replies")), seen, depth + 1)


def _is_reply(value: Any) -> bool:
    return isinstance(value, dict) and "rpid" in value and isinstance(value.get("content"), dict)


def _first(values: list[Any]) -> Any:
    return values[0] if values else None


def _recognises_danmaku(head: Head) -> bool:
    return bool(_DANMAKU.match(head.text.lstrip())) and ("<d p=" in head.text or "<chatid>" in head.text)


def _recognises_comments(head: Head) -> bool:
    seen = shape(head.text)
    places = ("data.replies[]", "replies[]", "[]", "[].data.replies[]", "[].replies[]", "data.top_replies[]")
    return any(
        f"{place}.rpid" in seen and (f"{place}.content.message" in seen or f"{place}.member.uname" in seen)
        for place in places
    )


DANMAKU = ReaderSpec(
    "danmaku", _recognises_danmaku, lambda opened: [read_danmaku(opened.text)], bytes_max=TEXT_BYTES_MAX
)
COMMENTS = ReaderSpec(
    "bilibili", _recognises_comments, lambda opened: [read_comments(opened.text)], bytes_max=BYTES_MAX
)
