"""WhatsApp chat exports, as iOS and Android write them in any of a dozen languages. Knows nothing about files.

Each message is one turn. Lines that WhatsApp itself wrote (encryption notice, joins, deleted messages,
attachments, calls) are left out: iOS marks them with U+200E, on Android they lack a sender or are known
phrases. Continued lines belong to the message above. The export of a chat with one person is named after
that person, so the other speaker is who made it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import pairwise

from fenshen.core.errors import BadInput
from fenshen.library.document import Cue, Document
from fenshen.library.names import make_date
from fenshen.library.readers.whatsapp_phrases import chat_named, spoken
from fenshen.library.reading import LINE_CHARS_MAX, Head, Opened, ReaderSpec

#: Arabic and Hebrew exports put direction marks between the parts of a date; `\d` takes every script's digits.
_TURN = r"[\u200e\u200f\u202a-\u202e]{0,3}"
_GAP = rf"{_TURN}(?:[./-]|\.\s|年|月){_TURN}\s?"
_DAY = rf"{_TURN}(\d{{1,4}}){_GAP}(\d{{1,2}}){_GAP}(\d{{1,4}}){_TURN}[.日]?"
_THEN = r"(?:([,،])\s{0,2}|\s)(?:(?:à|um|klo|at|às|kl\.?|a las|alle|alle ore)\s)?"
_HALF = r"(?:[AaPp]\.?\s?[Mm]\.?|上午|下午|中午|凌晨|早上|清晨|傍晚|晚上|午前|午後|오전|오후|ص|م|a\.\sm\.|p\.\sm\.)"
_TIME = rf"{_TURN}(?:{_HALF}\s?)?\d{{1,2}}[:.h]\d{{2}}(?:[:.]\d{{2}})?(?:\s?{_HALF})?{_TURN}"
_IOS = re.compile(rf"^{_TURN}\[{_DAY}{_THEN}{_TIME}\]\s?(.*)$", re.S)
_ANDROID = re.compile(rf"^{_DAY}{_THEN}{_TIME}\s[-–]\s(.*)$", re.S)
_AMERICAN = re.compile(r"^[^\n]{8,30}\d[ \u202f][AP]M(?:\]| - )", re.M)
_SENDER = re.compile(
    r"^[~\u200e\u200f\u202a\u202f\u00a0 ]*+([^:\n]{1,100}?)\u202c?\u200f?:(?:[ \u00a0](.*)|)$", re.S
)
_OPENING = re.compile("[“„«「『]")
_YEARS = range(2009, 2100)
Numbers = tuple[int, int, int]
_Message = tuple[Numbers, str, str]


def read_whatsapp(text: str, name: str = "") -> Document:
    """The document of a decoded WhatsApp export from a file called `name`.

    Raises:
        BadInput: `no_text` if nobody says anything.
    """
    typed = list(_messages(text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")))
    turns = [(day, sender, said) for day, sender, body in typed if (said := spoken(body))]
    if not turns:
        raise BadInput("the chat holds no messages", code="no_text")
    to_date = _calendar([day for day, _, _ in typed], bool(_AMERICAN.search(text[:20_000])))
    title = chat_named(name)
    return Document(
        kind="chat",
        cues=tuple(Cue(said, speaker=sender) for _, sender, said in turns),
        turns=True,
        title=title,
        published=to_date(turns[0][0]),
        owner=_owner({sender for _, sender, _ in typed}, title),
    )


def _messages(lines: Sequence[str]) -> Iterator[_Message]:
    """Date numbers, sender and text of every message that has a sender; one export has one kind of header."""
    header = next((kind for line in lines for kind in (_IOS, _ANDROID) if kind.match(line)), _IOS)
    day: Numbers | None = None
    body: list[str] = []
    for line in lines:
        match = header.match(line)
        if match is None:
            body.append(line)
            continue
        if day is not None:
            yield from _split_sender(day, "\n".join(body))
        day, body = (int(match[1]), int(match[2]), int(match[3])), [match[5]]
    if day is not None:
        yield from _split_sender(day, "\n".join(body))


def _header(line: str) -> re.Match[str] | None:
    return _IOS.match(line) or _ANDROID.match(line)


def _split_sender(day: Numbers, entry: str) -> Iterator[_Message]:
    match = _SENDER.match(entry)
    if match and not _OPENING.search(match[1]) and match[1].count('"') % 2 == 0:
        yield day, match[1].strip(), match[2] or ""


def _calendar(days: Sequence[Numbers], is_american: bool) -> Callable[[Numbers], date | None]:
    """How the export writes dates: what makes a day of every line, else what keeps the lines in order."""

    def year_first(day: Numbers) -> date | None:
        return _date(*day)

    def day_first(day: Numbers) -> date | None:
        return _date(day[2], day[1], day[0])

    def month_first(day: Numbers) -> date | None:
        return _date(day[2], day[0], day[1])

    if any(first > 31 for first, _, _ in days):
        return year_first
    if any(first > 12 for first, _, _ in days):
        return day_first
    if any(second > 12 for _, second, _ in days):
        return month_first
    backwards = [_steps_back(days, read) for read in (day_first, month_first)]
    is_month_first = backwards[1] < backwards[0] if backwards[0] != backwards[1] else is_american
    return month_first if is_month_first else day_first


def _steps_back(days: Sequence[Numbers], read: Callable[[Numbers], date | None]) -> int:
    dates = [day for one in days if (day := read(one))]
    return sum(later < earlier for earlier, later in pairwise(dates))


def _date(year: int, month: int, day: int) -> date | None:
    """The date, if WhatsApp existed then; other calendars than the common one give none."""
    full = year + 2000 if year < 100 else year
    return make_date(full, month, day) if full in _YEARS else None


def _owner(speakers: set[str], partner: str | None) -> str | None:
    others = speakers - {partner}
    return others.pop() if partner in speakers and len(speakers) == 2 else None


def _recognises(head: Head) -> bool:
    start = head.text.lstrip()[:4000]
    match = _header(start.partition("\n")[0])
    if match is None:
        return False
    #: Logs of machines begin so too, and say neither of these.
    is_signed = "\u200e" in head.text or "whatsapp" in (head.name + head.text[:20_000]).lower()
    return is_signed or (match[4] is not None and "-" not in match[0][:12])


def _read(opened: Opened) -> list[Document]:
    return [read_whatsapp(opened.text, opened.name)]


SPEC = ReaderSpec("whatsapp", _recognises, _read, line_chars_max=LINE_CHARS_MAX)
