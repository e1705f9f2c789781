"""Digits said aloud: English and Mandarin words for numbers, money, times and percentages in a text.

Knows nothing about sounds.
"""

from __future__ import annotations

import re

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))
_CURRENCIES = {"$": ("dollar", "cent"), "€": ("euro", "cent"), "£": ("pound", "penny"), "¥": ("yuan", "fen")}
_ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth"}
_ORDINALS |= {"nine": "ninth", "twelve": "twelfth"}
_HAN_DIGITS = "零一二三四五六七八九"
_HAN_UNITS = ((10**12, "万亿"), (10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十"))
#: Longer runs of digits are read one by one, like a telephone number.
_VALUE_MAX = 10**15

_ENGLISH = re.compile(
    r"(?P<money>[$€£¥])\s?(?P<amount>\d[\d,]*)(?:\.(?P<cents>\d\d))?"
    r"|(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)(?!\d)"
    r"|(?P<ordinal>\d+)(?:st|nd|rd|th)\b"
    r"|(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<decimals>\d+))?(?P<percent>\s?%)?"
)
_MANDARIN = re.compile(
    r"(?P<year>\d{4})(?=年)|(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<decimals>\d+))?(?P<percent>%|％)?"
)


def say_english_numbers(text: str) -> str:
    """`text` with every number as English words."""
    return _ENGLISH.sub(_english, text)


def say_mandarin_numbers(text: str) -> str:
    """`text` with every number in Chinese characters."""
    return _MANDARIN.sub(_mandarin, text)


def english_cardinal(value: int) -> str:
    """`value` (>= 0) in words: `1203` is `one thousand two hundred three`."""
    if value < 20:
        return _ONES[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        return f"{_TENS[tens]} {_ONES[ones]}" if ones else _TENS[tens]
    scale, name = next(pair for pair in _SCALES if value >= pair[0])
    head, rest = divmod(value, scale)
    return f"{english_cardinal(head)} {name}" + (f" {english_cardinal(rest)}" if rest else "")


def mandarin_cardinal(value: int) -> str:
    """`value` (>= 0) in characters: `1203` is `一千二百零三`."""
    if value < 10:
        return _HAN_DIGITS[value]
    scale, name = next(pair for pair in _HAN_UNITS if value >= pair[0])
    head, rest = divmod(value, scale)
    said = ("" if 10 <= value < 20 else mandarin_cardinal(head)) + name
    if not rest:
        return said
    return said + ("零" if rest * 10 < scale else "") + mandarin_cardinal(rest)


def _english(match: re.Match[str]) -> str:
    part = match.groupdict()
    if part["money"]:
        return _english_money(part["money"], _value(part["amount"]), int(part["cents"] or 0))
    if part["hour"]:
        minute = int(part["minute"])
        said = f"oh {_ONES[minute]}" if 0 < minute < 10 else english_cardinal(minute)
        return f"{english_cardinal(int(part['hour']))} {said if minute else 'o’clock'}"
    if part["ordinal"]:
        return _english_ordinal(_value(part["ordinal"]))
    said = _english_whole(part["whole"])
    if part["decimals"]:
        said = f"{english_cardinal(_value(part['whole']))} point " + _digits(part["decimals"])
    return f"{said} percent" if part["percent"] else said


def _english_whole(text: str) -> str:
    value = _value(text)
    if value >= _VALUE_MAX or (len(text) > 1 and text.startswith("0")):
        return _digits(text)
    if len(text) == 4 and 1100 <= value < 2100 and not 2000 <= value < 2010:  # a year
        century, rest = divmod(value, 100)
        tail = "hundred" if not rest else f"oh {_ONES[rest]}" if rest < 10 else english_cardinal(rest)
        return f"{english_cardinal(century)} {tail}"
    return english_cardinal(value)


def _english_money(sign: str, whole: int, cents: int) -> str:
    unit, small = _CURRENCIES[sign]
    said = (
        f"{english_cardinal(min(whole, _VALUE_MAX - 1))} {unit}{'' if whole == 1 or unit == 'yuan' else 's'}"
    )
    return (
        f"{said} and {english_cardinal(cents)} {'pence' if small == 'penny' else small + 's'}"
        if cents
        else said
    )


def _english_ordinal(value: int) -> str:
    head, _, last = english_cardinal(min(value, _VALUE_MAX - 1)).rpartition(" ")
    ordinal = _ORDINALS.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return f"{head} {ordinal}".strip()


def _mandarin(match: re.Match[str]) -> str:
    part = match.groupdict()
    if part["year"]:
        return "".join(_HAN_DIGITS[int(digit)] for digit in part["year"])
    whole = part["whole"].replace(",", "")
    if len(whole) > 12 or (len(whole) > 1 and whole.startswith("0")):
        said = "".join(_HAN_DIGITS[int(digit)] for digit in whole)
    else:
        said = mandarin_cardinal(int(whole))
    if part["decimals"]:
        said += "点" + "".join(_HAN_DIGITS[int(digit)] for digit in part["decimals"])
    return f"百分之{said}" if part["percent"] else said


def _digits(text: str) -> str:
    return " ".join(_ONES[int(digit)] for digit in text if digit.isdigit())


def _value(text: str) -> int:
    return int(text.replace(",", "")[:18])
