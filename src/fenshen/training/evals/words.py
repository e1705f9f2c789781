"""Words of a text as the measures compare them: case, punctuation and ways to write a number set aside.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_LETTERS = r"[^\W_\u3400-\u9fff]+"
_WORD = re.compile(rf"[\u3400-\u9fff]|{_LETTERS}(?:['’]{_LETTERS})*")
_HAN_NUMBER = re.compile(r"[零〇一二两三四五六七八九十百千万]+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_HAN_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}
_ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SMALL = {word: n for n, word in enumerate((*_ONES, *_TEENS))} | {w: 10 * n for n, w in enumerate(_TENS, 2)}
_LARGE = {"hundred": 100, "thousand": 1000, "million": 1_000_000}


@dataclass(frozen=True)
class Word:
    """A word as it is compared, and its place in the text."""

    form: str
    start: int
    end: int


def placed_words(text: str) -> list[Word]:
    """The words of `text`, lower case; each Chinese character is one; punctuation is dropped."""
    return [
        Word(m[0].lower().replace("’", "").replace("'", ""), m.start(), m.end()) for m in _WORD.finditer(text)
    ]


def words(text: str) -> list[str]:
    """The words of `text` as they are compared."""
    return [word.form for word in placed_words(text)]


def plain_words(text: str) -> list[str]:
    """`words`, with numbers in digits: "Twenty-one jars" and "21 jars" are the same."""
    digits = _THOUSANDS.sub("", _HAN_NUMBER.sub(lambda m: _han_number(m[0]), text))
    return list(_numbered(words(digits)))


def contains(run: Sequence[str], text: Sequence[str]) -> bool:
    """Whether `run` is in `text` as consecutive words; an empty run does not."""
    size = len(run)
    return size > 0 and any(list(text[at : at + size]) == list(run) for at in range(len(text) - size + 1))


def _numbered(found: Sequence[str]) -> Iterator[str]:
    """Runs of English number words as one number each."""
    at = 0
    while at < len(found):
        if found[at] not in _SMALL and not (found[at] in _LARGE and at and found[at - 1] in ("a", "one")):
            yield found[at]
            at += 1
            continue
        value, at = _read_number(found, at)
        yield str(value)


def _read_number(found: Sequence[str], at: int) -> tuple[int, int]:
    """The number that begins at `at`, and where it ends."""
    total, group, last = 0, 0, 0
    while at < len(found):
        word = found[at]
        if word in _SMALL and not (group and (last < 20 or _SMALL[word] >= 10) and last != 100):
            last = _SMALL[word]
            group += last
        elif word in _LARGE:
            last = _LARGE[word]
            group = max(1, group) * last
            if last > 100:
                total, group = total + group, 0
        elif not (word == "and" and last >= 100 and at + 1 < len(found) and found[at + 1] in _SMALL):
            break
        at += 1
    return total + group, at


def _han_number(run: str) -> str:
    """A run of Chinese numerals in digits; without units the digits stand one by one."""
    if not any(c in _HAN_UNITS or c == "万" for c in run):
        return "".join(str(_HAN_DIGITS[c]) for c in run)
    total, section, digit = 0, 0, 0
    for c in run:
        if c == "万":
            total, section, digit = (total + section + digit) * 10_000, 0, 0
        elif c in _HAN_UNITS:
            section, digit = section + (digit or 1) * _HAN_UNITS[c], 0
        else:
            digit = _HAN_DIGITS[c]
    return str(total + section + digit)
