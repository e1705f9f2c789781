"""Logs and pasted chats of apps, known or not, by their shape: a time and a name, then what was said.

    lines → headers (`[2019-12-24, 12:23] Jane: …` · `14:05<TAB>Hana<TAB>…` · `2021-03-12 14:05:11 老王<NL>…` ·
    `Jane Roe  0:05<NL>…` · `Jane<NL>2:05 PM<NL>…` · `14:05:11 From Jane to Everyone: …` · `<nick> …`) → messages

Signal, LINE, Zoom, MemoTrace's TXT, Teams, Otter and IRC logs are such, and so is what is copied out of Slack, Discord,
Telegram or DingTalk. Nobody is known to be the creator unless the log says who made it. Logs of machines and diaries
have times too, but no names that come back. Knows nothing about apps with a format of their own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from fenshen.core.errors import BadInput
from fenshen.library.dialogue.judging import TALK
from fenshen.library.dialogue.names import is_heading, is_name, is_personlike, plain
from fenshen.library.dialogue.notations import action_of, label_of, without_marks
from fenshen.library.dialogue.stamps import Stamp, take_last_stamp, take_stamp
from fenshen.library.document import Document
from fenshen.library.readers.chat import Message, chat_document
from fenshen.library.readers.chat_days import calendar, day_alone
from fenshen.library.readers.chat_notices import is_app_notice, owner_of, partner_in, without_app_words
from fenshen.library.reading import LINE_CHARS_MAX, PLAIN_NAMES, Head, Opened, ReaderSpec

NAMES = PLAIN_NAMES | {".md", ".markdown", ".log", ".chat", ".csv", ".tsv", ".docx.txt"}
_MACHINE = "info warn warning error debug trace fatal critical notice verbose severe fine err dbg inf emerg alert crit"
_LEVELS = frozenset(_MACHINE.split())
_PROCESS = re.compile(r"\[\d+\]$|^[a-z]+(?:\.[a-z]+){2,}|^(?!u/)[a-z]+/\w+|^0x|\.(?:py|js|go|java|c|rs)$")
_SEPARATOR = re.compile(r"^[\s\-–—|·•>]*")
_FROM_TO = re.compile(
    r"^\s*from\s+(.{1,80}?)(?:\s+to\s+(.{1,80}?))?(?:\s*\((?:direct message|privately)\))?\s*[:：]\s*",
    re.IGNORECASE,
)
_TO = re.compile(
    r"^(.{1,60}?)\s+(?:to|→|->)\s+(?:everyone|all|host|.{1,40}\((?:direct message|privately)\))\s*[:：]\s*",
    re.IGNORECASE,
)
_IRC = re.compile(r"^<[@+~&%! ]?([^<>\s][^<>\n]{0,40})>\s?")
_PROMPT = re.compile(r"^([^\s<>:]{1,32})>\s+(?=\S)")
_TABBED = re.compile(r"^\s*([^\t\n]{1,60})\t+(.*)$")
_COLON = re.compile(r"^(.{1,60}?)\s?[:：](?=\s|$|[^\s\d/\\])\s*(.*)$")
_WRAPPED = re.compile(r"[\[(<【](.{1,60})[\])>】]")
_ACCOUNT = re.compile(r"\s*[(（<][^()（）<>\n]{3,60}[)）>]$")
#: Headers among the lines that are not empty, at least: where words stand in the same line, and where below it.
_INLINE_SHARE, _ABOVE_SHARE = 0.3, 0.12


@dataclass(frozen=True)
class _Header:
    """A line that says who speaks now.

    Attributes:
        said: the words behind, `None` where they stand below.
        kind: how it is built; one log has one kind.
        is_typed: built as only logs are, so that it needs no other sign.
    """

    name: str
    said: str | None
    stamp: Stamp
    kind: str = "after"
    is_typed: bool = False


#: The line of a name whose time stands below it.
_PASSED = _Header("", None, Stamp(False, False))


def read_chat_lines(text: str) -> Document:
    """The document of a decoded log.

    Raises:
        BadInput: `no_text` if nobody says anything.
    """
    lines = text.split("\n")
    headers = _headers(lines)
    messages = list(_messages(lines, headers))
    people = list(dict.fromkeys(message.name for message in messages))
    partner = partner_in(text)
    document = chat_document(messages, title=partner, owner=owner_of(people, partner, text))
    if document is None:
        raise BadInput("the chat holds no messages", code="no_text")
    return document


def is_chat(text: str) -> bool:
    """Whether the lines of a text are somebody's messages: headers with names that come back, or with whole dates."""
    lines = text.split("\n")[:4000]
    headers = [header for header in _headers(lines) if header and header is not _PASSED]
    filled = sum(1 for line in lines if line.strip())
    if len(headers) < 2:
        return False
    names = Counter(plain(header.name) for header in headers)
    machine = sum(plain(h.name) in _LEVELS or bool(_PROCESS.search(h.name)) for h in headers)
    headings = sum(is_heading(header.name) for header in headers)
    if (machine + headings) * 2 > len(headers):
        return False
    inline = [header for header in headers if header.said is not None]
    share = _INLINE_SHARE if len(inline) * 2 >= len(headers) else _ABOVE_SHARE
    comes_back = names.most_common(1)[0][1] > 1 and len(names) <= max(2, 0.8 * len(headers))
    is_certain = all(
        header.is_typed or header.kind == "split" or (header.stamp.has_date and header.stamp.has_time)
        for header in headers
    )
    if len(headers) < share * filled or next(_messages(lines, _headers(lines)), None) is None:
        return False
    return comes_back or is_certain or _is_talk(lines)


def _is_talk(lines: Sequence[str]) -> bool:
    """Whether names that come once each head what people say to each other."""
    said = list(_messages(lines, _headers(lines)))
    talking = sum(bool(TALK.search(message.text)) for message in said)
    persons = all(is_personlike(message.name) for message in said)
    return len(said) > 1 and (persons or talking * 2 >= len(said))


def _headers(lines: Sequence[str]) -> list[_Header | None]:
    """The header that each line is, if it is one; a name above a time is passed over."""
    found = [_header(line) for line in lines]
    waiting: int | None = None
    timed: Stamp | None = None
    for at, line in enumerate(lines):
        if not line.strip():
            continue
        taken, name = _stamp_alone(line), without_marks(line).strip()
        is_alone = found[at] is None and not taken and _is_name_alone(name)
        if waiting is not None and (taken := taken or _handle_stamp(lines[waiting], line)):
            found[waiting], found[at] = (
                _PASSED,
                _Header(_bare(without_marks(lines[waiting])), None, taken, "split"),
            )
        elif timed is not None and is_alone:
            found[at], is_alone = _Header(name, None, timed, "under"), False
        waiting, timed = (at if is_alone else None), (taken if found[at] is None else None)
    _head_first(lines, found)
    kinds = Counter(header.kind for header in found if header and header is not _PASSED)
    least = 0.2 * max(kinds.values(), default=0)
    return [None if header and kinds.get(header.kind, least) < least else header for header in found]


def _head_first(lines: Sequence[str], found: list[_Header | None]) -> None:
    """Where times stand below what was said, the first name has none above it."""
    if any(header and header.kind == "under" for header in found):
        first = next(at for at, line in enumerate(lines) if line.strip())
        name = without_marks(lines[first]).strip()
        if found[first] is None and not _stamp_alone(name) and _is_name_alone(name):
            found[first] = _Header(name, None, Stamp(has_time=True, has_date=True), "under")


def _handle_stamp(name: str, line: str) -> Stamp | None:
    """The day alone below a handle (`@jane@example.org`), which says no time."""
    taken = take_stamp(without_marks(line).strip())
    is_handle = without_marks(name).strip().startswith(("@", "u/", "/u/"))
    return taken[0] if is_handle and taken and not taken[1].strip() else None


def _is_name_alone(name: str) -> bool:
    return len(name) < 60 and is_name(name) and not is_heading(name) and not re.search(r"\w{2}[.]$", name)


def _header(line: str) -> _Header | None:
    text = without_marks(line).rstrip()
    if not text.strip() or len(text) > LINE_CHARS_MAX:
        return None
    taken = take_stamp(text)
    if taken and (taken[0].has_time or taken[0].is_bracketed):
        return _after_stamp(taken[0], taken[1])
    return _before_stamp(text)


def _after_stamp(stamp: Stamp, rest: str) -> _Header | None:
    if match := _FROM_TO.match(rest):
        return _Header(match[1].strip(), rest[match.end() :].strip() or None, stamp, kind="to", is_typed=True)
    if (match := _TABBED.match(rest)) and is_name(match[1]):
        return _Header(_bare(match[1]), match[2], stamp, "tab", is_typed=rest.startswith("\t"))
    body = _SEPARATOR.sub("", rest[:200]) + rest[200:]
    if match := _IRC.match(rest.strip()):
        return _Header(match[1], rest.strip()[match.end() :], stamp, "irc", is_typed=True)
    if match := _PROMPT.match(rest.strip()):
        return _Header(match[1], rest.strip()[match.end() :], stamp, "irc")
    if acted := action_of(rest):
        return _Header(acted[0], acted[1], stamp, "irc")
    if match := _TO.match(body):
        return _Header(match[1].strip(), body[match.end() :].strip() or None, stamp, "to", is_typed=True)
    if (match := _COLON.match(body)) and is_name(match[1]):
        return _Header(match[1].strip(), match[2], stamp)
    alone = _bare(body)
    if alone and is_name(alone) and not alone.islower():
        return _Header(alone, None, stamp, "above")
    return None


def _before_stamp(text: str) -> _Header | None:
    """`Jane Roe  2:05 PM`, `Jane (2:05 PM): words`, `Jane, [12.03.21 14:05]`, `Jane — Today at 14:05`."""
    if len(text) < 120 and (timed := take_last_stamp(text.strip().rstrip(":：").strip())):
        sent = _FROM_TO.match(f"{timed[0].rstrip(' :：')}:")
        name = _bare(sent[1] if sent else timed[0])
        is_field = timed[0].rstrip().endswith((":", "：")) and sent is None
        if timed[1].has_time and is_name(name) and not is_field:
            return _Header(name, None, timed[1], "behind", is_typed=sent is not None)
    if within := _within(text):
        return within
    label = label_of(text)
    if label is None or label.strength != "sure" or label.is_alone or not label.rest:
        return None
    head = text[: len(text) - len(label.rest)]
    timed = take_last_stamp(head.rstrip(" :：").rstrip())
    return _Header(label.name, label.rest, timed[1], "within") if timed and timed[1].has_time else None


def _within(text: str) -> _Header | None:
    """`[하나] [오후 2:05] words`, `Jane Roe [00:00:05] words`, `Jane: (0:05) words`."""
    for at in range(1, min(len(text), 62)):
        if text[at] not in "[(（【" or not (taken := take_stamp(text[at:])):
            continue
        name, said = _bare(text[:at]), taken[1].lstrip(" :：")
        if taken[0].has_time and taken[0].is_bracketed and said and is_name(name):
            return _Header(name, said, taken[0], "within")
    return None


def _bare(name: str) -> str:
    """A name without what apps put round and behind it: brackets, an account's number or address."""
    text = name.strip().strip("*_`# ").rstrip(":：").strip()
    if (match := _WRAPPED.fullmatch(text)) and match[1].strip():
        text = match[1].strip()
    return _ACCOUNT.sub("", text).strip()


def _stamp_alone(line: str) -> Stamp | None:
    taken = take_stamp(without_marks(line).strip())
    return taken[0] if taken and taken[0].has_time and not taken[1].strip() else None


def _messages(lines: Sequence[str], headers: Sequence[_Header | None]) -> Iterator[Message]:
    to_date = calendar([header.stamp.day for header in headers if header and header.stamp.day])
    current: _Header | None = None
    body: list[str] = []
    day: date | None = None
    for line, header in zip(lines, headers, strict=True):
        if header is None:
            if alone := day_alone(line):
                day = to_date(alone) or day
            elif not _stamp_alone(line):
                body.append(without_marks(line).strip())
        elif header is not _PASSED:
            if current is not None:
                yield from _said(current, body, day)
            current, body = header, [header.said] if header.said else []
            day = (to_date(header.stamp.day) if header.stamp.day else None) or day
    if current is not None:
        yield from _said(current, body, day)


def _said(header: _Header, body: Sequence[str], day: date | None) -> Iterator[Message]:
    text = without_app_words("\n".join(body).strip())
    if text and not is_app_notice(text, header.name):
        yield Message(header.name, header.name, text, day)


def _recognises(head: Head) -> bool:
    return (
        bool(head.text)
        and head.suffix in NAMES
        and is_chat(head.text.replace("\r\n", "\n").replace("\r", "\n"))
    )


def _read(opened: Opened) -> list[Document]:
    return [read_chat_lines(opened.text)]


SPEC = ReaderSpec("chat log", _recognises, _read, line_chars_max=LINE_CHARS_MAX)
