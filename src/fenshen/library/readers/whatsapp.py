"""WhatsApp chat exports, as iOS and Android write them. Knows nothing about attached files.

Each message is one turn. Lines that WhatsApp itself wrote (encryption notice, joins, deleted messages,
attachments, calls) are left out: iOS marks them with U+200E, on Android they lack a sender or are known
phrases. Continued lines belong to the message above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from fenshen.core.errors import BadInput
from fenshen.library.document import Cue, Document
from fenshen.library.names import make_date
from fenshen.library.reading import LINE_CHARS_MAX, Head, Opened, ReaderSpec

_DAY = r"(\d{1,4})[./-](\d{1,2})[./-](\d{2,4})"
_TIME = r"(\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:[\s\u202f]?[AaPp]\.?[Mm]\.?)?)"
_LINES = (
    re.compile(rf"^[\u200e\u200f]?\[{_DAY},?\s+{_TIME}\]\s(.*)$", re.S),
    re.compile(rf"^{_DAY},\s+{_TIME}\s-\s(.*)$", re.S),
)
_SENDER = re.compile(r"^[~\u200e\u202a\u00a0 ]*([^:\n]{1,100}?)[\u202c]?:[ \u00a0](.*)$", re.S)
_TAIL = re.compile(r"\s*\u200e?<[^<>\n]{3,60}>\s*$")
_NOT_SAID = re.compile(
    r"^(?:\u200e|<[^<>\n]{3,60}>$|(?:this message was deleted|you deleted this message|diese nachricht wurde gelöscht"
    r"|null$)|.{1,120}\((?:file attached|datei angehängt)\))",
    re.IGNORECASE,
)
_FIRST_LINE = re.compile(
    r"^\u200e?(?:\[\d{1,4}[./-]\d{1,2}[./-]\d{2,4},? [^\]\n]{4,16}\] |\d{1,2}[./]\d{1,2}[./]\d{2,4}, \d{1,2}:\d{2}[^\n-]{0,8} - )"
)
_Message = tuple[tuple[int, int, int], str, str]


def read_whatsapp(text: str) -> Document:
    """The document of a decoded WhatsApp export.

    Raises:
        BadInput: `no_text` if nobody says anything.
    """
    said = list(_messages(text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")))
    turns = [(day, sender, cleaned) for day, sender, body in said if (cleaned := _said(body))]
    if not turns:
        raise BadInput("the chat holds no messages", code="no_text")
    is_month_first = _is_month_first([day for day, _, _ in said], "\u202fAM]" in text or "\u202fPM]" in text)
    return Document(
        kind="chat",
        cues=tuple(Cue(body, speaker=sender) for _, sender, body in turns),
        turns=True,
        published=_day(turns[0][0], is_month_first),
    )


def _messages(lines: Sequence[str]) -> Iterator[_Message]:
    """Date numbers, sender and text of every message that has a sender."""
    entry: tuple[tuple[int, int, int], list[str]] | None = None
    for line in lines:
        match = next((found for pattern in _LINES if (found := pattern.match(line))), None)
        if match is None:
            if entry is not None:
                entry[1].append(line)
            continue
        yield from _split_sender(entry)
        entry = ((int(match[1]), int(match[2]), int(match[3])), [match[5]])
    yield from _split_sender(entry)


def _split_sender(entry: tuple[tuple[int, int, int], list[str]] | None) -> Iterator[_Message]:
    if entry is not None and (match := _SENDER.match("\n".join(entry[1]))):
        yield entry[0], match[1].strip(), match[2]


def _said(body: str) -> str:
    """What the sender typed; empty when WhatsApp wrote the line."""
    return "" if _NOT_SAID.match(body) else _TAIL.sub("", body).replace("\u200e", "").strip()


def _is_month_first(days: Sequence[tuple[int, int, int]], is_american: bool) -> bool:
    """US exports put the month first; a number above 12 settles it, else the 12-hour clock does."""
    if any(first > 12 for first, _, _ in days):
        return False
    return is_american or any(second > 12 for _, second, _ in days)


def _day(numbers: tuple[int, int, int], is_month_first: bool) -> date | None:
    first, second, third = numbers
    if first > 31:
        return make_date(first, second, third)
    year = third + 2000 if third < 100 else third
    return make_date(year, first, second) if is_month_first else make_date(year, second, first)


def _recognises(head: Head) -> bool:
    return bool(_FIRST_LINE.match(head.text.lstrip()[:4000]))


def _read(opened: Opened) -> list[Document]:
    return [read_whatsapp(opened.text)]


SPEC = ReaderSpec("whatsapp", _recognises, _read, line_chars_max=LINE_CHARS_MAX)
