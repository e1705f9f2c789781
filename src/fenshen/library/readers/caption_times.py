"""Timing lines of subtitles as people, editors and translators leave them. Pure; knows nothing about words.

A timing line is two clocks with neither letter nor digit between them. Digits of any script, full-width signs, spaces
inside a clock, one dash or three, real arrows, point, comma or colon before the fraction, no fraction, no hours: all
are read. A line with an arrow and a clock that is none of this is a *damaged* timing line, not words.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

#: Beyond ten days nothing is recorded: such a number is a slip.
SECONDS_MAX = 864_000.0
_HOUR_S, _MINUTE_S = 3600, 60
#: Editing programs count 25 frames where a clock ends in two digits after a colon.
_FRAMES_PER_S = 25

_SEP = r"\s{0,2}:\s{0,2}"
_CLOCK = (
    rf"(?:(?P<h%s>\d{{1,4}}){_SEP})?(?P<m%s>\d{{1,3}}){_SEP}(?P<s%s>\d{{1,3}})"
    rf"(?:\s{{0,2}}(?P<point%s>[.,:;])\s{{0,2}}(?P<f%s>\d{{1,9}}))?"
)
_FIRST, _LAST = (_CLOCK.replace("%s", name) for name in ("1", "2"))
_TIMING = re.compile(
    rf"\s*[\[(]?(?P<sign>[-−–]?){_FIRST}(?P<between>[^\w\n]{{1,12}}?){_LAST}[\])]?(?P<rest>(?![\w:]).*)$",
    re.S,
)
_ARROW = re.compile("[>→⇒➔➜⟶»]")
_LOOKS = re.compile(r"[-–—=]{1,3}\s?>|[→⇒⟶]")
_HALF = re.compile(r"\d\s?:\s?\d")
#: Where a cue stands on the screen, behind its times.
_SETTING = re.compile(
    r"(?:^|\s)(?:(?:vertical|line|position|size|align|region)\s?:\s?\S+|[XY][12]:\d+)", re.I
)


@dataclass(frozen=True)
class Timing:
    """A timing line.

    Attributes:
        start_s, end_s: seconds; the end is never before the start.
        text: words that stand on the same line.
        is_certain: an arrow with two dashes and fractions, as the formats have it.
    """

    start_s: float
    end_s: float
    text: str = ""
    is_certain: bool = False


def read_timing(line: str) -> Timing | None:
    """The times in a timing line; `None` for every other line."""
    if ":" not in line and "：" not in line and "∶" not in line:
        return None
    match = _TIMING.match(_folded(line))
    if not match:
        return None
    between, rest = match["between"], _SETTING.sub("", line[match.start("rest") :]).strip()
    has_arrow = bool(_ARROW.search(between))
    is_exact = all(match[f"f{n}"] or match[f"h{n}"] for n in "12")
    if not (is_exact if has_arrow and "--" not in between else has_arrow or (is_exact and not rest)):
        return None
    start, end = (_seconds(match, name) for name in ("1", "2"))
    if max(start, end) > SECONDS_MAX:
        return None
    certain = "-->" in between and bool(match["f1"] and match["f2"])
    return Timing(max(0.0, start), max(0.0, start, end), rest, certain)


def is_damaged_timing(line: str) -> bool:
    """Whether a line that is no timing line was meant as one."""
    return bool(_LOOKS.search(line)) and bool(_HALF.search(_folded(line))) and len(line) < 80


def _seconds(match: re.Match[str], name: str) -> float:
    whole = (
        int(match[f"h{name}"] or 0) * _HOUR_S + int(match[f"m{name}"]) * _MINUTE_S + int(match[f"s{name}"])
    )
    fraction = match[f"f{name}"] or ""
    if match[f"point{name}"] == ":" and len(fraction) == 2 and int(fraction) < 30:
        part = min(int(fraction) / _FRAMES_PER_S, 0.999)
    else:
        part = float(f"0.{fraction or 0}")
    return -(whole + part) if name == "1" and match["sign"] else whole + part


def _folded(line: str) -> str:
    """Full-width and other scripts' digits and signs as ASCII, character for character."""
    return line if line.isascii() else "".join(map(_fold, line))


def _fold(char: str) -> str:
    if char.isascii():
        return char
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    if char in "∶、":
        return ":" if char == "∶" else ","
    folded = unicodedata.normalize("NFKC", char)
    return folded if len(folded) == 1 else char
