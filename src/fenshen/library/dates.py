"""The day that a piece of text states, in whatever habit it is written. Pure; knows nothing about files.

    `2021-03-12T14:05` `2021年3月12日` `令和3年3月12日` `3rd of February 2020` `sept. 4, 2020` `12.03.2021` `20210312` → day

A day that does not exist is none; nor is a number that only could be one (an id, a telephone number). `03/04/2020` is
undecided unless other lines of the same origin decide whether day or month comes first (`day_order`).
Source: ISO 8601, RFC 5322, RFC 3339; Unicode CLDR for names; eras as Japan and Taiwan count them; Thai years are 543 ahead.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from fenshen.library.month_names import MONTHS, folded

Order = Literal["dmy", "mdy"]

#: What is published lies between these years; eight digits in a row are a day only within the narrower ones.
YEAR_MIN, YEAR_MAX = 1500, 2100
_COMPACT_MIN, _COMPACT_MAX = 1970, 2099
_CHARS = 200
_THAI_MIN, _THAI_AHEAD = 2400, 543
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867, "民国": 1911, "民國": 1911}
_HAN = str.maketrans("〇零一二三四五六七八九元", "001234567891")
#: In seconds this is the year 5138, so a larger number counts milliseconds.
_SECONDS_MAX = 1e11
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_SEPARATED = re.compile(r"(?<![\d.,])(\d{4})(\s?[-/._:]\s?)(\d{1,2})\2(\d{1,2})(?!\d)")
_YEAR_FIRST = re.compile(r"(?<![\d.,])(\d{4})(\s?[-/._]\s?|\s)(\d{1,2})(?:\s?[-/._]\s?|\s)(\d{1,2})(?!\d)")
_EAST = re.compile(
    r"(?:(令和|平成|昭和|大正|明治|民国|民國)\s?(\d{1,3})|(?<!\d)(\d{4}))\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})(?!\d)\s?[日号號일]?"
)
_VIETNAMESE = re.compile(r"(?<!\d)(\d{1,2})\s+tháng\s+(\d{1,2})(?:,|\s+năm|\s)\s*(\d{4})(?!\d)", re.I)
_COMBINING = "\u0300-\u036f\u0e31-\u0e4e\u093c-\u094d\u0900-\u0903"
_MONTH = rf"((?:[^\W\d_]|[{_COMBINING}.]){{1,30}})"
_OF = r"(?:of|de|del|di|do|d'|den|the)?"
_DAY_FIRST = re.compile(
    rf"(?<![\d.,:])(\d{{1,2}})\s?(?:st|nd|rd|th|er|º|ª|°|[.,])?[\s\-/_]{{0,6}}{_OF}\s{{0,6}}{_MONTH}[\s,.\-/_']{{0,6}}(?:of|de|del|พ\.ศ\.)?\s{{0,6}}(\d{{4}})(?!\d)",
    re.I,
)
_MONTH_FIRST = re.compile(
    rf"{_MONTH}[\s\-/_]{{0,6}}(\d{{1,2}})(?:st|nd|rd|th|º|ª|\.)?(?:,|\s|-|/|_)\s{{0,6}}(?:of|de|del)?\s{{0,6}}(\d{{4}})(?!\d)",
    re.I,
)
_YEAR_MONTH = re.compile(rf"(?<!\d)(\d{{4}})[\s,.\-/_]{{0,6}}{_MONTH}[\s.\-/_]{{0,6}}(\d{{1,2}})(?!\d)", re.I)
#: `Fri Mar 12 14:05:11 +0800 2021`, as C and Twitter write.
_CLOCKED = re.compile(
    rf"{_MONTH}\s{{1,6}}(\d{{1,2}})\s{{1,6}}\d{{2}}:\d{{2}}:\d{{2}}(?:\s{{1,6}}\S{{1,6}})?\s{{1,6}}(\d{{4}})(?!\d)"
)
_YEAR_LAST = re.compile(r"(?<![^\W_])(?<![.,:])(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4})(?!\d)")
_COMPACT = re.compile(r"(?<![^\W_])(?:[A-Z]{2,5})?(\d{4})(\d{2})(\d{2})(?=$|T\d|[^\w.,]|_|\.\D)")


def make_date(year: int, month: int, day: int) -> date | None:
    """The date, or `None` when no such day exists."""
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None


def read_date(text: str, order: Order | None = None) -> date | None:
    """The first day that `text` states in its surest notation, or `None`.

    Args:
        order: what comes first in `03/04/2020`; undecided without.
    """
    return next((day for day, _, _ in find_dates(text, order)), None)


def find_dates(text: str, order: Order | None = None) -> Iterator[tuple[date, int, int]]:
    """Each day in the beginning of `text`, the surest notations first, and from where to where it stands."""
    plain = _folded(text[:_CHARS])
    for match, year, month, day in _candidates(plain, order):
        year -= _THAI_AHEAD if year >= _THAI_MIN else 0
        found = make_date(year, month, day) if YEAR_MIN <= year <= YEAR_MAX else None
        if found:
            yield found, match.start(), match.end()


def day_order(texts: Iterable[str]) -> Order | None:
    """Whether day or month comes first in dates such as `03/04/2020`, where one of `texts` gives it away."""
    first = second = False
    for text in texts:
        for match in _YEAR_LAST.finditer(_folded(text[:_CHARS])):
            first, second = first or int(match[1]) > 12, second or int(match[3]) > 12
    return None if first == second else "dmy" if first else "mdy"


def epoch_day(seconds: object) -> date | None:
    """The UTC day of a number of seconds since 1970, or of milliseconds, given as a number or its digits."""
    try:
        number = float(seconds)  # type: ignore[arg-type]
        return (_EPOCH + timedelta(seconds=number / 1000 if abs(number) > _SECONDS_MAX else number)).date()
    except (ValueError, TypeError, OverflowError):
        return None


def _candidates(text: str, order: Order | None) -> Iterator[tuple[re.Match[str], int, int, int]]:
    for pattern in (_SEPARATED, _YEAR_FIRST):
        for match in pattern.finditer(text):
            yield match, int(match[1]), int(match[3]), int(match[4])
    for match in _EAST.finditer(_with_digits(text)):
        year = _ERAS[match[1]] + int(match[2]) if match[1] else int(match[3])
        yield match, year, int(match[4]), int(match[5])
    for match in _VIETNAMESE.finditer(text):
        yield match, int(match[3]), int(match[2]), int(match[1])
    for pattern, at in (
        (_DAY_FIRST, (3, 2, 1)),
        (_MONTH_FIRST, (3, 1, 2)),
        (_YEAR_MONTH, (1, 2, 3)),
        (_CLOCKED, (3, 1, 2)),
    ):
        for match in pattern.finditer(text):
            if month := _month(match[at[1]], match[0]):
                yield match, int(match[at[0]]), month, int(match[at[2]])
    for match in _YEAR_LAST.finditer(text):
        if ordered := _ordered(int(match[1]), int(match[3]), match[2], order):
            yield match, int(match[4]), *ordered
    for match in _COMPACT.finditer(text):
        if _COMPACT_MIN <= int(match[1]) <= _COMPACT_MAX:
            yield match, int(match[1]), int(match[2]), int(match[3])


def _ordered(first: int, second: int, separator: str, order: Order | None) -> tuple[int, int] | None:
    """Month and day of two numbers, if it is certain which is which; points are only written with the day first."""
    if first > 12 or separator == "." or first == second:
        return second, first
    if second > 12:
        return first, second
    return None if order is None else (second, first) if order == "dmy" else (first, second)


def _month(word: str, written: str) -> int | None:
    if (
        folded(word) == "listopada"
    ):  # November in Polish, October in Croatian, which writes a point behind the day
        return 10 if re.match(r"\d{1,2}\s?\.", written) else 11
    return MONTHS.get(folded(word))


def _folded(text: str) -> str:
    """Full-width and other scripts' digits as ASCII, character for character."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(char))
        if char.isdecimal()
        else {"／": "/", "．": ".", "－": "-", "　": " "}.get(char, char)
        for char in text
    )


def _with_digits(text: str) -> str:
    """Chinese numerals before 年, 月 and 日 as digits, as many characters as before where they are single."""
    return re.sub(
        r"[〇零一二三四五六七八九十廿元]{1,4}(?=\s?[年月日号號])", lambda match: _number(match[0]), text
    )


def _number(numeral: str) -> str:
    if "十" not in numeral and "廿" not in numeral:
        return numeral.translate(_HAN)
    tens, _, ones = numeral.replace("廿", "二十").partition("十")
    return str(10 * int(tens.translate(_HAN) or 1) + int(ones.translate(_HAN) or 0))
