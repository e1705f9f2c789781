"""Telephone numbers as people write them in China, North America, Britain and the rest of Europe.

    shape (grouping, +, brackets) or a word such as `call` before it → numbering plan → national number

The plans are those of libphonenumber, read as data: lengths and the first digits that exist. Its own matcher
walks a text in Python and is a hundred times too slow for a library. A number's value is its national significant
number, so that one with and one without the country's code are the same. Knows nothing about whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from fenshen.library.privacy.finding import Finding, before, is_counted, is_in_link
from fenshen.library.privacy.fold import Folded

#: Countries whose numbers are dialled with a 0 in front, tried in this order.
TRUNK_REGIONS = ("GB", "DE", "FR", "NL", "AT", "CH", "BE", "SE", "IE", "AU", "JP", "IT", "CN")
#: Digits of a national number that is believed; some plans allow more, which swallows the next number.
NATIONAL_DIGITS = range(8, 12)

_START = r"(?<![0-9A-Za-z_#$€£¥=@/.+-])"
_SHAPES = re.compile(
    _START + r"(?:"
    r"(?P<abroad>\(?(?:\+ ?|00)[1-9](?:[ .()/-]{0,3}[0-9]){6,16})"
    r"|(?P<mobile>1[3-9][0-9](?:[ .-]?[0-9]{4}){2})"
    r"|(?P<american>(?:1[ .-])?(?:\([2-9][0-9]{2}\)[ -]?|[2-9][0-9]{2}[ .-])[2-9][0-9]{2}[ .-][0-9]{4})"
    r"|(?P<service>400-[0-9]{3,4}-?[0-9]{3,4})"
    r"|(?P<trunk>\(?0[1-9][0-9]{0,4}\)?(?:[ ./-]{1,3}[0-9]{2,8}){1,4}|\(?0[1-9][0-9]{1,2}\)?[0-9]{7,8}"
    r"|\(010\) ?[0-9]{4} ?[0-9]{4}|010[ -]?[0-9]{8})"
    r"|(?P<bare>[0-9](?:[ .-]?[0-9]){6,12})"
    r")(?![0-9A-Za-z_%]|[.:,-][0-9])"
)
_HAN_DIGITS = "零〇一二三四五六七八九幺"
_HAN_RUN = re.compile(
    rf"[一幺](?<![{_HAN_DIGITS}][一幺])[三四五六七八九][{_HAN_DIGITS}]{{9}}(?![{_HAN_DIGITS}十百千万])"
)
_TO_DIGITS = str.maketrans(_HAN_DIGITS, "001234567891")
_CALLING = re.compile(
    r"(?:\b(?i:phone|cell|mobile|tel|telefon|telephone|téléphone|handy|call|ring|dial|text|sms|fax|whats ?app|landline|nummer"
    r"|my number|her number|his number|new number|numéro|número|ll[aá]mame|number is)\b"
    r"|电话|手机|座机|热线|拨打|致电|号码|微信|联系|電話|手機|打给|打)[^0-9\n]{0,18}$"
)
_DATE = re.compile(
    r"\(?(?:[0-3]?[0-9]([./ -])[01]?[0-9]\1(?:(?:19|20)[0-9]{2}|[0-9]{2})(?!\1?[0-9])|(?:19|20)[0-9]{2}[./-]?[01][0-9][./-]?[0-3][0-9](?![0-9]))"
)
_MEASURED = re.compile(
    r" ?(?:€|\$|£|¥|元|块|人|次|个|条|播放|粉|(?i:euros?|dollars?|people|views|likes|games|times)\b)"
)
_NOT_DIGIT = re.compile(r"[^0-9]")
_COUNTED_FIRST = re.compile(r"[0-9]{1,3}[ .-](?=[+(0][0-9]{2}|1[3-9][0-9])")
_GROUP = re.compile(r"(?<![+(])[+(]*[0-9]+")


@dataclass(frozen=True)
class Plan:
    """The numbering plan of a country: a pattern of its national numbers and how long they are."""

    pattern: re.Pattern[str]
    lengths: frozenset[int]

    def has(self, number: str) -> bool:
        """Whether a national number can exist; numbers kept free for fiction count."""
        return len(number) in self.lengths and self.pattern.fullmatch(number) is not None


@cache
def plan(region: str) -> Plan | None:
    """The numbering plan of an ISO 3166 region, from libphonenumber."""
    from phonenumbers import PhoneMetadata

    found = PhoneMetadata.metadata_for_region(region)
    if found is None or found.general_desc is None:
        return None
    numbers = found.fixed_line if region == "US" and found.fixed_line else found.general_desc
    return Plan(
        re.compile(numbers.national_number_pattern or "$."), frozenset(found.general_desc.possible_length)
    )


@cache
def _regions_by_code() -> dict[int, tuple[str, ...]]:
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    return dict(COUNTRY_CODE_TO_REGION_CODE)


def find_phones(folded: Folded) -> Iterator[Finding]:
    """Every telephone number in a folded text; its value is the national significant number."""
    text = folded.text
    for left, right in folded.number_windows:
        while match := _SHAPES.search(text, left, right):
            start = match.start()
            found = None if is_in_link(text, start) else _read(match, text)
            if found is not None:
                yield Finding("phone", start, found.end, found.number)
                left = found.end
            else:
                left = _look_on(match)
    for match in _HAN_RUN.finditer(text):
        yield Finding("phone", *match.span(), match[0].translate(_TO_DIGITS))


@dataclass(frozen=True)
class _Read:
    """A national number and where it ends in the text."""

    number: str
    end: int


def _read(match: re.Match[str], text: str) -> _Read | None:
    """The number that a match is, or begins with: what follows may be another one."""
    shape, found = str(match.lastgroup), match[0]
    digits = _NOT_DIGIT.sub("", found)
    if shape == "abroad":
        return _longest(match, _abroad)
    if _counts_up(digits) or is_counted(text, match.start()):
        return None
    if (shape == "mobile" and _grouped_by_four(found)) or shape == "service":
        return _Read(digits, match.end())
    if shape == "american":
        american = plan("US")
        return _Read(digits[-10:], match.end()) if american and american.has(digits[-10:]) else None
    if _DATE.match(found):
        return None
    if shape == "trunk" and (planned := _longest(match, _with_trunk_prefix)):
        return planned
    if _MEASURED.match(text, match.end()) or not _CALLING.search(before(text, match.start())):
        return None
    return _Read(digits.lstrip("0"), match.end())


def _longest(match: re.Match[str], national: Callable[[str], str | None]) -> _Read | None:
    """The number that the most groups of digits make."""
    found = match[0]
    for group in reversed(list(_GROUP.finditer(found))):
        if number := national(found[: group.end()]):
            return _Read(number, match.start() + group.end())
    return None


def _abroad(found: str) -> str | None:
    """The national number after + or 00 and a country's code."""
    digits = _NOT_DIGIT.sub("", found.replace("(0)", "")).removeprefix("00")
    for width in (1, 2, 3):
        regions = _regions_by_code().get(int(digits[:width] or 0), ())
        if regions and _fits(regions[0], digits[width:]):
            return digits[width:].lstrip("0")
    return None


def _with_trunk_prefix(found: str) -> str | None:
    """The national number after a 0, where some country's plan has it."""
    national = _NOT_DIGIT.sub("", found).lstrip("0")
    return (
        national
        if len(national) in NATIONAL_DIGITS and any(one.has(national) for one in _trunk_plans())
        else None
    )


def _look_on(match: re.Match[str]) -> int:
    """Where to look on after a match that is no number: in `2 07700 900142` one begins at the second group."""
    counted = _COUNTED_FIRST.match(match[0])
    return match.start() + counted.end() if counted else match.end()


def _fits(region: str, national: str) -> bool:
    found = plan(region)
    return found is not None and len(national) >= 6 and len(national.lstrip("0")) in found.lengths


@cache
def _trunk_plans() -> tuple[Plan, ...]:
    return tuple(found for region in TRUNK_REGIONS if (found := plan(region)) is not None)


def _grouped_by_four(found: str) -> bool:
    """Whether a Chinese mobile number is written in one piece or with the same mark twice."""
    marks = _NOT_DIGIT.findall(found)
    return not marks or (len(marks) == 2 and marks[0] == marks[1])


def _counts_up(digits: str) -> bool:
    """Whether the digits only count (1 2 3 4 5 …), as people do aloud."""
    return digits in "123456789101112131415161718192021222324252627282930"
