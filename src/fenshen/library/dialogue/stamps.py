"""Times and days as logs write them, at the beginning or the end of a line: in any order, bracketed or not.

    `[12/3/2021, 2:05 PM] Jane` · `Jane  0:05` · `2021年3月12日 下午2:05` · `Today at 14:05` → what is left, and the day

Knows nothing about names and messages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_MARKS = "\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
_HALF = r"(?:[AaPp]\.?\s?[Mm]\b\.?|上午|下午|中午|凌晨|早上|清晨|傍晚|晚上|午前|午後|오전|오후|ص|م)"
_MONTH = (
    r"(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez|janv|févr|mars|avr|juin|juil|août|déc"
    r"|ene|abr|ago|dic|янв|фев|мар|апр|мая|июн|июл|авг|сен|окт|ноя|дек)[^\W\d_]{0,7}\.?"
)
_DAY_NAME = r"(?:(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?|(?:星期|周|週)[一二三四五六日天]|[月火水木金土日]曜日|[월화수목금토일]요일|[(（][月火水木金土日一二三四五六][)）])"
_NEAR = r"(?:today|yesterday|heute|gestern|hier|aujourd'hui|hoy|ayer|hoje|ontem|oggi|ieri|сегодня|вчера|今天|昨天|前天|今日|昨日|오늘|어제)"
_AGO = (
    r"(?:\d{1,3} ?(?:s|m|h|d|w|mo|y|sec(?:ond)?s?|min(?:ute)?s?|hrs?|hours?|days?|weeks?|months?|years?) ago|just now|刚刚|剛剛"
    r"|\d{1,3} ?(?:秒|分钟|分鐘|小时|小時|天|日|周|个月|個月|年|分|時間|か月)前|vor \d{1,3} \w{3,8}|il y a \d{1,3} \w{1,8}|hace \d{1,3} \w{1,8})"
)
_ZONE = r"(?:Z|UTC|GMT|(?:[ABCEHMNPW]|AC|AE|AK|AW|CE|EE|IS|JS|KS|MS|NZ|WE)[DS]?T|[+\-]\d{2}:?\d{2})(?![\w])"
_TOKENS = (
    ("date", re.compile(r"(\d{4})[./\-年년]\s?(\d{1,2})[./\-月월]\s?(\d{1,2})[日일]?(?!\d)")),
    ("date", re.compile(r"(\d{1,2})[./\-]\s?(\d{1,2})[./\-]\s?(\d{2,4})(?!\d)")),
    (
        "date",
        re.compile(rf"\d{{1,2}}(?:st|nd|rd|th|\.)?[ \-]{_MONTH}(?:,?[ \-]\d{{4}})?(?![\w])", re.IGNORECASE),
    ),
    ("date", re.compile(rf"{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?(?![\w:])", re.IGNORECASE)),
    ("date", re.compile(r"\d{1,2}月\d{1,2}日|\d{1,2}/\d{1,2}(?![\d/])")),
    (
        "time",
        re.compile(
            rf"(?:{_HALF}\s?)?\d{{1,2}}[:：.h]\d{{2}}(?:[:：.]\d{{2}})?(?:[.,]\d{{1,6}})?(?:[ \u202f\u00a0]?{_HALF})?(?![\d:])"
        ),
    ),
    ("time", re.compile(rf"\d{{1,2}}[ \u202f]?{_HALF}(?![\w])")),
    ("time", re.compile(r"1[0-9]{9}(?:\d{3}|\.\d{1,6})?(?![\w.])")),
    ("date", re.compile(rf"{_NEAR}(?![\w])", re.IGNORECASE)),
    ("ago", re.compile(rf"{_AGO}(?![\w])", re.IGNORECASE)),
    ("word", re.compile(rf"{_DAY_NAME}(?![\w])", re.IGNORECASE)),
    ("word", re.compile(r"(?:at|um|à|kl\.?|alle|a las|às|в|о|u|om|o|klo)(?=\s\d)", re.IGNORECASE)),
    ("zone", re.compile(_ZONE)),
    (
        "join",
        re.compile(
            rf"[T,，、·•|\s{_MARKS}]{{1,12}}(?=[\d\W]|$)|[,，、·•\s{_MARKS}]{{1,12}}|[-–—~]{{1,12}}>?(?=\s?\d)|/(?=\s)"
        ),
    ),
)
_OPEN, _CLOSE = "[(（【<{", "])）】>}"
_CHARS_MAX = 60
#: What every stamp has, so that most lines are looked at no further.
_HINT = re.compile(r"\d|just now|刚刚|剛剛", re.IGNORECASE)


@dataclass(frozen=True)
class Stamp:
    """A time that was taken off a line.

    Attributes:
        day: its three numbers as written, where it has a whole date.
        is_bracketed: it stood in brackets.
    """

    has_time: bool
    has_date: bool
    day: tuple[int, int, int] | None = None
    is_bracketed: bool = False


def take_stamp(line: str) -> tuple[Stamp, str] | None:
    """The stamp that a line begins with, and the line behind it; `None` where it begins otherwise."""
    text = line.lstrip(f" \t{''.join(chr(c) for c in (0x200E, 0x200F, 0x202A, 0x202B, 0xFEFF))}")
    if not _HINT.search(text, 0, _CHARS_MAX):
        return None
    opened = text[:1] in _OPEN and text[:1] != ""
    at = 1 if opened else 0
    has_time = has_date = False
    day: tuple[int, int, int] | None = None
    end = 0
    while at < min(len(text), _CHARS_MAX):
        kind, match = next(((k, m) for k, p in _TOKENS if (m := p.match(text, at))), ("", None))
        if match is None:
            break
        if kind == "ago":
            has_time = has_date = True
        elif kind == "time":
            if has_time and not opened:
                break
            has_time = True
        elif kind == "date":
            if has_date:
                break
            has_date, day = True, _numbers(match)
        elif kind in ("word", "zone") and not (has_time or has_date or kind == "word"):
            break
        at = match.end()
        if kind != "join":
            end = at
    if not (has_time or has_date):
        return None
    rest = text[end:]
    if opened:
        inside = rest.lstrip()
        if inside[:1] not in _CLOSE or not inside:
            return None
        rest = inside[1:]
    return Stamp(has_time, has_date, day, opened), rest


def take_last_stamp(line: str) -> tuple[str, Stamp] | None:
    """What stands before the stamp that a line ends with, and the stamp; `None` where it ends otherwise."""
    text = line.rstrip()
    start = max(0, len(text) - _CHARS_MAX)
    if not _HINT.search(text, start):
        return None
    for found in re.finditer(
        r"(?:^|(?<=[\s\u00a0,，—–|·•]))(?=[\[(（]?[\w昨今星周上下])|(?=[\[(（])", text[start:]
    ):
        at = start + found.start()
        if at == 0:
            continue
        taken = take_stamp(text[at:])
        if taken and not taken[1].strip(" )]）"):
            return text[:at].rstrip(" \t\u00a0,，—–-|·•(（[").strip(), taken[0]
    return None


def _numbers(match: re.Match[str]) -> tuple[int, int, int] | None:
    found = match.groups()
    return (int(found[0]), int(found[1]), int(found[2])) if len(found) == 3 else None
