"""What viewers of Bilibili write: danmaku (XML, timed) and comments (JSON). Knows nothing about videos.

Danmaku lines, and the paid ones (superchats) that recorders write beside them, are other people's words with the second
they fly by and a hash or nickname. Lines may hold a raw `<` or `&`, or be cut off: the rest is read. Comments are a chat
in which each reply follows what it answers; the page names the uploader, who is its owner.

Source: the site's `comment.bilibili.com/CID.xml`, BililiveRecorder's XML, and `/x/v2/reply` as saved by downloaders.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.dropped import Dropped, summed
from fenshen.library.lenient_xml import parse_leniently
from fenshen.library.markup import XmlElement, descendants, local_name
from fenshen.library.readers.chat import Message, chat_document, dicts, epoch_day, member, string
from fenshen.library.readers.json_text import BYTES_MAX, parse_json, shape
from fenshen.library.reading import TEXT_BYTES_MAX, Head, ReaderSpec

#: Rolling, at the bottom, at the top and reversed; others are positioned pictures and scripts.
_WORDS = frozenset({"1", "2", "3", "4", "5", "6"})
_LINES_MAX = 200_000
#: Everything that the site, players and recorders write; in a damaged file any other `<` is somebody's words.
_ELEMENTS = frozenset(
    [
        "i",
        "d",
        "sc",
        "gift",
        "guard",
        "toast",
        "chatserver",
        "chatid",
        "mission",
        "maxlimit",
        "state",
        "real_name",
        "source",
        "maxCount",
        "min_dm_weight",
        "BililiveRecorder",
        "BililiveRecorderRecordInfo",
    ]
)
_DANMAKU = re.compile(r"(?:\s{0,99}<[?!][^<>]{0,400}>){0,9}\s{0,99}<i(?:\s[^<>]{0,300})?>")
_TO = re.compile(r"^回复 ?@[^:：]{1,60}[:：]\s*")
_REPLIES_MAX_DEPTH = 4


def read_danmaku(text: str) -> Document:
    """The lines in order of the second they appear in; whatever is left out is counted.

    Raises:
        BadInput: `bad_xml` or `unsafe_xml` if it is no XML, declares entities or is nested or repeated without need;
            `no_text`.
    """
    root, dropped = parse_leniently(text, vocabulary=_ELEMENTS, flat=("d", "sc"))
    lines = [(element, _line(element)) for element in descendants(root, "d", "sc")]
    if len(lines) > _LINES_MAX:
        raise BadInput("it has more lines than are read; split it", code="too_large")
    said = sorted((line for _, line in lines if line), key=lambda message: message.start_s or 0.0)
    document = chat_document(said, title=None)
    if document is None:
        if dropped:
            raise BadInput("its XML is damaged, and no line is left of it", code="bad_xml")
        raise BadInput("it holds no lines", code="no_text")
    days = [message.day for message in said if message.day]
    bad = (
        Dropped("bad_time", 1, f"line {element.sourceline}")
        for element, line in lines
        if line is None and _is_words(element)
    )
    return replace(document, published=min(days, default=None), dropped=summed((*dropped, *bad)))


def _line(element: XmlElement) -> Message | None:
    """A line from `p="time, mode, size, colour, sent, pool, user, id"`, or a paid one; `None` without a time.

    Players and recorders leave out what follows the mode, write the sender beside it and the day in milliseconds.
    """
    if not _is_words(element):
        return None
    fields = (element.get("p") or "").split(",")
    start_s = _second(element.get("ts") or fields[0])
    if start_s is None:
        return None
    user = (element.get("user") or (fields[6] if len(fields) > 6 else ""))[:40] or "viewer"
    day = epoch_day(fields[4]) if len(fields) > 6 else None
    return Message(user, user, "".join(element.itertext()).replace("/n", "\n"), day, True, start_s)


def _is_words(element: XmlElement) -> bool:
    fields = (element.get("p") or "").split(",")
    return local_name(element) == "sc" or (len(fields) > 1 and fields[1].strip() in _WORDS)


def _second(text: str) -> float | None:
    try:
        start_s = float(text)
    except ValueError:
        return None
    return start_s if math.isfinite(start_s) and 0 <= start_s < 1e6 else None


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
    return bool(_DANMAKU.match(head.text)) and any(
        sign in head.text for sign in ("<d p=", "<chatid>", "<BililiveRecorder")
    )


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
