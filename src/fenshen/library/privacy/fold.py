"""A text as finders see it: one plain spelling of the same length, and where a closer look pays.

Full-width and foreign digits, dashes, spaces and quotes become ASCII, so patterns are written once, and offsets in the
folded text are offsets in the original. A pattern that begins with a look-behind is tried at every character, which is
what makes finding slow; finders try theirs only near long runs of digits and certain words, found at the speed of a plain
search. Knows nothing about what is looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

_TABLE: dict[str, str] = {
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **{chr(zero + digit): str(digit) for zero in (0x0660, 0x06F0, 0x0966) for digit in range(10)},
    **dict.fromkeys("\u3000\u00a0\u202f\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\t", " "),
    **dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff", " "),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("·•・‧●", "·"),
    **dict.fromkeys("’‘ʼ", "'"),
    **dict.fromkeys("“”„«»「」", '"'),
    **dict.fromkeys("【〔［", "["),
    **dict.fromkeys("】〕］", "]"),
}  # fmt: skip
_FOLDED = re.compile(f"[{re.escape(''.join(_TABLE))}]")
#: Digits that a number needs to identify somebody.
DIGITS_MIN = 6
#: How far around a run of digits the rest of a number may lie (`+`, brackets, letters), in characters.
MARGIN = 12

_RUN = re.compile(r"[0-9](?:[ .()/+-]{0,3}[0-9])*")


class Folded:
    """A folded text.

    Attributes:
        text: exactly as long as the original.
    """

    def __init__(self, original: str) -> None:
        self.text = fold(original)

    @cached_property
    def low(self) -> str:
        """The text in lower case, exactly as long: the few letters whose lower case is two characters stay."""
        low = self.text.lower()
        if len(low) == len(self.text):
            return low
        return "".join(c if len(c.lower()) > 1 else c.lower() for c in self.text)

    @cached_property
    def number_windows(self) -> tuple[tuple[int, int], ...]:
        """Stretches around each run of `DIGITS_MIN` digits or more; none begins inside the run before."""
        found: list[tuple[int, int]] = []
        previous_end = 0
        for match in _RUN.finditer(self.text):
            start, end = match.span()
            if (
                end - start >= DIGITS_MIN
                and sum(map(str.isdigit, self.text[start : start + 32])) >= DIGITS_MIN
            ):
                found.append((max(previous_end, start - MARGIN), min(len(self.text), end + MARGIN)))
                previous_end = end
        return tuple(found)

    def in_windows(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """What `pattern` matches near long runs of digits."""
        for start, end in self.number_windows:
            yield from pattern.finditer(self.text, start, end)

    def word_ends(self, words: Iterable[str], *, whole: bool = True) -> Iterator[int]:
        """Where each of `words`, given in lower case, ends; Latin ones as whole words unless told otherwise."""
        for word in words:
            place = self.low.find(word)
            while place >= 0:
                end = place + len(word)
                if not (whole and word.isascii() and self._is_inside(place, end)):
                    yield end
                place = self.low.find(word, place + 1)

    def _is_inside(self, start: int, end: int) -> bool:
        """Whether a Latin letter touches the stretch."""
        around = self.low[max(0, start - 1) : start] + self.low[end : end + 1]
        return any(c.isascii() and c.isalpha() for c in around)


def fold(text: str) -> str:
    """`text` with look-alike digits, letters and punctuation as ASCII; exactly as long."""
    return text if text.isascii() and "\t" not in text else _FOLDED.sub(lambda match: _TABLE[match[0]], text)
