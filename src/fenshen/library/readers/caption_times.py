"""Timing lines of subtitles as people, editors and translators leave them. Pure; knows nothing about words.

A timing line is two clocks with neither letter nor digit between them. Digits of any script, full-width signs, spaces
inside a clock, one dash or three, real arrows, point, comma or colon before the fraction, no fraction, no hours: all
are read, and so is a line of which only one clock can be read. One with an arrow between what was meant as clocks is a
*damaged* timing line, not words.
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
_DIVIDE = re.compile(r"(?<!\s)\s*(?:[-–—=]{1,3}\s?>|[→⇒⟶])\s*")
_ONE = re.compile(rf"[\[(]?{_FIRST}[\])]?")
#: What stands on one side of the arrow where a clock was meant: `00:0x:03,000`, `0O:01`.
_CLOCKLIKE = re.compile(r"[\[(\-]?\w{1,6}(?:\s?[:;.,]\s?\w{0,9}){1,4}[\])]?(?:\s+(?:[a-z]+|[XY]\d):\S+)*")
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
        return _half(line)
    between, rest = match["between"], _SETTING.sub("", line[match.start("rest") :]).strip()
    has_arrow = bool(_ARROW.search(between))
    is_exact = all(match[f"f{n}"] or match[f"h{n}"] for n in "12")
    is_usual = "--" in between and has_arrow
    if not (is_exact and (has_arrow or not rest)) and not (is_usual and not rest):
        return None
    start, end = (_seconds(match, name) for name in ("1", "2"))
    if max(start, end) > SECONDS_MAX:
        return None
    certain = "-->" in between and bool(match["f1"] and match["f2"])
    return Timing(max(0.0, start), max(0.0, start, end), rest, certain)


def is_damaged_timing(line: str) -> bool:
    """Whether a line that is no timing line was meant as one."""
    sides = _sides(line)
    return sides is not None and all(not side or _CLOCKLIKE.fullmatch(side) for side in sides)


def _sides(line: str) -> list[str] | None:
    """What stands before and behind an arrow that has a digit beside it, if there is one."""
    sides = _DIVIDE.split(_folded(line).strip(), maxsplit=1) if len(line) < 120 else []
    return sides if len(sides) == 2 and any(char.isdigit() for char in "".join(sides)) else None


def _half(line: str) -> Timing | None:
    """A damaged timing line of which one clock can be read: the cue begins or ends there."""
    if not is_damaged_timing(line):
        return None
    clocks = (_ONE.fullmatch(side) for side in _sides(line) or [])
    known = next((clock for clock in clocks if clock and (clock["f1"] or clock["h1"])), None)
    second = _seconds(known, "1") if known else SECONDS_MAX + 1
    return Timing(second, second) if second <= SECONDS_MAX else None


def _seconds(match: re.Match[str], name: str) -> float:
    whole = (
        int(match[f"h{name}"] or 0) * _HOUR_S + int(match[f"m{name}"]) * _MINUTE_S + int(match[f"s{name}"])
    )
    fraction = match[f"f{name}"] or ""
    if match[f"point{name}"] in (":", ";") and len(fraction) == 2 and int(fraction) < 30:
        part = min(int(fraction) / _FRAMES_PER_S, 0.999)
    else:
        part = float(f"0.{fraction or 0}")
    return -(whole + part) if match.groupdict().get("sign") and name == "1" else whole + part


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
