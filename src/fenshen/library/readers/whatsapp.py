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
from fenshen.library.readers.whatsapp_phrases import (
    chat_named,
    groups_named,
    is_sealing_notice,
    is_told_of,
    spoken,
)
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
#: `13/9/20, 10:00 - 11:00: cleaning` is a line that somebody typed.
_SPAN = re.compile(r"\d{1,2}[:.h]\d{2}")
_OPENING = re.compile("[“„«「『]")
_YEARS = range(2009, 2100)
#: Thai phones count from the Buddha's death.
_BUDDHIST, _BUDDHIST_YEARS = 543, range(2552, 2643)
Numbers = tuple[int, int, int]
_Message = tuple[Numbers, str, str]


def read_whatsapp(text: str, name: str = "") -> Document:
    """The document of a decoded WhatsApp export from a file called `name`.

    Raises:
        BadInput: `no_text` if nobody says anything.
    """
    typed = list(_messages(text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")))
    title = chat_named(name)
    groups = _groups(typed, title)
    turns = [(day, sender, said) for day, sender, said in _spoken(typed) if sender not in groups]
    if not turns:
        raise BadInput("the chat holds no messages", code="no_text")
    to_date = _calendar([day for day, _, _ in typed], bool(_AMERICAN.search(text[:20_000])))
    speakers = {sender for _, sender, _ in typed} - groups
    return Document(
        kind="chat",
        cues=tuple(Cue(said, speaker=sender) for _, sender, said in turns),
        turns=True,
        title=title or min(groups, default=None),
        published=to_date(turns[0][0]),
        owner=_owner(speakers, title or _partner_in(name, speakers)),
    )


def _spoken(typed: Sequence[_Message]) -> Iterator[_Message]:
    """What people typed; what WhatsApp wrote under their names is left out."""
    for at, (day, sender, body) in enumerate(typed):
        said = spoken(body)
        if said and not is_sealing_notice(said, at < 2) and not is_told_of(said, (sender,)):
            yield day, sender, said


def _groups(typed: Sequence[_Message], title: str | None) -> set[str]:
    """Senders that are the group itself: notices stand under its name. A notice or the file says what it is called."""
    people = {sender for _, sender, _ in typed}
    told = [body for _, sender, body in typed if is_told_of(body, (sender, "You", *people))]
    named = {name for body in told for name in groups_named(body)} & people
    by_title = {title} & people if title and len(people) > 2 else set()
    only_notices = {
        group
        for group in people
        if len(people) > 2
        and all(
            not spoken(body) or is_sealing_notice(body, True) or is_told_of(body, people - {group})
            for _, sender, body in typed
            if sender == group
        )
        and any(is_told_of(body, people - {group}) for _, sender, body in typed if sender == group)
    }
    return named | by_title | only_notices


def _partner_in(name: str, speakers: set[str]) -> str | None:
    """Whoever of two an export's file is named after, in languages whose names of files are not known."""
    if "whatsapp" not in name.lower():
        return None
    named = [speaker for speaker in speakers if len(speaker) > 1 and speaker.casefold() in name.casefold()]
    return named[0] if len(named) == 1 else None


def _messages(lines: Sequence[str]) -> Iterator[_Message]:
    """Date numbers, sender and text of every message that has a sender; one export has one kind of header."""
    header = next((kind for line in lines for kind in (_IOS, _ANDROID) if kind.match(line)), _IOS)
    day: Numbers | None = None
    body: list[str] = []
    for line in lines:
        match = header.match(line)
        if match is None or _SPAN.match(match[5]):
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
    full = year + 2000 if year < 100 else year - _BUDDHIST if year in _BUDDHIST_YEARS else year
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
    return is_signed or (match[4] is not None and ("-" not in match[0][:12] or _is_talk(start)))


def _is_talk(start: str) -> bool:
    """Whether lines of Android with a day of dashes are people's: several, with a sender each."""
    headers = [match for line in start.split("\n") if (match := _ANDROID.match(line))]
    senders = [found[1] for match in headers if (found := _SENDER.match(match[5]))]
    return len(senders) > 1 and not any(sender.isupper() and len(sender) > 3 for sender in senders)


def _read(opened: Opened) -> list[Document]:
    return [read_whatsapp(opened.text, opened.name)]


SPEC = ReaderSpec("whatsapp", _recognises, _read, line_chars_max=LINE_CHARS_MAX)
