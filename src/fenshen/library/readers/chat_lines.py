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
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from fenshen.core.errors import BadInput
from fenshen.library.dialogue.judging import TALK
from fenshen.library.dialogue.leads import without_leads
from fenshen.library.dialogue.names import UNNAMED, is_heading, is_personlike, plain
from fenshen.library.dialogue.notations import without_marks
from fenshen.library.dialogue.stamps import take_stamp
from fenshen.library.document import Document
from fenshen.library.names import make_date
from fenshen.library.readers.chat import Message, chat_document
from fenshen.library.readers.chat_headers import PASSED, Header, headers_in, stamp_alone
from fenshen.library.readers.chat_notices import is_app_notice, owner_of, partner_in, without_app_words
from fenshen.library.reading import LINE_CHARS_MAX, PLAIN_NAMES, Head, Opened, ReaderSpec

Numbers = tuple[int, int, int]
_DAY_LINE = re.compile(r"^[\-=—–\s*]*(?P<day>[^\n]{6,40}?)[\-=—–\s*]*$")


def day_alone(line: str) -> Numbers | None:
    """A line that is a date alone, which stands above the messages of that day."""
    match = _DAY_LINE.match(without_marks(line))
    taken = take_stamp(match["day"]) if match else None
    if taken is None or taken[0].has_time or not taken[0].day:
        return None
    return taken[0].day if len(taken[1].strip()) <= 12 and not re.search(r"[.!?。]", taken[1]) else None


def calendar(days: Sequence[Numbers]) -> Callable[[Numbers], date | None]:
    """How the log orders day, month and year: what makes a day of every line; day first where both would do."""

    def year_first(day: Numbers) -> date | None:
        return make_date(*day)

    def day_first(day: Numbers) -> date | None:
        return make_date(_full(day[2]), day[1], day[0])

    def month_first(day: Numbers) -> date | None:
        return make_date(_full(day[2]), day[0], day[1])

    if any(first > 31 for first, _, _ in days):
        return year_first
    return month_first if any(second > 12 for _, second, _ in days) else day_first


def _full(year: int) -> int:
    return year + 2000 if year < 100 else year


NAMES = PLAIN_NAMES | {
    ".md",
    ".markdown",
    ".log",
    ".chat",
    ".csv",
    ".tsv",
    ".docx.txt",
    ".weechatlog",
    ".irclog",
    ".irc",
    ".chatlog",
}
_MACHINE = "info warn warning error debug trace fatal critical notice verbose severe fine err dbg inf emerg alert crit"
_LEVELS = frozenset(_MACHINE.split())
_PROCESS = re.compile(r"\[\d+\]$|^[a-z]+(?:\.[a-z]+){2,}|^(?!u/)[a-z]+/\w+|^0x|\.(?:py|js|go|java|c|rs)$")
#: A log that names its fields line by line: who, when, what.
_FIELDS = re.compile(
    r"^(?:发送人|发件人|发言人|发送者|昵称|送信者|sender|from|user|name|author|von|de)\s?[:：]\s*(\S.{0,79})\n"
    r"(?:时间|发送时间|日期|日時|time|date|sent|datum|zeit|fecha)\s?[:：]\s*(\S.{0,60})\n"
    r"(?:内容|消息|正文|本文|content|message|text|body|nachricht|mensaje)\s?[:：]\s*",
    re.IGNORECASE | re.MULTILINE,
)
_RULE = re.compile(r"^[ \t]{0,8}[-=_*]{3,}[ \t]{0,8}$", re.MULTILINE)
#: What WeeChat writes where a nick stands, for who joins and leaves.
_NOTICES = frozenset({"--", "-->", "<--", "->", "<-", "*", "=!=", "-"})
#: Headers among the lines that are not empty, at least: where words stand in the same line, and where below it.
_INLINE_SHARE, _ABOVE_SHARE = 0.3, 0.12
_BUTTONS_MAX, _BUTTONS_MIN, _BUTTONS_SHARE = 4, 3, 0.8


def read_chat_lines(text: str) -> Document:
    """The document of a decoded log.

    Raises:
        BadInput: `no_text` if nobody says anything.
    """
    lines = _lines(text)
    headers = headers_in(lines)
    messages = list(_messages(lines, headers))
    people = list(dict.fromkeys(message.name for message in messages))
    partner = partner_in(text)
    document = chat_document(messages, title=partner, owner=owner_of(people, partner, text))
    if document is None:
        raise BadInput("the chat holds no messages", code="no_text")
    return document


def _lines(text: str) -> list[str]:
    """The lines of a log; fields of who and when, each on its own line, as one, numbers and channels left out."""
    return _without_buttons(without_leads(_RULE.sub("", _FIELDS.sub(r"\2 \1\n", text)).split("\n")))


def _without_buttons(lines: Sequence[str]) -> list[str]:
    """The lines without what stands under nearly every time alone: `Reply`, `Like 3`, which nobody says."""
    kept = list(lines)
    filled = [at for at, line in enumerate(kept) if line.strip()]
    times = [at for at, number in enumerate(filled) if stamp_alone(kept[number])]
    for below in range(1, _BUTTONS_MAX + 1):
        under = [filled[at + below] for at in times if at + below < len(filled)]
        shapes = Counter(re.sub(r"\d+", "9", kept[at].strip()) for at in under)
        shape, often = shapes.most_common(1)[0] if shapes else ("", 0)
        if often < _BUTTONS_MIN or often < _BUTTONS_SHARE * len(under):
            break
        for at in under:
            if re.sub(r"\d+", "9", kept[at].strip()) == shape:
                kept[at] = ""
    return kept


def is_chat(text: str) -> bool:
    """Whether the lines of a text are somebody's messages: headers with names that come back, or with whole dates."""
    lines = _lines(text)[:4000]
    headers = [header for header in headers_in(lines) if header and header is not PASSED]
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
    if len(headers) < share * filled or next(_messages(lines, headers_in(lines)), None) is None:
        return False
    return comes_back or is_certain or _is_talk(lines)


def _is_talk(lines: Sequence[str]) -> bool:
    """Whether names that come once each head what people say to each other."""
    said = list(_messages(lines, headers_in(lines)))
    talking = sum(bool(TALK.search(message.text)) for message in said)
    persons = all(is_personlike(message.name) for message in said)
    return len(said) > 1 and (persons or talking * 2 >= len(said))


def _messages(lines: Sequence[str], headers: Sequence[Header | None]) -> Iterator[Message]:
    to_date = calendar([header.stamp.day for header in headers if header and header.stamp.day])
    current: Header | None = None
    body: list[str] = []
    day: date | None = None
    for line, header in zip(lines, headers, strict=True):
        if header is None:
            if alone := day_alone(line):
                day = to_date(alone) or day
            elif not stamp_alone(line):
                body.append(without_marks(line).strip())
        elif header is not PASSED:
            if current is not None:
                yield from _said(current, body, day)
            elif said := [text for text in body if _is_speech(text)]:
                yield Message(UNNAMED, UNNAMED, "\n".join(said), None)
            current, body = header, [header.said] if header.said else []
            day = (to_date(header.stamp.day) if header.stamp.day else None) or day
    if current is not None:
        yield from _said(current, body, day)


def _is_speech(text: str) -> bool:
    """Whether a line above the first header is what somebody said rather than what the log is called."""
    return len(text.split()) > 3 and bool(re.search(r"[.!?…。！？][\"'”’)]*$", text))


def _said(header: Header, body: Sequence[str], day: date | None) -> Iterator[Message]:
    text = without_app_words("\n".join(body).strip())
    if text and header.name not in _NOTICES and not is_app_notice(text, header.name):
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
