"""What logs and transcripts write before the speaker of a line: a number that counts on, and the channel. Pure.

    `01  TOB: so` · `#2 fox wrote 12 May 20:17` · `7  Q. Where?` → without the number
    `[20:15] [Server thread/INFO]: <fox> hi` · `20:15:11 [Guild] Fox: hi` → without the channel

A number counts where it goes on from line to line. Knows nothing about names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from fenshen.library.dialogue.stamps import take_stamp

_COUNTER = re.compile(r"^\s{0,40}[#№(\[]?(\d{1,6})[.):\]]?\s{1,40}(?:[|·]\s{1,4})?(?=\S)")
_COUNTED_MIN, _COUNTED_SHARE, _ON_SHARE, _STEP_MAX = 3, 0.2, 0.8, 12
#: `[Guild] Fox: `, `|Hchannel:PARTY|h[Party]|h Fox: `; behind the level of a machine's log only `<fox>`.
_CHANNEL = re.compile(
    r"^\s{0,8}(?:\|\w[^|\[\]\s]{0,40}){0,3}\[[^\[\]\n]{1,40}\](?:\|\w)?"
    r"(?:\s{0,3}[:：]?\s{1,3}(?=<[^<>\s][^<>\n]{0,40}>\s)|\s{1,3}(?=[^\s:：<\[|][^:：<\[|\n]{0,39}[:：]\s))"
)
_LEVEL = re.compile(r"\b(?:info|warn(?:ing)?|error|debug|trace|fatal|notice)\b", re.IGNORECASE)
_IN_CHANNELS_SHARE = 0.5


def without_leads(lines: Sequence[str]) -> list[str]:
    """`lines` without running numbers and channels; a line that has none stays as it is."""
    return _without_channels(_without_counters(lines))


def _without_counters(lines: Sequence[str]) -> list[str]:
    found = {
        at: match for at, line in enumerate(lines) if (match := _COUNTER.match(line)) and not _is_dated(line)
    }
    numbers = [int(match[1]) for match in found.values()]
    on = sum(0 < after - before <= _STEP_MAX or after < 2 for before, after in pairwise(numbers))
    filled = sum(1 for line in lines if line.strip())
    if (
        len(numbers) < _COUNTED_MIN
        or len(numbers) < _COUNTED_SHARE * filled
        or on < _ON_SHARE * (len(numbers) - 1)
    ):
        return list(lines)
    return [line[found[at].end() :] if at in found else line for at, line in enumerate(lines)]


def _is_dated(line: str) -> bool:
    """Whether a line begins with a whole date or a time; `03 MAR` may be a number and a name."""
    taken = take_stamp(line)
    return taken is not None and (
        taken[0].has_time or bool(re.search(r"\d{4}|\d\W\d", line[: len(line) - len(taken[1])]))
    )


def _without_channels(lines: Sequence[str]) -> list[str]:
    stamped = {
        at: taken[1]
        for at, line in enumerate(lines)
        if "]" in line[:160] and (taken := take_stamp(line)) and taken[0].has_time
    }
    in_brackets = [at for at, rest in stamped.items() if rest.lstrip()[:1] in ("[", "|")]
    found = {
        at: match
        for at in in_brackets
        if (match := _CHANNEL.match(stamped[at]))
        and (stamped[at][match.end()] == "<" or not _LEVEL.search(match[0]))
    }
    if len(found) < 2 or len(found) < _IN_CHANNELS_SHARE * _spoken(stamped, in_brackets):
        return list(lines)
    return [
        f"{line[: len(line) - len(stamped[at])]} {stamped[at][found[at].end() :]}" if at in found else line
        for at, line in enumerate(lines)
    ]


def _spoken(stamped: dict[int, str], in_brackets: Sequence[int]) -> int:
    """How many lines behind a bracket are no reports of a machine."""
    return sum(1 for at in in_brackets if not _LEVEL.search(stamped[at][:60]) or "<" in stamped[at])
